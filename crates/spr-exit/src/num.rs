//! SPR numbers, and the names the manuals give them.
//!
//! A number alone does not name a register: 308 is DBCR0 on Book E and SPURR on POWER. So [`SprNum`] is a plain
//! number, and the named constants live in one module per family. The privilege bit of a number is bit `0x10`
//! ("spr0", the first bit of the field as the instruction holds it): Power ISA 3.1C Book III 5.4.4, E500CORERM 2.1.
//!
//! Not here: which of them a CPU has, and who may touch them. That is `ppc-cpu`'s table.

use core::fmt;

/// Number of an SPR as `mtspr` and `mfspr` give it, `0..=1023` (the two swapped halves already put right).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u64", into = "u64")
)]
#[repr(transparent)]
pub struct SprNum(u16);

impl SprNum {
    /// How many numbers there are; every `SprNum` is below it.
    pub const COUNT: usize = 1024;

    /// `number` as an SPR number, or `None` above 1023.
    pub const fn new(number: u64) -> Option<Self> {
        if number < 1024 {
            Some(Self::wrapping(number))
        } else {
            None
        }
    }

    /// The low ten bits of `number`: for numbers that come from an instruction's field and cannot be out of range.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "masked to ten bits first")]
    pub const fn wrapping(number: u64) -> Self {
        Self((number & 0x3ff) as u16)
    }

    /// The number, `0..=1023`.
    #[inline]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number as an index into a table of [`SprNum::COUNT`] entries.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether the number itself says "privileged" (spr0, bit `0x10`).
    #[inline]
    pub const fn is_privileged(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// Every number in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..1024u16).map(Self)
    }
}

/// A number above 1023 where an SPR number was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SprNumOutOfRange(pub u64);

impl fmt::Display for SprNumOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SPR number {} is out of range, 0 to 1023 are possible", self.0)
    }
}

impl core::error::Error for SprNumOutOfRange {}

impl TryFrom<u64> for SprNum {
    type Error = SprNumOutOfRange;
    fn try_from(number: u64) -> Result<Self, SprNumOutOfRange> {
        Self::new(number).ok_or(SprNumOutOfRange(number))
    }
}

impl From<SprNum> for u64 {
    fn from(n: SprNum) -> u64 {
        u64::from(n.0)
    }
}

impl fmt::Debug for SprNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spr{}", self.0)
    }
}

impl fmt::Display for SprNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

macro_rules! numbers {
    ($($(#[$doc:meta])* mod $family:ident { $($name:ident = $number:literal),* $(,)? })*) => {
        $($(#[$doc])* pub mod $family {
            use super::SprNum;
            $(#[doc = concat!("SPR ", $number, ".")] pub const $name: SprNum = SprNum($number);)*
        })*
        /// Every named number: (family module, name, number), for look-ups by name.
        pub const NAMES: &[(&str, &str, SprNum)] = &[
            $($((stringify!($family), stringify!($name), SprNum($number)),)*)*
        ];
    };
}

numbers! {
    /// Registers that every family has under the same number.
    mod common {
        XER = 1, LR = 8, CTR = 9, DEC = 22, SRR0 = 26, SRR1 = 27,
        TBL = 268, TBU = 269, SPRG0 = 272, SPRG1 = 273, SPRG2 = 274, SPRG3 = 275,
        TBL_WRITE = 284, TBU_WRITE = 285, PVR = 287,
    }
    /// Book E (EREF 2.0; E500CORERM table 2-2).
    mod booke {
        PID = 48, DECAR = 54, CSRR0 = 58, CSRR1 = 59, DEAR = 61, ESR = 62, IVPR = 63,
        USPRG0 = 256, SPRG3_USER = 259, SPRG4_USER = 260, SPRG5_USER = 261, SPRG6_USER = 262, SPRG7_USER = 263,
        SPRG4 = 276, SPRG5 = 277, SPRG6 = 278, SPRG7 = 279, PIR = 286,
        DBSR = 304, DBCR0 = 308, DBCR1 = 309, DBCR2 = 310,
        IAC1 = 312, IAC2 = 313, IAC3 = 314, IAC4 = 315, DAC1 = 316, DAC2 = 317, TSR = 336, TCR = 340,
        IVOR0 = 400, IVOR1 = 401, IVOR2 = 402, IVOR3 = 403, IVOR4 = 404, IVOR5 = 405, IVOR6 = 406, IVOR7 = 407,
        IVOR8 = 408, IVOR9 = 409, IVOR10 = 410, IVOR11 = 411, IVOR12 = 412, IVOR13 = 413, IVOR14 = 414, IVOR15 = 415,
    }
    /// Freescale's e500 family (E500CORERM, E500MCRM, EREF 2.0).
    mod e500 {
        DBSRWR = 306, EPCR = 307, MSRP = 311, LPIDR = 338, MAS5 = 339, MAS8 = 341,
        GSPRG0 = 368, GSPRG1 = 369, GSPRG2 = 370, GSPRG3 = 371, GSRR0 = 378, GSRR1 = 379,
        GEPR = 380, GDEAR = 381, GPIR = 382, GESR = 383,
        IVOR38 = 432, IVOR39 = 433, IVOR40 = 434, IVOR41 = 435,
        GIVOR2 = 440, GIVOR3 = 441, GIVOR4 = 442, GIVOR8 = 443, GIVOR13 = 444, GIVOR14 = 445, GIVPR = 447,
        SPEFSCR = 512, BBEAR = 513, BBTAR = 514, L1CFG0 = 515, L1CFG1 = 516, NPIDR = 517, L2CFG0 = 519,
        ATBL = 526, ATBU = 527,
        IVOR32 = 528, IVOR33 = 529, IVOR34 = 530, IVOR35 = 531, IVOR36 = 532, IVOR37 = 533, DBCR4 = 563,
        MCARU = 569, MCSRR0 = 570, MCSRR1 = 571, MCSR = 572, MCAR = 573, DSRR0 = 574, DSRR1 = 575, DDAM = 576,
        SPRG8 = 604, SPRG9 = 605, L1CSR2 = 606,
        MAS0 = 624, MAS1 = 625, MAS2 = 626, MAS3 = 627, MAS4 = 628, MAS6 = 630, PID1 = 633, PID2 = 634,
        TLB0CFG = 688, TLB1CFG = 689, CDCSR0 = 696, EPR = 702,
        L2ERRINTEN = 720, L2ERRATTR = 721, L2ERRADDR = 722, L2ERREADDR = 723, L2ERRCTL = 724, L2ERRDIS = 725,
        MAS7 = 944, EPLC = 947, EPSC = 948, DEVENT = 975, HDBCR0 = 976, HDBCR1 = 977, HDBCR2 = 978, HDBCR3 = 979,
        HDBCR4 = 980, HDBCR5 = 981, HDBCR6 = 982, NSPD = 983, NSPC = 984, L2ERRINJHI = 985, L2ERRINJLO = 986,
        L2ERRINJCTL = 987, L2CAPTDATAHI = 988, L2CAPTDATALO = 989, L2CAPTECC = 990, L2ERRDET = 991,
        HID0 = 1008, HID1 = 1009, L1CSR0 = 1010, L1CSR1 = 1011, MMUCSR0 = 1012, BUCSR = 1013, MMUCFG = 1015,
        L2CSR0 = 1017, L2CSR1 = 1018, SVR = 1023,
    }
    /// What the e5500 and e6500 have besides (EREF 2.0; Linux `reg_booke.h`).
    mod e6500 {
        LPER = 56, LPERU = 57, VRSAVE = 256, LRATCFG = 342, LRATPS = 343, TLB0PS = 344, TLB1PS = 345, EPTCFG = 350,
        MAS7_MAS3 = 372, IVOR42 = 436, TENSR = 437, TENS = 438, TENC = 439, TIR = 446,
        DBCR5 = 564, IAC5 = 565, IAC6 = 566, IAC7 = 567, IAC8 = 568, EDBRAC0 = 638, PPR32 = 898, PWRMGTCR0 = 1019,
    }
    /// The classic OEA: 603, 604, 750, 7400 (MPC750 UM table 2-1).
    mod classic {
        DSISR = 18, DAR = 19, SDR1 = 25, EAR = 282,
        IBAT0U = 528, IBAT0L = 529, IBAT1U = 530, IBAT1L = 531, IBAT2U = 532, IBAT2L = 533, IBAT3U = 534, IBAT3L = 535,
        DBAT0U = 536, DBAT0L = 537, DBAT1U = 538, DBAT1L = 539, DBAT2U = 540, DBAT2L = 541, DBAT3U = 542, DBAT3L = 543,
        UMMCR0 = 936, UPMC1 = 937, UPMC2 = 938, USIA = 939, UMMCR1 = 940, UPMC3 = 941, UPMC4 = 942,
        MMCR0 = 952, PMC1 = 953, PMC2 = 954, SIA = 955, MMCR1 = 956, PMC3 = 957, PMC4 = 958,
        HID0 = 1008, HID1 = 1009, IABR = 1010, DABR = 1013, L2CR = 1017, ICTC = 1019,
        THRM1 = 1020, THRM2 = 1021, THRM3 = 1022,
    }
    /// Registers of the 603e, the 604e and the e300 (603e UM 2.1.2; 604e UM 2.1.2; AN2490).
    mod p6xx {
        CSRR0 = 58, CSRR1 = 59, SPRG4 = 276, SPRG5 = 277, SPRG6 = 278, SPRG7 = 279, SVR = 286,
        IBCR = 309, DBCR = 310, MBAR = 311, DABR2 = 317, SDA = 959,
        DMISS = 976, DCMP = 977, HASH1 = 978, HASH2 = 979, IMISS = 980, ICMP = 981, RPA = 982,
        HID2 = 1011, IABR2 = 1018, PIR = 1023,
    }
    /// The second four pairs of BATs of the 750CL, 7447A and e300 (MPC7450UM 2.1.3; Linux `asm/reg.h`).
    mod bat {
        IBAT4U = 560, IBAT4L = 561, IBAT5U = 562, IBAT5L = 563, IBAT6U = 564, IBAT6L = 565, IBAT7U = 566, IBAT7L = 567,
        DBAT4U = 568, DBAT4L = 569, DBAT5U = 570, DBAT5L = 571, DBAT6U = 572, DBAT6L = 573, DBAT7U = 574, DBAT7L = 575,
    }
    /// The 750CL's own (750CL UM 2.1).
    mod p750cl {
        GQR0 = 912, GQR1 = 913, GQR2 = 914, GQR3 = 915, GQR4 = 916, GQR5 = 917, GQR6 = 918, GQR7 = 919,
        HID2 = 920, WPAR = 921, DMAU = 922, DMAL = 923, HID4 = 1011, TDCL = 1012, TDCH = 1018,
    }
    /// The 7400 and 7450 families' own (MPC7410UM 2.1.5; MPC7450UM 2.1.5).
    mod p74xx {
        VRSAVE = 256, SPRG4 = 276, SPRG5 = 277, SPRG6 = 278, SPRG7 = 279,
        UMMCR2 = 928, UPMC5 = 929, UPMC6 = 930, UBAMR = 935, MMCR2 = 944, PMC5 = 945, PMC6 = 946, BAMR = 951,
        TLBMISS = 980, PTEHI = 981, PTELO = 982, ICTRL = 1011, LDSTDB = 1012, MSSCR0 = 1014, MSSSR0 = 1015,
        MSSCR1 = 1015, LDSTCR = 1016, L2PMCR = 1016, PIR = 1023,
    }
    /// Server processors (Power ISA 3.0B/3.1C Book III 5.4.4).
    mod book3s {
        DSCR_USER = 3, UAMR = 13, DSCR = 17, DSISR = 18, DAR = 19, CFAR = 28, AMR = 29, ACOP = 31, PIDR = 48, IAMR = 61,
        TFHAR = 128, TFIAR = 129, TEXASR = 130, TEXASRU = 131, TIDR = 144,
        CTRL_READ = 136, CTRL = 152, FSCR = 153, UAMOR = 157, GSR = 158, PSPB = 159, DPDES = 176, DHDES = 177, DAWR0 = 180, DAWR1 = 181,
        RPR = 186, CIABR = 187, DAWRX0 = 188, DAWRX1 = 189, HFSCR = 190, VRSAVE = 256, SPRG3_USER = 259, SPRC = 276, SPRD = 277,
        CIR = 283, TB40 = 286,
        HSPRG0 = 304, HSPRG1 = 305, HDSISR = 306, HDAR = 307, SPURR = 308, PURR = 309, HDEC = 310, RMOR = 312, HRMOR = 313,
        HSRR0 = 314, HSRR1 = 315, MMCRH = 316, TFMR = 317, LPCR = 318, LPIDR = 319, HMER = 336, HMEER = 337, PCR = 338, HEIR = 339,
        TLBINDEXR = 340, TLBVPNR = 341, TLBRPNR = 342, TLBLPIDR = 343, AMOR = 349, TIR = 446, HDEXCR_USER = 455,
        PTCR = 464, HASHKEYR = 468, HASHPKEYR = 469, HDEXCR = 471,
        SIER2_USER = 736, SIER3_USER = 737, MMCR3_USER = 738, SIER2 = 752, SIER3 = 753, MMCR3 = 754,
        SIER_USER = 768, MMCR2_USER = 769, MMCRA_USER = 770, PMC1_USER = 771, PMC2_USER = 772, PMC3_USER = 773,
        PMC4_USER = 774, PMC5_USER = 775, PMC6_USER = 776, MMCR0_USER = 779, SIAR_USER = 780, SDAR_USER = 781,
        MMCR1_USER = 782, SIER = 784, MMCR2 = 785, MMCRA = 786, PMC1 = 787, PMC2 = 788, PMC3 = 789, PMC4 = 790,
        PMC5 = 791, PMC6 = 792, MMCR0 = 795, SIAR = 796, SDAR = 797, MMCR1 = 798, IMC = 799,
        BESCRS = 800, BESCRSU = 801, BESCRR = 802, BESCRRU = 803, EBBHR = 804, EBBRR = 805, BESCR = 806,
        NOOP_808 = 808, NOOP_809 = 809, NOOP_810 = 810, NOOP_811 = 811, DEXCR_USER = 812, LMRR = 813, LMSER = 814,
        TAR = 815, ASDR = 816, PSSCR_USER = 823, DEXCR = 828, IC = 848, VTB = 849,
        LDBAR = 850, MMCRC = 851, PMICR = 852, PMSR = 853, PMMAR = 854, PSSCR = 855, L2QOSR = 861, WORC = 863,
        TRIG0 = 880, TRIG1 = 881, TRIG2 = 882, PMCR = 884, RWMR = 885, TACR = 888, TCSCR = 889, CSIGR = 890,
        SPMC1 = 892, SPMC2 = 893, MMCRS = 894, WORT = 895, PPR = 896, PPR32 = 898, TSCR = 921, TTR = 922, TRACE = 1006, HID = 1008,
        PIR = 1023,
    }
    /// The 970, where it differs from later servers (IBM's `as_archppc970.h`, Apple's `chud_spr.h`, Linux `asm/reg.h`).
    mod ppc970 {
        ACCR = 29, CTRL_READ = 136, CTRL = 152, VRSAVE = 256, SPRG3_USER = 259, SCOMC = 276, SCOMD = 277,
        ASR = 280, HSPRG0 = 304, HSPRG1 = 305, HDEC = 310, HIOR = 311, HSRR0 = 314, HSRR1 = 315,
        MMCRA_USER = 770, PMC1_USER = 771, PMC2_USER = 772, PMC3_USER = 773, PMC4_USER = 774, PMC5_USER = 775,
        PMC6_USER = 776, PMC7_USER = 777, PMC8_USER = 778, MMCR0_USER = 779, SIAR_USER = 780, SDAR_USER = 781,
        MMCR1_USER = 782, IMC_USER = 783, MMCRA = 786, PMC1 = 787, PMC2 = 788, PMC3 = 789, PMC4 = 790, PMC5 = 791, PMC6 = 792,
        PMC7 = 793, PMC8 = 794, MMCR0 = 795, SIAR = 796, SDAR = 797, MMCR1 = 798, IMC = 799,
        TRIG0 = 976, TRIG1 = 977, TRIG2 = 978, HID0 = 1008, HID1 = 1009, HID4 = 1012, DABR = 1013,
        HID5 = 1014, DABRX = 1015, TRACE = 1022, PIR = 1023,
    }
    /// 4xx embedded controllers: the 405 (PPC405 UM table 10-2).
    mod ppc4xx {
        ZPR = 944, PID_40X = 945, CCR0 = 947, IAC3_40X = 948, IAC4_40X = 949, DVC1_40X = 950, DVC2_40X = 951,
        SGR = 953, DCWR = 954, SLER = 955, SU0R = 956, DBCR1_40X = 957, ICDBDR = 979, ESR_40X = 980, DEAR_40X = 981,
        EVPR = 982, TSR_40X = 984, TCR_40X = 986, PIT = 987, SRR2 = 990, SRR3 = 991,
        DBSR_40X = 1008, DBCR0_40X = 1010, IAC1_40X = 1012, IAC2_40X = 1013, DAC1_40X = 1014, DAC2_40X = 1015,
        DCCR = 1018, ICCR = 1019,
    }
    /// The 440's own (PPC440x5 UM table 10-2); the others are Book E's.
    mod ppc440 {
        DVC1 = 318, DVC2 = 319, MCSRR0 = 570, MCSRR1 = 571, MCSR = 572,
        INV0 = 880, INV1 = 881, INV2 = 882, INV3 = 883, ITV0 = 884, ITV1 = 885, ITV2 = 886, ITV3 = 887, CCR1 = 888,
        DNV0 = 912, DNV1 = 913, DNV2 = 914, DNV3 = 915, DTV0 = 916, DTV1 = 917, DTV2 = 918, DTV3 = 919,
        DVLIM = 920, IVLIM = 921, RSTCFG = 923, DCDBTRL = 924, DCDBTRH = 925, ICDBTRL = 926, ICDBTRH = 927,
        MMUCR = 946, CCR0 = 947, ICDBDR = 979, DBDR = 1011,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_above_1023_is_refused_with_the_range() {
        let why = SprNum::try_from(1024).unwrap_err();
        assert!(alloc::format!("{why}").contains("1023"));
        assert_eq!(SprNum::new(1023).map(SprNum::get), Some(1023));
    }

    #[test]
    fn bit_0x10_of_the_number_is_the_privilege_bit() {
        assert!(!common::LR.is_privileged());
        assert!(common::SRR0.is_privileged());
        assert!(booke::DBCR0.is_privileged());
        assert!(!e500::SPEFSCR.is_privileged());
    }

    #[test]
    fn one_number_names_different_registers_in_different_families() {
        assert_eq!(booke::DBCR0, book3s::SPURR);
        assert_eq!(e500::IVOR32, classic::IBAT0U);
    }
}
