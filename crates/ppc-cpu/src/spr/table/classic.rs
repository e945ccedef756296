//! The classic OEA: what 603, 604, 750 and 7400 have alike.
//!
//! The 32-bit programming environments manual (PEM32) chapter 2, MPC750UM 2.1.1 and table 2-1.

use super::{W32, rw};
use crate::spr::row::{SRW, SprRow, row};
use spr_exit::num::bat::*;
use spr_exit::num::classic::*;

/// Upper half of a BAT: BEPI, BL, Vs, Vp (PEM32 2.3).
const BATU: u64 = 0xfffe_1fff;
/// Lower half of a BAT: BRPN, WIMG, PP (PEM32 2.3). IBATs have no W and G; that they keep them is our choice.
const BATL: u64 = 0xfffe_007b;

/// Faults, the page table, and external access.
#[rustfmt::skip]
pub(crate) const OEA: &[SprRow] = &[
    row(DSISR,  "DSISR",  SRW, rw(W32),         0, "PEM32 2.3; MPC750UM 2.1.1"),
    row(DAR,    "DAR",    SRW, rw(W32),         0, "PEM32 2.3; MPC750UM 2.1.1"),
    row(SDR1,   "SDR1",   SRW, rw(0xffff_01ff), 0, "PEM32 2.3 (HTABORG HTABMASK)"),
    row(EAR,    "EAR",    SRW, rw(0x8000_003f), 0, "PEM32 2.3 (E RID)"),
];

/// The four pairs of BATs that all have.
#[rustfmt::skip]
pub(crate) const BATS: &[SprRow] = &[
    row(IBAT0U, "IBAT0U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(IBAT0L, "IBAT0L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(IBAT1U, "IBAT1U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(IBAT1L, "IBAT1L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(IBAT2U, "IBAT2U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(IBAT2L, "IBAT2L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(IBAT3U, "IBAT3U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(IBAT3L, "IBAT3L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(DBAT0U, "DBAT0U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(DBAT0L, "DBAT0L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(DBAT1U, "DBAT1U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(DBAT1L, "DBAT1L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(DBAT2U, "DBAT2U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(DBAT2L, "DBAT2L", SRW, rw(BATL),        0, "PEM32 2.3"),
    row(DBAT3U, "DBAT3U", SRW, rw(BATU),        0, "PEM32 2.3"),
    row(DBAT3L, "DBAT3L", SRW, rw(BATL),        0, "PEM32 2.3"),
];

/// The second four pairs, which later cores have. On the 7447A they are in use while HID0\[HIGH_BAT_EN\] is one, on the
/// 750CL while HID4\[SBE\], on the e300 while HID2\[HBE\].
#[rustfmt::skip]
pub(crate) const HIGH_BATS: &[SprRow] = &[
    row(IBAT4U, "IBAT4U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT4L, "IBAT4L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT5U, "IBAT5U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT5L, "IBAT5L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT6U, "IBAT6U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT6L, "IBAT6L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT7U, "IBAT7U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(IBAT7L, "IBAT7L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT4U, "DBAT4U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT4L, "DBAT4L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT5U, "DBAT5U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT5L, "DBAT5L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT6U, "DBAT6U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT6L, "DBAT6L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT7U, "DBAT7U", SRW, rw(BATU),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
    row(DBAT7L, "DBAT7L", SRW, rw(BATL),        0, "MPC7450UM 2.1.3; 750CL UM 2.1; E300CORERM ch. 2"),
];
