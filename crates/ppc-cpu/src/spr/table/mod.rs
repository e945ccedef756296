//! Rows of registers, one file per group that models share. A number that two models use differently stands in the
//! file of each; `spr_table!` refuses to compose both into one model.
//!
//! A row without a remark says what its citation says. Where a row is a choice of this emulator, the line above it
//! says so.

pub(crate) mod book3s;
pub(crate) mod booke;
pub(crate) mod classic;
pub(crate) mod common;
pub(crate) mod e500;
pub(crate) mod e500mc;
pub(crate) mod p7xx;
pub(crate) mod p970;
pub(crate) mod power10;
pub(crate) mod power7;
pub(crate) mod power8;
pub(crate) mod power9;
pub(crate) mod ppc405;
pub(crate) mod ppc440;

use super::row::{Behaviour, Gates, Special, SprRow};
use spr_exit::SprNum;

/// Short words for the behaviour column.
pub(crate) const RO: Behaviour = Behaviour::ReadOnly;
/// [`Behaviour::NoOp`].
pub(crate) const NOOP: Behaviour = Behaviour::NoOp;
/// [`Behaviour::Exit`].
pub(crate) const EXIT: Behaviour = Behaviour::Exit;
/// All bits of a 32-bit register.
pub(crate) const W32: u64 = 0xffff_ffff;
/// All bits of a 64-bit register.
pub(crate) const W64: u64 = u64::MAX;

/// [`Behaviour::Storage`].
pub(crate) const fn rw(writable: u64) -> Behaviour {
    Behaviour::Storage { writable }
}

/// [`Behaviour::WriteOneToClear`].
pub(crate) const fn w1c(clearable: u64) -> Behaviour {
    Behaviour::WriteOneToClear { clearable }
}

/// [`Behaviour::Alias`].
pub(crate) const fn of(of: SprNum) -> Behaviour {
    Behaviour::Alias { of }
}

/// The rows of a CPU without hypervisor state for one where they are the hypervisor's: the supervisor loses them.
pub(crate) const fn hypervised<const N: usize>(rows: &[SprRow]) -> [SprRow; N] {
    let mut kept = [rows[0]; N];
    let mut i = 0;
    while i < rows.len() {
        kept[i] = rows[i];
        kept[i].gates = rows[i].gates.difference(Gates::SR).difference(Gates::SW);
        i += 1;
    }
    kept
}

/// [`Behaviour::Special`].
pub(crate) const fn sp(special: Special) -> Behaviour {
    Behaviour::Special(special)
}

#[cfg(test)]
mod tests {
    use crate::model::{MODELS, Model};
    use crate::spr::{Behaviour, Gates, SprRow};
    use alloc::collections::BTreeSet;

    fn rows() -> impl Iterator<Item = (&'static Model, &'static SprRow)> {
        MODELS
            .iter()
            .flat_map(|model| model.sprs.rows().iter().map(move |row| (*model, row)))
    }

    #[test]
    fn a_name_stands_once_in_a_model_and_finds_its_number() {
        for model in MODELS {
            let names: BTreeSet<_> = model.sprs.rows().iter().map(|row| row.name).collect();
            assert_eq!(names.len(), model.sprs.rows().len(), "{}", model.name);
        }
        for (model, row) in rows() {
            assert_eq!(
                model.sprs.by_name(&row.name.to_ascii_lowercase()),
                Some(row.sprn),
                "{}",
                row.name
            );
        }
    }

    #[test]
    fn an_alias_leads_to_a_register_of_its_own() {
        for (model, row) in rows() {
            if let Behaviour::Alias { of } = row.behaviour {
                let target = model.sprs.row(of).unwrap();
                let is_plain = !matches!(
                    target.behaviour,
                    Behaviour::Alias { .. } | Behaviour::Exit | Behaviour::NoOp
                );
                assert!(is_plain, "{} {} -> {}", model.name, row.name, target.name);
            }
        }
    }

    #[test]
    fn values_and_masks_fit_the_width_of_the_cpu() {
        for (model, row) in rows() {
            let bits = row.reset
                | match row.behaviour {
                    Behaviour::Storage { writable } => writable,
                    Behaviour::WriteOneToClear { clearable } => clearable,
                    Behaviour::Split {
                        core,
                        user_write,
                        user_read,
                    } => core | user_write | user_read,
                    _ => 0,
                };
            assert!(model.is_64bit || bits >> 32 == 0, "{} {}", model.name, row.name);
        }
    }

    #[test]
    fn a_reset_value_stands_only_where_a_read_shows_it() {
        for (model, row) in rows() {
            let is_kept = match row.behaviour {
                Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::WriteOneToClear { .. } => true,
                // The user's bits are user space's to reset.
                Behaviour::Split { user_write, .. } => row.reset & user_write == 0,
                _ => row.reset == 0,
            };
            assert!(is_kept, "{} {}", model.name, row.name);
        }
    }

    #[test]
    fn a_split_register_gives_no_bit_to_both() {
        for (model, row) in rows() {
            if let Behaviour::Split { core, user_write, .. } = row.behaviour {
                assert_eq!(core & user_write, 0, "{} {}", model.name, row.name);
            }
        }
    }

    #[test]
    fn read_only_registers_grant_no_write() {
        let writes = Gates::PW.union(Gates::SW).union(Gates::HW);
        for (model, row) in rows() {
            if row.behaviour == Behaviour::ReadOnly {
                assert!(!row.gates.intersects(writes), "{} {}", model.name, row.name);
            }
        }
    }

    #[test]
    fn problem_state_is_given_only_numbers_without_the_privilege_bit() {
        for (model, row) in rows() {
            let is_open = row.gates.intersects(Gates::PR.union(Gates::PW));
            assert!(
                !(is_open && row.sprn.is_privileged()),
                "{} {}",
                model.name,
                row.name
            );
        }
    }

    #[test]
    fn what_problem_state_does_not_have_carries_the_privilege_bit() {
        for (model, row) in rows() {
            let is_open = row.gates.intersects(Gates::PR.union(Gates::PW));
            assert!(is_open || row.sprn.is_privileged(), "{} {}", model.name, row.name);
        }
    }

    #[test]
    fn who_may_do_less_may_not_do_more() {
        for (model, row) in rows() {
            let gates = row.gates;
            for (low, high) in [
                (Gates::PR, Gates::SR),
                (Gates::SR, Gates::HR),
                (Gates::PW, Gates::SW),
                (Gates::SW, Gates::HW),
            ] {
                assert!(
                    !gates.contains(low) || gates.contains(high),
                    "{} {}",
                    model.name,
                    row.name
                );
            }
        }
    }

    #[test]
    fn every_row_has_a_citation() {
        for (model, row) in rows() {
            assert!(
                row.source.chars().any(|c| c.is_ascii_digit()),
                "{} {}",
                model.name,
                row.name
            );
        }
    }

    #[test]
    fn pvr_and_the_model_agree() {
        for model in MODELS {
            let pvr = model.sprs.row(spr_exit::num::common::PVR).unwrap();
            assert_eq!(pvr.reset, u64::from(model.pvr), "{}", model.name);
        }
    }
}
