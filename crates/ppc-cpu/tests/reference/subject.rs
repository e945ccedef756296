//! A machine of a model with a random program, once with the walk and once with the plain loop.

use crate::kit::random::Random;
use crate::kit::{self, RAM, START, machine, tcr, tsr};
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{InterruptModel, Model};
use ppc_cpu::{Machine, MachineImage};
use ppc_decode::{Branch, Isa, LoadStore, Op, System, asm};
use spr_exit::num::classic::{HID0, HID1};
use spr_exit::num::ppc970::{MMCR0, MMCR1};
use spr_exit::num::{booke, e500, ppc4xx};
use spr_exit::{InterruptKind, Msr, SavePair, SprNum};

/// Instructions of a program.
const LENGTH: u64 = 24;
/// Where the data are.
const DATA: u64 = START + 0x400;

/// A number at or near a boundary, or any.
pub(crate) fn value(random: &mut Random) -> u64 {
    let near = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 63, u64::MAX];
    match random.below(4) {
        0 => random.pick(&near).wrapping_add(random.below(5)).wrapping_sub(2),
        1 => random.below(64),
        2 => DATA + random.below(0x80) * 4,
        _ => random.next(),
    }
}

/// A CPU model with its instructions and a machine of it that is kept.
pub(crate) struct Subject {
    pub(crate) model: &'static Model,
    ops: Vec<Op>,
    pub(crate) cached: Machine,
    pub(crate) plain: Machine,
    pub(crate) image: MachineImage,
}

impl Subject {
    pub(crate) fn new(model: &'static Model) -> Self {
        let mut cached = machine(model, &[]);
        for vector in (0x100..0x1000).chain(0x2000..0x3000).step_by(0x100) {
            let back = if model.isa.contains(Isa::SERVER) {
                asm::rfid()
            } else {
                asm::rfi()
            };
            // What was interrupted is skipped, so that a program goes on.
            let skip = [asm::mfspr(28, 26), asm::addi(28, 28, 4), asm::mtspr(26, 28), back];
            cached.memory.write_words(vector, &skip).unwrap();
        }
        // The debug handler of Book E clears what it was called for, and skips as well.
        if let Some(row) = model.vectors.row(InterruptKind::Debug) {
            let (vector, save) = match (model.interrupts, row.pair) {
                (InterruptModel::Ppc405, _) => (0x2000, ppc4xx::SRR2),
                (_, SavePair::Dsrr) => (0x2f00, e500::DSRR0),
                _ => (0x2f00, booke::CSRR0),
            };
            let dbsr = model.sprs.by_name("DBSR").unwrap();
            let back = match row.pair {
                SavePair::Dsrr => asm::rfdi(),
                _ => asm::rfci(),
            };
            let handler = [
                kit::mfspr(28, dbsr),
                kit::mtspr(dbsr, 28),
                kit::mfspr(28, save),
                asm::addi(28, 28, 4),
                kit::mtspr(save, 28),
                back,
            ];
            cached.memory.write_words(vector, &handler).unwrap();
        }
        if model.interrupts.has_booke_timers() {
            prepare_booke(&mut cached);
        }
        if model.interrupts == InterruptModel::Server {
            prepare_server(&mut cached);
        }
        let image = cached.image();
        let mut plain = cached.clone();
        plain.cpu.set_no_cache(true);
        let mut ops = Vec::new();
        for op in Op::ALL.into_iter().filter(|op| model.isa.contains(op.row().isa)) {
            // What is frequent in programs, and has ways of its own.
            let weight = match op {
                Op::Branch(Branch::B | Branch::Bc | Branch::Bclr | Branch::Bcctr) => 12,
                Op::System(System::Mfspr | System::Mtspr) => 12,
                Op::Compare(_) => 4,
                Op::LoadStore(_) => 2,
                _ => 1,
            };
            ops.extend(std::iter::repeat_n(op, weight));
        }
        Self {
            model,
            ops,
            cached,
            plain,
            image,
        }
    }

    /// An instruction with operands that keep a program together.
    fn word(&self, random: &mut Random) -> u32 {
        let op = random.pick(&self.ops);
        let row = op.row();
        let operands = row.operand_bits() | row.record.mask();
        let word = row.encoding.value | random.next() as u32 & operands;
        let near = (random.below(41) as i64 - 20) as u32;
        match op {
            Op::Branch(Branch::B) => word & !0x03ff_fffe | near << 2 & 0x03ff_fffc,
            Op::Branch(Branch::Bc) => word & !0xfffe | near << 2 & 0xfffc,
            Op::System(System::Mfspr | System::Mtspr | System::Mftb) => {
                let sprs = [
                    1, 8, 9, 22, 26, 27, 58, 59, 187, 188, 268, 272, 273, 284, 287, 308, 336, 340, 572, 880,
                    984, 986, 1008, 1010, 1013,
                ];
                // DSCR CTRL FSCR HFSCR HDEC HSRR0 LPCR UPMC5 PMC5 MMCR0 MMCR1 BESCR TAR VTB.
                let servers = [3, 152, 153, 190, 310, 314, 318, 775, 791, 795, 798, 806, 815, 849];
                let is_servers = self.model.interrupts.is_server() && random.one_in(2);
                let sprn = random.pick(if is_servers { &servers } else { &sprs });
                word & !0x1f_f800 | (sprn & 31) << 16 | sprn >> 5 << 11
            }
            Op::System(System::Mfpmr | System::Mtpmr) => {
                let pmr = random.pick(&[0, 16, 144, 400]);
                word & !0x1f_f800 | (pmr & 31) << 16 | pmr >> 5 << 11
            }
            Op::LoadStore(LoadStore::Lmw | LoadStore::Stmw) => {
                word & !0xffff | 0x03a0_0000 | near << 2 & 0x7c
            }
            Op::LoadStore(_) if row.encoding.mask & 0x7fe == 0 => {
                let offset = random.below(0x80) as u32 * 4 + if random.one_in(8) { near & 3 } else { 0 };
                word & !0xfffc | offset & 0xfffc
            }
            _ => word,
        }
    }

    /// Gives both machines the same program and registers.
    pub(crate) fn prepare(&mut self, random: &mut Random) -> Vec<u32> {
        let words: Vec<u32> = (0..LENGTH).map(|_| self.word(random)).collect();
        let stored: Vec<u32> = (0..4).map(|_| self.word(random)).collect();
        let registers: Vec<u64> = (0..32).map(|_| value(random)).collect();
        let (cr, xer, ctr) = (random.next() as u32, random.next(), random.below(9));
        let mut msr = Msr::from_bits_retain(0);
        for (bit, one_in) in [
            (Msr::PR, 6),
            (Msr::EE, 3),
            (Msr::LE, 8),
            (Msr::SE, 6),
            (Msr::DE, 3),
            (Msr::CE, 3),
            (Msr::VEC, 2),
            (Msr::ME, 2),
            (Msr::PMM, 8),
        ] {
            msr.set(bit, random.one_in(one_in));
        }
        let timers = Timers::new(random);
        let partition = Partition::new(random);
        let reset_msr = self.model.msr_reset & !(Msr::IP | Msr::SF);
        msr |= reset_msr;
        // A partition, sometimes.
        msr.set(Msr::HV, msr.contains(Msr::HV) && !random.one_in(3));
        msr.set(self.model.wide_mode(), self.model.is_64bit && !random.one_in(4));
        if !self.model.is_64bit {
            msr.remove(Msr::LE);
        }
        let watch = watch(random);
        let inputs = [
            Input::CRITICAL,
            Input::MACHINE_CHECK,
            Input::SYSTEM_RESET,
            Input::SYSTEM_MANAGEMENT,
        ];
        let input = random.one_in(6).then(|| random.pick(&inputs));
        for machine in [&mut self.cached, &mut self.plain] {
            machine.reset_to(&self.image).unwrap();
            for hid in [HID0, HID1] {
                machine.cpu.poke_spr(hid, 0x8000_0000);
            }
            if let Some(input) = input {
                machine.cpu.set_input(input, true);
            }
            let bytes: Vec<u8> = words
                .iter()
                .flat_map(|word| {
                    if msr.contains(Msr::LE) {
                        word.to_le_bytes()
                    } else {
                        word.to_be_bytes()
                    }
                })
                .collect();
            machine.memory.write_bytes(START, &bytes).unwrap();
            for (n, value) in registers.iter().enumerate() {
                machine.cpu.set_gpr(n, *value);
            }
            for (n, word) in stored.iter().enumerate() {
                machine.cpu.set_gpr(20 + n, u64::from(*word));
            }
            for (n, pointer) in [START, START + 0x20, DATA, RAM - 8].into_iter().enumerate() {
                machine.cpu.set_gpr(24 + n, pointer);
                machine.cpu.set_gpr(2 * n + 2, pointer);
            }
            machine.cpu.set_cr(cr);
            machine.cpu.set_xer(xer);
            machine.cpu.set_ctr(ctr);
            machine.cpu.set_lr(START + 4 * (ctr & 7));
            machine.cpu.set_decrementer(ctr as u32 * 16 + 3);
            timers.set(machine);
            partition.set(machine);
            machine.cpu.set_msr(msr);
            for (name, value) in &watch {
                if let Some(sprn) = self.model.sprs.by_name(name) {
                    machine.cpu.poke_spr(sprn, *value);
                }
            }
            machine.cpu.set_cia(START);
        }
        words
    }
}

/// Values of the debug registers, by the names that some model has: half of the programs are watched by them.
fn watch(random: &mut Random) -> Vec<(&'static str, u64)> {
    if random.one_in(2) {
        return Vec::new();
    }
    let code = |random: &mut Random| START + 4 * random.below(LENGTH);
    let data = |random: &mut Random| DATA + 4 * random.below(0x80);
    vec![
        // Some events, internal debug mode mostly, an external debugger seldom.
        ("DBCR0", {
            let events = random.next() & random.next() & 0x0fff_c060;
            let mode = if random.one_in(8) {
                random.next() & 0xc000_0000
            } else {
                0x4000_0000
            };
            events | mode
        }),
        ("DBCR1", random.next() & random.next() & 0xffc1_ffc1),
        ("DBCR2", random.next() & random.next() & 0xffff_0f0f),
        ("IAC1", code(random)),
        ("IAC2", code(random)),
        ("DAC1", data(random)),
        ("DAC2", data(random)),
        ("DVC1", random.below(3)),
        ("IABR", code(random) | random.below(4)),
        ("DABR", data(random) & !7 | random.below(8)),
        ("DABRX", random.below(16)),
        ("CIABR", code(random) | random.below(4)),
        ("DAWR", data(random) & !7),
        ("DAWRX", random.next() & 0xfc7f),
    ]
}

/// Handlers of critical interrupts and machine checks go back by their own instruction; on the e500, counter 0 of the
/// performance monitor overflows on the way.
fn prepare_booke(machine: &mut Machine) {
    let word = |op: System, operands: &[i64]| op.row().encode(operands).unwrap();
    let critical = match machine.cpu.model().interrupts {
        InterruptModel::Ppc405 => [0x100, 0x1020].as_slice(),
        _ => &[0x2000, 0x2c00],
    };
    for vector in critical {
        let back = [word(System::Rfci, &[])];
        machine.memory.write_words(*vector, &back).unwrap();
    }
    if !machine.cpu.model().isa.contains(Isa::PMR) {
        return;
    }
    let back = [word(System::Rfmci, &[])];
    machine.memory.write_words(0x2100, &back).unwrap();
    // HID0[EMCP]; IVOR32 to 39.
    machine.cpu.poke_spr(SprNum::wrapping(1008), 0x8000_0000);
    for ivor in (528..534).chain([432, 433]) {
        machine.cpu.poke_spr(SprNum::wrapping(ivor), 0x2e00);
    }
    let registers = [(16, 0x8000_0000 - 150), (144, 0x0402_0000), (400, 0x4000_0000)];
    for (pmr, value) in registers {
        machine
            .memory
            .write_words(START, &[word(System::Mtpmr, &[pmr, 3])])
            .unwrap();
        machine.cpu.set_gpr(3, value);
        machine.cpu.set_cia(START);
        let _ = kit::run(machine, 1);
    }
    machine.memory.write_words(START, &[0]).unwrap();
    machine.cpu.set_cia(START);
}

/// Handlers of the hypervisor's interrupts go back by `hrfid`; the operating system's stand where they fit.
fn prepare_server(machine: &mut Machine) {
    let asynchronous = [asm::hrfid()];
    let skip = |save: i64, back| {
        [
            asm::mfspr(28, save),
            asm::addi(28, 28, 4),
            asm::mtspr(save, 28),
            back,
        ]
    };
    for vector in [0x980, 0xe80, 0xea0] {
        machine.memory.write_words(vector, &asynchronous).unwrap();
    }
    for vector in [0xe40, 0xf80] {
        let words = skip(314, asm::hrfid());
        machine.memory.write_words(vector, &words).unwrap();
    }
    for vector in [0xf20, 0xf40, 0xf60] {
        let words = skip(26, asm::rfid());
        machine.memory.write_words(vector, &words).unwrap();
    }
}

/// What a server's partition and performance monitor start from.
struct Partition {
    values: [(u64, u64); 10],
    hdec: u64,
}

impl Partition {
    fn new(random: &mut Random) -> Self {
        let mut bits = |mask: u64| random.next() & mask;
        let near = 0x8000_0000 - bits(0xff);
        let values = [
            // HDICE HVICE LPES0 LPES1 MER LD ILE.
            (318, bits(0x0202_080f)),
            (153, bits(0x1184)),
            (190, bits(0x05bf) | bits(0x05bf)),
            // PMC1, PMC5; FC FCS FCP PMAE FCECE EBE PMCC PMC1CE PMCjCE PMAO; MMCR1; CTRL[RUN].
            (787, near),
            (791, near ^ 0x10),
            (798, 0xfe02_1e00),
            (152, bits(1)),
            (804, START + 0x20),
            (806, bits(0x8000_0001_0000_0001)),
            (795, bits(0xe61c_c080) & !bits(0xe000_0000)),
        ];
        Self {
            values,
            hdec: bits(0xff),
        }
    }

    fn set(&self, machine: &mut Machine) {
        let interrupts = machine.cpu.model().interrupts;
        if interrupts.is_server() {
            for (sprn, value) in self.values {
                machine.cpu.poke_spr(SprNum::wrapping(sprn), value);
            }
        }
        if interrupts == InterruptModel::Server {
            machine.cpu.set_hypervisor_decrementer(self.hdec);
        } else if let Some(mmcr0) = machine.cpu.peek_spr(MMCR0) {
            // The 970's PMC1 and PMC5 count.
            machine.cpu.poke_spr(MMCR0, mmcr0 | 0x0f00);
            machine.cpu.poke_spr(MMCR1, 9 << 17);
        }
    }
}

/// What timers of Book E start from: intervals of a few ticks where there are such, bits of the time base about to be set.
struct Timers {
    tcr: u64,
    tsr: u64,
    time_base: u64,
}

impl Timers {
    fn new(random: &mut Random) -> Self {
        let [fast, slow] = [random.below(8), random.below(8)].map(|bit| 63 - bit);
        let periods = (fast >> 2) << 13 | (fast & 3) << 24 | (slow >> 2) << 17 | (slow & 3) << 30;
        Self {
            tcr: periods | random.next() & 0x3cc0_0000,
            tsr: random.next() & random.next() & 0xcc00_0000,
            time_base: (random.pick(&[0, 1 << 8, 1 << 12, 1 << 16, 1 << 20]) + random.below(9))
                .wrapping_sub(40),
        }
    }

    fn set(&self, machine: &mut Machine) {
        let model = machine.cpu.model();
        if model.interrupts.has_booke_timers() {
            machine.cpu.poke_spr(tcr(model), self.tcr);
            machine.cpu.poke_spr(tsr(model), self.tsr);
            machine.cpu.set_time_base(self.time_base);
        }
    }
}
