//! Multiply-accumulate of the 4xx family and the search for a zero byte: PPC405UM ch. 9, PPC440x5UM ch. 9; in Power ISA
//! 2.07 Book I the category Legacy Integer Multiply-Accumulate.

use crate::Row;
use crate::op::ops;
use crate::row::format::{x, xo};

#[rustfmt::skip]
ops! {
/// Multiply-accumulate instructions of the 4xx family.
pub enum Mac;
//  variant    mnemonic     fixed bits   operands       record  isa   manual
    Macchw   = "macchw",    xo(4, 172),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Macchws  = "macchws",   xo(4, 236),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Macchwsu = "macchwsu",  xo(4, 204),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Macchwu  = "macchwu",   xo(4, 140),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Machhw   = "machhw",    xo(4, 44),   [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Machhws  = "machhws",   xo(4, 108),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Machhwsu = "machhwsu",  xo(4, 76),   [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Machhwu  = "machhwu",   xo(4, 12),   [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Maclhw   = "maclhw",    xo(4, 428),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Maclhws  = "maclhws",   xo(4, 492),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Maclhwsu = "maclhwsu",  xo(4, 460),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Maclhwu  = "maclhwu",   xo(4, 396),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmacchw  = "nmacchw",   xo(4, 174),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmacchws = "nmacchws",  xo(4, 238),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmachhw  = "nmachhw",   xo(4, 46),   [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmachhws = "nmachhws",  xo(4, 110),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmaclhw  = "nmaclhw",   xo(4, 430),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Nmaclhws = "nmaclhws",  xo(4, 494),  [RT, RA, RB],  OeRc,   MAC,  "PPC405UM ch. 9";
    Mulchw   = "mulchw",    x(4, 168),   [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";
    Mulchwu  = "mulchwu",   x(4, 136),   [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";
    Mulhhw   = "mulhhw",    x(4, 40),    [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";
    Mulhhwu  = "mulhhwu",   x(4, 8),     [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";
    Mullhw   = "mullhw",    x(4, 424),   [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";
    Mullhwu  = "mullhwu",   x(4, 392),   [RT, RA, RB],  Rc,     MAC,  "PPC405UM ch. 9";

    Dlmzb    = "dlmzb",     x(31, 78),   [RA, RS, RB],  Rc,     MAC,  "PPC405UM ch. 9";
}
