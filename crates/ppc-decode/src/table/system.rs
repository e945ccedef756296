//! Special registers and returns from interrupts: Power ISA Book I 3.3.17, Book II 6.2.1, Book III 3.3 and 4.4.4.
//!
//! Translation look-aside buffers and segment registers are in [`super::tlb`].

use crate::Row;
use crate::op::ops;
use crate::row::format::x;

#[rustfmt::skip]
ops! {
/// Instructions for special registers and returns from interrupts.
pub enum System;
//  variant   mnemonic    fixed bits                  operands     record  isa                         manual
    Mfspr   = "mfspr",    x(31, 339),                 [RT, SPR],   None,   BASE,                       "I 3.3.17";
    Mtspr   = "mtspr",    x(31, 467),                 [SPR, RS],   None,   BASE,                       "I 3.3.17";
    Mftb    = "mftb",     x(31, 371),                 [RT, TBR],   None,   MFTB,                       "II 6.2.1";
    Mfdcr   = "mfdcr",    x(31, 323),                 [RT, DCR],   None,   DCR, Supervisor,            "2.07 III-E 5.4.1";
    Mtdcr   = "mtdcr",    x(31, 451),                 [DCR, RS],   None,   DCR, Supervisor,            "2.07 III-E 5.4.1";

    Mtcrf   = "mtcrf",    x(31, 144),                 [FXM, RS],   None,   BASE,                       "I 3.3.17";
    Mtocrf  = "mtocrf",   x(31, 144).with(11, 11, 1), [FXM, RS],   None,   V2_01,                      "I 3.3.17";
    Mfcr    = "mfcr",     x(31, 19),                  [RT],        None,   BASE,                       "I 3.3.17";
    Mfocrf  = "mfocrf",   x(31, 19).with(11, 11, 1),  [RT, FXM],   None,   V2_01,                      "I 3.3.17";
    Mcrxr   = "mcrxr",    x(31, 512),                 [BF],        None,   NON_SERVER,                 "PEM 8.2";
    Mcrxrx  = "mcrxrx",   x(31, 576),                 [BF],        None,   V3_0,                       "I 3.3.17";

    Mfmsr   = "mfmsr",    x(31, 83),                  [RT],        None,   BASE, Supervisor,           "III 4.4.4";
    Mtmsr   = "mtmsr",    x(31, 146),                 [RS, MSR_L], None,   BASE, Supervisor,           "III 4.4.4";
    Mtmsrd  = "mtmsrd",   x(31, 178),                 [RS, MSR_L], None,   SERVER, Supervisor,         "III 4.4.4";
    Wrtee   = "wrtee",    x(31, 131),                 [RS],        None,   EMBEDDED, Supervisor,       "2.07 III-E 5.4.1";
    Wrteei  = "wrteei",   x(31, 163),                 [E],         None,   EMBEDDED, Supervisor,       "2.07 III-E 5.4.1";

    Rfi     = "rfi",      x(19, 50),                  [],          None,   NON_SERVER, Supervisor,     "2.07 III-E 4.3.1";
    Rfid    = "rfid",     x(19, 18),                  [],          None,   SERVER, Supervisor,         "III 3.3.1";
    Hrfid   = "hrfid",    x(19, 274),                 [],          None,   HV, Hypervisor,             "III 3.3.1";
    Rfci    = "rfci",     x(19, 51),                  [],          None,   CRITICAL, Supervisor,       "2.07 III-E 4.3.1";
    Rfdi    = "rfdi",     x(19, 39),                  [],          None,   ENHANCED_DEBUG, Supervisor, "2.07 III-E 4.3.1";
    Rfmci   = "rfmci",    x(19, 38),                  [],          None,   MACHINE_CHECK, Supervisor,  "2.07 III-E 4.3.1";

    Wait    = "wait",     x(31, 62),                  [WC],        None,   WAIT,                       "2.07 II 4.4.4";
    WaitV3  = "wait",     x(31, 30),                  [WC],        None,   V3_0,                       "II 4.6.4";

    Mfdcrx  = "mfdcrx",   x(31, 259),                 [RT, RA],    None,   DCRX, Supervisor,           "2.07 III-E 5.4.1";
    Mtdcrx  = "mtdcrx",   x(31, 387),                 [RA, RS],    None,   DCRX, Supervisor,           "2.07 III-E 5.4.1";
    Mfdcrux = "mfdcrux",  x(31, 291),                 [RT, RA],    None,   DCRX,                       "2.07 I 3.3.17";
    Mtdcrux = "mtdcrux",  x(31, 419),                 [RA, RS],    None,   DCRX,                       "2.07 I 3.3.17";
    Mfpmr   = "mfpmr",    x(31, 334),                 [RT, PMRN],  None,   PMR,                        "EREF 2.0 5.4";
    Mtpmr   = "mtpmr",    x(31, 462),                 [PMRN, RS],  None,   PMR,                        "EREF 2.0 5.4";
    Mftmr   = "mftmr",    x(31, 366),                 [RT, PMRN],  None,   THREADS, Hypervisor,        "EREF 2.0 5.4";
    Mttmr   = "mttmr",    x(31, 494),                 [PMRN, RS],  None,   THREADS, Hypervisor,        "EREF 2.0 5.4";
    Darn    = "darn",     x(31, 755),                 [RT, RANDOM_L], None, PPC64 | V3_0,              "I 3.3.9";
    Clrbhrb = "clrbhrb",  x(31, 430),                 [],          None,   V2_07,                      "II ch. 8";
    Mfbhrbe = "mfbhrbe",  x(31, 302),                 [RT, BHRBE], None,   V2_07,                      "II ch. 8";

    Rfscv   = "rfscv",    x(19, 82),                  [],          None,   V3_0, Supervisor,           "III 3.3.1";
    Rfebb   = "rfebb",    x(19, 146),                 [EBB_S],     None,   V2_07,                      "II ch. 7";
    Rfgi    = "rfgi",     x(19, 102),                 [],          None,   GUEST, Supervisor,          "EREF 2.0 5.4";
    Urfid   = "urfid",    x(19, 306),                 [],          None,   V3_1, Hypervisor,           "3.1 III ch. 4";
    Stop    = "stop",     x(19, 370),                 [],          None,   V3_0, Supervisor,           "III 3.3.2";
    Doze    = "doze",     x(19, 402),                 [],          None,   BEFORE_V3_0, Hypervisor,    "2.07 III-S 3.3.2";
    Nap     = "nap",      x(19, 434),                 [],          None,   BEFORE_V3_0, Hypervisor,    "2.07 III-S 3.3.2";
    Sleep   = "sleep",    x(19, 466),                 [],          None,   BEFORE_V3_0, Hypervisor,    "2.07 III-S 3.3.2";
    Rvwinkle = "rvwinkle", x(19, 498),                [],          None,   BEFORE_V3_0, Hypervisor,    "2.07 III-S 3.3.2";
    Attn    = "attn",     x(0, 256),                  [],          None,   SERVER,                     "970FX UM ch. 2; POWER9 UM";

    Msgsnd  = "msgsnd",   x(31, 206),                 [RB],        None,   DOORBELL, Hypervisor,       "III ch. 11";
    Msgclr  = "msgclr",   x(31, 238),                 [RB],        None,   DOORBELL, Hypervisor,       "III ch. 11";
    Msgsndp = "msgsndp",  x(31, 142),                 [RB],        None,   V2_07, Supervisor,          "III ch. 11";
    Msgclrp = "msgclrp",  x(31, 174),                 [RB],        None,   V2_07, Supervisor,          "III ch. 11";
    Msgsync = "msgsync",  x(31, 886),                 [],          None,   V3_0, Hypervisor,           "III ch. 11";
    Msgsndu = "msgsndu",  x(31, 78),                  [RB],        None,   V3_1, Hypervisor,           "3.1 III ch. 11";
    Msgclru = "msgclru",  x(31, 110),                 [RB],        None,   V3_1, Hypervisor,           "3.1 III ch. 11";
    Ehpriv  = "ehpriv",   x(31, 270),                 [OC],        None,   GUEST,                      "EREF 2.0 5.4";
    Dnh     = "dnh",      x(19, 198),                 [DUI, DUIS], None,   ENHANCED_DEBUG,             "EREF 2.0 5.4";
    Dni     = "dni",      x(31, 97).with(31, 31, 1),  [DUI, DCTL], None,   THREADS,                    "EREF 2.0 5.4";
}
