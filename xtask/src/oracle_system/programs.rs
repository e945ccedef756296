//! Random programs of system instructions.

use super::board::{Board, Family, PR};
use super::image::{LENGTH, PROGRAM, PROGRAMS, Program};
use crate::oracle::Random;
use ppc_decode::{Isa, assemble};

/// Special registers that programs move to and from: they hold what is written, and nothing else depends on them. Not SRR0 and
/// XER, whose reserved bits QEMU keeps, where our core reads them as 0 (Power ISA I 1.3.3 allows both); nor DSISR and ESR, of
/// which QEMU 7.2 keeps old bits as an interrupt writes them.
fn registers(board: &Board) -> &'static [u16] {
    match board.family {
        // LR, CTR, SRR1, SPRG0 to 3; DEAR.
        Family::BookE => &[8, 9, 27, 272, 273, 274, 275, 61],
        // The same with DAR.
        Family::Classic | Family::Server => &[8, 9, 27, 272, 273, 274, 275, 19],
    }
}

/// A program under construction.
struct Writer<'a> {
    board: &'a Board,
    random: &'a mut Random,
    base: u64,
    words: Vec<u32>,
}

impl Writer<'_> {
    fn here(&self) -> u64 {
        self.base + 4 * self.words.len() as u64
    }

    fn put(&mut self, text: &str) -> Result<(), String> {
        let isa = self.board.model.isa | Isa::BASE;
        let word = assemble(text, self.here(), isa).map_err(|why| format!("{text}: {why}"))?;
        self.words.push(word);
        Ok(())
    }

    /// One of r3 to r10.
    fn register(&mut self) -> usize {
        3 + self.random.below(8)
    }

    /// An MSR to play with.
    fn msr(&mut self) -> u64 {
        let bits = self.board.msr_bits;
        let wide = u64::from(self.random.next()) << 32 | u64::from(self.random.next());
        // Most bits mostly set or mostly clear, so that nothing interesting is always masked.
        let bits = match self.random.below(3) {
            0 => bits & wide,
            1 => bits & !0x4000,
            _ => bits & (wide | 0xd002),
        };
        // In problem state nothing could stop tracing.
        let is_traced = self.random.below(12) == 0 && bits & PR == 0;
        let trace = if is_traced {
            self.board.trace_bits & wide
        } else {
            0
        };
        bits | trace | self.board.msr_base
    }

    /// A constant of any width.
    fn load(&mut self, register: usize, value: u64) -> Result<(), String> {
        let half = |n: u32| (value >> n & 0xffff) as u16;
        let upper = |it: &mut Self, high: u16, low: u16| {
            it.put(&format!("lis r{register}, {}", high.cast_signed()))?;
            it.put(&format!("ori r{register}, r{register}, {low}"))
        };
        if self.board.family != Family::Server {
            return upper(self, half(16), half(0));
        }
        upper(self, half(48), half(32))?;
        self.put(&format!("rldicr r{register}, r{register}, 32, 31"))?;
        self.put(&format!("oris r{register}, r{register}, {}", half(16)))?;
        self.put(&format!("ori r{register}, r{register}, {}", half(0)))
    }

    /// One thing that a system program does.
    fn element(&mut self) -> Result<(), String> {
        let (a, b, c) = (self.register(), self.register(), self.register());
        let number = self.random.below(0x8000);
        let is_server = self.board.family == Family::Server;
        match self.random.below(22) {
            0 => self.put(&format!("addi r{a}, r{b}, {number}")),
            1 => self.put(&format!("add. r{a}, r{b}, r{c}")),
            2 => self.put(&format!("cmpwi cr{}, r{a}, {}", number & 7, number >> 8)),
            3 => self.put(&format!("rlwinm. r{a}, r{b}, {}, 0, 31", number & 31)),
            4 | 5 => {
                let pool = registers(self.board);
                let sprn = pool[self.random.below(pool.len())];
                if number & 1 == 0 {
                    self.put(&format!("mtspr {sprn}, r{a}"))
                } else {
                    self.put(&format!("mfspr r{a}, {sprn}"))
                }
            }
            6 => self.put(&format!("twi {}, r{a}, {}", number & 31, number >> 8)),
            7 => self.put(&format!("tw {}, r{a}, r{b}", number & 31)),
            8 => self.put("sc"),
            9 => {
                self.words.push(0);
                Ok(())
            }
            10 => self.put(&format!("mfmsr r{a}")),
            11 if is_server && number & 1 != 0 => {
                self.load(a, 0x8002)?;
                self.put(&format!("mtmsrd r{a}, 1"))
            }
            11..=13 => {
                let msr = self.msr();
                self.load(a, msr)?;
                let name = if is_server { "mtmsrd" } else { "mtmsr" };
                self.put(&format!("{name} r{a}"))
            }
            14 => match self.board.family {
                Family::BookE => self.put(&format!("wrteei {}", number & 1)),
                _ => self.put("mfspr r5, 287"),
            },
            15 => self.decrementer(a),
            16 if self.board.model.isa.contains(Isa::FP) => self.put("fmr f1, f2"),
            17 => {
                self.load(a, self.base + PROGRAM * 2 + 2)?;
                self.put(&format!("lwarx r{b}, 0, r{a}"))
            }
            18 | 19 => self.return_to_the_next(),
            20 => self.put(&format!(
                "bc {}, {}, .+4",
                [4, 12, 20][number % 3],
                number >> 8 & 31
            )),
            21 if self.board.family == Family::BookE => self.debug_event(a),
            _ => Ok(()),
        }
    }

    /// The decrementer's exception comes at once, whether it is masked or not. On Book E it comes while a loop waits for it.
    /// QEMU looks for interrupts between the blocks that it translated, one of which ends with `isync`.
    fn decrementer(&mut self, a: usize) -> Result<(), String> {
        if self.board.family != Family::BookE {
            self.stop_tracing()?;
            self.put(&format!("li r{a}, -1"))?;
            self.put(&format!("mtspr 22, r{a}"))?;
            return self.put("isync");
        }
        // Masked, so that it is taken where the guest unmasks it.
        for line in [
            "wrteei 0",
            &format!("lis r{a}, 0x0400"),
            &format!("mtspr 340, r{a}"),
            &format!("li r{a}, 1"),
            &format!("mtspr 22, r{a}"),
            "mfspr r11, 336",
            "andis. r11, r11, 0x0800",
            "beq .-8",
            "li r11, 0",
        ] {
            self.put(line)?;
        }
        Ok(())
    }

    /// One instruction whose completion is a debug event, a critical interrupt. Nothing else can interrupt there: one of the base
    /// class keeps MSR\[DE\], where QEMU 7.2 clears it. Not a branch taken, which is told before it is executed (E500CORERM 2.13),
    /// and by QEMU 7.2 behind it.
    fn debug_event(&mut self, a: usize) -> Result<(), String> {
        for line in [
            "wrteei 0",
            // DBCR0: IDM, ICMP.
            &format!("lis r{a}, 0x4800"),
            &format!("mtspr 308, r{a}"),
            &format!("mfmsr r{a}"),
            &format!("ori r{a}, r{a}, 0x200"),
            &format!("mtmsr r{a}"),
            "add. r5, r6, r7",
        ] {
            self.put(line)?;
        }
        Ok(())
    }

    /// In front of what QEMU 7.2 traces and the processors do not: returns, and `isync` on classic ones (MPC603eUM 4.5.11).
    fn stop_tracing(&mut self) -> Result<(), String> {
        if self.board.trace_bits == 0 {
            return Ok(());
        }
        let name = if self.board.family == Family::Server {
            "mtmsrd"
        } else {
            "mtmsr"
        };
        self.put("mfmsr r11")?;
        self.put("li r12, 0x600")?;
        self.put("andc r11, r11, r12")?;
        self.put(&format!("{name} r11"))
    }

    fn return_to_the_next(&mut self) -> Result<(), String> {
        let msr = self.msr();
        self.stop_tracing()?;
        let start = self.words.len();
        let rfi = self.board.rfi();
        for pass in 0..2 {
            let behind = self.here();
            if pass == 1 {
                self.words.truncate(start);
            }
            self.load(11, behind)?;
            self.put("mtspr 26, r11")?;
            self.load(12, msr)?;
            self.put("mtspr 27, r12")?;
            self.put(rfi)?;
        }
        Ok(())
    }
}

/// The program with this number in its image.
pub(super) fn program(board: &Board, base: u64, n: usize, random: &mut Random) -> Result<Program, String> {
    let mut writer = Writer {
        board,
        random,
        base: base + PROGRAMS + PROGRAM * n as u64,
        words: Vec::new(),
    };
    let msr = writer.msr();
    while writer.words.len() < LENGTH {
        let before = writer.words.len();
        writer.element()?;
        if writer.words.len() > LENGTH {
            writer.words.truncate(before);
            break;
        }
    }
    Ok(Program {
        msr,
        words: writer.words,
    })
}
