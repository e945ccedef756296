//! The walk: executes micro-ops until its fuel is used up, an instruction leaves, or something is to be looked at.
//!
//! Everything that can change what comes next (MSR, timers, interrupts, exits) ends the walk. In between it goes from op to
//! op of a line, and from line to line. It keeps no program counter and counts no instructions: both follow from where it
//! is in its line and from its *horizon*, the index at which its fuel would end if it went straight on. A branch moves
//! the horizon by as much as it moves the walk, less the instruction that it is.

use crate::alu::low;
use crate::block::{BYTES, LINE, Line, entry, index};
use crate::cpu::Cpu;
use crate::cr::FieldNumber;
use crate::exec::{self, Stop, branch, compare, fixed, rotate, system};
use crate::hop::Resume;
use crate::lower::{lower, pair};
use crate::memory::Memory;
use crate::micro::{Hot, Kind, Micro};
use crate::run::Left;
use core::slice;
use ppc_decode::Insn;
use spr_exit::Msr;

/// Why the walk is interrupted where it cannot go on by itself.
enum Pause<'a> {
    /// The fuel is used up before the instruction at this address.
    Empty(u64),
    /// The ops of the line end, or the fuel.
    End,
    /// No line is known for this address; so much fuel is left.
    Unknown(u64, usize),
    /// The next instruction takes the slow way.
    Slow(&'a Micro),
    /// It is not decoded.
    Fetch,
    /// It accesses an SPR, and is not known to stay in the core.
    Spr(&'a Micro),
}

/// The ops of a line from `start` on, as far as the horizon.
#[inline(always)]
fn span(line: &Line, start: u8, horizon: usize) -> slice::Iter<'_, Micro> {
    if horizon >= LINE {
        line[usize::from(start)..].iter()
    } else {
        cut(line, start, horizon)
    }
}

#[cold]
#[inline(never)]
fn cut(line: &Line, start: u8, horizon: usize) -> slice::Iter<'_, Micro> {
    line.get(usize::from(start)..horizon).unwrap_or_default().iter()
}

/// The index of the first of the `rest` ops that are left of a span, or behind the last.
#[inline(always)]
fn behind(horizon: usize, rest: usize) -> usize {
    horizon.min(LINE) - rest
}

impl Cpu {
    /// Executes at most `fuel` instructions, at least one.
    #[inline]
    pub(crate) fn walk(&mut self, memory: &mut Memory, fuel: usize) -> Left {
        // A change of the MSR ends the walk.
        match (self.state.regs.is_wide, self.state.regs.msr.contains(Msr::LE)) {
            (false, false) => self.walk_as::<false, false>(memory, fuel),
            (true, false) => self.walk_as::<true, false>(memory, fuel),
            (false, true) => self.walk_as::<false, true>(memory, fuel),
            (true, true) => self.walk_as::<true, true>(memory, fuel),
        }
    }

    /// The same in 64-bit mode if `WIDE`, with little-endian data and instructions if `LITTLE`.
    #[inline(never)]
    fn walk_as<const WIDE: bool, const LITTLE: bool>(
        &mut self,
        memory: &mut Memory,
        mut fuel: usize,
    ) -> Left {
        // A hop does not go on from where it was.
        self.resume = Resume::NOWHERE;
        let limit = self.state.insns.wrapping_add(fuel as u64);
        let mut cia = self.state.regs.cia;
        if !memory.blocks.is_for(self.model.isa) {
            memory.set_isa(self.model.isa);
        }
        loop {
            let Some(mut number) = memory.blocks.find(cia, LITTLE) else {
                memory.claim_line(cia, LITTLE);
                continue;
            };
            let (blocks, mut view) = memory.view();
            let mut address = cia & !(BYTES - 1);
            let mut line = blocks.ops(number);
            let mut horizon = index(cia) + fuel;
            let mut ops = span(line, entry(cia), horizon);
            let pause = 'walk: loop {
                let (target, from) = loop {
                    let Some(op) = ops.next() else {
                        break 'walk Pause::End;
                    };
                    let regs = &mut self.state.regs;
                    /// An address in the width of the mode.
                    macro_rules! ea {
                        ($address:expr) => {
                            if WIDE {
                                $address
                            } else {
                                u64::from(low($address))
                            }
                        };
                    }
                    macro_rules! base_d {
                        () => {
                            ea!(regs.gpr[op.ra as usize].wrapping_add(op.signed().cast_unsigned()))
                        };
                    }
                    macro_rules! base_x {
                        () => {
                            ea!(regs.gpr[op.ra as usize].wrapping_add(regs.gpr[op.rb as usize]))
                        };
                    }
                    macro_rules! number {
                        ($bytes:ident as $type:ty, $is_little:expr) => {
                            if $is_little {
                                <$type>::from_le_bytes($bytes)
                            } else {
                                <$type>::from_be_bytes($bytes)
                            }
                        };
                    }
                    macro_rules! unsigned {
                        ($number:expr) => {
                            u64::from($number)
                        };
                    }
                    macro_rules! signed {
                        ($number:expr) => {
                            i64::from($number).cast_unsigned()
                        };
                    }
                    /// RT = the number at an address.
                    macro_rules! load {
                        ($type:ty, $extended:ident, $address:expr) => {
                            load!($type, $extended, $address, LITTLE)
                        };
                        ($type:ty, $extended:ident, $address:expr, $is_little:expr) => {{
                            let rt = op.rt as usize;
                            let address = $address;
                            let Some(bytes) = view.load::<{ size_of::<$type>() }, WIDE>(address) else {
                                break 'walk Pause::Slow(op);
                            };
                            regs.gpr[rt] = $extended!(number!(bytes as $type, $is_little));
                            address
                        }};
                    }
                    /// The low bytes of RS go to an address.
                    macro_rules! store {
                        ($type:ty, $address:expr) => {
                            store!($type, $address, LITTLE)
                        };
                        ($type:ty, $address:expr, $is_little:expr) => {{
                            let address = $address;
                            #[allow(
                                clippy::cast_possible_truncation,
                                reason = "a store takes the low bytes"
                            )]
                            let value = regs.gpr[op.rt as usize] as $type;
                            let bytes = if $is_little {
                                value.to_le_bytes()
                            } else {
                                value.to_be_bytes()
                            };
                            if !view.store::<{ size_of::<$type>() }, WIDE>(address, bytes) {
                                break 'walk Pause::Slow(op);
                            }
                            address
                        }};
                    }
                    /// RA = the address of an update form.
                    macro_rules! update {
                        ($address:expr) => {{
                            let address = $address;
                            regs.gpr[op.ra as usize] = address;
                        }};
                    }
                    /// To the op `near`, so many ops ahead of the next one.
                    macro_rules! near {
                        ($ahead:expr) => {{
                            horizon = horizon.wrapping_add_signed($ahead.cast_signed() as isize);
                            ops = span(line, op.near, horizon);
                        }};
                    }
                    macro_rules! near_if {
                        ($condition:expr) => {
                            if $condition {
                                near!(op.imm);
                            }
                        };
                    }
                    /// The branch behind a comparison in the same op.
                    macro_rules! branch {
                        ($condition:expr) => {{
                            let condition = $condition;
                            if ops.next().is_none() {
                                continue;
                            }
                            if condition {
                                near!(op.word);
                            }
                        }};
                    }
                    /// The address so many bytes from the beginning of the line.
                    macro_rules! from_line {
                        ($ahead:expr) => {
                            address.wrapping_add_signed(i64::from($ahead.cast_signed()))
                        };
                    }
                    macro_rules! link {
                        () => {
                            regs.lr = ea!(from_line!(op.word))
                        };
                    }
                    /// What is compared: both as words or doublewords, signed or not.
                    macro_rules! sides {
                        (wi) => {
                            (compare::word(regs.gpr[op.ra as usize]), op.signed())
                        };
                        (w) => {
                            (
                                compare::word(regs.gpr[op.ra as usize]),
                                compare::word(regs.gpr[op.rb as usize]),
                            )
                        };
                        (lwi) => {
                            (i64::from(low(regs.gpr[op.ra as usize])), i64::from(op.imm))
                        };
                        (lw) => {
                            (
                                i64::from(low(regs.gpr[op.ra as usize])),
                                i64::from(low(regs.gpr[op.rb as usize])),
                            )
                        };
                        (di) => {
                            (regs.gpr[op.ra as usize].cast_signed(), op.signed())
                        };
                        (d) => {
                            (
                                regs.gpr[op.ra as usize].cast_signed(),
                                regs.gpr[op.rb as usize].cast_signed(),
                            )
                        };
                        (ldi) => {
                            (regs.gpr[op.ra as usize], u64::from(op.imm))
                        };
                        (ld) => {
                            (regs.gpr[op.ra as usize], regs.gpr[op.rb as usize])
                        };
                    }
                    /// A comparison of words, and what its branch asks of the difference.
                    macro_rules! words {
                        ($sides:tt $($condition:tt)*) => {{
                            let (a, b) = sides!($sides);
                            let difference = a - b;
                            compare::words(regs, op.field, difference);
                            $(branch!(difference $condition 0))*
                        }};
                    }
                    /// The same of doublewords.
                    macro_rules! doublewords {
                        ($sides:tt $($condition:tt)*) => {{
                            let (a, b) = sides!($sides);
                            compare::doublewords(regs, op.field, a.cmp(&b));
                            $(branch!(a $condition b))*
                        }};
                    }
                    /// A record form, and its branch on whether the result is zero.
                    macro_rules! record {
                        ($form:expr, $condition:tt) => {{
                            $form;
                            branch!(regs.cr.at(FieldNumber::Cr0).is_equal() $condition true);
                        }};
                    }
                    let hot = Hot::<WIDE, false>(op);
                    let hot_rc = Hot::<WIDE, true>(op);
                    match op.kind {
                        Kind::Addi => fixed::addi(regs, hot, op.signed().cast_unsigned()),
                        Kind::Constant => {
                            if ops.next().is_none() {
                                exec::registers(regs, op.insn());
                                continue;
                            }
                            regs.gpr[op.rt as usize] = op.signed().cast_unsigned();
                        }
                        Kind::Add => fixed::add(regs, hot),
                        Kind::AddRc => fixed::add(regs, hot_rc),
                        Kind::AddRcEq => record!(fixed::add(regs, hot_rc), ==),
                        Kind::AddRcNe => record!(fixed::add(regs, hot_rc), !=),
                        Kind::Subf => fixed::subf(regs, hot),
                        Kind::SubfRc => fixed::subf(regs, hot_rc),
                        Kind::SubfRcEq => record!(fixed::subf(regs, hot_rc), ==),
                        Kind::SubfRcNe => record!(fixed::subf(regs, hot_rc), !=),
                        Kind::Neg => fixed::neg(regs, hot),
                        Kind::Mulli => fixed::mulli(regs, hot),
                        Kind::Mullw => fixed::mullw(regs, hot),
                        Kind::Mulhw => fixed::mulhw(regs, hot),
                        Kind::Mulhwu => fixed::mulhwu(regs, hot),
                        Kind::Addic => fixed::addic(regs, hot),
                        Kind::AddicRc => fixed::addic_rc(regs, hot),
                        Kind::AddicRcEq => record!(fixed::addic_rc(regs, hot), ==),
                        Kind::AddicRcNe => record!(fixed::addic_rc(regs, hot), !=),
                        Kind::Subfic => fixed::subfic(regs, hot),
                        Kind::Addc => fixed::addc(regs, hot),
                        Kind::Adde => fixed::adde(regs, hot),
                        Kind::Addze => fixed::addze(regs, hot),
                        Kind::Subfc => fixed::subfc(regs, hot),
                        Kind::Subfe => fixed::subfe(regs, hot),
                        Kind::Ori => fixed::ori(regs, hot),
                        Kind::Xori => fixed::xori(regs, hot),
                        Kind::AndiRc => fixed::andi_rc(regs, hot),
                        Kind::AndiRcEq => record!(fixed::andi_rc(regs, hot), ==),
                        Kind::AndiRcNe => record!(fixed::andi_rc(regs, hot), !=),
                        Kind::Mr => fixed::mr(regs, hot),
                        Kind::MrRc => fixed::mr(regs, hot_rc),
                        Kind::MrRcEq => record!(fixed::mr(regs, hot_rc), ==),
                        Kind::MrRcNe => record!(fixed::mr(regs, hot_rc), !=),
                        Kind::And => fixed::and(regs, hot),
                        Kind::AndRc => fixed::and(regs, hot_rc),
                        Kind::AndRcEq => record!(fixed::and(regs, hot_rc), ==),
                        Kind::AndRcNe => record!(fixed::and(regs, hot_rc), !=),
                        Kind::Andc => fixed::andc(regs, hot),
                        Kind::Or => fixed::or(regs, hot),
                        Kind::OrRc => fixed::or(regs, hot_rc),
                        Kind::Orc => fixed::orc(regs, hot),
                        Kind::Xor => fixed::xor(regs, hot),
                        Kind::XorRc => fixed::xor(regs, hot_rc),
                        Kind::Nor => fixed::nor(regs, hot),
                        Kind::Nand => fixed::nand(regs, hot),
                        Kind::Eqv => fixed::eqv(regs, hot),
                        Kind::Extsb => fixed::extsb(regs, hot),
                        Kind::Extsh => fixed::extsh(regs, hot),
                        Kind::Extsw => fixed::extsw(regs, hot),
                        Kind::ExtswRc => fixed::extsw(regs, hot_rc),
                        Kind::Cntlzw => fixed::cntlzw(regs, hot),
                        Kind::Rlwinm => rotate::rlwinm(regs, hot),
                        Kind::RlwinmRc => rotate::rlwinm(regs, hot_rc),
                        Kind::Rlwimi => rotate::rlwimi(regs, hot),
                        Kind::Slw => rotate::slw(regs, hot),
                        Kind::Srw => rotate::srw(regs, hot),
                        Kind::Sraw => rotate::sraw(regs, hot),
                        Kind::Srawi => rotate::srawi(regs, hot),
                        Kind::Rldicl => rotate::rldicl(regs, hot),
                        Kind::RldiclRc => rotate::rldicl(regs, hot_rc),
                        Kind::Rldicr => rotate::rldicr(regs, hot),
                        Kind::Rldic => rotate::rldic(regs, hot),
                        Kind::Rldimi => rotate::rldimi(regs, hot),
                        Kind::Sld => rotate::sld(regs, hot),
                        Kind::Srd => rotate::srd(regs, hot),
                        Kind::Sradi => rotate::sradi(regs, hot),
                        Kind::Registers => exec::registers(regs, op.insn()),
                        Kind::Nothing => {}
                        Kind::Trap => {
                            if exec::traps(regs, op.insn()) {
                                break 'walk Pause::Slow(op);
                            }
                        }

                        Kind::Lbz => _ = load!(u8, unsigned, base_d!()),
                        Kind::Lhz => _ = load!(u16, unsigned, base_d!()),
                        Kind::Lha => _ = load!(i16, signed, base_d!()),
                        Kind::Lwz => _ = load!(u32, unsigned, base_d!()),
                        Kind::Lwa => _ = load!(i32, signed, base_d!()),
                        Kind::Ld => _ = load!(u64, unsigned, base_d!()),
                        Kind::Lbzx => _ = load!(u8, unsigned, base_x!()),
                        Kind::Lhzx => _ = load!(u16, unsigned, base_x!()),
                        Kind::Lhax => _ = load!(i16, signed, base_x!()),
                        Kind::Lwzx => _ = load!(u32, unsigned, base_x!()),
                        Kind::Lwax => _ = load!(i32, signed, base_x!()),
                        Kind::Ldx => _ = load!(u64, unsigned, base_x!()),
                        Kind::Lbzu => update!(load!(u8, unsigned, base_d!())),
                        Kind::Lhzu => update!(load!(u16, unsigned, base_d!())),
                        Kind::Lhau => update!(load!(i16, signed, base_d!())),
                        Kind::Lwzu => update!(load!(u32, unsigned, base_d!())),
                        Kind::Ldu => update!(load!(u64, unsigned, base_d!())),
                        Kind::Lhbrx => _ = load!(u16, unsigned, base_x!(), !LITTLE),
                        Kind::Lwbrx => _ = load!(u32, unsigned, base_x!(), !LITTLE),
                        Kind::Stb => _ = store!(u8, base_d!()),
                        Kind::Sth => _ = store!(u16, base_d!()),
                        Kind::Stw => _ = store!(u32, base_d!()),
                        Kind::Std => _ = store!(u64, base_d!()),
                        Kind::Stbx => _ = store!(u8, base_x!()),
                        Kind::Sthx => _ = store!(u16, base_x!()),
                        Kind::Stwx => _ = store!(u32, base_x!()),
                        Kind::Stdx => _ = store!(u64, base_x!()),
                        Kind::Stbu => update!(store!(u8, base_d!())),
                        Kind::Sthu => update!(store!(u16, base_d!())),
                        Kind::Stwu => update!(store!(u32, base_d!())),
                        Kind::Stdu => update!(store!(u64, base_d!())),
                        Kind::Sthbrx => _ = store!(u16, base_x!(), !LITTLE),
                        Kind::Stwbrx => _ = store!(u32, base_x!(), !LITTLE),

                        Kind::Near => near!(op.imm),
                        Kind::NearLink => {
                            link!();
                            near!(op.imm);
                        }
                        Kind::Far => break (from_line!(op.imm), op.near),
                        Kind::FarLink => {
                            link!();
                            break (from_line!(op.imm), op.near);
                        }
                        Kind::IfLt => near_if!(regs.cr.at(op.field).is_less()),
                        Kind::IfGe => near_if!(!regs.cr.at(op.field).is_less()),
                        Kind::IfGt => near_if!(regs.cr.at(op.field).is_greater()),
                        Kind::IfLe => near_if!(!regs.cr.at(op.field).is_greater()),
                        Kind::IfEq => near_if!(regs.cr.at(op.field).is_equal()),
                        Kind::IfNe => near_if!(!regs.cr.at(op.field).is_equal()),
                        Kind::IfSo => near_if!(regs.cr.at(op.field).is_summary()),
                        Kind::IfNs => near_if!(!regs.cr.at(op.field).is_summary()),
                        Kind::Bdnz => {
                            regs.ctr = regs.ctr.wrapping_sub(1);
                            near_if!(ea!(regs.ctr) != 0);
                        }
                        Kind::NearIf => near_if!(branch::is_taken(regs, op.insn())),
                        Kind::FarIf => {
                            if branch::is_taken(regs, op.insn()) {
                                break (from_line!(op.imm), op.near);
                            }
                        }
                        Kind::Blr => break (regs.lr, op.near),
                        Kind::BlrIf => {
                            if branch::is_taken(regs, op.insn()) {
                                break (regs.lr, op.near);
                            }
                        }
                        Kind::Bctr => break (regs.ctr, op.near),
                        Kind::Bctrl => {
                            link!();
                            break (regs.ctr, op.near);
                        }

                        Kind::Cmpwi => words!(wi),
                        Kind::CmpwiLt => words!(wi <),
                        Kind::CmpwiGe => words!(wi >=),
                        Kind::CmpwiGt => words!(wi >),
                        Kind::CmpwiLe => words!(wi <=),
                        Kind::CmpwiEq => words!(wi ==),
                        Kind::CmpwiNe => words!(wi !=),
                        Kind::Cmpw => words!(w),
                        Kind::CmpwLt => words!(w <),
                        Kind::CmpwGe => words!(w >=),
                        Kind::CmpwGt => words!(w >),
                        Kind::CmpwLe => words!(w <=),
                        Kind::CmpwEq => words!(w ==),
                        Kind::CmpwNe => words!(w !=),
                        Kind::Cmplwi => words!(lwi),
                        Kind::CmplwiLt => words!(lwi <),
                        Kind::CmplwiGe => words!(lwi >=),
                        Kind::CmplwiGt => words!(lwi >),
                        Kind::CmplwiLe => words!(lwi <=),
                        Kind::CmplwiEq => words!(lwi ==),
                        Kind::CmplwiNe => words!(lwi !=),
                        Kind::Cmplw => words!(lw),
                        Kind::CmplwLt => words!(lw <),
                        Kind::CmplwGe => words!(lw >=),
                        Kind::CmplwGt => words!(lw >),
                        Kind::CmplwLe => words!(lw <=),
                        Kind::CmplwEq => words!(lw ==),
                        Kind::CmplwNe => words!(lw !=),
                        Kind::Cmpdi => doublewords!(di),
                        Kind::CmpdiLt => doublewords!(di <),
                        Kind::CmpdiGe => doublewords!(di >=),
                        Kind::CmpdiGt => doublewords!(di >),
                        Kind::CmpdiLe => doublewords!(di <=),
                        Kind::CmpdiEq => doublewords!(di ==),
                        Kind::CmpdiNe => doublewords!(di !=),
                        Kind::Cmpd => doublewords!(d),
                        Kind::CmpdLt => doublewords!(d <),
                        Kind::CmpdGe => doublewords!(d >=),
                        Kind::CmpdGt => doublewords!(d >),
                        Kind::CmpdLe => doublewords!(d <=),
                        Kind::CmpdEq => doublewords!(d ==),
                        Kind::CmpdNe => doublewords!(d !=),
                        Kind::Cmpldi => doublewords!(ldi),
                        Kind::CmpldiLt => doublewords!(ldi <),
                        Kind::CmpldiGe => doublewords!(ldi >=),
                        Kind::CmpldiGt => doublewords!(ldi >),
                        Kind::CmpldiLe => doublewords!(ldi <=),
                        Kind::CmpldiEq => doublewords!(ldi ==),
                        Kind::CmpldiNe => doublewords!(ldi !=),
                        Kind::Cmpld => doublewords!(ld),
                        Kind::CmpldLt => doublewords!(ld <),
                        Kind::CmpldGe => doublewords!(ld >=),
                        Kind::CmpldGt => doublewords!(ld >),
                        Kind::CmpldLe => doublewords!(ld <=),
                        Kind::CmpldEq => doublewords!(ld ==),
                        Kind::CmpldNe => doublewords!(ld !=),

                        Kind::Mfspr | Kind::MfsprNear => {
                            let Some(way) = self.stays(op.imm) else {
                                break 'walk Pause::Spr(op);
                            };
                            self.state.regs.gpr[op.rt as usize] =
                                if let Some(value) = self.state.spr.get(way.position()) {
                                    *value
                                } else if way.is_lr() {
                                    self.state.regs.lr
                                } else if way.is_ctr() {
                                    self.state.regs.ctr
                                } else {
                                    break 'walk Pause::Slow(op);
                                };
                        }
                        Kind::Mtspr | Kind::MtsprNear => {
                            let Some(way) = self.stays(op.imm) else {
                                break 'walk Pause::Spr(op);
                            };
                            let value = self.state.regs.gpr[op.rt as usize];
                            if way.is_lr() {
                                self.state.regs.lr = value;
                            } else if way.is_ctr() {
                                self.state.regs.ctr = value;
                            } else {
                                break 'walk Pause::Slow(op);
                            }
                        }
                        Kind::Slow => break 'walk Pause::Slow(op),
                        Kind::Fetch => break 'walk Pause::Fetch,
                    }
                };
                let target = if WIDE { target } else { u64::from(low(target)) } & !3;
                let left = horizon - usize::from(from) - 1;
                if left == 0 {
                    break Pause::Empty(target);
                }
                if target & !(BYTES - 1) != address {
                    let Some(other) = blocks.find(target, LITTLE) else {
                        break Pause::Unknown(target, left);
                    };
                    number = other;
                    line = blocks.ops(number);
                    address = target & !(BYTES - 1);
                }
                horizon = index(target) + left;
                ops = span(line, entry(target), horizon);
            };
            match pause {
                Pause::Empty(target) => {
                    self.state.regs.cia = target;
                    self.state.insns = limit;
                    return Left::Look;
                }
                Pause::End => {
                    let at = behind(horizon, 0);
                    cia = self.state.regs.ea(address.wrapping_add(4 * at as u64));
                    fuel = horizon - at;
                    if fuel == 0 {
                        self.state.regs.cia = cia;
                        self.state.insns = limit;
                        return Left::Look;
                    }
                }
                Pause::Unknown(target, left) => {
                    cia = target;
                    fuel = left;
                }
                Pause::Spr(op) if let Some(leaving) = self.leaves(op.imm) => {
                    self.note(address, horizon, behind(horizon, ops.len() + 1), limit);
                    system::leave(self, op, leaving);
                    if self.is_quiet {
                        self.resume = Resume::behind(op, address, number, blocks);
                    }
                    return Left::Spr;
                }
                Pause::Slow(op) | Pause::Spr(op) => {
                    let insn = op.insn();
                    fuel = self.note(address, horizon, behind(horizon, ops.len() + 1), limit) - 1;
                    self.state.regs.nia = self.next();
                    if let Err(stop) = exec::execute(self, memory, insn) {
                        return self.left(stop, insn.word);
                    }
                    cia = self.state.regs.nia;
                    if fuel == 0 {
                        self.advance();
                        return Left::Look;
                    }
                }
                Pause::Fetch => {
                    fuel = self.note(address, horizon, behind(horizon, ops.len() + 1), limit);
                    cia = self.state.regs.cia;
                    match self.fetch(memory, cia, LITTLE) {
                        Ok(insn) => memory.remember(cia, LITTLE, self.lowered(memory, insn, cia, LITTLE)),
                        Err(left) => return left,
                    }
                }
            }
        }
    }

    /// Writes down that the CPU stands at the op with the index `at`, and gives the fuel that is left there.
    #[inline(always)]
    fn note(&mut self, address: u64, horizon: usize, at: usize, limit: u64) -> usize {
        let fuel = horizon - at;
        self.state.regs.cia = address.wrapping_add(4 * at as u64);
        self.state.insns = limit.wrapping_sub(fuel as u64);
        fuel
    }

    /// The micro-op of the instruction at `cia`, or of it and the next one.
    fn lowered(&self, memory: &Memory, insn: Insn, cia: u64, is_little: bool) -> Micro {
        let isa = self.model.isa;
        let first = lower(insn, cia, isa);
        if index(cia) == LINE - 1 {
            return first;
        }
        let word = memory.load::<4>(cia.wrapping_add(4));
        word.map(|bytes| {
            if is_little {
                u32::from_le_bytes(bytes)
            } else {
                u32::from_be_bytes(bytes)
            }
        })
        .and_then(|word| self.decoder.decode(word).ok())
        .and_then(|next| pair(&first, &lower(next, cia.wrapping_add(4), isa)))
        .unwrap_or(first)
    }

    /// Address behind the current instruction.
    #[inline]
    fn next(&self) -> u64 {
        self.state.regs.ea(self.state.regs.cia.wrapping_add(4))
    }

    /// Why the walk ends with an instruction that did not simply go on.
    #[inline(never)]
    pub(crate) fn left(&mut self, stop: Stop, word: u32) -> Left {
        match stop {
            Stop::Spr => Left::Spr,
            Stop::Pending => Left::Pending,
            Stop::Recheck => {
                self.disturb();
                self.advance();
                Left::Look
            }
            Stop::Message(payload) => {
                self.disturb();
                self.advance();
                Left::Message(payload)
            }
            Stop::Interrupt(cause) => {
                self.interrupt(cause, word);
                Left::Look
            }
            Stop::Unimplemented => Left::Unimplemented(word),
        }
    }
}
