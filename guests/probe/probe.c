/*
 * Tries every SPR number in both directions at each level, and writes down what happened.
 *
 * One line each, into a buffer in memory (`report`, at a fixed address) and to a console if there is one:
 *
 *   K r 287 done 80210022     level, direction, number, outcome, for reads the value
 *   K m 272 ffffffff 0        what reads back after all ones and after zero were written
 *   # end
 *
 * Levels: K is as the machine starts (supervisor; hypervisor where there is one), S the supervisor under a hypervisor (64-bit
 * servers), which a server may start as, P problem state. Outcomes: done, noop (a read that left its target), illegal, privileged, assist, or the vector.
 * docs/probe.md says how to run it and what becomes of the result.
 *
 * The source that includes this one defines FAMILY.
 */
#include "family.h"

typedef unsigned long word;

/* Settings, in memory that the image leaves alone, for a loader to set. */
#define CONSOLE_SPR 0	/* the bare machine's: SPR 880 takes a byte, 881 ends the run */
#define CONSOLE_NONE 1
#define CONSOLE_16550 2 /* a UART at `uart`, its registers 1 << `shift` bytes apart */
/* How problem state, and the supervisor under a hypervisor, get at storage: one page of 16 MiB, or more, from 0 on. */
#define MAP_NONE 0	/* as it is */
#define MAP_SDR1 1	/* a hashed page table of its own, by SDR1: servers up to POWER8 */
#define MAP_PTCR 2	/* the same by a partition table: POWER9 and its successors */
#define MAP_HYPERCALL 3 /* by H_ENTER: a partition of a server */
#define MAP_TLB 4	/* its TLB entry for all: 440 */
struct settings {
	unsigned console;
	unsigned shift;
	unsigned long long uart;
	unsigned map;
};
#define settings (*(volatile struct settings *)0x3000)

/* The report, at a fixed address: a length that is not 0 once all is written, and the text. */
struct report {
	volatile unsigned length;
	char text[0x70000];
};
#define REPORT ((struct report *)0x100000)
static unsigned at;

extern void enter(word msr, word value);
extern volatile struct {
	word r3, vector, srr0, srr1;
} taken;
extern unsigned slot[];

#define MAGIC ((word)0x5aa51234)
#define PR ((word)0x4000)
#define TRANSLATED ((word)0x30) /* IR, DR */
#if FAMILY == SERVER
#define HV ((word)1 << 60)
/* Whether it began in hypervisor state, which interrupts of others then have to come back to. */
int has_hypervisor;
#endif

static unsigned mfspr_word(unsigned n, unsigned rt)
{
	return 0x7c0002a6u | rt << 21 | (n & 31) << 16 | (n >> 5) << 11;
}

static unsigned mtspr_word(unsigned n, unsigned rs)
{
	return 0x7c0003a6u | rs << 21 | (n & 31) << 16 | (n >> 5) << 11;
}

static void flush(void *from, unsigned bytes)
{
	char *p = from;
	unsigned i;

	for (i = 0; i < bytes; i += 4)
		__asm__ volatile("dcbst 0,%0; sync; icbi 0,%0; sync; isync" : : "r"(p + i) : "memory");
}

static word mfmsr(void)
{
	word msr;
	__asm__ volatile("mfmsr %0" : "=r"(msr));
	return msr;
}

/* The SPR numbers of this project's own bare machine are spoken to by hand. */
static void put(char c)
{
	if (at < sizeof REPORT->text)
		REPORT->text[at++] = c;
	if (settings.console == CONSOLE_SPR) {
		__asm__ volatile("mtspr 880,%0" : : "r"((word)c));
	} else if (settings.console == CONSOLE_16550) {
		volatile unsigned char *uart = (volatile unsigned char *)(word)settings.uart;
		while (!(uart[5 << settings.shift] & 0x20))
			;
		uart[0] = c;
		__asm__ volatile("eieio" : : : "memory");
	}
}

static void put_str(const char *s)
{
	while (*s)
		put(*s++);
}

static void put_hex(word value)
{
	int shift = 8 * sizeof value - 4;

	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
}

static void put_number(unsigned n)
{
	if (n >= 10)
		put_number(n / 10);
	put('0' + n % 10);
}

/* Book E and the 405 tell the cause in ESR, the others in the saved MSR. */
static word cause(void)
{
#if FAMILY == BOOKE || FAMILY == PPC405
	word esr;
#if FAMILY == BOOKE
	__asm__ volatile("mfspr %0,62" : "=r"(esr));
#else
	__asm__ volatile("mfspr %0,980" : "=r"(esr));
#endif
	/* PIL, PPR: 0x08000000, 0x04000000. As the classic bits. */
	return esr >> 8 & 0xc0000;
#else
	return taken.srr1 & 0xc0000;
#endif
}

/* Executes one instruction at a level, and writes its line. Says whether it was carried out. */
static int attempt(char level, word msr, char direction, unsigned n, unsigned insn, word value)
{
	*slot = insn;
	flush(slot, 8);
#if FAMILY == SERVER
	/* Problem state has MSR[EE] = 1 there whatever it is given. */
	__asm__ volatile("mtspr 22,%0" : : "r"((word)0x7fffffff));
#endif
	enter(msr, value);
	put(level);
	put(' ');
	put(direction);
	put(' ');
	put_number(n);
	put(' ');
	if (taken.vector == 0xc00) {
		if (direction == 'r' && taken.r3 == MAGIC) {
			put_str("noop\n");
			return 0;
		}
		put_str("done");
		if (direction == 'r') {
			put(' ');
			put_hex(taken.r3);
		}
		put('\n');
		return 1;
	}
	if (taken.vector == 0x700 && cause() == 0x80000)
		put_str("illegal\n");
	else if (taken.vector == 0x700 && cause() == 0x40000)
		put_str("privileged\n");
	else if (taken.vector == 0xe40)
		put_str("assist\n");
	else {
		put_str("vector ");
		put_hex(taken.vector);
		put('\n');
	}
	return 0;
}

/* Numbers whose masks are not asked for, since all ones there would do more than be kept. */
static const unsigned short CAREFUL[] = {
#if FAMILY == CLASSIC
	22,			/* DEC counts */
	1008, 1009, 1011, 1016,	/* HID0, HID1, HID2, HID4: caches, clocks */
	1010, 1013,		/* IABR, DABR: breakpoints */
	1014, 1015, 1017, 1018,	/* MSSCR0, L2CR, L3CR: caches */
	1020, 1021, 1022,	/* THRMn: interrupts */
	952, 956, 936, 940,	/* MMCR0, MMCR1: interrupts */
	984, 985, 986,		/* L3ITCR and others */
#elif FAMILY == BOOKE
	22, 54,			/* DEC, DECAR count */
	48, 633, 634,		/* PIDs: the code is mapped for process 0 */
	307, 308, 309, 310, 561, 563, /* EPCR, DBCRn: resets, debug events */
	311, 338,		/* MSRP, LPIDR */
	312, 313, 314, 315, 316, 317, /* IACn, DACn: breakpoints */
	340,			/* TCR: the watchdog */
	1008, 1009,		/* HID0, HID1: clocks, power */
	1010, 1011, 606,	/* L1CSRn: caches; on the 440 others */
	1012,			/* MMUCSR0: all ones invalidates the TLB */
	1017, 1018,		/* L2CSRn */
	946, 947, 888,		/* 440: MMUCR, CCR0, CCR1 */
	944, 945,		/* MAS7 on some, ZPR */
#elif FAMILY == PPC405
	945,			/* PID */
	947, 953, 954, 955, 956, 1018, 1019, /* CCR0, SGR, DCWR, SLER, SU0R, DCCR, ICCR: how storage is reached */
	986, 987,		/* TCR, PIT */
	957, 1010,		/* DBCR1, DBCR0: resets */
	948, 949, 1012, 1013, 1014, 1015, /* breakpoints */
#else
	22, 310, 268, 269, 286, 308, 309, 849, /* counters */
	313, 314, 315, 318, 319, 338, 339, 464, /* HRMOR, HSRRn, LPCR, LPIDR, PCR, PTCR: how storage is reached */
	48, 61, 29, 13, 157, 349, /* PIDR and protection keys */
	176, 177, 180, 187, 188, 189, 153, 190, /* doorbells, breakpoints, facilities */
	779, 782, 785, 786, 769, 770, 795, 798, 784, 768, /* MMCRn: interrupts */
	855, 823, 884, 885, 25, 311, /* PSSCR, PMCR, RWMR, SDR1, HIOR */
	1008, 1009, 1012, 1013, 1014, 1015, /* HIDs, DABR */
	1, 8, 9,		/* what the compiler uses */
#endif
	1, 8, 9,
};

static int is_careful(unsigned n)
{
	unsigned i;

	for (i = 0; i < sizeof CAREFUL / sizeof *CAREFUL; i++)
		if (CAREFUL[i] == n)
			return 1;
	return 0;
}

/* Reads, writes ones, reads, writes zero, reads, and writes back, without an interrupt in between. */
static void mask(char level, unsigned n)
{
	static unsigned code[16];
	word ones, zeros;

	code[0] = mfspr_word(n, 6);
	code[1] = mtspr_word(n, 7);
	code[2] = mfspr_word(n, 8);
	code[3] = mtspr_word(n, 9);
	code[4] = mfspr_word(n, 10);
	code[5] = mtspr_word(n, 6);
	code[6] = 0x4e800020;	/* blr */
	flush(code, sizeof code);
	{
		register word r7 __asm__("r7") = ~(word)0;
		register word r8 __asm__("r8");
		register word r9 __asm__("r9") = 0;
		register word r10 __asm__("r10");
		__asm__ volatile("mtctr %4; bctrl"
				 : "=r"(r8), "=r"(r10)
				 : "r"(r7), "r"(r9), "r"(code)
				 : "r6", "lr", "ctr", "memory");
		ones = r8;
		zeros = r10;
	}
	put(level);
	put_str(" m ");
	put_number(n);
	put(' ');
	put_hex(ones);
	put(' ');
	put_hex(zeros);
	put('\n');
}

/* Masks are asked for at the level that it starts at. */
static void level(char name, word msr)
{
	unsigned n;

	for (n = 0; n < 1024; n++) {
		/* The bare machine's own registers, and EPR, which its board lends to the e500v2. */
		if (settings.console == CONSOLE_SPR && ((n >= 880 && n <= 887) || n == 702))
			continue;
		int is_read = attempt(name, msr, 'r', n, mfspr_word(n, 3), MAGIC);
		/* What was read can be written. */
		word old = is_read ? taken.r3 : 0;
		int is_written = attempt(name, msr, 'w', n, mtspr_word(n, 3), old);
		if (msr == mfmsr() && is_read && is_written && !is_careful(n))
			mask(name, n);
	}
}

static void vectors(void)
{
#if FAMILY == BOOKE
	/* IVOR0 to IVOR15 at the classic places of the same interrupts. */
#define IVOR(n, vector) __asm__ volatile("mtspr %0,%1" : : "n"(400 + (n)), "r"((word)(vector)))
	__asm__ volatile("mtspr 63,%0" : : "r"((word)0));
	IVOR(0, 0x100);
	IVOR(1, 0x200);
	IVOR(2, 0x300);
	IVOR(3, 0x400);
	IVOR(4, 0x500);
	IVOR(5, 0x600);
	IVOR(6, 0x700);
	IVOR(7, 0x800);
	IVOR(8, 0xc00);
	IVOR(10, 0x900);
	IVOR(11, 0x980);
	IVOR(12, 0xa00);
	IVOR(13, 0x1100);
	IVOR(14, 0x1300);
	IVOR(15, 0x2000);
#elif FAMILY == PPC405
	__asm__ volatile("mtspr 982,%0" : : "r"((word)0));
#endif
}

/* What FSCR, HFSCR and MMCR0[PMCC] keep from a level says nothing of its registers: they are opened. */
static void open_facilities(word msr)
{
#if FAMILY == SERVER
	__asm__ volatile("mtspr 153,%0" : : "r"(~(word)0 >> 8));
	if (msr & HV)
		__asm__ volatile("mtspr 190,%0" : : "r"(~(word)0 >> 8));
	__asm__ volatile("mtspr 795,%0" : : "r"((word)0x80080000));
#else
	(void)msr;
#endif
}

#if FAMILY == SERVER
/* Bits of PTEs, of what slbmte takes, and of LPCR (Power ISA 2.07 and 3.0B III-S, chapter of storage control). */
#define PTE_LARGE 4
#define PTE_VALID 1
#define PTE_WRITABLE 0x192 /* R, C, M, PP = 0b10: for all keys */
#define SLB_LARGE 0x100
#define SLB_VALID 0x8000000
#define VRMA 0x0001ffffff000000 /* of what is not translated under a hypervisor: virtual segment 0x1ffffff */
#define PTE_TERABYTE ((word)1 << 58) /* its size, 1 TiB, since version 3.0 in the second word */
#define LPCR_RADIX 0x500000 /* UPRT, HR */

static void map(void)
{
	word *table = (word *)0x180000;
	word *partition = (word *)0x1c0000;
	word lpcr;
	int i;

	if (settings.map == MAP_HYPERCALL) {
		register word r3 __asm__("r3") = 8; /* H_ENTER */
		register word r4 __asm__("r4") = 0;
		register word r5 __asm__("r5") = 0;
		register word r6 __asm__("r6") = PTE_LARGE | PTE_VALID;
		register word r7 __asm__("r7") = PTE_WRITABLE;
		__asm__ volatile("sc 1"
				 : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
				 :
				 : "r0", "r8", "r9", "r10", "r11", "r12", "ctr", "xer", "cr0", "memory");
	} else {
		/* The least there is, 2048 groups of 8. The page's virtual address hashes to the first. */
		for (i = 0; i < 2048 * 16; i++)
			table[i] = 0;
		table[0] = PTE_LARGE | PTE_VALID;
		table[1] = PTE_WRITABLE;
		/*
		 * VRMA in pages of 4 KiB, for the vectors and the image; they hash to the last groups. Before POWER9
		 * storage under a hypervisor is where RMOR says, and nobody looks there.
		 */
		for (i = 0; i < 64; i++) {
			table[(2047 ^ i) * 16] = VRMA | PTE_VALID;
			table[(2047 ^ i) * 16 + 1] = PTE_TERABYTE | (word)i << 12 | PTE_WRITABLE;
		}
		if (settings.map == MAP_PTCR) {
			for (i = 0; i < 512; i++)
				partition[i] = 0;
			partition[0] = (word)table;
			__asm__ volatile("mfspr %0,318" : "=r"(lpcr));
			__asm__ volatile("mtspr 318,%0" : : "r"(lpcr & ~(word)LPCR_RADIX));
			__asm__ volatile("mtspr 464,%0" : : "r"(partition) : "memory");
		} else {
			__asm__ volatile("mtspr 25,%0" : : "r"(table) : "memory");
		}
	}
	__asm__ volatile("sync; slbia; slbmte %0,%1; isync" : : "r"((word)SLB_LARGE), "r"((word)SLB_VALID) : "memory");
}
#elif FAMILY == BOOKE
#define TLB_USER 0x38 /* UX, UW, UR in a TLB entry's third word (PPC440 UM, memory management) */

static void map(void)
{
	word entry, bits;

	__asm__ volatile(".machine push; .machine \"440\"; tlbsx %0,0,%2; tlbre %1,%0,2; .machine pop"
			 : "=&r"(entry), "=&r"(bits) : "r"(&settings));
	__asm__ volatile(".machine push; .machine \"440\"; tlbwe %0,%1,2; isync; .machine pop"
			 : : "r"(bits | TLB_USER), "r"(entry) : "memory");
}
#else
static void map(void)
{
}
#endif

void main(void)
{
	word msr = mfmsr();
	word translated = 0;
	word pvr;

#if FAMILY == CLASSIC
	/* Vectors in RAM: MSR[IP] = 0. */
	msr &= ~(word)0x40;
	__asm__ volatile("mtmsr %0; isync" : : "r"(msr));
#endif
	vectors();
	open_facilities(msr);
	__asm__ volatile("mfspr %0,287" : "=r"(pvr));
	put_str("# PVR ");
	put_hex(pvr);
	put_str(" MSR ");
	put_hex(msr);
	put('\n');
	if (settings.map != MAP_NONE) {
		map();
#if FAMILY == SERVER
		translated = TRANSLATED;
#endif
	}
#if FAMILY == SERVER
	has_hypervisor = (msr & HV) != 0;
	level(has_hypervisor ? 'K' : 'S', msr);
	level('P', msr | PR | translated);
	if (has_hypervisor) {
		extern unsigned slot_sc[];
		/* A hypercall comes back from supervisor state. */
		*slot_sc = 0x44000022;
		flush(slot_sc, 4);
		level('S', (msr & ~HV) | translated);
	}
#else
	level('K', msr);
	level('P', msr | PR | translated);
#endif
	put_str("# end\n");
	REPORT->length = at;
	if (settings.console == CONSOLE_SPR)
		__asm__ volatile("mtspr 881,%0" : : "r"((word)0));
	for (;;)
		;
}
