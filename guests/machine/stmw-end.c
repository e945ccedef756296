/*
 * stmw of four words across the end of RAM: two fit, two do not. A store-multiple that is interrupted
 * may have been performed in part (Power ISA II, "Instruction Restart"); it must not be lost, wrap to
 * address 0 or write beyond.
 * 32-bit; takes the end of RAM from r1 at entry (top - 256), else 128 MiB. Prints "storing", then what
 * the machine says about an access outside RAM; if the store returns: "stored" and exit 0, or 1 when
 * the part below the end is missing.
 */
#include "guest.h"

int main(unsigned long entry_r1)
{
	unsigned long top = entry_r1 ? entry_r1 + 256 : 0x08000000ul;
	volatile unsigned *end = (volatile unsigned *)top;

	put_str("storing\n");
	__asm__ volatile("li 28,1; li 29,2; li 30,3; li 31,4; stmw 28,0(%0)"
			 :
			 : "b"(top - 8)
			 : "r28", "r29", "r30", "r31", "memory");
	put_str("stored\n");
	return end[-2] != 1 || end[-1] != 2;
}
