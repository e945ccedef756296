/*
 * The probe's way into the tested instruction and back.
 *
 * enter(msr, value): goes to `slot` with this MSR and r3 = value. Whatever happens there, an interrupt comes back: the
 * instruction's own, or that of the `sc` behind it. What it was is in `taken`: r3, vector, saved pc and MSR.
 */
#include "family.h"

	.section .text.start,"ax"
	.globl	_start
_start:
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	li	0, 0
#ifdef __powerpc64__
	lis	2, .TOC.@ha
	addi	2, 2, .TOC.@l
	stdu	0, -32(1)
#else
	stwu	0, -16(1)
#endif
	bl	main
1:	b	1b

	.text
	.globl	enter
enter:
	lis	5, saved@ha
	addi	5, 5, saved@l
	mflr	0
	ST	0, 0(5)
	ST	1, W(5)
	ST	2, 2*W(5)
	mfcr	0
	ST	0, 3*W(5)
	.irp	r, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ST	\r, (\r-9)*W(5)
	.endr
	lis	6, slot@ha
	addi	6, 6, slot@l
	mtspr	26, 6
	mtspr	27, 3
	mr	3, 4
	RFI

	/* Back from an interrupt. r3 is what the tested instruction left there, r5 the vector. */
back:
	lis	4, taken@ha
	addi	4, 4, taken@l
#if FAMILY == SERVER
	/*
	 * Out of hypervisor state: a hypercall comes back in it, by vector c00 and with the first vector in r8. What it
	 * was lies in registers meanwhile.
	 */
	cmpwi	5, 0xe40
	beq	2f
	mfmsr	9
	rldicl.	9, 9, 4, 63
	bne	1f
	lis	9, has_hypervisor@ha
	lwz	9, has_hypervisor@l(9)
	cmpwi	9, 0
	beq	4f
	mr	8, 5
	mfspr	6, 26
	mfspr	7, 27
	lis	9, regain@ha
	addi	9, 9, regain@l
	li	10, 1
	stw	10, 0(9)
	sc	1
2:
	mfspr	6, 314		/* HSRR0, HSRR1 */
	mfspr	7, 315
	b	3f
1:
	lis	9, regain@ha
	addi	9, 9, regain@l
	lwz	10, 0(9)
	li	11, 0
	stw	11, 0(9)
	cmpwi	10, 0
	beq	4f
	mr	5, 8
	b	3f
4:
#endif
	mfspr	6, 26
	mfspr	7, 27
3:
	ST	3, 0(4)
	ST	5, W(4)
	ST	6, 2*W(4)
	ST	7, 3*W(4)
	lis	5, saved@ha
	addi	5, 5, saved@l
	LD	0, 0(5)
	mtlr	0
	LD	1, W(5)
	LD	2, 2*W(5)
	LD	0, 3*W(5)
	mtcrf	0xff, 0
	.irp	r, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LD	\r, (\r-9)*W(5)
	.endr
	blr

	/* The tested instruction, and the way back. */
	.section .text.slot,"ax"
	.balign	64
	.globl	slot
slot:
	nop
#if FAMILY == SERVER
	.globl	slot_sc
slot_sc:
#endif
	sc
	.balign	64

	.macro	vector number
	. = \number - 0x100
	li	5, \number
	b	back
	.endm

	/* Every vector there can be, at its classic place; Book E's IVORs are pointed at them. */
	.section .vectors,"ax"
#if FAMILY == SERVER
	/* System reset: where a partition begins. */
	b	_start
#else
	vector	0x100
#endif
	.irp	n, 0x200, 0x300, 0x380, 0x400, 0x480, 0x500, 0x600, 0x700, 0x800, 0x900, 0x980, 0xa00, 0xb00, 0xc00, 0xd00
	vector	\n
	.endr
	.irp	n, 0xe00, 0xe20, 0xe40, 0xe60, 0xe80, 0xf00, 0xf20, 0xf40, 0xf60, 0xf80, 0x1000, 0x1100, 0x1200, 0x1300, 0x1400, 0x1700, 0x2000
	vector	\n
	.endr

	.section .bss
	.balign	16
saved:	.skip	23*W
	.globl	taken
taken:	.skip	4*W
regain:	.skip	8
	.balign	16
	.skip	8192
stack_top:
	.skip	64

	.section .note.GNU-stack,"",@progbits
