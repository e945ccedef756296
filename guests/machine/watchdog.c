/*
 * The watchdog timer: fed, it does nothing; neglected, it resets the machine.
 *
 * Book E (e500v2, e500mc, 440). Prints
 *   fed
 *   started again: TSR[WRS] = 2
 * and exits 0. Exits 1 when no reset comes, 2 when the board did not count it, 3 when RAM lost its contents over it, 4 when
 * TCR[WRC] outlasts it, 5 when TSR[WRS] is not what TCR[WRC] was.
 */
#include "guest.h"
#include "ppc.h"

#define ENW_WIS 0xc0000000ul /* TSR: the first two stages */
#define WRS 0x30000000ul
#define CHIP 0x20000000ul /* TCR[WRC] = 2 */
/* e500: WPEXT || WP = 52, bit 2^11 of the time base. The 440 has no WPEXT: bit 2^20. */
#define PERIOD (13ul << 17)
#define COOKIE 0x600dcafeul

static volatile unsigned long cookie;

int main(unsigned long entry_r1)
{
	unsigned long n;

	(void)entry_r1;
	if (cookie == COOKIE || mfspr(BOARD)) {
		unsigned long wrs = mfspr(TSR) & WRS;

		put_str("started again: TSR[WRS] = ");
		put_dec(wrs >> 28);
		put_str("\n");
		if (mfspr(BOARD) == 0)
			return 2;
		if (cookie != COOKIE)
			return 3;
		if (mfspr(TCR) & CHIP)
			return 4;
		return wrs == CHIP ? 0 : 5;
	}
	mtspr(TCR, PERIOD | CHIP);
	for (n = 0; n < 10000; n++)
		mtspr(TSR, ENW_WIS);
	put_str("fed\n");
	cookie = COOKIE;
	for (n = 0; n < 40000000; n++)
		__asm__ volatile("");
	return 1;
}
