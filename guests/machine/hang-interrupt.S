/*
 * A program interrupt whose vector holds an illegal instruction: the CPU never gets past 0x700.
 * 32-bit, classic and Book E. Prints "hanging"; then only the caller's budget ends it. An emulator
 * must neither recurse nor loop inside one step here.
 */
#include "ppc.h"

	.section .vector.700,"ax"
	.long	0			/* illegal on every CPU (Power ISA I, "Illegal Instructions") */

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
2:	mfspr	3, PVR
	srwi	3, 3, 16
	cmplwi	3, 0x8020		/* Book E by PVR, as is_booke() */
	blt	4f
	cmplwi	3, 0x8080
	blt	3f
	srwi	3, 3, 8
	cmplwi	3, 0x81
	bne	4f
3:	li	3, 0
	mtspr	IVPR, 3
	li	3, 0x700
	mtspr	IVOR6, 3
4:	.long	0

	.section .rodata
text:	.asciz	"hanging\n"
