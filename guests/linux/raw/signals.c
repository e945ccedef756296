/*
 * Signal handlers: one that is sent, one that a store to nowhere brings and that steps over it, one on the alternate
 * stack, one that is blocked and comes later.
 *
 * Prints what happens, in order; ends by a trap, whose signal nobody handles (SIGTRAP).
 */
#include "sys.h"

struct action {
	void *handler;
	unsigned long flags;
	void *restorer;
	unsigned long mask[8 / sizeof(long)];
};

static volatile int last;
static volatile unsigned long address;
static char *volatile where;
static volatile int *volatile nowhere;
static char stack[16384];

/* Registers in the ucontext_t, and the 33rd of them, which is the address to go on at. */
#define REGISTERS (sizeof(long) == 8 ? 232 : 192)

static void handler(int number, int *info, char *context)
{
	last = number;
	where = (char *)&number;
	if (number == 11) {
		say("SIGSEGV\n");
		address = *(unsigned long *)(info + (sizeof(long) == 8 ? 4 : 3));
		((unsigned long *)(context + REGISTERS))[32] += 4;
	} else {
		say(number == 10 ? "SIGUSR1\n" : "SIGUSR2\n");
	}
}

static long handle(int number, unsigned long flags)
{
	struct action action = {(void *)handler, flags, 0, {0}};

	return SYS4(173, number, &action, 0, 8);
}

int main(unsigned long sp)
{
	struct { void *sp; int flags; unsigned long size; } other = {stack, 0, sizeof(stack)};
	/* SIGUSR1 is bit 9 of the first word, or of the first half of it. */
	unsigned long set[8 / sizeof(long)] = {1 << 9};
	long pid = SYS1(20, 0);

	(void)sp;
	CHECK(handle(10, 4) == 0 && handle(11, 4) == 0 && handle(12, 4 | 0x08000000) == 0);
	CHECK(handle(9, 4) == -22);	/* SIGKILL is nobody's */
	CHECK(SYS3(250, pid, pid, 10) == 0 && last == 10);

	nowhere[2] = 1;
	CHECK(last == 11 && address == 8);

	CHECK(SYS2(185, &other, 0) == 0);
	CHECK(SYS2(37, pid, 12) == 0 && last == 12);
	CHECK(where >= stack && where < stack + sizeof(stack));

	CHECK(SYS4(174, 0, set, 0, 8) == 0);	/* block */
	last = 0;
	CHECK(SYS2(37, pid, 10) == 0 && last == 0);
	say("blocked\n");
	CHECK(SYS4(174, 1, set, 0, 8) == 0 && last == 10);	/* unblock */

	CHECK(SYS2(37, pid, 0) == 0);
	CHECK(SYS2(37, pid, 65) == -22);
	__asm__ volatile("trap");
	return 0;
}
