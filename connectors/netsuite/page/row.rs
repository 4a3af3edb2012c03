//! Of a row, the columns that order it.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The columns to pick from each row. Letter case does not count: NetSuite changes it between releases.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    pub key: &'w [&'w str],
    pub modified: Option<&'w str>,
    /// The parent's modification time.
    pub parent: Option<&'w str>,
}

/// What was picked. NULL columns are absent from a row, so they are `None` here.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'b> {
    pub key: Vec<Option<Cow<'b, str>>>,
    pub modified: Option<Cow<'b, str>>,
    pub parent: Option<Cow<'b, str>>,
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Row<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Row { key: vec![None; self.key.len()], modified: None, parent: None };
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let key = self.key.iter().position(|key| key.eq_ignore_ascii_case(&name));
            let modified = self.modified.is_some_and(|modified| modified.eq_ignore_ascii_case(&name));
            let parent = self.parent.is_some_and(|parent| parent.eq_ignore_ascii_case(&name));
            if key.is_none() && !modified && !parent {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<Scalar<'de>>()?.0;
            match key.and_then(|index| row.key.get_mut(index)) {
                Some(slot) => *slot = value,
                None if parent => row.parent = value,
                None => row.modified = value,
            }
        }
        Ok(row)
    }
}

/// A text, number or boolean as text; anything else is nothing.
struct Scalar<'b>(Option<Cow<'b, str>>);

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Scalar(Some(Cow::Borrowed(if truth { "T" } else { "F" }))))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }
}
