/*
 * Interrupt vectors that call trap(struct frame *) and return with rfi/rfid: external, program,
 * decrementer, system call. At the classic offsets (Power ISA III, interrupt vectors); on Book E
 * install_vectors() in ppc.h points IVPR and the IVORs at the same places.
 *
 * SPRG0 holds r3 for the few instructions until it is in the frame, so handlers may nest.
 */
#ifdef __powerpc64__
	.abiversion 2
#define W	8
#define HEADER	32		/* ELFv2 minimum frame */
#define RED	288		/* ELFv2: bytes below r1 that belong to the interrupted code */
#define ST	std
#define STU	stdu
#define LD	ld
#define RFI	rfid
#else
#define W	4
#define HEADER	16
#define RED	0
#define ST	stw
#define STU	stwu
#define LD	lwz
#define RFI	rfi
#endif
#define AT(i)	HEADER + (i) * W(1)
#define FRAME	(HEADER + 20 * W + RED)

	.macro	vector number
	.section .vector.\number,"ax"
#ifdef __LITTLE_ENDIAN__
	/*
	 * Entered in big-endian state when the CPU does not honour HID0[HILE]: the first word, never a
	 * trap in this byte order, reads there as b .+8, and what follows sets r3 = -1 and returns.
	 */
	tdi	0, 0, 0x48
	b	1f
	.long	0xffff6038		/* li r3,-1 */
	.long	0x2400004c		/* rfid */
1:
#endif
	mtspr	272, 3
	li	3, 0x\number
	b	trap_entry
	.endm

	vector	500
	vector	700
	vector	900
	vector	c00

	.text
trap_entry:
	STU	1, -FRAME(1)
	ST	0, AT(0)
	ST	3, AT(19)
	mfspr	3, 272
	.irp	r, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	ST	\r, AT(\r)
	.endr
	mfcr	4
	mflr	5
	mfctr	6
	mfxer	7
	mfspr	8, 26			/* SRR0 */
	mfspr	9, 27			/* SRR1 */
	ST	4, AT(13)
	ST	5, AT(14)
	ST	6, AT(15)
	ST	7, AT(16)
	ST	8, AT(17)
	ST	9, AT(18)
	addi	3, 1, HEADER
	bl	trap
#ifdef __powerpc64__
	nop
#endif
	LD	4, AT(13)
	LD	5, AT(14)
	LD	6, AT(15)
	LD	7, AT(16)
	LD	8, AT(17)
	LD	9, AT(18)
	mtcrf	0xff, 4
	mtlr	5
	mtctr	6
	mtxer	7
	mtspr	26, 8
	mtspr	27, 9
	.irp	r, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	LD	\r, AT(\r)
	.endr
	addi	1, 1, FRAME
	RFI

	.section .note.GNU-stack,"",@progbits
