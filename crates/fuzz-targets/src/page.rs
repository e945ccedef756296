//! A VMM that writes over the run page at any time: the core does what its own record of the access says, never what else the
//! page says.

use crate::coverage::mark;
use crate::input::Input;
use crate::random::Random;
use crate::step;
use spr_exit::{ExitReason, KvmRun, KvmRunError, KvmRunPage, Vcpu};

pub(crate) fn kvm_run_page(data: &[u8]) {
    let mut input = Input(data);
    let mut random = Random::new(input.number::<2>());
    let mut vcpu = KvmRun::new(step::machine(&mut input));
    for _ in 0..24 {
        for _ in 0..random.below(6) {
            // Mostly where something is read.
            let at = match random.below(4) {
                0 => random.below(KvmRunPage::SIZE),
                1 => random.below(16),
                _ => KvmRunPage::UNION + random.below(64),
            };
            vcpu.page_mut().as_bytes_mut()[at] = random.byte();
        }
        if random.below(3) == 0 {
            vcpu.set_immediate_exit(false);
        }
        vcpu.core_mut().set_budget(64);
        let before = vcpu.core().cpu.work();
        let waited = vcpu.core().pending();
        if random.below(2) == 0 {
            raw(&mut vcpu);
        } else if waited.is_some() {
            // A reply that the page cannot say is refused, and the access still waits.
            if vcpu.complete(step::reply(&mut random)).is_err() {
                assert_eq!(vcpu.core().pending(), waited);
            }
        } else {
            let exit = vcpu.run().expect("nothing waits");
            mark((vcpu.core().cpu.model().name, std::mem::discriminant(&exit)));
            assert_eq!(exit.awaits_reply(), vcpu.core().pending().is_some());
        }
        assert!(vcpu.core().cpu.work() - before <= 65, "a completion and a budget");
    }
}

/// KVM_RUN as it stands.
fn raw(vcpu: &mut KvmRun<ppc_cpu::Machine>) {
    let leave = vcpu.page().immediate_exit();
    let waited = vcpu.core().pending();
    match vcpu.kvm_run() {
        Ok(reason) => {
            mark((vcpu.core().cpu.model().name, u32::from(reason)));
            assert!(!leave, "immediate_exit was set");
            // What the page shows is what the core knows.
            let mut fresh = KvmRun::new(vcpu.core().clone());
            if vcpu.core().pending().is_some() {
                assert_eq!(fresh.page_mut().exit_reason(), reason);
            }
            assert_ne!(reason, ExitReason::Unknown);
        }
        Err(KvmRunError::Interrupted) => {}
        Err(why) => {
            mark((3, why.errno()));
            assert_eq!(vcpu.core().pending(), waited, "{why}");
        }
    }
}
