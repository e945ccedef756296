/*
 * Every answer that an mfspr or mtspr can get from user space, as the guest sees it.
 *
 * 32-bit Book E (e500v2, e500mc), with the bare machine's SPR devices. Prints one line "ok …" per step
 * and exits 0, or "failed …" and exits with the number of the step. Program interrupts are caught and
 * counted; where no interrupt is due, having one is a failure.
 */
#include "guest.h"
#include "ppc.h"

#define PIL 0x08000000ul /* ESR: illegal instruction */
#define PPR 0x04000000ul /* ESR: privileged instruction */
#define IDM 0x40000000ul /* DBCR0: internal debug mode, a bit the core owns */
#define BPEN 1ul	 /* BUCSR: branch prediction enable */
#define OLD 0x5a5a1234ul /* what RT holds before a read that should not change it */

static volatile struct {
	int count;
	unsigned long srr0, srr1, esr;
} program;
static int step;

void trap(struct frame *f)
{
	if (f->vector == 0xc00) {
		/* sc ends the excursion to problem state. */
		f->srr1 &= ~MSR_PR;
		return;
	}
	program.count++;
	program.srr0 = f->srr0;
	program.srr1 = f->srr1;
	program.esr = mfspr(ESR);
	f->srr0 += 4;
}

/* mfspr with a known old value in RT; `at` becomes the address of the instruction. */
#define PROBE_READ(n, rt, at)                                                                            \
	__asm__ volatile("lis %1,1f@ha; addi %1,%1,1f@l\n1: mfspr %0,%2" : "+r"(rt), "=&b"(at) : "n"(n) : "memory")
#define PROBE_WRITE(n, rs, at)                                                                           \
	__asm__ volatile("lis %0,1f@ha; addi %0,%0,1f@l\n1: mtspr %2,%1" : "=&b"(at) : "r"(rs), "n"(n) : "memory")

/* The same read in problem state: rfi goes there, sc comes back. */
#define PROBE_READ_AS_USER(n, rt, at)                                                                    \
	__asm__ volatile("lis %1,1f@ha; addi %1,%1,1f@l\n"                                               \
			 "mtspr 26,%1; mtspr 27,%3; rfi\n"                                               \
			 "1: mfspr %0,%2; sc"                                                            \
			 : "+r"(rt), "=&b"(at)                                                           \
			 : "n"(n), "r"(mfmsr() | MSR_PR)                                                 \
			 : "memory")

static void check(const char *what, int good)
{
	step++;
	put_str(good ? "ok " : "failed ");
	put_str(what);
	put_str("\n");
	if (!good)
		stop(step);
	program.count = 0;
}

static int interrupted(unsigned long at, unsigned long cause)
{
	return program.count == 1 && program.srr0 == at && (program.esr & (PIL | PPR)) == cause;
}

int main(unsigned long entry_r1)
{
	unsigned long rt, at, old, first;

	(void)entry_r1;
	install_vectors();

	mtspr(ECHO, 0x12345678ul);
	check("done: ECHO reads back what was written", mfspr(ECHO) == 0x12345678ul && !program.count);

	first = mfspr(COUNT);
	check("done: each read of COUNT happens once", mfspr(COUNT) == first + 1 && !program.count);

	rt = OLD;
	PROBE_READ(REFUSE, rt, at);
	check("fail: mfspr is an illegal instruction, RT unchanged", interrupted(at, PIL) && rt == OLD);

	PROBE_WRITE(REFUSE, rt, at);
	check("fail: mtspr is an illegal instruction", interrupted(at, PIL));

	rt = OLD;
	PROBE_READ(DENY, rt, at);
	check("deny: mfspr is a privileged instruction, RT unchanged", interrupted(at, PPR) && rt == OLD);

	PROBE_WRITE(DENY, rt, at);
	check("deny: mtspr is a privileged instruction", interrupted(at, PPR));

	rt = OLD;
	PROBE_READ(NOOP, rt, at);
	check("no-op: mfspr leaves RT unchanged", rt == OLD && !program.count);

	PROBE_WRITE(NOOP, rt, at);
	check("no-op: mtspr is ignored", !program.count);

	/* DBCR0 is split: RST goes to user space, IDM stays with the core. MSR[DE] is 0: no debug event. */
	old = mfspr(DBCR0);
	mtspr(DBCR0, old | IDM);
	first = mfspr(DBCR0);
	mtspr(DBCR0, old);
	check("split: DBCR0[IDM] reads back", first == (old | IDM) && mfspr(DBCR0) == old && !program.count);

	/* Bit 0x10 of the number is set: privileged. COUNT would show it if user space had been asked. */
	first = mfspr(COUNT);
	rt = OLD;
	PROBE_READ_AS_USER(COUNT, rt, at);
	check("user: a privileged SPR in problem state is refused",
	      interrupted(at, PPR) && (program.srr1 & MSR_PR) && rt == OLD);
	check("user: and no device was asked", mfspr(COUNT) == first + 1);

	/* The same whether user space still owns BUCSR or the core was given it. */
	old = mfspr(BUCSR);
	mtspr(BUCSR, BPEN);
	__asm__ volatile("isync");
	first = mfspr(BUCSR);
	mtspr(BUCSR, 0);
	__asm__ volatile("isync");
	check("promotion: BUCSR[BPEN] reads back",
	      (first & BPEN) && !(mfspr(BUCSR) & BPEN) && !program.count);
	mtspr(BUCSR, old);
	return 0;
}
