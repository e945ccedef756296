use super::*;
use crate::num::booke::{DBCR0, PIR};
use crate::{Exit, Fault, MmioAccess, Reply, Scripted, Step, Vcpu, VcpuError, drive, on_read, strategy};
use crate::{ExitSpr, Outcome, ResetKind, SprAccess, Stop, SystemEvent};
use alloc::vec::Vec;
use proptest::prelude::*;

/// The exit without what the page has no place for.
fn on_page(exit: Exit) -> Exit {
    match exit {
        Exit::Spr(at) => Exit::Spr(at.at(0, 0, 0)),
        Exit::Dcr(at) => Exit::Dcr(crate::DcrAccess {
            cia: 0,
            word: 0,
            cpu: 0,
            ..at
        }),
        Exit::Mmio(at) => {
            let shown = MmioAccess {
                is_little_endian: false,
                cia: 0,
                word: 0,
                cpu: 0,
                ..at
            };
            Exit::Mmio(MmioAccess {
                data: shown.value_of(at.bytes()),
                ..shown
            })
        }
        Exit::Checkstop { .. } => Exit::Checkstop { cia: 0 },
        other => other,
    }
}

/// What a reply is when it has gone over the page; `None` if it cannot.
fn as_the_core_gets_it(exit: &Exit, reply: Reply) -> Option<Reply> {
    let done = match (exit, reply) {
        (Exit::Spr(at), Reply::Done(value)) => [value, 0][usize::from(at.is_write())],
        (Exit::Dcr(at), Reply::Done(value)) if !at.is_write => u32::try_from(value).ok()?.into(),
        (Exit::Mmio(at), Reply::Done(value)) if !at.is_write => {
            let low = value & (u64::MAX >> (64 - 8 * at.len));
            match at.is_little_endian {
                true => low.swap_bytes() >> (64 - 8 * at.len),
                false => low,
            }
        }
        (Exit::Epr, Reply::Done(value)) => u32::try_from(value).ok()?.into(),
        (_, Reply::Done(_)) => 0,
        (Exit::Spr(_), Reply::Fault(Fault::Illegal)) | (Exit::Syscall { .. }, Reply::Architected) => {
            return Some(reply);
        }
        _ => return None,
    };
    Some(Reply::Done(done))
}

proptest! {
    #[test]
    fn an_exit_survives_the_way_over_the_page(exit in strategy::exit()) {
        let mut page = KvmRunPage::from_bytes([0xa5; KvmRunPage::SIZE]);
        page.present(&exit);
        prop_assert_eq!(page.exit(), on_page(exit));
    }

    #[test]
    fn a_page_of_any_bytes_is_an_exit_and_never_a_panic(
        reason in prop_oneof![0..64u32, Just(crate::KVM_EXIT_SPR), 0x5350_5210..0x5350_5214u32],
        bytes in prop::collection::vec(any::<u8>(), KvmRunPage::SIZE),
    ) {
        let mut page = KvmRunPage::from_bytes(bytes.try_into().unwrap());
        page.set_exit_reason(reason.into());
        let exit = page.exit();
        let mut again = KvmRunPage::new();
        again.present(&exit);
        prop_assert_eq!(again.exit_reason(), page.exit_reason());
    }

    #[test]
    fn what_a_hostile_vmm_writes_does_not_change_which_access_is_completed(
        at in strategy::spr_access(),
        bytes in prop::collection::vec(any::<u8>(), KvmRunPage::SIZE),
        status in 0..4u8,
    ) {
        let mut vcpu = KvmRun::new(Scripted::new([Step::exit(Exit::Spr(at))]).last(Exit::Wait));
        prop_assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Spr));
        *vcpu.page_mut() = KvmRunPage::from_bytes(bytes.try_into().unwrap());
        vcpu.page_mut().set_immediate_exit(false);
        let mut spr = vcpu.page().spr_member();
        spr.status = status;
        vcpu.page_mut().set_spr_member(spr);
        let answer = match (status, at.is_write()) {
            (0, false) => Reply::Done(spr.data),
            (0, true) => Reply::Done(0),
            _ => Reply::Fault(Fault::Illegal),
        };
        let entered = vcpu.kvm_run();
        if status > 1 {
            prop_assert_eq!(entered, Err(KvmRunError::Vcpu(VcpuError::UnknownStatus(status))));
            prop_assert_eq!(vcpu.core().pending(), Some(Exit::Spr(at)));
            prop_assert_eq!(entered.map_err(|e| e.errno()), Err(22));
        } else {
            prop_assert_eq!(entered, Ok(ExitReason::Hlt));
            prop_assert_eq!(vcpu.core().answers()[0].exit, Exit::Spr(at));
            prop_assert_eq!(vcpu.core().answers()[0].reply, answer);
            prop_assert_eq!(vcpu.core().answers().len(), 1);
        }
    }

    #[test]
    fn a_reply_reaches_the_core_as_given_or_is_refused(exit in strategy::exit(), reply in strategy::reply()) {
        let mut vcpu = KvmRun::new(Scripted::new([Step::exit(exit)]).last(Exit::Wait));
        let shown = vcpu.run();
        prop_assert_eq!(shown, Ok(on_page(exit)));
        match vcpu.complete(reply) {
            Ok(()) => {
                let got: Vec<_> = vcpu.core().answers().iter().map(|a| a.reply).collect();
                prop_assert_eq!(got, [as_the_core_gets_it(&exit, reply).unwrap()]);
            }
            Err(VcpuError::NothingPending) => prop_assert!(!exit.awaits_reply()),
            Err(why) => {
                prop_assert_eq!(why, VcpuError::ReplyNotPossible(reply));
                prop_assert_eq!(as_the_core_gets_it(&exit, reply), None);
                prop_assert_eq!(vcpu.pending(), Some(on_page(exit)));
                prop_assert_eq!(vcpu.page().exit(), on_page(exit));
            }
        }
    }
}

fn read_then_write() -> KvmRun<Scripted> {
    KvmRun::new(Scripted::new([Step::read(PIR), Step::write(DBCR0, 1)]).last(Exit::Wait))
}

#[test]
fn an_exit_comes_with_presets_and_a_union_that_is_zero_elsewhere() {
    let mut vcpu = read_then_write();
    *vcpu.page_mut() = KvmRunPage::from_bytes([0xff; KvmRunPage::SIZE]);
    vcpu.page_mut().set_immediate_exit(false);
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Spr));
    let expected = SprAccess::read(PIR).exit_spr();
    assert_eq!((vcpu.page().spr(), expected.reason), (expected, 1));
    let union = KvmRunPage::UNION..KvmRunPage::UNION + KvmRunPage::UNION_SIZE;
    assert!(vcpu.page().as_bytes()[union][32..].iter().all(|b| *b == 0));
    assert_eq!(vcpu.page().as_bytes()[KvmRunPage::SYNC_REGS], 0xff);
}

/// The documented danger of the raw interface.
#[test]
fn a_forgotten_answer_completes_with_the_preset_on_the_raw_page_alone() {
    let mut raw = read_then_write();
    assert_eq!(raw.kvm_run(), Ok(ExitReason::Spr));
    assert_eq!(raw.kvm_run(), Ok(ExitReason::Spr));
    assert_eq!(raw.core().answers()[0].reply, Reply::Done(0));
    let mut typed = read_then_write();
    assert!(typed.run().is_ok());
    assert_eq!(typed.run(), Err(VcpuError::ExitPending));
}

#[test]
fn re_entry_finishes_what_is_pending_before_it_looks_at_immediate_exit() {
    let mut vcpu = read_then_write();
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Spr));
    let mut spr = vcpu.page().spr();
    spr.data = 9;
    vcpu.page_mut().set_spr(&spr);
    vcpu.page_mut().set_immediate_exit(true);
    assert_eq!(vcpu.kvm_run(), Err(KvmRunError::Interrupted));
    assert_eq!(vcpu.core().answers()[0].reply, Reply::Done(9));
    assert_eq!(vcpu.core().position(), 1);
    assert!(vcpu.page().immediate_exit(), "the kernel never clears it");
    assert_eq!(vcpu.page().exit_reason(), ExitReason::Spr, "left stale");
    assert_eq!(KvmRunError::Interrupted.errno(), 4);
}

#[test]
fn status_fail_is_an_illegal_instruction_and_an_unknown_status_is_refused_before_immediate_exit() {
    let mut vcpu = read_then_write();
    let _ = vcpu.kvm_run();
    let spr = vcpu.page().spr();
    vcpu.page_mut().set_immediate_exit(true);
    vcpu.page_mut().set_spr(&ExitSpr { status: 2, ..spr });
    let refused = Err(KvmRunError::Vcpu(VcpuError::UnknownStatus(2)));
    assert_eq!((vcpu.kvm_run(), vcpu.kvm_run()), (refused, refused));
    assert!(vcpu.pending().is_some());
    vcpu.page_mut().set_spr(&ExitSpr { status: 1, ..spr });
    assert_eq!(vcpu.kvm_run(), Err(KvmRunError::Interrupted));
    assert_eq!(vcpu.core().answers()[0].reply, Reply::Fault(Fault::Illegal));
}

#[test]
fn completing_by_the_typed_view_puts_immediate_exit_back_as_it_was() {
    for leave in [false, true] {
        let mut vcpu = read_then_write();
        let _ = vcpu.run();
        vcpu.set_immediate_exit(leave);
        assert_eq!(vcpu.complete(Reply::Done(1)), Ok(()));
        assert_eq!(vcpu.page().immediate_exit(), leave);
        assert_eq!((vcpu.core().position(), vcpu.pending()), (1, None));
    }
}

#[test]
fn an_answer_that_the_core_refuses_leaves_the_page_as_it_was() {
    let mut vcpu = KvmRun::new(Scripted::new([Step::read(PIR).expect(Reply::Done(7))]));
    let _ = vcpu.run();
    let before = vcpu.page().clone();
    assert!(matches!(
        vcpu.complete(Reply::Done(8)),
        Err(VcpuError::ScriptMismatch { .. })
    ));
    assert_eq!(*vcpu.page(), before);
    assert_eq!(vcpu.complete(Reply::Done(7)), Ok(()));
}

#[test]
fn an_exit_that_waited_before_the_page_was_there_is_presented_on_it() {
    let mut core = Scripted::new([Step::write(DBCR0, 0x3000_0000)]);
    let exit = core.run().unwrap();
    let vcpu = KvmRun::new(core);
    assert_eq!((vcpu.page().exit(), vcpu.pending()), (exit, Some(exit)));
}

#[test]
fn a_little_endian_load_gets_its_bytes_in_the_order_of_the_bus() {
    let load = MmioAccess {
        phys_addr: 0x8000_0000,
        len: 4,
        is_write: false,
        data: 0,
        is_little_endian: true,
        cia: 0,
        word: 0,
        cpu: 0,
    };
    let mut vcpu = KvmRun::new(Scripted::new([Step::exit(Exit::Mmio(load)); 2]));
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Mmio));
    let mut mmio = vcpu.page().mmio();
    mmio.data = [1, 2, 3, 4, 0, 0, 0, 0];
    vcpu.page_mut().set_mmio(mmio);
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Mmio));
    assert_eq!(vcpu.core().answers()[0].reply, Reply::Done(0x0403_0201));
    // The typed view shows the access without its byte order, and takes the value as it showed it.
    assert_eq!(vcpu.complete(Reply::Done(0x0102_0304)), Ok(()));
    assert_eq!(vcpu.core().answers()[1].reply, Reply::Done(0x0403_0201));
}

#[test]
fn a_load_presents_its_data_as_zero_whatever_the_core_says() {
    let mut page = KvmRunPage::new();
    page.present(&Exit::Mmio(MmioAccess {
        phys_addr: 0,
        len: 8,
        is_write: false,
        data: u64::MAX,
        is_little_endian: false,
        cia: 0,
        word: 0,
        cpu: 0,
    }));
    assert_eq!(page.mmio().data, [0; 8]);
}

#[test]
fn a_member_that_makes_no_sense_is_an_exit_without_a_name() {
    let mut page = KvmRunPage::new();
    let reasons = [
        ExitReason::Spr,
        ExitReason::Dcr,
        ExitReason::Mmio,
        ExitReason::SystemEvent,
        ExitReason::Syscall,
        ExitReason::Interrupt,
        ExitReason::InternalError,
    ];
    for (byte, reason) in reasons.into_iter().flat_map(|r| [(0x55, r), (0xff, r)]) {
        page.as_bytes_mut()[KvmRunPage::UNION..].fill(byte);
        page.set_exit_reason(reason);
        assert_eq!(page.exit(), Exit::Other(reason.into()), "{byte:#x}");
    }
}

#[test]
fn a_reset_leaves_as_a_system_event_and_its_completion_is_implied() {
    let reset = Exit::SystemEvent(SystemEvent::Reset(ResetKind::System));
    let mut vcpu = KvmRun::new(Scripted::new([Step::exit(reset)]).last(Exit::Wait));
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::SystemEvent));
    let event = vcpu.page().system_event();
    assert_eq!((event.kind, event.ndata, event.data[0]), (2, 1, 3));
    assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Hlt));
    assert_eq!(vcpu.core().answers()[0].reply, Reply::Done(0));
}

#[test]
fn the_loop_everyone_writes_drives_a_page_too() {
    let mut vcpu = KvmRun::new(Scripted::new([Step::read(PIR)]).last(Exit::Budget));
    let stop = drive(&mut vcpu, &mut on_read(PIR, |_| Outcome::Handled(3)));
    assert_eq!(stop, Ok(Stop::Exit(Exit::Budget)));
    assert_eq!(vcpu.into_core().answers()[0].reply, Reply::Done(3));
}

#[test]
fn a_typed_answer_overwrites_what_the_vmm_left_on_the_page() {
    let mut vcpu = read_then_write();
    let _ = vcpu.run();
    let spr = vcpu.page().spr();
    vcpu.page_mut().set_spr(&ExitSpr {
        status: 1,
        data: 99,
        ..spr
    });
    assert_eq!(vcpu.complete(Reply::Done(5)), Ok(()));
    assert_eq!(vcpu.core().answers()[0].reply, Reply::Done(5));
}

#[test]
fn an_unnamed_exit_of_the_core_waits_for_nothing_even_if_its_number_has_a_name() {
    let epr = u32::from(ExitReason::Epr);
    let mut vcpu = KvmRun::new(Scripted::new([Step::exit(Exit::Other(epr))]));
    assert_eq!((vcpu.run(), vcpu.pending()), (Ok(Exit::Other(epr)), None));
}

#[test]
fn a_value_that_its_field_cannot_hold_is_refused_and_not_cut_off() {
    let dcr = Exit::Dcr(crate::DcrAccess {
        dcrn: 0x10,
        is_write: false,
        data: 0,
        cia: 0,
        word: 0,
        cpu: 0,
    });
    for exit in [dcr, Exit::Epr] {
        let mut vcpu = KvmRun::new(Scripted::new([Step::exit(exit)]));
        let _ = vcpu.run();
        let wide = Reply::Done(1 << 32);
        assert_eq!(vcpu.complete(wide), Err(VcpuError::ReplyNotPossible(wide)));
        assert_eq!(vcpu.complete(Reply::Done(0xffff_ffff)), Ok(()));
    }
}
