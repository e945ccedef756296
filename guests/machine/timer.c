/*
 * Three decrementer interrupts. One source for the classic CPUs and Book E (timer.elf, told apart by
 * the PVR) and for 64-bit servers (decrementer.ppc64.elf).
 * QEMU 7.2 exits 2 on its e500 boards: its DEC counts on below 0 there.
 * Prints "timer: 3 decrementer interrupts" and exits 0; 1 when they do not come, 2 when DEC holds a
 * value that its family does not have after running out.
 */
#include "guest.h"
#include "ppc.h"

#define PERIOD 1000
#define PATIENCE 10000000
#define DIS 0x08000000ul  /* TSR: decrementer interrupt status, write one to clear */
#define DIE 0x04000000ul  /* TCR: decrementer interrupt enable */
#define TBEN 0x00004000ul /* HID0 of e500v1/v2 and e200: the time base runs */
#define NEGATIVE 0x80000000ul

static volatile int ticks, wrong;

void trap(struct frame *f)
{
	unsigned long dec = mfspr(DEC);

	if (f->vector != 0x900)
		stop(3);
	ticks++;
	if (is_booke()) {
		/* Book E without auto-reload stops at 0 and keeps the event in TSR (E500CORERM 2.6.4, 2.6.2). */
		wrong |= dec != 0 || !(mfspr(TSR) & DIS);
		mtspr(TSR, DIS);
		wrong |= (mfspr(TSR) & DIS) != 0;
	} else {
		/* Elsewhere DEC counts on below 0; a new positive value ends the exception. */
		wrong |= !(dec & NEGATIVE);
	}
	/* A machine that runs on the host's clock must not get a fourth before main looks. */
	mtspr(DEC, ticks < 3 ? PERIOD : 0x7fffffff);
}

int main(unsigned long entry_r1)
{
	(void)entry_r1;
	install_vectors();
	mtspr(DEC, PERIOD);
	if (is_booke()) {
		unsigned version = mfspr(PVR) >> 16;

		if (version <= 0x8021 || version >= 0x8100)
			mtspr(HID0, mfspr(HID0) | TBEN);
		mtspr(TSR, DIS);
		mtspr(TCR, DIE);
	}
	mtmsr(mfmsr() | MSR_EE);
	for (int i = 0; i < PATIENCE && ticks < 3; i++)
		;
	mtmsr(mfmsr() & ~MSR_EE);
	put_str("timer: ");
	put_dec(ticks);
	put_str(" decrementer interrupts\n");
	return ticks != 3 ? 1 : wrong ? 2 : 0;
}
