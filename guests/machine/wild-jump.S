/*
 * A jump to an address where the machine has nothing: the fetch fails, not an access of data.
 * 32-bit. Prints "jumping to 0xdead0000"; what follows is the environment's word for a failed fetch.
 */
#include "ppc.h"

	.section .text.start,"ax"
	.globl	_start
_start:
	lis	4, text@ha
	addi	4, 4, text@l - 1
1:	lbzu	3, 1(4)
	cmpwi	3, 0
	beq	2f
	mtspr	CONSOLE, 3
	b	1b
2:	lis	3, 0xdead
	mtctr	3
	bctr

	.section .rodata
text:	.asciz	"jumping to 0xdead0000\n"
