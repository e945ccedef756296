/*
 * One case of exec.c: registers in, one instruction or a few, registers out.
 *
 * Everything the instructions may look at comes from the context, whose address stays in r1; they
 * themselves stand in the slot that exec.c has written, and jumps back to one of the two
 * labels below by absolute branches, which cost no register.
 */
#ifdef __powerpc64__
	.abiversion 2
#define W 8
#define LOAD ld
#define STORE std
#define PUSH stdu
#define LR_SAVE 16
#else
#define W 4
#define LOAD lwz
#define STORE stw
#define PUSH stwu
#define LR_SAVE 4
#endif
#define FRAME 288
#define SAVED (4 * W)
#define TAR 815

/* The context's words: as in exec.c. */
#define CONTEXT 0x0180
#define CR 32
#define XER 33
#define LR 34
#define CTR 35
#define TAR_WORD 36
#define PC 37
#define OUTCOME 40
#define STACK 41
#define SPARE 42
/* Bytes from the context to the floating-point registers. */
#define FPRS 0x800

	.text
	.globl	_start
_start:
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	li	0, 0
#ifdef __powerpc64__
	lis	2, .TOC.@ha
	addi	2, 2, .TOC.@l
#endif
	PUSH	0, -64(1)
	bl	main
#ifdef __powerpc64__
	nop
#endif

	/* void run(void) */
	.globl	run
run:
	mflr	0
	STORE	0, LR_SAVE(1)
	PUSH	1, -FRAME(1)
	STORE	2, SAVED(1)
	mfcr	0
	STORE	0, SAVED + W(1)
	.irp	n, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STORE	\n, SAVED + (\n - 11) * W(1)
	.endr
	lis	3, CONTEXT
	STORE	1, STACK * W(3)
	mr	1, 3
	LOAD	3, XER * W(1)
	mtspr	1, 3
	LOAD	3, LR * W(1)
	mtspr	8, 3
#if HAS_TAR
	LOAD	3, TAR_WORD * W(1)
	mtspr	TAR, 3
#endif
	/* No reservation is left of an earlier case. */
	addi	3, 1, SPARE * W
	stwcx.	3, 0, 3
	LOAD	3, CR * W(1)
	mtcrf	255, 3
#if FPU
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	lfd	\n, FPRS + \n * 8(1)
	.endr
#endif
	/* The slot begins three instructions before the one under test: they set CTR and r2. */
	LOAD	3, PC * W(1)
	addi	3, 3, -12
	mtspr	9, 3
	LOAD	0, 0(1)
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LOAD	\n, \n * W(1)
	.endr
	bctr

	.macro	store_registers
	STORE	0, 0(1)
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STORE	\n, \n * W(1)
	.endr
#if FPU
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	stfd	\n, FPRS + \n * 8(1)
	.endr
#endif
	.endm

	/* Behind the instruction. */
	.globl	back_next
back_next:
	store_registers
	li	3, 0
	b	1f
	/* At the target of the branch. */
	.globl	back_target
back_target:
	store_registers
	li	3, 1
1:	STORE	3, OUTCOME * W(1)
	mfcr	3
	STORE	3, CR * W(1)
	mfspr	3, 1
	STORE	3, XER * W(1)
	mfspr	3, 8
	STORE	3, LR * W(1)
	mfspr	3, 9
	STORE	3, CTR * W(1)
#if HAS_TAR
	mfspr	3, TAR
	STORE	3, TAR_WORD * W(1)
#endif
	b	2f

	/* A signal, whose number is in r3, with a siginfo at r4. It never returns. */
	.globl	back_signal
back_signal:
	lis	1, CONTEXT
	lwz	4, 8(4)			/* si_code */
	slwi	4, 4, 16
	addi	3, 3, 0x100
	or	3, 3, 4
	STORE	3, OUTCOME * W(1)
2:	LOAD	1, STACK * W(1)
	.irp	n, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LOAD	\n, SAVED + (\n - 11) * W(1)
	.endr
	LOAD	0, SAVED + W(1)
	mtcrf	255, 0
	LOAD	2, SAVED(1)
	addi	1, 1, FRAME
	LOAD	0, LR_SAVE(1)
	mtlr	0
	blr

	.section .bss
	.balign	16
	.skip	65536
stack_top:
	.skip	128

	.section .note.GNU-stack,"",@progbits
