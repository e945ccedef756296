/*
 * Ends by the signal that its first argument names: what the kernel makes of an instruction that cannot go on.
 *
 * With "pvr" it lives: the kernel reads the register for it. So it does with "lmw", whose operand is not aligned.
 */
#include "sys.h"

static volatile char *volatile nowhere;

int main(unsigned long sp)
{
	const char *how = ((char **)((unsigned long *)sp + 1))[1];
	long pid = SYS1(20, 0);
	unsigned long value = 0;

	say(how);
	say("\n");
	switch (how[0] << 8 | how[1]) {
	case 'l' << 8 | 'o':	/* load: SIGSEGV */
		value = nowhere[16];
		break;
	case 's' << 8 | 't':	/* store: SIGSEGV */
		nowhere[0] = 1;
		break;
	case 'j' << 8 | 'u':	/* jump: SIGSEGV */
		__asm__ volatile("mtctr %0; bctr" : : "r"(8ul) : "ctr");
		break;
	case 'i' << 8 | 'l':	/* illegal: SIGILL */
		__asm__ volatile(".long 0");
		break;
	case 'p' << 8 | 'r':	/* privileged: SIGILL */
		__asm__ volatile("mfmsr %0" : "=r"(value));
		break;
	case 's' << 8 | 'p':	/* spr, SRR0: SIGILL */
		__asm__ volatile("mfspr %0, 26" : "=r"(value));
		break;
	case 't' << 8 | 'r':	/* trap: SIGTRAP */
		__asm__ volatile("trap");
		break;
	case 'a' << 8 | 'b':	/* abort: SIGABRT */
		SYS3(250, pid, pid, 6);
		break;
	case 'p' << 8 | 'v':	/* pvr */
		__asm__ volatile("mfspr %0, 287" : "=r"(value));
		CHECK(value != 0);
		return 0;
	case 'l' << 8 | 'm': {	/* lmw */
#ifdef __BIG_ENDIAN__
		static const char text[] = "_words of it, and more";
		register const char *base __asm__("r9") = text;
		long a, b;

		__asm__ volatile("lmw 28, 1(%2)\n\tmr %0, 28\n\tmr %1, 29"
				 : "=&r"(a), "=&r"(b)
				 : "b"(base)
				 : "r28", "r29", "r30", "r31", "memory");
		CHECK((int)a == 0x776f7264 && (int)b == 0x73206f66);
#endif
		return 0;
	}
	}
	return value ? 2 : 3;
}
