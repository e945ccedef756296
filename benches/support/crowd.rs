//! Many CPUs in one process, each with its own memory, that take turns.

use crate::small;
use ppc_cpu::Machine;
use spr_exit::{Exit, Reply, Vcpu};

/// So many CPUs, each reading an SPR that nobody models for ever.
pub(crate) fn crowd(cpus: usize) -> Vec<Machine> {
    vec![small::looping(small::READ); cpus]
}

/// The next access of this CPU, answered with `value`.
pub(crate) fn turn(machine: &mut Machine, value: u64) {
    let exit = machine.run();
    assert!(
        matches!(exit, Ok(Exit::Spr(_))),
        "the guest does nothing else: {exit:?}"
    );
    machine.complete(Reply::Done(value)).expect("an exit waits");
}
