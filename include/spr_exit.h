/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * SPR exits to user space for KVM on PowerPC: PROPOSED, NOT UPSTREAM.
 *
 * The payload is the one that was proposed in October 2012. The exit number, the capability numbers and the
 * `reason` byte are this project's own; Linux does not define them. docs/kvm-exit-spr.md is the specification.
 *
 * The header stands alone. With <linux/kvm.h> at hand, include that one too: no name clashes.
 */
#ifndef SPR_EXIT_H
#define SPR_EXIT_H

#include <stddef.h>
#include <stdint.h>

/* ---- exit_reason ---------------------------------------------------------------------------------------- */

/* An SPR access waits for its answer. */
#define KVM_EXIT_SPR 0x53505200u
/* Ours as well, each by request of user space alone. */
#define SPR_EXIT_NR_SYSCALL 0x53505210u
#define SPR_EXIT_NR_INTERRUPT 0x53505211u
#define SPR_EXIT_NR_BUDGET 0x53505212u
/* A message to other processors (msgsnd): the low word of RB is a uint32_t at SPR_RUN_UNION. */
#define SPR_EXIT_NR_MESSAGE 0x53505213u

/* ---- payload: what lies at SPR_RUN_UNION when exit_reason is KVM_EXIT_SPR -------------------------------- */

struct spr_exit {
	uint64_t sprn;       /* out: SPR number; which register it is depends on the CPU model */
	uint64_t data;       /* out: value of a write; in: result of a read (comes as 0) */
	uint64_t msr;        /* out: MSR at the time of the access */
	uint8_t is_write;    /* out: 1 = mtspr, 0 = mfspr */
	uint8_t status;      /* in: SPR_STATUS_* (comes as SPR_STATUS_OK) */
	uint8_t reason;      /* out: SPR_REASON_*; ours, padding in the proposal */
	uint8_t reserved[5]; /* zero */
};

/* status */
#define SPR_STATUS_OK 0   /* carried out */
#define SPR_STATUS_FAIL 1 /* the guest takes the interrupt of an illegal instruction */

/* reason */
#define SPR_REASON_UNKNOWN 1  /* the core does not model this number on this CPU */
#define SPR_REASON_INVALID 2  /* the register refuses this value */
#define SPR_REASON_FILTER 4   /* user space's filter denies it */
#define SPR_REASON_SPLIT 8    /* the access touches user-owned bits of a split register */
#define SPR_REASON_OWNED 16   /* a modelled register that this VM gave to user space */

/* ---- capabilities (KVM_ENABLE_CAP on the VM; args not named are zero) ------------------------------------ */

#define SPR_CAP_SPR_EXITS 0x53505201u       /* args[0]: mask of SPR_REASON_* for which accesses leave */
#define SPR_CAP_RESET_EVENT 0x53505202u     /* args[0]: 1 = a reset by register leaves as SYSTEM_EVENT */
#define SPR_CAP_EPR_ON_DELIVERY 0x53505203u /* args[0]: 1 = vector asked for on delivery (KVM_EXIT_EPR) */
#define SPR_CAP_IRQCHIP 0x53505204u         /* args[0]: 1 = interrupt controller in the core */
#define SPR_CAP_UNCHECKED_EXITS 0x53505205u /* args[0]: 1 = exits before the privilege check */
#define SPR_CAP_PROMOTE_SPR 0x53505206u     /* args[0]: SPR number, args[1]: 1 = the core takes it, 0 = gives back */
#define SPR_CAP_SYSCALL_EXITS 0x53505207u   /* args[0]: 1 = sc leaves as SPR_EXIT_NR_SYSCALL */

/* ---- the run page (struct kvm_run of PowerPC user space), as offsets ------------------------------------- */

#define SPR_RUN_SIZE 2352
#define SPR_RUN_REQUEST_INTERRUPT_WINDOW 0 /* u8, in */
#define SPR_RUN_IMMEDIATE_EXIT 1           /* u8, in */
#define SPR_RUN_EXIT_REASON 8              /* u32, out */
#define SPR_RUN_READY_FOR_INTERRUPT_INJECTION 12 /* u8, out */
#define SPR_RUN_IF_FLAG 13                 /* u8, out */
#define SPR_RUN_FLAGS 14                   /* u16, out */
#define SPR_RUN_CR8 16                     /* u64 */
#define SPR_RUN_APIC_BASE 24               /* u64 */
#define SPR_RUN_UNION 32
#define SPR_RUN_UNION_SIZE 256
#define SPR_RUN_VALID_REGS 288             /* u64 */
#define SPR_RUN_DIRTY_REGS 296             /* u64 */
#define SPR_RUN_SYNC_REGS 304              /* to the end */

#define SPR_RUN_SPR_SPRN 32
#define SPR_RUN_SPR_DATA 40
#define SPR_RUN_SPR_MSR 48
#define SPR_RUN_SPR_IS_WRITE 56
#define SPR_RUN_SPR_STATUS 57
#define SPR_RUN_SPR_REASON 58

#define SPR_RUN_HW_REASON 32
#define SPR_RUN_FAIL_ENTRY_REASON 32
#define SPR_RUN_FAIL_ENTRY_CPU 40
#define SPR_RUN_DEBUG_ADDRESS 32
#define SPR_RUN_DEBUG_STATUS 40
#define SPR_RUN_MMIO_PHYS_ADDR 32
#define SPR_RUN_MMIO_DATA 40
#define SPR_RUN_MMIO_LEN 48
#define SPR_RUN_MMIO_IS_WRITE 52
#define SPR_RUN_DCR_DCRN 32
#define SPR_RUN_DCR_DATA 36
#define SPR_RUN_DCR_IS_WRITE 40
#define SPR_RUN_INTERNAL_SUBERROR 32
#define SPR_RUN_INTERNAL_NDATA 36
#define SPR_RUN_INTERNAL_DATA 40
#define SPR_RUN_OSI_GPRS 32
#define SPR_RUN_PAPR_HCALL_NR 32
#define SPR_RUN_PAPR_HCALL_RET 40
#define SPR_RUN_PAPR_HCALL_ARGS 48
#define SPR_RUN_EPR_EPR 32
#define SPR_RUN_SYSTEM_EVENT_KIND 32
#define SPR_RUN_SYSTEM_EVENT_NDATA 36
#define SPR_RUN_SYSTEM_EVENT_DATA 40

/* Ours. */
#define SPR_RUN_SYSCALL_CIA 32
#define SPR_RUN_SYSCALL_LEVEL 40
#define SPR_RUN_SYSCALL_STATUS 44
#define SPR_RUN_INTERRUPT_KIND 32

/* ---- the layout, checked wherever this is compiled ------------------------------------------------------- */

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(struct spr_exit) == 32, "the payload is 32 bytes");
_Static_assert(_Alignof(struct spr_exit) <= 8, "the payload is at most 8-aligned");
_Static_assert(offsetof(struct spr_exit, sprn) + SPR_RUN_UNION == SPR_RUN_SPR_SPRN, "sprn");
_Static_assert(offsetof(struct spr_exit, data) + SPR_RUN_UNION == SPR_RUN_SPR_DATA, "data");
_Static_assert(offsetof(struct spr_exit, msr) + SPR_RUN_UNION == SPR_RUN_SPR_MSR, "msr");
_Static_assert(offsetof(struct spr_exit, is_write) + SPR_RUN_UNION == SPR_RUN_SPR_IS_WRITE, "is_write");
_Static_assert(offsetof(struct spr_exit, status) + SPR_RUN_UNION == SPR_RUN_SPR_STATUS, "status");
_Static_assert(offsetof(struct spr_exit, reason) + SPR_RUN_UNION == SPR_RUN_SPR_REASON, "reason");
_Static_assert(SPR_RUN_UNION + SPR_RUN_UNION_SIZE == SPR_RUN_VALID_REGS, "the union ends where the registers begin");
#endif

#endif
