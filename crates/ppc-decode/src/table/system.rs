//! Special registers and returns from interrupts: Power ISA Book I 3.3.17, Book II 6.2.1, Book III 3.3 and 4.4.4.
//!
//! Translation look-aside buffers, segment registers and messages are not here yet.

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
    Wrtee   = "wrtee",    x(31, 131),                 [RS],        None,   BOOKE, Supervisor,          "2.07 III-E 5.4.1";
    Wrteei  = "wrteei",   x(31, 163),                 [E],         None,   BOOKE, Supervisor,          "2.07 III-E 5.4.1";

    Rfi     = "rfi",      x(19, 50),                  [],          None,   NON_SERVER, Supervisor,     "2.07 III-E 4.3.1";
    Rfid    = "rfid",     x(19, 18),                  [],          None,   SERVER, Supervisor,         "III 3.3.1";
    Hrfid   = "hrfid",    x(19, 274),                 [],          None,   HV, Hypervisor,             "III 3.3.1";
    Rfci    = "rfci",     x(19, 51),                  [],          None,   BOOKE, Supervisor,          "2.07 III-E 4.3.1";
    Rfdi    = "rfdi",     x(19, 39),                  [],          None,   ENHANCED_DEBUG, Supervisor, "2.07 III-E 4.3.1";
    Rfmci   = "rfmci",    x(19, 38),                  [],          None,   MACHINE_CHECK, Supervisor,  "2.07 III-E 4.3.1";

    Wait    = "wait",     x(31, 62),                  [WC],        None,   WAIT,                       "2.07 II 4.4.4";
    WaitV3  = "wait",     x(31, 30),                  [WC],        None,   V3_0,                       "II 4.6.4";
}
