//! Storage interrupts that a record raises, as an MMU would: the field `raise`.

use super::bad::{Bad, Place as _};
use super::json::Value;
use super::value::{choice, integer, list, object};
use ppc_cpu::model::Model;
use spr_exit::{InterruptKind, StorageFault};

/// A storage interrupt, and after how many completed instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raise {
    pub(super) after: u64,
    pub(super) fault: StorageFault,
}

/// Those of a record, in the order in which they come.
pub(super) fn raises(value: &Value<'_>, model: &Model) -> Result<Vec<Raise>, Bad> {
    let mut before = 0;
    list(value, |value| {
        let raise = raise(value, model)?;
        if raise.after < before {
            return Err(Bad::new("smaller than that of the element before").field("after"));
        }
        before = raise.after;
        Ok(raise)
    })
}

fn raise(value: &Value<'_>, model: &Model) -> Result<Raise, Bad> {
    let mut given = None;
    let (mut address, mut status, mut after) = (0, 0, 0);
    for (name, value) in object(value)? {
        match &**name {
            "kind" => given = Some(kind(value, model).in_field(name)?),
            "address" => address = integer(value).in_field(name)?,
            "status" => status = self::status(value).in_field(name)?,
            "after" => after = integer(value).in_field(name)?,
            _ => return Err(Bad::new("unknown field").field(name)),
        }
    }
    let kind = given.ok_or_else(|| Bad::new("must be given").field("kind"))?;
    let fault = StorageFault {
        kind,
        address,
        status,
    };
    Ok(Raise { after, fault })
}

/// A storage interrupt that the model has, by its name.
fn kind(value: &Value<'_>, model: &Model) -> Result<InterruptKind, Bad> {
    let names: Vec<_> = InterruptKind::ALL
        .iter()
        .filter(|kind| kind.is_of_storage() && model.vectors.row(**kind).is_some())
        .map(|kind| (kind.name(), *kind))
        .collect();
    choice(value, &names)
}

fn status(value: &Value<'_>) -> Result<u32, Bad> {
    u32::try_from(integer(value)?).map_err(|_| Bad::new("a status has 32 bits"))
}
