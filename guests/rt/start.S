/*
 * Entry of every guest written in C, bare or under Linux, 32- and 64-bit.
 *
 * The stack is our own, so that nothing but the entry address is asked of the loader; r1 as found
 * goes to main in r3. 64-bit images are ELFv2 in both byte orders: e_entry is a code address there,
 * where ELFv1 would have a function descriptor. r2 (the TOC) is set here; no code relies on r12.
 */
#ifdef __powerpc64__
	.abiversion 2
#endif

	.section .text.start,"ax"
	.globl	_start
_start:
	mr	3, 1
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	li	0, 0
#ifdef __powerpc64__
	lis	2, .TOC.@ha
	addi	2, 2, .TOC.@l
	stdu	0, -32(1)		/* end of the back chain */
#else
	stwu	0, -16(1)
#endif
	bl	main
#ifdef __powerpc64__
	nop
#endif
	bl	stop
#ifdef __powerpc64__
	nop
#endif

	.section .bss
	.balign	16
	.skip	16384
stack_top:
	.skip	64

	.section .note.GNU-stack,"",@progbits
