/*
 * Machine reset through DBCR0[RST]: the first of the two registers that SPR exits were proposed for.
 *
 * Book E (e500v2, e500mc). Prints
 *   first start
 *   started again: DBSR[MRR] = N      (N: kind of reset, not 0)
 * and exits 0. Exits 1 when the write returns, 2 when the board did not count the reset, 3 when RAM
 * lost its contents over it, 4 when DBSR[MRR] says nothing of it.
 *
 * The image is not loaded again, so nothing here may rely on initialised data that the first start
 * changed; only `cookie` survives on purpose.
 */
#include "guest.h"
#include "ppc.h"

#define RST 0x30000000ul /* DBCR0: 3 is "system" on 4xx; e500 only knows reset or not */
#define MRR 0x30000000ul /* DBSR: most recent reset */
#define COOKIE 0x600dcafeul

static volatile unsigned long cookie;

int main(unsigned long entry_r1)
{
	(void)entry_r1;
	if (cookie == COOKIE || mfspr(BOARD)) {
		unsigned long mrr = (mfspr(DBSR) & MRR) >> 28;

		put_str("started again: DBSR[MRR] = ");
		put_dec(mrr);
		put_str("\n");
		if (mfspr(BOARD) == 0)
			return 2;
		if (cookie != COOKIE)
			return 3;
		return mrr ? 0 : 4;
	}
	put_str("first start\n");
	cookie = COOKIE;
	/* Power-on may count as a reset; write one to clear, so that MRR speaks of ours only. */
	mtspr(DBSR, MRR);
	/* On e500 RST asks for a reset only while MSR[DE] = 1 (E500CORERM 2.13.1). */
	mtmsr(mfmsr() | MSR_DE);
	mtspr(DBCR0, mfspr(DBCR0) | RST);
	__asm__ volatile("isync");
	put_str("no reset\n");
	return 1;
}
