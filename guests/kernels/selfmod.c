/*
 * Self-modifying code, made visible as the Power ISA asks (Book II, "Instruction Storage": dcbst, sync,
 * icbi, sync, isync). First a function is rewritten and called, then the loop rewrites an instruction
 * a few words ahead of itself, which an emulator may already have decoded in the same block.
 * Prints "selfmod: called 5050, in line 5050".
 */
#include "guest.h"

#define LI_R3 0x38600000u /* addi r3,0,SI */
#define BLR 0x4e800020u

/* For link.ld: one segment for code and data, or Linux would write-protect the code. */
__asm__(".globl writes_code\n.set writes_code, 1");

static unsigned code[2];

static void publish(unsigned *at)
{
	__asm__ volatile("dcbst 0,%0; sync; icbi 0,%0; sync; isync" : : "r"(at) : "memory");
}

static unsigned called(unsigned n)
{
	register unsigned long r3 __asm__("r3");

	code[0] = LI_R3 | n;
	code[1] = BLR;
	publish(&code[0]);
	publish(&code[1]);
	__asm__ volatile("mtctr %1; bctrl" : "=r"(r3) : "r"(code) : "ctr", "lr", "memory");
	return r3;
}

static unsigned in_line(unsigned n)
{
	register unsigned long r3 __asm__("r3");
	unsigned long at;

	__asm__ volatile("lis %1,1f@ha; addi %1,%1,1f@l\n"
			 "stw %2,0(%1); dcbst 0,%1; sync; icbi 0,%1; sync; isync\n"
			 "1: li %0,-1"
			 : "=&r"(r3), "=&b"(at)
			 : "r"(LI_R3 | n)
			 : "memory");
	return r3;
}

int main(unsigned long entry_r1)
{
	unsigned first = 0, second = 0;

	(void)entry_r1;
	for (int r = 0; r < REPEAT; r++) {
		first = second = 0;
		for (unsigned n = 1; n <= 100; n++)
			first += called(n);
		for (unsigned n = 1; n <= 100; n++)
			second += in_line(n);
		if (first != 5050 || second != 5050)
			break;
	}
	put_str("selfmod: called ");
	put_dec(first);
	put_str(", in line ");
	put_dec(second);
	put_str("\n");
	return first != 5050 || second != 5050;
}
