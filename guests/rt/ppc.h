/*
 * Privileged registers for the guests that talk to the machine. SPR numbers are written in decimal,
 * as in the manuals; the devices at 880 and up are the bare machine's own (README.md).
 */
#ifndef PPC_H
#define PPC_H

/* Devices of the bare machine: numbers that no modelled CPU defines. */
#define CONSOLE 880 /* write: byte to stdout; read: byte of stdin, all ones at its end */
#define EXIT 881    /* write: stop with this status */
#define BOARD 882   /* read: how often the board was reset */
#define ECHO 883    /* read: what was last written */
#define REFUSE 884  /* every access fails: illegal */
#define DENY 885    /* every access fails: privileged */
#define NOOP 886    /* every access is a no-op */
#define COUNT 887   /* read: 0, 1, 2, … */

#define DEC 22
#define ESR 62
#define IVPR 63
#define PVR 287
#define DBSR 304
#define DBCR0 308
#define TSR 336
#define TCR 340
#define IVOR4 404
#define IVOR6 406
#define IVOR8 408
#define IVOR10 410
#define EPR 702
#define HID0 1008
#define BUCSR 1013

#define MSR_EE 0x8000ul
#define MSR_PR 0x4000ul
#define MSR_DE 0x0200ul /* Book E */
#define MSR_LE 0x0001ul

#ifndef __ASSEMBLER__

#define mfspr(n)                                                                     \
	({                                                                           \
		unsigned long value_;                                                \
		__asm__ volatile("mfspr %0,%1" : "=r"(value_) : "n"(n) : "memory");  \
		value_;                                                              \
	})
#define mtspr(n, v) __asm__ volatile("mtspr %0,%1" : : "n"(n), "r"(v) : "memory")

static inline unsigned long mfmsr(void)
{
	unsigned long msr;

	__asm__ volatile("mfmsr %0" : "=r"(msr) : : "memory");
	return msr;
}

static inline void mtmsr(unsigned long msr)
{
#ifdef __powerpc64__
	__asm__ volatile("mtmsrd %0" : : "r"(msr) : "memory");
#else
	__asm__ volatile("mtmsr %0; isync" : : "r"(msr) : "memory");
#endif
}

/*
 * By the version half of the PVR: 0x8020 to 0x807f are e500v1 to e6500, 0x81xx is e200. 0x8000 and up
 * are 74xx, 0x8080 and up G2 and e300: classic. 4xx cores are not told apart.
 */
static inline int is_booke(void)
{
	unsigned version = mfspr(PVR) >> 16;

	return (version >= 0x8020 && version < 0x8080) || version >> 8 == 0x81;
}

/* What trap.S saves, and restores when trap() returns. */
struct frame {
	unsigned long gpr[13]; /* r1 and r2 are not kept here */
	unsigned long cr, lr, ctr, xer, srr0, srr1;
	unsigned long vector; /* 0x500, 0x700, 0x900 or 0xc00, on Book E too */
};

/* The guest's interrupt handler; entered with MSR[EE] = 0 and to be left so. */
void trap(struct frame *f);

/* Book E has no fixed vectors: give it the classic offsets. */
static inline void install_vectors(void)
{
	if (!is_booke())
		return;
	mtspr(IVPR, 0);
	mtspr(IVOR4, 0x500);
	mtspr(IVOR6, 0x700);
	mtspr(IVOR8, 0xc00);
	mtspr(IVOR10, 0x900);
}

#endif
#endif
