//! What the model is compared with: the emulator, the scripted double, and a `kvm_run` page before each of them.

use crate::model::{GuestAccess, IDM, Outcome, PROGRAM, RST, Seen, Step};
use ppc_cpu::{Cpu, Machine, Memory, Snapshot, model};
use ppc_decode::asm;
use spr_exit::{Exit, KvmRun, Reply, Scripted, SprAccess, SprNum, Vcpu};
use std::cell::RefCell;

/// An implementation of the contract under test.
pub trait Subject: Clone {
    const IS_RAW: bool;
    fn new() -> Self;
    fn vcpu(&mut self) -> &mut dyn Vcpu;
    fn reset(&mut self);
    fn save_and_restore(&mut self);
    /// What can be seen of the guest, where there is one.
    fn seen(&self) -> Option<Seen>;

    fn step(&mut self, step: Step) -> Outcome {
        perform(self, step)
    }
}

/// Does one step.
fn perform<S: Subject>(it: &mut S, step: Step) -> Outcome {
    match step {
        Step::Run => match it.vcpu().run() {
            Ok(Exit::Spr(at)) => Outcome::Access(access(&at)),
            Ok(Exit::Interrupted) => Outcome::Interrupted,
            Ok(other) => panic!("an exit that the program does not make: {other:?}"),
            Err(why) => Outcome::Error(why),
        },
        Step::Complete(reply) => match it.vcpu().complete(reply) {
            Ok(()) => Outcome::Nothing,
            Err(why) => Outcome::Error(why),
        },
        Step::ImmediateExit(leave) => {
            it.vcpu().set_immediate_exit(leave);
            Outcome::Nothing
        }
        Step::Cancel => {
            it.vcpu().cancel();
            Outcome::Nothing
        }
        Step::Reset => {
            it.reset();
            Outcome::Nothing
        }
        Step::SaveAndRestore => {
            it.save_and_restore();
            Outcome::Nothing
        }
    }
}

fn access(at: &SprAccess) -> GuestAccess {
    (at.sprn().into(), at.is_write().then(|| at.data()))
}

/// Where the guest's program begins, and where its accesses are.
const START: u64 = 0x1000;
const ACCESSES: [u64; 4] = [START + 8, START + 16, START + 24, START + 28];

/// The program, and a handler at IVOR6 that skips what was refused.
fn memory() -> Memory {
    let mut memory = Memory::with_ram(0x2000).unwrap();
    let [(a, None), (b, Some(value)), (c, Some(_)), (d, None)] = PROGRAM else {
        panic!("another program")
    };
    let number = |n: u64| i64::try_from(n).unwrap();
    let program = [
        asm::li(6, 0x700),
        asm::mtspr(406, 6),
        asm::mfspr(3, number(a)),
        asm::li(4, number(value)),
        asm::mtspr(number(b), 4),
        asm::lis(5, number((RST | IDM) >> 16)),
        asm::mtspr(number(c), 5),
        asm::mfspr(3, number(d)),
        asm::b(-24),
    ];
    memory.write_words(START, &program).unwrap();
    let skip = [
        asm::mfspr(7, 26),
        asm::addi(7, 7, 4),
        asm::mtspr(26, 7),
        asm::rfi(),
    ];
    memory.write_words(0x700, &skip).unwrap();
    memory
}

/// The emulator.
#[derive(Clone)]
pub struct Emulator(Machine);

impl Subject for Emulator {
    const IS_RAW: bool = false;

    fn new() -> Self {
        let mut it = Self(Machine::new(&model::E500V2, memory()));
        it.reset();
        it
    }

    fn vcpu(&mut self) -> &mut dyn Vcpu {
        &mut self.0
    }

    fn reset(&mut self) {
        self.0.reset(None);
        self.0.cpu.set_cia(START);
    }

    /// Through text, into another CPU.
    fn save_and_restore(&mut self) {
        let mut cpu = Cpu::from_snapshot(&self.0.cpu.snapshot()).unwrap();
        // The request to leave is the caller's and not in a snapshot.
        cpu.set_immediate_exit(self.0.cpu.is_immediate_exit());
        self.0.cpu = cpu;
    }

    fn seen(&self) -> Option<Seen> {
        let cpu = &self.0.cpu;
        let saved = cpu.last_interrupt().map(|interrupt| interrupt.srr0);
        Some(Seen {
            target: cpu.gpr(3),
            dbcr0: visible_dbcr0(cpu),
            faults: cpu.deliveries(),
            fault_at: saved.map(|pc| {
                ACCESSES
                    .iter()
                    .position(|a| *a == pc)
                    .expect("the pc of an access")
            }),
            over: 0,
        })
    }
}

thread_local! {
    /// A machine that executes `mfspr r9, DBCR0` on a copy of a CPU.
    static PROBE: RefCell<Machine> = RefCell::new({
        let mut memory = Memory::with_ram(0x10).unwrap();
        memory.write_words(0, &[asm::mfspr(9, 308)]).unwrap();
        Machine::new(&model::E500V2, memory)
    });
}

/// DBCR0 as a guest's read would show it.
fn visible_dbcr0(cpu: &Cpu) -> u64 {
    PROBE.with_borrow_mut(|probe| {
        probe.cpu = cpu.clone();
        probe.cpu.set_immediate_exit(false);
        probe.cpu.set_cia(0);
        probe.set_budget(1);
        assert_eq!(probe.run(), Ok(Exit::Budget));
        probe.cpu.gpr(9)
    })
}

impl Emulator {
    /// The same after its state went through JSON.
    pub fn through_json(&self) -> Self {
        let json = serde_json::to_string(&self.0.cpu.snapshot()).unwrap();
        let snapshot: Snapshot = serde_json::from_str(&json).unwrap();
        let mut it = self.clone();
        it.0.cpu = Cpu::from_snapshot(&snapshot).unwrap();
        it
    }
}

/// The double; its script is the program, many times over.
#[derive(Clone)]
pub struct Double(Scripted, bool);

impl Subject for Double {
    const IS_RAW: bool = false;

    fn new() -> Self {
        let mut script = Scripted::new([]);
        for _ in 0..64 {
            for (number, written) in PROGRAM {
                let sprn = SprNum::new(number).unwrap();
                script = match written {
                    None => script.read(sprn),
                    Some(value) => script.write(sprn, value),
                };
            }
        }
        Self(script, false)
    }

    fn vcpu(&mut self) -> &mut dyn Vcpu {
        &mut self.0
    }

    fn reset(&mut self) {
        let leave = self.1;
        *self = Self::new();
        self.1 = leave;
        self.0.set_immediate_exit(leave);
    }

    fn save_and_restore(&mut self) {
        self.0 = self.0.clone();
    }

    fn seen(&self) -> Option<Seen> {
        None
    }

    fn step(&mut self, step: Step) -> Outcome {
        if let Step::ImmediateExit(leave) = step {
            self.1 = leave;
        }
        perform(self, step)
    }
}

/// A `kvm_run` page before another implementation.
#[derive(Clone)]
pub struct Page<S: Subject>(KvmRun<Inner<S>>);

/// What stands behind the page: a subject as the vCPU it is.
#[derive(Clone)]
pub struct Inner<S>(S);

impl<S: Subject> Vcpu for Inner<S> {
    fn run(&mut self) -> Result<Exit, spr_exit::VcpuError> {
        self.0.vcpu().run()
    }
    fn complete(&mut self, reply: Reply) -> Result<(), spr_exit::VcpuError> {
        self.0.vcpu().complete(reply)
    }
    fn pending(&self) -> Option<Exit> {
        // `vcpu` borrows mutably; a clone tells the same.
        self.0.clone().vcpu().pending()
    }
    fn set_immediate_exit(&mut self, leave: bool) {
        self.0.vcpu().set_immediate_exit(leave);
    }
    fn cancel(&mut self) {
        self.0.vcpu().cancel();
    }
}

impl<S: Subject> Subject for Page<S> {
    const IS_RAW: bool = true;

    fn new() -> Self {
        Self(KvmRun::new(Inner(S::new())))
    }

    fn vcpu(&mut self) -> &mut dyn Vcpu {
        &mut self.0
    }

    fn reset(&mut self) {
        self.0.cancel();
        self.0.core_mut().0.reset();
    }

    fn save_and_restore(&mut self) {
        self.0.core_mut().0.save_and_restore();
    }

    fn seen(&self) -> Option<Seen> {
        self.0.core().0.seen()
    }
}
