//! Names of special purpose registers inside mnemonics: `mflr`, `mtsprg 0,r3`.
//!
//! PEM 8.2 and appendix F; Power ISA Book III 4.4.5 and appendix; EREF 2.0 §3.3; 750CL UM ch. 2. These are the names
//! for which GNU objdump has an extended mnemonic, on the CPUs for which it has one; every other number is printed as
//! a number. What the registers do, and which of them a CPU really has, is no business of this crate.

use crate::Isa;

/// One name of a register.
pub(crate) struct SprName {
    pub(crate) number: u16,
    read: bool,
    write: bool,
    pub(crate) isa: Isa,
    pub(crate) name: &'static str,
    /// For registers that count: which one, as an operand of its own.
    pub(crate) index: Option<u8>,
}

const SPE: Isa = Isa::SPE;
const BOOKE: Isa = Isa::BOOKE;
const ALTIVEC: Isa = Isa::ALTIVEC;
const SERVER: Isa = Isa::SERVER;
const PAIRED: Isa = Isa::PAIRED;
/// The 32-bit PowerPC processors that are not Book E.
const PPC32: Isa = Isa::CLASSIC.union(Isa::NON_SERVER);
const BASE: Isa = Isa::BASE;
const PPC405: Isa = Isa::PPC405_ONLY;
/// Servers from these versions on, for GNU: what the earlier ones have stays a number.
const V2_05: Isa = Isa::SERVER.union(Isa::V2_05);
const V2_07: Isa = Isa::SERVER.union(Isa::V2_07);
const V3_0: Isa = Isa::SERVER.union(Isa::V3_0);
const V3_1: Isa = Isa::SERVER.union(Isa::V3_1);
/// Servers before version 3.0, whose user copies of the performance monitor are named like the originals.
const POWER8: Isa = Isa::SERVER.union(Isa::BEFORE_V3_0);
/// The e500 family.
const E500: Isa = Isa::BOOKE.union(Isa::TLB_MAS);
const THREADS: Isa = Isa::THREADS;

/// Named when read and when written.
const fn rw(number: u16, name: &'static str, index: Option<u8>, isa: Isa) -> SprName {
    SprName {
        number,
        read: true,
        write: true,
        isa,
        name,
        index,
    }
}

/// Named when read.
const fn r(number: u16, name: &'static str, index: Option<u8>, isa: Isa) -> SprName {
    SprName {
        write: false,
        ..rw(number, name, index, isa)
    }
}

/// Named when written.
const fn w(number: u16, name: &'static str, index: Option<u8>, isa: Isa) -> SprName {
    SprName {
        read: false,
        ..rw(number, name, index, isa)
    }
}

/// The name of `number`, if there is one on a CPU with `isa`.
pub(crate) fn find(number: u16, is_write: bool, isa: Isa) -> Option<&'static SprName> {
    NAMES
        .iter()
        .find(|row| row.number == number && isa.contains(row.isa) && row.is_for(is_write))
}

impl SprName {
    /// Whether this is the name for an access in this direction.
    pub(crate) const fn is_for(&self, is_write: bool) -> bool {
        if is_write { self.write } else { self.read }
    }
}

/// The first row that fits wins, so that names that only some CPUs use come first.
#[rustfmt::skip]
pub(crate) static NAMES: &[SprName] = &[
    // e500v1 and e500v2.
    rw( 512, "spefscr",  None,    SPE),
    rw( 513, "bbear",    None,    SPE),
    rw( 514, "bbtar",    None,    SPE),
    rw( 528, "ivor32",   None,    SPE),
    rw( 529, "ivor33",   None,    SPE),
    rw( 530, "ivor34",   None,    SPE),
    // e6500.
    rw( 256, "vrsave",   None,    THREADS),
    rw( 528, "ivor32",   None,    THREADS),
    rw( 529, "ivor33",   None,    THREADS),
    // Book E.
    rw(  48, "pid",      None,    BOOKE),
    w  (54, "decar", None, BOOKE),
    rw(  58, "csrr0",    None,    BOOKE),
    rw(  59, "csrr1",    None,    BOOKE),
    rw(  61, "dear",     None,    BOOKE),
    rw(  62, "esr",      None,    BOOKE),
    rw(  63, "ivpr",     None,    BOOKE),
    rw( 256, "usprg0",   None,    BOOKE),
    r  (260, "sprg", Some(4), BOOKE),
    r  (261, "sprg", Some(5), BOOKE),
    r  (262, "sprg", Some(6), BOOKE),
    r  (263, "sprg", Some(7), BOOKE),
    r  (268, "tb", None, BOOKE),
    r  (269, "tbu", None, BOOKE),
    rw( 276, "sprg",     Some(4), BOOKE),
    rw( 277, "sprg",     Some(5), BOOKE),
    rw( 278, "sprg",     Some(6), BOOKE),
    rw( 279, "sprg",     Some(7), BOOKE),
    r  (286, "pir", None, BOOKE),
    rw( 304, "dbsr",     None,    BOOKE),
    rw( 308, "dbcr0",    None,    BOOKE),
    rw( 309, "dbcr1",    None,    BOOKE),
    rw( 310, "dbcr2",    None,    BOOKE),
    rw( 312, "iac1",     None,    BOOKE),
    rw( 313, "iac2",     None,    BOOKE),
    rw( 314, "iac3",     None,    BOOKE),
    rw( 315, "iac4",     None,    BOOKE),
    rw( 316, "dac1",     None,    BOOKE),
    rw( 317, "dac2",     None,    BOOKE),
    rw( 318, "dvc1",     None,    BOOKE),
    rw( 319, "dvc2",     None,    BOOKE),
    rw( 336, "tsr",      None,    BOOKE),
    rw( 340, "tcr",      None,    BOOKE),
    rw( 400, "ivor0",    None,    BOOKE),
    rw( 401, "ivor1",    None,    BOOKE),
    rw( 402, "ivor2",    None,    BOOKE),
    rw( 403, "ivor3",    None,    BOOKE),
    rw( 404, "ivor4",    None,    BOOKE),
    rw( 405, "ivor5",    None,    BOOKE),
    rw( 406, "ivor6",    None,    BOOKE),
    rw( 407, "ivor7",    None,    BOOKE),
    rw( 408, "ivor8",    None,    BOOKE),
    rw( 409, "ivor9",    None,    BOOKE),
    rw( 410, "ivor10",   None,    BOOKE),
    rw( 411, "ivor11",   None,    BOOKE),
    rw( 412, "ivor12",   None,    BOOKE),
    rw( 413, "ivor13",   None,    BOOKE),
    rw( 414, "ivor14",   None,    BOOKE),
    rw( 415, "ivor15",   None,    BOOKE),
    rw( 531, "ivor35",   None,    E500),
    rw( 570, "mcsrr0",   None,    BOOKE),
    rw( 571, "mcsrr1",   None,    BOOKE),
    rw( 572, "mcsr",     None,    BOOKE),
    r  (573, "mcar", None, BOOKE),
    // 405.
    r ( 260, "sprg",     Some(4), PPC405),
    r ( 261, "sprg",     Some(5), PPC405),
    r ( 262, "sprg",     Some(6), PPC405),
    r ( 263, "sprg",     Some(7), PPC405),
    rw( 276, "sprg",     Some(4), PPC405),
    rw( 277, "sprg",     Some(5), PPC405),
    rw( 278, "sprg",     Some(6), PPC405),
    rw( 279, "sprg",     Some(7), PPC405),
    rw( 944, "zpr",      None,    PPC405),
    rw( 945, "pid",      None,    PPC405),
    rw( 947, "ccr0",     None,    PPC405),
    rw( 948, "iac3",     None,    PPC405),
    rw( 949, "iac4",     None,    PPC405),
    rw( 950, "dvc1",     None,    PPC405),
    rw( 951, "dvc2",     None,    PPC405),
    rw( 953, "sgr",      None,    PPC405),
    rw( 954, "dcwr",     None,    PPC405),
    rw( 955, "sler",     None,    PPC405),
    rw( 956, "su0r",     None,    PPC405),
    rw( 957, "dbcr1",    None,    PPC405),
    rw( 979, "icdbdr",   None,    PPC405),
    rw( 980, "esr",      None,    PPC405),
    rw( 981, "dear",     None,    PPC405),
    rw( 982, "evpr",     None,    PPC405),
    rw( 983, "cdbcr",    None,    PPC405),
    rw( 984, "tsr",      None,    PPC405),
    rw( 986, "tcr",      None,    PPC405),
    rw( 987, "pit",      None,    PPC405),
    rw( 988, "tbhi",     None,    PPC405),
    rw( 989, "tblo",     None,    PPC405),
    rw( 990, "srr2",     None,    PPC405),
    rw( 991, "srr3",     None,    PPC405),
    rw(1008, "dbsr",     None,    PPC405),
    rw(1010, "dbcr0",    None,    PPC405),
    rw(1012, "iac1",     None,    PPC405),
    rw(1013, "iac2",     None,    PPC405),
    rw(1014, "dac1",     None,    PPC405),
    rw(1015, "dac2",     None,    PPC405),
    rw(1018, "dccr",     None,    PPC405),
    rw(1019, "iccr",     None,    PPC405),
    rw(1020, "pbl1",     None,    PPC405),
    rw(1021, "pbu1",     None,    PPC405),
    rw(1022, "pbl2",     None,    PPC405),
    rw(1023, "pbu2",     None,    PPC405),
    // POWER10.
    rw(  48, "pidr",     None,    V3_1),
    rw(  61, "iamr",     None,    V3_1),
    rw( 153, "fscr",     None,    V3_1),
    rw( 159, "pspb",     None,    V3_1),
    rw( 176, "dpdes",    None,    V3_1),
    rw( 180, "dawr0",    None,    V3_1),
    rw( 181, "dawr1",    None,    V3_1),
    rw( 186, "rpr",      None,    V3_1),
    rw( 187, "ciabr",    None,    V3_1),
    rw( 188, "dawrx0",   None,    V3_1),
    rw( 189, "dawrx1",   None,    V3_1),
    rw( 190, "hfscr",    None,    V3_1),
    r ( 259, "usprg3",   None,    V3_1),
    w ( 286, "tbu40",    None,    V3_1),
    rw( 304, "hsprg0",   None,    V3_1),
    rw( 305, "hsprg1",   None,    V3_1),
    rw( 306, "hdisr",    None,    V3_1),
    rw( 307, "hdar",     None,    V3_1),
    rw( 308, "spurr",    None,    V3_1),
    rw( 309, "purr",     None,    V3_1),
    rw( 310, "hdec",     None,    V3_1),
    rw( 313, "hrmor",    None,    V3_1),
    rw( 314, "hsrr0",    None,    V3_1),
    rw( 315, "hsrr1",    None,    V3_1),
    rw( 318, "lpcr",     None,    V3_1),
    rw( 319, "lpidr",    None,    V3_1),
    rw( 338, "pcr",      None,    V3_1),
    rw( 339, "heir",     None,    V3_1),
    r ( 446, "tir",      None,    V3_1),
    rw( 464, "ptcr",     None,    V3_1),
    rw( 496, "usprg0",   None,    V3_1),
    rw( 497, "usprg1",   None,    V3_1),
    rw( 505, "urmor",    None,    V3_1),
    rw( 506, "usrr0",    None,    V3_1),
    rw( 507, "usrr1",    None,    V3_1),
    rw( 511, "smfctrl",  None,    V3_1),
    r ( 736, "usier2",   None,    V3_1),
    r ( 737, "usier3",   None,    V3_1),
    r ( 738, "ummcr3",   None,    V3_1),
    w ( 752, "sier2",    None,    V3_1),
    w ( 753, "sier3",    None,    V3_1),
    w ( 754, "mmcr3",    None,    V3_1),
    r ( 768, "usier",    None,    V3_1),
    w ( 784, "sier",     None,    V3_1),
    w ( 796, "siar",     None,    V3_1),
    w ( 797, "sdar",     None,    V3_1),
    rw( 816, "asdr",     None,    V3_1),
    rw( 823, "psscr",    None,    V3_1),
    rw( 855, "hpsscr",   None,    V3_1),
    r (1023, "pir",      None,    V3_1),
    // 64-bit servers.
    rw(   3, "udscr",    None,    V3_0),
    rw(  13, "uamr",     None,    V3_0),
    rw(  17, "dscr",     None,    V2_05),
    rw(  28, "cfar",     None,    V2_05),
    rw(  29, "amr",      None,    V2_05),
    w  (128, "tfhar", None, V3_0),
    w  (129, "tfiar", None, V3_0),
    w  (130, "texasr", None, V3_0),
    w  (131, "texasru", None, V3_0),
    r  (136, "ctrl", None, SERVER),
    w  (152, "ctrl", None, SERVER),
    rw( 157, "uamor",    None,    V2_05),
    rw( 256, "vrsave",   None,    ALTIVEC),
    r  (268, "tb", None, SERVER),
    r  (269, "tbu", None, SERVER),
    rw( 280, "asr",      None,    SERVER),
    rw( 336, "hmer",     None,    V2_05),
    rw( 337, "hmeer",    None,    V2_05),
    rw( 349, "amor",     None,    V2_05),
    rw( 769, "ummcr2",   None,    V3_0),
    rw( 770, "ummcra",   None,    V3_0),
    rw( 771, "upmc1",    None,    V3_0),
    rw( 772, "upmc2",    None,    V3_0),
    rw( 773, "upmc3",    None,    V3_0),
    rw( 774, "upmc4",    None,    V3_0),
    rw( 775, "upmc5",    None,    V3_0),
    rw( 776, "upmc6",    None,    V3_0),
    rw( 779, "ummcr0",   None,    V3_0),
    r  (780, "usiar", None, V3_0),
    r  (781, "usdar", None, V3_0),
    r  (782, "ummcr1", None, V3_0),
    w  (786, "mmcra", None, V2_05),
    w  (787, "pmc1", None, V2_05),
    w  (788, "pmc2", None, V2_05),
    w  (789, "pmc3", None, V2_05),
    w  (790, "pmc4", None, V2_05),
    w  (791, "pmc5", None, V2_05),
    w  (792, "pmc6", None, V2_05),
    w  (795, "mmcr0", None, V2_05),
    w  (798, "mmcr1", None, V2_05),
    rw( 800, "bescrs",   None,    V3_0),
    rw( 801, "bescrsu",  None,    V3_0),
    rw( 802, "bescrr",   None,    V3_0),
    rw( 803, "bescrru",  None,    V3_0),
    rw( 804, "ebbhr",    None,    V3_0),
    rw( 805, "ebbrr",    None,    V3_0),
    rw( 806, "bescr",    None,    V3_0),
    rw( 815, "tar",      None,    V3_0),
    rw( 848, "ic",       None,    V2_07),
    rw( 849, "vtb",      None,    V2_07),
    rw( 896, "ppr",      None,    V2_05),
    rw( 898, "ppr32",    None,    V2_05),
    r  (770, "mmcra", None, POWER8),
    r  (771, "pmc1", None, POWER8),
    r  (772, "pmc2", None, POWER8),
    r  (773, "pmc3", None, POWER8),
    r  (774, "pmc4", None, POWER8),
    r  (775, "pmc5", None, POWER8),
    r  (776, "pmc6", None, POWER8),
    r  (779, "mmcr0", None, POWER8),
    r  (782, "mmcr1", None, POWER8),
    // 750CL.
    rw( 560, "ibatu",    Some(4), PAIRED),
    rw( 561, "ibatl",    Some(4), PAIRED),
    rw( 562, "ibatu",    Some(5), PAIRED),
    rw( 563, "ibatl",    Some(5), PAIRED),
    rw( 564, "ibatu",    Some(6), PAIRED),
    rw( 565, "ibatl",    Some(6), PAIRED),
    rw( 566, "ibatu",    Some(7), PAIRED),
    rw( 567, "ibatl",    Some(7), PAIRED),
    rw( 568, "dbatu",    Some(4), PAIRED),
    rw( 569, "dbatl",    Some(4), PAIRED),
    rw( 570, "dbatu",    Some(5), PAIRED),
    rw( 571, "dbatl",    Some(5), PAIRED),
    rw( 572, "dbatu",    Some(6), PAIRED),
    rw( 573, "dbatl",    Some(6), PAIRED),
    rw( 574, "dbatu",    Some(7), PAIRED),
    rw( 575, "dbatl",    Some(7), PAIRED),
    rw( 912, "gqr",      Some(0), PAIRED),
    rw( 913, "gqr",      Some(1), PAIRED),
    rw( 914, "gqr",      Some(2), PAIRED),
    rw( 915, "gqr",      Some(3), PAIRED),
    rw( 916, "gqr",      Some(4), PAIRED),
    rw( 917, "gqr",      Some(5), PAIRED),
    rw( 918, "gqr",      Some(6), PAIRED),
    rw( 919, "gqr",      Some(7), PAIRED),
    rw( 920, "hid2",     None,    PAIRED),
    rw( 921, "wpar",     None,    PAIRED),
    rw( 922, "dmau",     None,    PAIRED),
    rw( 923, "dmal",     None,    PAIRED),
    rw(1011, "hid4",     None,    PAIRED),
    // 750.
    rw( 936, "ummcr0",   None,    PPC32),
    rw( 937, "upmc1",    None,    PPC32),
    rw( 938, "upmc2",    None,    PPC32),
    rw( 939, "usia",     None,    PPC32),
    rw( 940, "ummcr1",   None,    PPC32),
    rw( 941, "upmc3",    None,    PPC32),
    rw( 942, "upmc4",    None,    PPC32),
    rw( 952, "mmcr0",    None,    PPC32),
    rw( 953, "pmc1",     None,    PPC32),
    rw( 954, "pmc2",     None,    PPC32),
    rw( 955, "sia",      None,    PPC32),
    rw( 956, "mmcr1",    None,    PPC32),
    rw( 957, "pmc3",     None,    PPC32),
    rw( 958, "pmc4",     None,    PPC32),
    rw(1008, "hid0",     None,    PPC32),
    rw(1009, "hid1",     None,    PPC32),
    rw(1010, "iabr",     None,    PPC32),
    rw(1013, "dabr",     None,    PPC32),
    rw(1017, "l2cr",     None,    PPC32),
    rw(1019, "ictc",     None,    PPC32),
    rw(1020, "thrm1",    None,    PPC32),
    rw(1021, "thrm2",    None,    PPC32),
    rw(1022, "thrm3",    None,    PPC32),
    // Everywhere, whether the CPU has them or not.
    rw(   1, "xer",      None,    BASE),
    r  (4, "rtcu", None, BASE),
    r  (5, "rtcl", None, BASE),
    rw(   8, "lr",       None,    BASE),
    rw(   9, "ctr",      None,    BASE),
    rw(  18, "dsisr",    None,    BASE),
    rw(  19, "dar",      None,    BASE),
    w  (20, "rtcu", None, BASE),
    w  (21, "rtcl", None, BASE),
    rw(  22, "dec",      None,    BASE),
    rw(  25, "sdr1",     None,    BASE),
    rw(  26, "srr0",     None,    BASE),
    rw(  27, "srr1",     None,    BASE),
    rw( 272, "sprg",     Some(0), BASE),
    rw( 273, "sprg",     Some(1), BASE),
    rw( 274, "sprg",     Some(2), BASE),
    rw( 275, "sprg",     Some(3), BASE),
    rw( 282, "ear",      None,    BASE),
    w  (284, "tbl", None, BASE),
    w  (285, "tbu", None, BASE),
    r  (287, "pvr", None, BASE),
    rw( 528, "ibatu",    Some(0), BASE),
    rw( 529, "ibatl",    Some(0), BASE),
    rw( 530, "ibatu",    Some(1), BASE),
    rw( 531, "ibatl",    Some(1), BASE),
    rw( 532, "ibatu",    Some(2), BASE),
    rw( 533, "ibatl",    Some(2), BASE),
    rw( 534, "ibatu",    Some(3), BASE),
    rw( 535, "ibatl",    Some(3), BASE),
    rw( 536, "dbatu",    Some(0), BASE),
    rw( 537, "dbatl",    Some(0), BASE),
    rw( 538, "dbatu",    Some(1), BASE),
    rw( 539, "dbatl",    Some(1), BASE),
    rw( 540, "dbatu",    Some(2), BASE),
    rw( 541, "dbatl",    Some(2), BASE),
    rw( 542, "dbatu",    Some(3), BASE),
    rw( 543, "dbatl",    Some(3), BASE),
];
