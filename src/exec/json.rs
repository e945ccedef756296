//! A line as JSON: an object's fields in their order, nothing lost and nothing guessed.
//!
//! `serde_json` reads; what it builds here keeps every field of an object, so that one given twice is seen (its own
//! maps keep the last one silently), and tells integers from other numbers. Text without escapes is borrowed from the
//! line. Nesting is bounded by `serde_json` (128 levels).
//!
//! Not here: what the fields mean ([`super::record`]).

use super::bad::Bad;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A JSON value, as far as a record can have use for it.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// An integer that is not negative.
    Integer(u64),
    /// Any other number: negative, with a fraction or an exponent, or 2^64 and above.
    OtherNumber,
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Fields<'a>),
}

/// The fields of an object, in the order of the line.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl Value<'_> {
    /// What it is, in JSON's words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::OtherNumber => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// The object on a line. `id` is filled as it is read, so that it is there when the line breaks off behind it.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    /// The field `id` as it stands.
    pub(super) id: Option<&'a RawValue>,
    /// Whether there is another `id`.
    pub(super) is_id_twice: bool,
    /// All other fields.
    pub(super) fields: Fields<'a>,
    /// Whether only `id` is looked for.
    is_search: bool,
}

impl<'a> Line<'a> {
    /// Reads the object that `text` is. `id` is looked for behind an error as well, where the error is not one of
    /// syntax.
    pub(super) fn read(&mut self, text: &'a str) -> Result<(), Bad> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = (&mut *self)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        if read.is_err() && self.id.is_none() {
            self.is_search = true;
            let _ = (&mut *self).deserialize(&mut serde_json::Deserializer::from_str(text));
        }
        read.map_err(|why| syntax(&why))
    }
}

/// What `serde_json` says, with the column and without the line, which is always the first.
fn syntax(why: &serde_json::Error) -> Bad {
    let text = why.to_string();
    let place = format!(" at line {} column {}", why.line(), why.column());
    let text = text.strip_suffix(place.as_str()).unwrap_or(&text);
    Bad::new(format!("{text} (column {})", why.column().max(1)))
}

impl<'de> DeserializeSeed<'de> for &mut Line<'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Line<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            // The message keeps its "at line 1 column n", which `custom` of serde_json takes from its end.
            let in_field = |why: A::Error| de::Error::custom(format_args!("{}: {why}", Bad::quote(&name)));
            if name == "id" {
                let id = map.next_value::<&'de RawValue>().map_err(in_field)?;
                self.is_id_twice |= self.id.is_some();
                self.id.get_or_insert(id);
            } else if self.is_search {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value = map.next_value().map_err(in_field)?;
                self.fields.push((name, value));
            }
        }
        Ok(())
    }
}

/// The name of a field, borrowed if it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> de::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl<'de> de::Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(u64::try_from(value).map_or(Value::OtherNumber, Value::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::OtherNumber)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Value::Object(fields))
    }
}
