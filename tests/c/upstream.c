/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The second source: include/spr_exit.h against <linux/kvm.h>, as the compiler of each PowerPC ABI lays it out.
 * That it compiles is most of the test; run, it prints the exit numbers ("exit NAME VALUE"). <linux/kvm.h> comes with
 * the C library's development files.
 */
#include <linux/kvm.h>
#include <stdio.h>

#include "spr_exit.h"

#define SAME(name, field) _Static_assert(SPR_RUN_##name == offsetof(struct kvm_run, field), #field)

_Static_assert(SPR_RUN_SIZE == sizeof(struct kvm_run), "size");
_Static_assert(_Alignof(struct kvm_run) == 8, "alignment");
SAME(REQUEST_INTERRUPT_WINDOW, request_interrupt_window);
SAME(IMMEDIATE_EXIT, immediate_exit);
SAME(EXIT_REASON, exit_reason);
SAME(READY_FOR_INTERRUPT_INJECTION, ready_for_interrupt_injection);
SAME(IF_FLAG, if_flag);
SAME(FLAGS, flags);
SAME(CR8, cr8);
SAME(APIC_BASE, apic_base);
SAME(UNION, hw);
SAME(VALID_REGS, kvm_valid_regs);
SAME(DIRTY_REGS, kvm_dirty_regs);
SAME(SYNC_REGS, s);
SAME(HW_REASON, hw.hardware_exit_reason);
SAME(FAIL_ENTRY_REASON, fail_entry.hardware_entry_failure_reason);
SAME(FAIL_ENTRY_CPU, fail_entry.cpu);
SAME(MMIO_PHYS_ADDR, mmio.phys_addr);
SAME(MMIO_DATA, mmio.data);
SAME(MMIO_LEN, mmio.len);
SAME(MMIO_IS_WRITE, mmio.is_write);
SAME(DCR_DCRN, dcr.dcrn);
SAME(DCR_DATA, dcr.data);
SAME(DCR_IS_WRITE, dcr.is_write);
SAME(INTERNAL_SUBERROR, internal.suberror);
SAME(INTERNAL_NDATA, internal.ndata);
SAME(INTERNAL_DATA, internal.data);
SAME(OSI_GPRS, osi.gprs);
SAME(PAPR_HCALL_NR, papr_hcall.nr);
SAME(PAPR_HCALL_RET, papr_hcall.ret);
SAME(PAPR_HCALL_ARGS, papr_hcall.args);
SAME(EPR_EPR, epr.epr);
SAME(SYSTEM_EVENT_KIND, system_event.type);
SAME(SYSTEM_EVENT_NDATA, system_event.ndata);
SAME(SYSTEM_EVENT_DATA, system_event.data);
#ifdef __powerpc__
SAME(DEBUG_ADDRESS, debug.arch.address);
SAME(DEBUG_STATUS, debug.arch.status);
#endif

/* The numbers that crates/spr-exit/src/kvm_run/reason.rs names. */
#define EXIT_NUMBERS(X) \
	X(KVM_EXIT_UNKNOWN) \
	X(KVM_EXIT_DEBUG) \
	X(KVM_EXIT_HLT) \
	X(KVM_EXIT_MMIO) \
	X(KVM_EXIT_SHUTDOWN) \
	X(KVM_EXIT_FAIL_ENTRY) \
	X(KVM_EXIT_INTR) \
	X(KVM_EXIT_DCR) \
	X(KVM_EXIT_INTERNAL_ERROR) \
	X(KVM_EXIT_OSI) \
	X(KVM_EXIT_PAPR_HCALL) \
	X(KVM_EXIT_WATCHDOG) \
	X(KVM_EXIT_EPR) \
	X(KVM_EXIT_SYSTEM_EVENT)

_Static_assert(KVM_INTERNAL_ERROR_EMULATION == 1, "the suberror of an instruction that is not emulated");
_Static_assert(KVM_SYSTEM_EVENT_RESET == 2, "the event of a reset");
_Static_assert(sizeof(struct kvm_enable_cap) == 104, "kvm_enable_cap");
_Static_assert(offsetof(struct kvm_enable_cap, args) == 8, "kvm_enable_cap.args");

#define PRINT(name) printf("exit %s %d\n", #name, name);

int main(void)
{
	EXIT_NUMBERS(PRINT)
	return 0;
}
