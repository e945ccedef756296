/*
 * Interrupt acknowledge through EPR (SPR 702): the other register that SPR exits were proposed for.
 *
 * 32-bit Book E with the bare machine's MPIC. Three interprocessor interrupts with different
 * priorities are sent to this CPU; the handler learns which one it got from EPR alone. Shows priority
 * order, masking by CTPR, nesting, and a spurious acknowledge. Exits 0, or with the number of the
 * failed step.
 *
 * Two machines run it. Where mfspr EPR itself acknowledges (e500v2: user space owns 702), the handler
 * must read EPR once per interrupt. Where delivery acknowledges and EPR is a plain register (e500mc,
 * external proxy), it must read EPR before it enables interrupts again. The handler does both. The
 * two differ when nothing is pending: the first kind then answers with the spurious vector, the second
 * with the vector delivered last. Step 4 therefore asks IACK, which acknowledges on both; step 5 accepts either
 * and prints which it was.
 */
#include "guest.h"
#include "mpic.h"
#include "ppc.h"

#define PATIENCE 100000 /* turns of a wait loop before a missing interrupt counts as missing */
#define SPURIOUS 0xff

static const struct {
	unsigned vector, priority;
} ipi[3] = { { 0x40, 3 }, { 0x41, 9 }, { 0x42, 6 } };

/* What the handler saw: IPI number and nesting depth. */
static volatile struct {
	int ipi, depth;
} seen[8];
static volatile int count, depth, strays;
static volatile int nest; /* the next IPI 2 sends the others from its handler */

static void wrteei(int on)
{
	if (on)
		__asm__ volatile(".machine push; .machine e500; wrteei 1; .machine pop" : : : "memory");
	else
		__asm__ volatile(".machine push; .machine e500; wrteei 0; .machine pop" : : : "memory");
}

static void send(int n)
{
	mpic_write(IPIDR(n), 1);
}

static void wait_for(int n)
{
	for (int i = 0; i < PATIENCE && count < n; i++)
		;
}

void trap(struct frame *f)
{
	unsigned vector = mfspr(EPR) & 0xffff;
	int n = 0;

	while (n < 3 && ipi[n].vector != vector)
		n++;
	if (f->vector != 0x500 || n == 3 || count == 8) {
		/* Nothing in service that an EOI could end; without one a real source would storm. */
		if (++strays > 8)
			stop(99);
		return;
	}
	seen[count].ipi = n;
	seen[count].depth = depth;
	count++;
	if (n == 2 && nest) {
		nest = 0;
		send(0);
		send(1);
		depth++;
		wrteei(1);
		wait_for(count + 1);
		wrteei(0);
		depth--;
	}
	mpic_write(EOI, 0);
}

/* Prints what was seen since the last report and compares it with IPI numbers and depths. */
static int report(const char *title, int expected, const char *ipis, const char *depths)
{
	int good = count == expected && strays == 0;

	put_str(title);
	put_str(":\n");
	for (int i = 0; i < count; i++) {
		int n = seen[i].ipi;

		put_str("  vector 0x");
		put_hex(ipi[n].vector, 2);
		put_str(", priority ");
		put_dec(ipi[n].priority);
		put_str(", depth ");
		put_dec(seen[i].depth);
		put_str("\n");
		good = good && i < expected && n == ipis[i] - '0' && seen[i].depth == depths[i] - '0';
	}
	count = 0;
	return good;
}

int main(unsigned long entry_r1)
{
	unsigned last;

	(void)entry_r1;
	install_vectors();
	mpic_write(GCR, GCR_PROXY);
	mpic_write(SVR, SPURIOUS);
	for (int n = 0; n < 3; n++)
		mpic_write(IPIVPR(n), ipi[n].priority << 16 | ipi[n].vector);
	mpic_write(CTPR, 0);

	/* Sent in the order 0, 1, 2 while EE is off; taken by priority. */
	send(0);
	send(1);
	send(2);
	wrteei(1);
	wait_for(3);
	wrteei(0);
	if (!report("by priority", 3, "120", "000"))
		return 1;

	/* Priority 3 waits while CTPR is 7, and comes when it falls. */
	mpic_write(CTPR, 7);
	send(0);
	send(1);
	wrteei(1);
	wait_for(1);
	wrteei(0);
	if (!report("CTPR 7", 1, "1", "0"))
		return 2;
	wrteei(1);
	mpic_write(CTPR, 0);
	wait_for(1);
	wrteei(0);
	if (!report("CTPR 0", 1, "0", "0"))
		return 2;

	/* In the handler of priority 6, with EE on: 9 interrupts it, 3 waits for its end. */
	nest = 1;
	send(2);
	wrteei(1);
	wait_for(3);
	wrteei(0);
	if (!report("nested", 3, "210", "010"))
		return 3;

	last = mpic_read(IACK) & 0xffff;
	put_str("nothing pending: IACK gives 0x");
	put_hex(last, 2);
	put_str("\n");
	if (last != SPURIOUS)
		return 4;

	last = mfspr(EPR) & 0xffff;
	put_str("nothing pending: EPR gives 0x");
	put_hex(last, 2);
	if (last == SPURIOUS)
		put_str(", reading it acknowledges\n");
	else if (last == ipi[0].vector)
		put_str(", delivery acknowledges\n");
	else {
		put_str(", which is wrong\n");
		return 5;
	}
	return 0;
}
