//! From the operands of a mnemonic to the fields of the word.
//!
//! Each operand that was given and each condition of the row is an equation over fields. Whichever has one field left
//! is solved for it, until all fields are known.

use super::error::Expected;
use crate::Operand;
use crate::extended::{Shown, When};
use crate::operand::names::{MB, ME, SH, SH6};

/// An operand of the text.
#[derive(Clone, Copy)]
pub(crate) struct Given {
    pub(crate) shown: Shown,
    pub(crate) value: i64,
    /// Where in the text it is.
    pub(crate) at: usize,
}

/// The word so far: the bits that have been decided, and which they are.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) word: u32,
    pub(crate) known: u32,
}

/// Fields with a factor each, their sum and a number being the value of an operand.
struct Sum {
    number: i64,
    terms: [(i64, Option<Operand>); 2],
    /// It is a number of bits, or of one: whatever the fields could hold, it is not negative.
    is_count: bool,
}

impl Sum {
    const fn of(number: i64, a: (i64, Operand), b: Option<(i64, Operand)>) -> Sum {
        let b = match b {
            Some((factor, operand)) => (factor, Some(operand)),
            None => (0, None),
        };
        Sum {
            number,
            terms: [(a.0, Some(a.1)), b],
            is_count: false,
        }
    }

    /// The sum that an operand is; a mask is none.
    fn shown(shown: Shown) -> Option<Sum> {
        match shown {
            Shown::Field(operand) => Some(Sum::of(0, (1, operand), None)),
            Shown::Minus(number, operand) => Some(Sum::of(number, (-1, operand), None)),
            Shown::Linear(number, terms) => {
                let term = |n: usize| terms.get(n).map_or((0, None), |term| (term.0, Some(term.1)));
                Some(Sum {
                    number,
                    terms: [term(0), term(1)],
                    is_count: true,
                })
            }
            Shown::Mask => None,
        }
    }

    /// The sum that a condition is about, and its value.
    fn condition(when: When) -> Option<(Sum, i64)> {
        match when {
            When::Is(operand, value) => Some((Sum::of(0, (1, operand), None), value)),
            When::Same(a, b) => Some((Sum::of(0, (1, a), Some((-1, b))), 0)),
            When::Sum(a, b, sum) => Some((Sum::of(0, (1, a), Some((1, b))), sum)),
            When::In(..) | When::Plain => None,
        }
    }

    /// The value of what is known, and the fields that are not.
    fn split(&self, fields: Fields) -> (i64, impl Iterator<Item = (i64, Operand)>) {
        let (mut sum, mut unknown) = (self.number, [None; 2]);
        for ((factor, operand), unknown) in self.terms.into_iter().zip(&mut unknown) {
            match operand {
                Some(operand) if operand.mask() & !fields.known == 0 => {
                    sum += factor * operand.get(fields.word)
                }
                Some(operand) => *unknown = Some((factor, operand)),
                None => {}
            }
        }
        (sum, unknown.into_iter().flatten())
    }

    /// Whether it is one field as it stands.
    const fn is_plain(&self) -> bool {
        self.number == 0 && self.terms[1].1.is_none()
    }
}

/// What became of an equation.
enum Step {
    /// It has more than one unknown field.
    Later,
    /// It holds.
    Solved,
    /// It cannot hold; these values could.
    Never(Expected),
}

impl Fields {
    fn put(&mut self, operand: Operand, bits: u32) {
        self.word = (self.word & !operand.mask()) | bits;
        self.known |= operand.mask();
    }

    /// Makes `sum` have `value`.
    fn solve(&mut self, sum: &Sum, value: i64) -> Step {
        let (known, mut unknown) = sum.split(*self);
        let Some((factor, operand)) = unknown.next() else {
            return if known == value {
                Step::Solved
            } else {
                Step::Never(Expected::Value {
                    given: value,
                    min: known,
                    max: known,
                    step: 1,
                })
            };
        };
        if unknown.next().is_some() {
            return Step::Later;
        }
        // Rotating by all bits is rotating by none.
        let is_rotation = (operand == SH || operand == SH6) && !sum.is_plain();
        let field = |value: i64| {
            let field = value.checked_sub(known)?.checked_mul(factor)?;
            let is_whole_turn = is_rotation && field == 1 << operand.width();
            operand.put(if is_whole_turn { 0 } else { field })
        };
        // Numbers whose sign was extended to 32 bits by hand.
        let by_hand = (0x8000_0000..=0xffff_ffff)
            .contains(&value)
            .then(|| value - (1 << 32));
        let is_negative = value < 0 && sum.is_count;
        if let Some(bits) = field(value).or_else(|| field(by_hand?)).filter(|_| !is_negative) {
            self.put(operand, bits);
            return Step::Solved;
        }
        let (low, high) = operand.range();
        let high = high + i64::from(is_rotation);
        let (a, b) = (known + factor * low, known + factor * high);
        Step::Never(Expected::Value {
            given: value,
            min: a.min(b).max(if sum.is_count { 0 } else { i64::MIN }),
            max: a.max(b),
            step: operand.step(),
        })
    }
}

/// The word, starting from the `fields` that the mnemonic decides.
///
/// # Errors
///
/// The place in the text of the operand that does not fit, and what would.
pub(crate) fn solve(mut fields: Fields, given: &[Given], when: &[When]) -> Result<u32, (usize, Expected)> {
    for operand in given {
        if let Shown::Mask = operand.shown {
            let (begin, end) = limits(operand.value).ok_or((operand.at, Expected::Mask))?;
            for (limit, value) in [(MB, begin), (ME, end)] {
                fields.put(limit, limit.put(value.into()).unwrap_or_default());
            }
        }
    }
    let last = given.last().map_or(0, |operand| operand.at);
    let operands = given
        .iter()
        .filter_map(|operand| Some((Sum::shown(operand.shown)?, operand.value, operand.at)));
    let conditions = when.iter().filter_map(|when| Sum::condition(*when));
    let equations = operands.chain(conditions.map(|(sum, value)| (sum, value, last)));
    // One bit for each; every round but the last solves at least one. No row has so many.
    let mut solved = 0u64;
    loop {
        let before = solved;
        for (n, (sum, value, at)) in equations.clone().enumerate() {
            if solved & 1 << n == 0 {
                match fields.solve(&sum, value) {
                    Step::Later => {}
                    Step::Solved => solved |= 1 << n,
                    Step::Never(expected) => return Err((at, expected)),
                }
            }
        }
        if solved == before {
            break;
        }
    }
    for condition in when {
        if let When::In(operand, min, max) = *condition {
            let found = operand.get(fields.word);
            if !(min..=max).contains(&found) {
                let at = given
                    .iter()
                    .find(|given| given.shown.operand() == operand)
                    .map_or(last, |given| given.at);
                let expected = Expected::Value {
                    given: found,
                    min,
                    max,
                    step: operand.step(),
                };
                return Err((at, expected));
            }
        }
    }
    Ok(fields.word)
}

/// The first and the last bit of a mask of adjacent bits, which may wrap.
fn limits(mask: i64) -> Option<(u32, u32)> {
    let mask = u32::try_from(mask)
        .or_else(|_| i32::try_from(mask).map(i32::cast_unsigned))
        .ok()
        .filter(|mask| *mask != 0)?;
    let is_wrapped = mask & 0x8000_0001 == 0x8000_0001 && mask != u32::MAX;
    let (begin, end, adjacent) = if is_wrapped {
        let hole = !mask;
        (
            32 - hole.trailing_zeros(),
            hole.leading_zeros() - 1,
            hole >> hole.trailing_zeros(),
        )
    } else {
        (
            mask.leading_zeros(),
            31 - mask.trailing_zeros(),
            mask >> mask.trailing_zeros(),
        )
    };
    (adjacent & adjacent.wrapping_add(1) == 0).then_some((begin, end))
}
