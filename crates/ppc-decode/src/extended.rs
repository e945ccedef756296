//! Extended mnemonics: other names for instructions with certain operands.
//!
//! Power ISA Book I appendix C (assembler extended mnemonics), Book II appendix A; PEM appendix F. Used by printing
//! and assembling, never by decoding. Branches, whose names are made of parts, are in [`crate::branch_text`]; names of
//! special purpose registers in [`crate::spr_names`]; mnemonics that are read and never printed in
//! [`crate::input_only`].

use crate::Insn;
use crate::operand::names::*;
use crate::{Isa, Op, Operand};

/// What has to hold for the name to be used.
#[derive(Clone, Copy)]
pub(crate) enum When {
    /// An operand has a value.
    Is(Operand, i64),
    /// An operand has a value in a range, both ends of it included.
    In(Operand, i64, i64),
    /// Two operands have the same value.
    Same(Operand, Operand),
    /// Two operands add up to a value.
    Sum(Operand, Operand, i64),
    /// Rc, OE, AA and LK are 0.
    Plain,
}

/// An operand of the extended mnemonic.
#[derive(Clone, Copy)]
pub(crate) enum Shown {
    /// A field as it is.
    Field(Operand),
    /// A number minus a field.
    Minus(i64, Operand),
    /// A number plus fields, each with a factor of 1 or -1.
    Linear(i64, &'static [(i64, Operand)]),
    /// The bits from MB to ME of a 32-bit rotate, as a mask.
    Mask,
}

impl Shown {
    /// The value that is written for `word`.
    pub(crate) fn value(self, word: u32) -> i64 {
        match self {
            Shown::Field(operand) => operand.get(word),
            Shown::Minus(number, operand) => number - operand.get(word),
            Shown::Linear(number, terms) => {
                number
                    + terms
                        .iter()
                        .map(|(factor, operand)| factor * operand.get(word))
                        .sum::<i64>()
            }
            Shown::Mask => {
                // From MB to the right end, and from the left end to ME; where MB is behind ME, the mask wraps.
                let (begin, end) = (u32::MAX >> MB.get(word), u32::MAX << (31 - ME.get(word)));
                i64::from(if MB.get(word) <= ME.get(word) {
                    begin & end
                } else {
                    begin | end
                })
            }
        }
    }

    /// How the value is written.
    pub(crate) const fn operand(self) -> Operand {
        match self {
            Shown::Field(operand) => operand,
            Shown::Minus(..) | Shown::Linear(..) | Shown::Mask => SH,
        }
    }
}

/// Another name for an instruction.
pub(crate) struct Extended {
    pub(crate) mnemonic: &'static str,
    pub(crate) op: Op,
    pub(crate) when: &'static [When],
    pub(crate) operands: &'static [Shown],
    /// The name is used on CPUs with these facilities.
    pub(crate) isa: Isa,
}

impl Extended {
    pub(crate) fn applies(&self, insn: &Insn, isa: Isa) -> bool {
        self.op == insn.op && isa.contains(self.isa) && self.when.iter().all(|when| when.holds(insn))
    }
}

impl When {
    fn holds(self, insn: &Insn) -> bool {
        let word = insn.word;
        match self {
            When::Is(operand, value) => operand.get(word) == value,
            When::In(operand, min, max) => (min..=max).contains(&operand.get(word)),
            When::Same(a, b) => a.get(word) == b.get(word),
            When::Sum(a, b, sum) => a.get(word) + b.get(word) == sum,
            When::Plain => word & insn.op.row().record.mask() == 0,
        }
    }
}

/// The extended mnemonic for `insn`, if there is one.
pub(crate) fn find(insn: &Insn, isa: Isa) -> Option<&'static Extended> {
    EXTENDED.iter().find(|row| row.applies(insn, isa))
}

/// The CPU's own spelling of `insn`, if it differs from the row's.
pub(crate) fn spelling(insn: &Insn, isa: Isa) -> Option<&'static Extended> {
    SPELLINGS.iter().find(|row| row.applies(insn, isa))
}

/// Makes the tables: `"name" = Op [if FACILITY] when [conditions], [operands]`.
macro_rules! extended {
    ($($mnemonic:literal = $chapter:ident::$op:ident $(if $isa:ident)? when [$($when:expr),*], [$($shown:expr),*];)*) => {
        &[$($crate::extended::Extended {
            mnemonic: $mnemonic,
            op: $crate::Op::$chapter($crate::$chapter::$op),
            when: {
                #[allow(unused_imports, reason = "not every row has conditions")]
                use $crate::extended::When::*;
                &[$($when),*]
            },
            operands: &[$($shown.shown()),*],
            isa: $crate::Isa::BASE $(.union($crate::Isa::$isa))?,
        }),*]
    };
}
pub(crate) use extended;

impl Operand {
    pub(crate) const fn shown(self) -> Shown {
        Shown::Field(self)
    }
}

impl Shown {
    pub(crate) const fn shown(self) -> Shown {
        self
    }
}

/// `number - operand`, as an operand.
pub(crate) const fn minus(number: i64, operand: Operand) -> Shown {
    Shown::Minus(number, operand)
}

/// Names that GNU uses on some CPUs even where it prints no extended mnemonics.
#[rustfmt::skip]
pub(crate) static SPELLINGS: &[Extended] = extended! {
    "dcbt"     = Cache::Dcbt   if SERVER when [],                             [RA0, RB, TH];
    "dcbtst"   = Cache::Dcbtst if SERVER when [],                             [RA0, RB, TH];
    "dcbt"     = Cache::Dcbt   if CACHE_LOCK when [],                         [TH, RA0, RB];
    "dcbtst"   = Cache::Dcbtst if CACHE_LOCK when [],                         [TH, RA0, RB];
    "dcbt"     = Cache::Dcbt          when [],                                [RA0, RB];
    "dcbtst"   = Cache::Dcbtst        when [],                                [RA0, RB];
    "msync"    = Atomic::Sync  if BOOKE  when [Is(L2, 0)],                    [];
    "sync"     = Atomic::Sync  if V3_1   when [],                             [L3, SC];
    "dcbf"     = Cache::Dcbf   if V3_1   when [],                             [RA0, RB, L3];
    "wait"     = System::WaitV3 if V3_1  when [],                             [WC, PL];
    "tlbilxlpid" = Tlb::Tlbilx           when [Is(TLB_T, 0), Is(RA, 0), Is(RB, 0)], [];
    "tlbilxpid" = Tlb::Tlbilx            when [Is(TLB_T, 1), Is(RA, 0), Is(RB, 0)], [];
    "tlbilxva" = Tlb::Tlbilx             when [Is(TLB_T, 3)],                 [RA0, RB];
};

/// Power ISA Book I appendix C; where conditions overlap, the first row wins.
#[rustfmt::skip]
pub(crate) static EXTENDED: &[Extended] = extended! {
    // C.9 Miscellaneous, C.8 move and complement.
    "nop"      = Fixed::Ori        when [Is(RS, 0), Is(RA, 0), Is(UI, 0)],    [];
    "exser"    = Fixed::Ori if V3_0 when [Is(RS, 31), Is(RA, 31), Is(UI, 0)], [];
    "xnop"     = Fixed::Xori       when [Is(RS, 0), Is(RA, 0), Is(UI, 0)],    [];
    "li"       = Fixed::Addi       when [Is(RA, 0)],                          [RT, SI];
    "lis"      = Fixed::Addis      when [Is(RA, 0)],                          [RT, SI];
    "lnia"     = Fixed::Addpcis    when [Is(DX, 0)],                          [RT];
    "miso"     = Fixed::Or if V2_07 when [Plain, Is(RS, 26), Same(RS, RA), Same(RS, RB)], [];
    "miso"     = Fixed::Or if THREADS when [Plain, Is(RS, 26), Same(RS, RA), Same(RS, RB)], [];
    "yield"    = Fixed::Or if BIT_COUNT when [Plain, Is(RS, 27), Same(RS, RA), Same(RS, RB)], [];
    "mdors"    = Fixed::Or if ENHANCED_DEBUG when [Plain, Is(RS, 28), Same(RS, RA), Same(RS, RB)], [];
    "mdoio"    = Fixed::Or if BIT_COUNT when [Plain, Is(RS, 29), Same(RS, RA), Same(RS, RB)], [];
    "mdoom"    = Fixed::Or if BIT_COUNT when [Plain, Is(RS, 30), Same(RS, RA), Same(RS, RB)], [];
    "mr"       = Fixed::Or         when [Same(RS, RB)],                       [RA, RS];
    "not"      = Fixed::Nor        when [Same(RS, RB)],                       [RA, RS];
    "isellt"   = Fixed::Isel       when [Is(BC, 0)],                          [RT, RA0, RB];
    "iselgt"   = Fixed::Isel       when [Is(BC, 1)],                          [RT, RA0, RB];
    "iseleq"   = Fixed::Isel       when [Is(BC, 2)],                          [RT, RA0, RB];

    // C.3 Condition register.
    "crclr"    = Branch::Crxor     when [Same(BT, BA), Same(BT, BB)],         [BT];
    "crset"    = Branch::Creqv     when [Same(BT, BA), Same(BT, BB)],         [BT];
    "crmove"   = Branch::Cror      when [Same(BA, BB)],                       [BT, BA];
    "crnot"    = Branch::Crnor     when [Same(BA, BB)],                       [BT, BA];

    // C.5 Comparisons.
    "cmpw"     = Compare::Cmp      when [Is(L, 0)],                           [BFO, RA, RB];
    "cmplw"    = Compare::Cmpl     when [Is(L, 0)],                           [BFO, RA, RB];
    "cmpwi"    = Compare::Cmpi     when [Is(L, 0)],                           [BFO, RA, SI];
    "cmplwi"   = Compare::Cmpli    when [Is(L, 0)],                           [BFO, RA, UI];
    "cmpd"     = Compare::Cmp  if PPC64 when [Is(L, 1)],                      [BFO, RA, RB];
    "cmpld"    = Compare::Cmpl if PPC64 when [Is(L, 1)],                      [BFO, RA, RB];
    "cmpdi"    = Compare::Cmpi if PPC64 when [Is(L, 1)],                      [BFO, RA, SI];
    "cmpldi"   = Compare::Cmpli if PPC64 when [Is(L, 1)],                     [BFO, RA, UI];

    // C.6 Traps.
    "trap"     = Compare::Tw       when [Is(TO, 31), Is(RA, 0), Is(RB, 0)],   [];
    "twlgt"    = Compare::Tw       when [Is(TO, 1)],                          [RA, RB];
    "twllt"    = Compare::Tw       when [Is(TO, 2)],                          [RA, RB];
    "tweq"     = Compare::Tw       when [Is(TO, 4)],                          [RA, RB];
    "twlge"    = Compare::Tw       when [Is(TO, 5)],                          [RA, RB];
    "twlle"    = Compare::Tw       when [Is(TO, 6)],                          [RA, RB];
    "twgt"     = Compare::Tw       when [Is(TO, 8)],                          [RA, RB];
    "twge"     = Compare::Tw       when [Is(TO, 12)],                         [RA, RB];
    "twlt"     = Compare::Tw       when [Is(TO, 16)],                         [RA, RB];
    "twle"     = Compare::Tw       when [Is(TO, 20)],                         [RA, RB];
    "twne"     = Compare::Tw       when [Is(TO, 24)],                         [RA, RB];
    "twu"      = Compare::Tw       when [Is(TO, 31)],                         [RA, RB];
    "twlgti"   = Compare::Twi      when [Is(TO, 1)],                          [RA, SI];
    "twllti"   = Compare::Twi      when [Is(TO, 2)],                          [RA, SI];
    "tweqi"    = Compare::Twi      when [Is(TO, 4)],                          [RA, SI];
    "twlgei"   = Compare::Twi      when [Is(TO, 5)],                          [RA, SI];
    "twllei"   = Compare::Twi      when [Is(TO, 6)],                          [RA, SI];
    "twgti"    = Compare::Twi      when [Is(TO, 8)],                          [RA, SI];
    "twgei"    = Compare::Twi      when [Is(TO, 12)],                         [RA, SI];
    "twlti"    = Compare::Twi      when [Is(TO, 16)],                         [RA, SI];
    "twlei"    = Compare::Twi      when [Is(TO, 20)],                         [RA, SI];
    "twnei"    = Compare::Twi      when [Is(TO, 24)],                         [RA, SI];
    "twui"     = Compare::Twi      when [Is(TO, 31)],                         [RA, SI];
    "tdlgt"    = Compare::Td       when [Is(TO, 1)],                          [RA, RB];
    "tdllt"    = Compare::Td       when [Is(TO, 2)],                          [RA, RB];
    "tdeq"     = Compare::Td       when [Is(TO, 4)],                          [RA, RB];
    "tdlge"    = Compare::Td       when [Is(TO, 5)],                          [RA, RB];
    "tdlle"    = Compare::Td       when [Is(TO, 6)],                          [RA, RB];
    "tdgt"     = Compare::Td       when [Is(TO, 8)],                          [RA, RB];
    "tdge"     = Compare::Td       when [Is(TO, 12)],                         [RA, RB];
    "tdlt"     = Compare::Td       when [Is(TO, 16)],                         [RA, RB];
    "tdle"     = Compare::Td       when [Is(TO, 20)],                         [RA, RB];
    "tdne"     = Compare::Td       when [Is(TO, 24)],                         [RA, RB];
    "tdu"      = Compare::Td       when [Is(TO, 31)],                         [RA, RB];
    "tdlgti"   = Compare::Tdi      when [Is(TO, 1)],                          [RA, SI];
    "tdllti"   = Compare::Tdi      when [Is(TO, 2)],                          [RA, SI];
    "tdeqi"    = Compare::Tdi      when [Is(TO, 4)],                          [RA, SI];
    "tdlgei"   = Compare::Tdi      when [Is(TO, 5)],                          [RA, SI];
    "tdllei"   = Compare::Tdi      when [Is(TO, 6)],                          [RA, SI];
    "tdgti"    = Compare::Tdi      when [Is(TO, 8)],                          [RA, SI];
    "tdgei"    = Compare::Tdi      when [Is(TO, 12)],                         [RA, SI];
    "tdlti"    = Compare::Tdi      when [Is(TO, 16)],                         [RA, SI];
    "tdlei"    = Compare::Tdi      when [Is(TO, 20)],                         [RA, SI];
    "tdnei"    = Compare::Tdi      when [Is(TO, 24)],                         [RA, SI];
    "tdui"     = Compare::Tdi      when [Is(TO, 31)],                         [RA, SI];

    // C.7 Rotates and shifts.
    "rotlwi"   = Rotate::Rlwinm    when [Is(MB, 0), Is(ME, 31)],              [RA, RS, SH];
    "clrlwi"   = Rotate::Rlwinm    when [Is(SH, 0), Is(ME, 31)],              [RA, RS, MB];
    "slwi"     = Rotate::Rlwinm    when [Is(MB, 0), Sum(SH, ME, 31)],         [RA, RS, SH];
    "srwi"     = Rotate::Rlwinm    when [Is(ME, 31), Sum(SH, MB, 32)],        [RA, RS, MB];
    "clrrwi"   = Rotate::Rlwinm    when [Is(SH, 0), Is(MB, 0)],               [RA, RS, minus(31, ME)];
    "rotlw"    = Rotate::Rlwnm     when [Is(MB, 0), Is(ME, 31)],              [RA, RS, RB];
    "rotldi"   = Rotate::Rldicl    when [Is(MB6, 0)],                         [RA, RS, SH6];
    "clrldi"   = Rotate::Rldicl    when [Is(SH6, 0)],                         [RA, RS, MB6];
    "srdi"     = Rotate::Rldicl    when [Sum(SH6, MB6, 64)],                  [RA, RS, MB6];
    "clrrdi"   = Rotate::Rldicr    when [Is(SH6, 0)],                         [RA, RS, minus(63, ME6)];
    "sldi"     = Rotate::Rldicr    when [Sum(SH6, ME6, 63)],                  [RA, RS, SH6];
    "rotld"    = Rotate::Rldcl     when [Is(MB6, 0)],                         [RA, RS, RB];

    // C.9 Move to the condition register.
    "mtcr"     = System::Mtcrf     when [Is(FXM, 255)],                       [RS];

    // Book II appendix A and 6.2.1.
    "mftb"     = System::Mftb      when [Is(TBR, 268)],                       [RT];
    "mftbu"    = System::Mftb      when [Is(TBR, 269)],                       [RT];
    "stsync"   = Atomic::Sync if V3_1 when [Is(L3, 0), Is(SC, 3)],            [];
    "stncisync" = Atomic::Sync if V3_1 when [Is(L3, 1), Is(SC, 1)],           [];
    "stcisync" = Atomic::Sync if V3_1 when [Is(L3, 0), Is(SC, 2)],            [];
    "phwsync"  = Atomic::Sync if V3_1 when [Is(L3, 4), Is(SC, 0)],            [];
    "plwsync"  = Atomic::Sync if V3_1 when [Is(L3, 5), Is(SC, 0)],            [];
    "hwsync"   = Atomic::Sync if V3_1 when [Is(L3, 0), Is(SC, 0)],            [];
    "lwsync"   = Atomic::Sync if V3_1 when [Is(L3, 1), Is(SC, 0)],            [];
    "ptesync"  = Atomic::Sync if V3_1 when [Is(L3, 2), Is(SC, 0)],            [];
    "sync"     = Atomic::Sync if V3_1 when [],                                [L3, SC];
    "hwsync"   = Atomic::Sync if SERVER when [Is(L2, 0)],                     [];
    "lwsync"   = Atomic::Sync      when [Is(L2, 1)],                          [];
    "ptesync"  = Atomic::Sync if SERVER when [Is(L2, 2)],                     [];
    "waitrsv"  = System::Wait      when [Is(WC, 1)],                          [];
    "waitimpl" = System::Wait      when [Is(WC, 2)],                          [];
    "waitrsv"  = System::WaitV3 if V3_1 when [Is(WC, 1), Is(PL, 0)],          [];
    "pause_short" = System::WaitV3 if V3_1 when [Is(WC, 2), Is(PL, 0)],       [];
    "dcbfps"   = Cache::Dcbf  if V3_1 when [Is(L3, 4)],                       [RA0, RB];
    "dcbstps"  = Cache::Dcbf  if V3_1 when [Is(L3, 6)],                       [RA0, RB];
    "rfebb"    = System::Rfebb        when [Is(EBB_S, 1)],                    [];
    "tlbrehi"  = Tlb::Tlbre if PPC405_ONLY when [Is(WS, 0)],                  [RT, RA];
    "tlbrelo"  = Tlb::Tlbre if PPC405_ONLY when [Is(WS, 1)],                  [RT, RA];
    "tlbwehi"  = Tlb::Tlbwe if PPC405_ONLY when [Is(WS, 0)],                  [RS, RA];
    "tlbwelo"  = Tlb::Tlbwe if PPC405_ONLY when [Is(WS, 1)],                  [RS, RA];
    "dcbfl"    = Cache::Dcbf  if V2_05 when [Is(L2, 1)],                      [RA0, RB];
    "dcbflp"   = Cache::Dcbf  if V3_0  when [Is(L2, 3)],                      [RA0, RB];
    "dcbtct"   = Cache::Dcbt  if SERVER when [In(TH, 0, 7)],                   [RA0, RB, TH];
    "dcbtds"   = Cache::Dcbt  if SERVER when [Is(TH, 8)],                      [RA0, RB];
    "dcbtds"   = Cache::Dcbt  if SERVER when [In(TH, 9, 15)],                  [RA0, RB, TH];
    "dcbtstct" = Cache::Dcbtst if SERVER when [In(TH, 0, 7)],                  [RA0, RB, TH];
    "dcbtstds" = Cache::Dcbtst if SERVER when [Is(TH, 8)],                     [RA0, RB];
    "dcbtstds" = Cache::Dcbtst if SERVER when [In(TH, 9, 15)],                 [RA0, RB, TH];
    "dcbna"    = Cache::Dcbt  if V3_1  when [Is(TH, 17)],                     [RA0, RB];
    "dcbtt"    = Cache::Dcbt  if BIT_COUNT when [Is(TH, 16)],                     [RA0, RB];
    "dcbtstt"  = Cache::Dcbtst if BIT_COUNT when [Is(TH, 16)],                    [RA0, RB];
};
