/*
 * sc, its handler, and the return behind it. One source for classic and Book E (syscall.elf), 64-bit
 * big-endian (syscall.ppc64.elf) and little-endian (syscall.ppc64le.elf).
 * Prints "syscall: 3 calls, each returned to the next instruction" and exits 0, or 1 when a call
 * came back wrong. In problem state the CPU would drop to supervisor here; the guest stays privileged.
 *
 * The little-endian build asks for little-endian interrupts by HID0[HILE], since it runs with
 * MSR[HV] = 1; if the handler is entered big-endian all the same, r3 comes back as -1 (trap.S).
 */
#include "guest.h"
#include "ppc.h"

static unsigned long srr0;

void trap(struct frame *f)
{
	if (f->vector != 0xc00)
		stop(3);
	srr0 = f->srr0;
	f->gpr[3] += f->gpr[0];
}

/* r3 = a + b, computed by the handler; 0 when SRR0 was not the next instruction. */
static long add(long a, long b)
{
	register long r0 __asm__("r0") = b;
	register long r3 __asm__("r3") = a;
	unsigned long next;

	srr0 = 0;
	__asm__ volatile("lis %1,1f@ha; addi %1,%1,1f@l\nsc\n1:" : "+r"(r3), "=&b"(next) : "r"(r0) : "memory");
	return srr0 == next || r3 < 0 ? r3 : 0;
}

int main(unsigned long entry_r1)
{
	int calls = 0;

	(void)entry_r1;
	install_vectors();
#ifdef __LITTLE_ENDIAN__
	/* HILE is HID0 bit 19 on POWER8 (PVR 0x004B to 0x004D), bit 4 on POWER9 and later. */
	mtspr(HID0, mfspr(HID0) | (mfspr(PVR) >> 16 < 0x4e ? 1ul << (63 - 19) : 1ul << (63 - 4)));
	__asm__ volatile("isync");
#endif
	for (long n = 1; n <= 3; n++) {
		long sum = add(40, n);

		if (sum < 0)
			put_str("syscall: handler entered big-endian\n");
		calls += sum == 40 + n;
	}
	put_str("syscall: ");
	put_dec(calls);
	put_str(" calls, each returned to the next instruction\n");
	return calls != 3;
}
