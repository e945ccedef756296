//! What is answered arrives: on the script, on the page, in the record.

use spr_exit::num::booke::{DBCR0, PIR};
use spr_exit::record::{Reader, Start, Writer};
use spr_exit::{
    DcrAccess, Exit, ExitReason, Fault, Injection, KvmRun, KvmRunError, MmioAccess, Reply, ResetKind,
    Scripted, SprAccess, SystemEvent, Vcpu, VcpuError, member,
};

fn dcr(is_write: bool) -> Exit {
    Exit::Dcr(DcrAccess {
        dcrn: 3,
        is_write,
        data: 0,
        cia: 0x1000,
        word: 0,
        cpu: 0,
    })
}

fn mmio(is_write: bool) -> Exit {
    Exit::Mmio(MmioAccess {
        phys_addr: 0x8000_0000,
        len: 4,
        is_write,
        data: 0,
        is_little_endian: false,
        cia: 0x1000,
        word: 0,
        cpu: 0,
    })
}

#[test]
fn the_value_counts_for_what_is_read_and_for_nothing_that_is_written() {
    for (exit, is_read) in [
        (dcr(false), true),
        (dcr(true), false),
        (mmio(false), true),
        (mmio(true), false),
        (Exit::Epr, true),
    ] {
        let mut vcpu = Scripted::default().exit(exit).expect(Reply::Done(1));
        assert_eq!(vcpu.run(), Ok(exit));
        let answered = vcpu.complete(Reply::Done(2));
        assert_eq!(
            matches!(answered, Err(VcpuError::ScriptMismatch { .. })),
            is_read,
            "{exit}"
        );
    }
}

#[test]
fn a_system_call_or_an_address_is_done_or_left_to_the_cpu_and_nothing_else() {
    let call = Exit::Syscall {
        cia: 0x1000,
        level: 0,
    };
    for exit in [call, mmio(false), mmio(true)] {
        for (reply, is_possible) in [
            (Reply::Done(0), true),
            (Reply::Architected, true),
            (Reply::NoOp, false),
            (Reply::Fault(Fault::Illegal), false),
            (Reply::Fault(Fault::Privileged), false),
        ] {
            let mut vcpu = Scripted::default().exit(exit);
            assert_eq!(vcpu.run(), Ok(exit));
            assert_eq!(vcpu.complete(reply).is_ok(), is_possible, "{exit} {reply:?}");
        }
    }
}

#[test]
fn a_step_that_was_answered_twice_is_played_once() {
    let mut vcpu = Scripted::default()
        .read(PIR)
        .read(DBCR0)
        .inject(0, Injection::Double(Reply::Done(9)));
    assert_eq!(vcpu.run(), Ok(Exit::Spr(SprAccess::read(PIR))));
    assert_eq!(vcpu.complete(Reply::Done(1)), Err(VcpuError::NothingPending));
    assert_eq!(vcpu.run(), Ok(Exit::Spr(SprAccess::read(DBCR0))));
}

#[test]
fn what_stands_on_the_page_is_the_answer_to_its_exit() {
    let script = Scripted::default()
        .exit(dcr(false))
        .expect(Reply::Done(7))
        .exit(Exit::Epr)
        .expect(Reply::Done(8))
        .exit(Exit::SystemEvent(SystemEvent::Reset(ResetKind::System)))
        .expect(Reply::Done(0))
        .exit(Exit::Interrupted);
    let mut vm = KvmRun::new(script);
    assert_eq!(vm.kvm_run(), Ok(ExitReason::Dcr));
    let at = vm.page().dcr();
    vm.page_mut().set_dcr(member::Dcr { data: 7, ..at });
    assert_eq!(vm.kvm_run(), Ok(ExitReason::Epr));
    vm.page_mut().set_epr(member::Epr { epr: 8 });
    assert_eq!(vm.kvm_run(), Ok(ExitReason::SystemEvent));
    assert_eq!(vm.complete(Reply::Done(0)), Ok(()));
    assert_eq!(vm.kvm_run(), Err(KvmRunError::Interrupted));
    assert_eq!(vm.into_core().finish(), Ok(()));
}

#[test]
fn exits_of_many_places_are_as_short_as_those_of_one() {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &Start::of("e500v2", 0, ""));
    for n in 0..1000 {
        writer.exit(
            n * 20,
            &Exit::Spr(SprAccess::read(PIR).at(0x1000 + 4 * (n % 16), 0x7c70_dba6, 0)),
        );
        writer.reply(n * 20, Reply::Done(n & 0x7f));
    }
    writer.finish(20_000, 0).expect("memory takes it all");
    assert!(bytes.len() < 9 * 1000, "{}", bytes.len());
    let mut reader = Reader::new(bytes.into_iter()).expect("a record");
    for n in 1..=1000 {
        assert!(reader.next().expect("an entry").is_some());
        assert_eq!(reader.entry(), n);
    }
}
