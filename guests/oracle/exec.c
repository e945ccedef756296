/*
 * Executes instructions, single ones and short sequences, under Linux (qemu-user) for `cargo xtask
 * oracle exec`.
 *
 * Records come on standard input and go to standard output: the context, the floating-point
 * registers (FPU says whether there are any, HAS_TAR whether there is a TAR), then the bytes of
 * the window. A record that goes out says in `outcome` how the instruction ended: 0 behind itself,
 * 1 at its target, 0x100 + n + (si_code << 16) with signal n (registers are then as they came in).
 * Freestanding: neither a C library nor thread pointer nor TOC is in the registers' way. Words have
 * the target's own size and byte order. All addresses are low, so that the 64-bit program also
 * runs in 32-bit mode.
 */
typedef unsigned long word;

/* Fixed addresses, which xtask knows too. */
#define CONTEXT 0x01800000UL
#define WINDOW 0x20000UL
#define CODE 0x30000UL
#define CODE_END 0x50000UL
#define WINDOW_BYTES 256

/* Positions in the context: 0 to 31 are the GPRs, up to 36 CR, XER, LR, CTR, TAR. */
enum { PC = 37, TARGET = 38, WORD = 39, OUTCOME = 40, WORDS = 48 };
/* The instructions behind the one in WORD, of which 0 is none. */
enum { MORE = 43 };
/* Behind them, where exec.S knows it: the floating-point registers. */
#define FPRS (CONTEXT + 0x800)
enum { FPR_WORDS = 32 * 8 / sizeof(word) };

/* Of the registers those that slots need: RT 2, RA 1. */
#ifdef __powerpc64__
#define LOAD_CTR (0xe8410000 + 35 * 8)
#define LOAD_R2 (0xe8410000 + 2 * 8)
#else
#define LOAD_CTR (0x80410000 + 35 * 4)
#define LOAD_R2 (0x80410000 + 2 * 4)
#endif
#define MTCTR_R2 0x7c4903a6
#define BA 0x48000002

enum { EXIT = 1, READ = 3, WRITE = 4, MMAP = 90, SIGACTION = 173 };

void run(void);
extern char back_next[], back_target[], back_signal[];

static long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;
	register long r8 __asm__("r8") = f;
	long failed;

	__asm__ volatile("sc\n\tmfcr 0"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
			 :
			 : "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
	failed = r0 & 0x10000000;
	return failed ? -r3 : r3;
}

static void stop(int status)
{
	for (;;)
		call(EXIT, status, 0, 0, 0, 0, 0);
}

/* Readable, writable, executable, private, anonymous, at just this address. */
static void map(word address, word bytes)
{
	if (call(MMAP, address, bytes, 7, 0x32, -1, 0) != (long)address)
		stop(3);
}

static void transfer(int number, char *bytes, long left)
{
	while (left > 0) {
		long done = call(number, number == WRITE, (long)bytes, left, 0, 0, 0);

		/* The end of the cases. */
		if (done == 0)
			stop(0);
		if (done < 0)
			stop(2);
		bytes += done;
		left -= done;
	}
}

static void catch(int signal)
{
	/* SA_SIGINFO | SA_NODEFER, no restorer, empty mask. */
	static word action[3 + 8 / sizeof(word)];

	action[0] = (word)back_signal;
	action[1] = 0x40000004;
	if (call(SIGACTION, signal, (long)action, 0, 8, 0, 0) != 0)
		stop(4);
}

struct record {
	word context[WORDS];
	word fprs[FPR_WORDS];
	char window[WINDOW_BYTES];
};

int main(void)
{
	static struct record record;
	volatile word *context = (word *)CONTEXT;
	volatile word *fprs = (word *)FPRS;
	char *window = (char *)WINDOW;

	/* Below the context is room for the frames of signals. */
	map(CONTEXT - 0x20000, 0x30000);
	map(WINDOW, 0x1000);
	map(CODE, CODE_END - CODE);
	catch(4);
	catch(5);
	catch(7);
	catch(8);
	catch(11);
	for (;;) {
		volatile unsigned *slot;
		word target;
		int i;

		transfer(READ, (char *)&record, sizeof(record));
		for (i = 0; i < WORDS; i++)
			context[i] = record.context[i];
		for (i = 0; i < (int)FPR_WORDS; i++)
			fprs[i] = record.fprs[i];
		for (i = 0; i < WINDOW_BYTES; i++)
			window[i] = record.window[i];
		target = context[TARGET];
		if (target != 0) {
			if (target < CODE || target >= CODE_END)
				map(target & ~0xfffUL, 0x1000);
			*(volatile unsigned *)target = BA | (unsigned)(word)back_target;
		}
		slot = (volatile unsigned *)context[PC];
		slot[-3] = LOAD_CTR;
		slot[-2] = MTCTR_R2;
		slot[-1] = LOAD_R2;
		*slot++ = context[WORD];
		for (i = MORE; i < WORDS && context[i] != 0; i++)
			*slot++ = context[i];
		*slot = BA | (unsigned)(word)back_next;
		run();
		for (i = 0; i < WORDS; i++)
			record.context[i] = context[i];
		for (i = 0; i < (int)FPR_WORDS; i++)
			record.fprs[i] = fprs[i];
		for (i = 0; i < WINDOW_BYTES; i++)
			record.window[i] = window[i];
		transfer(WRITE, (char *)&record, sizeof(record));
	}
}
