/*
 * The part of the OpenPIC that the bare machine has (MPC8548ERM chapter 10; per-CPU registers in the
 * public area).
 */
#ifndef MPIC_H
#define MPIC_H

#define MPIC_BASE 0xe0040000ul

#define IPIDR(n) (0x40 + 0x10 * (n)) /* write: send IPI n to the CPUs in the mask */
#define CTPR 0x80                    /* sources at or below this priority wait */
#define IACK 0xa0                    /* read: acknowledge, gives the vector */
#define EOI 0xb0                     /* write 0: end of the interrupt in service */
#define GCR 0x1020
#define IPIVPR(n) (0x10a0 + 0x10 * (n)) /* mask 0x80000000, priority << 16, vector */
#define SVR 0x10e0                      /* vector of a spurious interrupt */

#define GCR_PROXY 0x60000000u /* external proxy: the core fetches the vector into EPR (e500mc) */

static inline unsigned mpic_read(unsigned reg)
{
	unsigned value = *(volatile unsigned *)(MPIC_BASE + reg);

	__asm__ volatile("sync" : : : "memory");
	return value;
}

static inline void mpic_write(unsigned reg, unsigned value)
{
	*(volatile unsigned *)(MPIC_BASE + reg) = value;
	__asm__ volatile("sync" : : : "memory");
}

#endif
