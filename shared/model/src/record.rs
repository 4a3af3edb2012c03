//! A record's identity: its key, its version and its content.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::ids::StreamName;
use crate::instant::Instant;
use crate::value::Value;

/// The values of a record's key columns as one text; several are joined by the ASCII unit separator,
/// which no vendor's key holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordKey(String);

const UNIT_SEPARATOR: &str = "\u{1f}";

impl RecordKey {
    /// `None` where a part is missing.
    pub fn from_parts<'a>(parts: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        let texts: Option<Vec<String>> = parts.into_iter().map(Value::to_text).collect();
        let texts = texts?;
        if texts.iter().all(String::is_empty) {
            return None;
        }
        Some(Self(texts.join(UNIT_SEPARATOR)))
    }

    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When a record became what it is. Ordered: the later modification wins; between equal ones (vendors
/// count whole seconds) the one observed by the later run; then a deletion over an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordVersion {
    /// When the source says it changed; the run's bound where the source does not say.
    pub modified: Instant,
    /// The upper bound of the run that read it: the same for every page of that run, so that a
    /// repeated page carries the same versions.
    pub observed: Instant,
    pub deleted: bool,
}

/// A 128-bit hash (XXH3) of a record's typed values. Equal content hashes equally whatever the order
/// of the fields in the raw record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContentHash(u128);

impl ContentHash {
    /// The content of a deleted record: none.
    pub const TOMBSTONE: ContentHash = ContentHash(0);

    /// Hashes values in column order. Nulls at the end do not count, so a column added later and empty
    /// leaves the hash as it was.
    pub fn of(values: &[Value]) -> Self {
        let used = values.iter().rposition(|v| !v.is_null()).map_or(0, |last| last + 1);
        let mut bytes = Vec::with_capacity(used * 16);
        for value in &values[..used] {
            write_value(&mut bytes, value);
        }
        Self(xxh3_128(&bytes))
    }

    /// Hashes the values that there are, each with its column's [`tag`](Self::tag), in ascending order of the
    /// tags. So neither the order of the columns counts, nor a column that is empty: one that appears, goes
    /// or returns changes the content of those records only that have a value in it.
    pub fn of_columns<'v>(values: impl IntoIterator<Item = (u64, &'v Value)>) -> Self {
        let mut bytes = Vec::with_capacity(256);
        for (tag, value) in values.into_iter().filter(|(_, value)| !value.is_null()) {
            bytes.extend_from_slice(&tag.to_le_bytes());
            write_value(&mut bytes, value);
        }
        Self(xxh3_128(&bytes))
    }

    /// Stands for a column's name in [`of_columns`](Self::of_columns).
    pub fn tag(column: &str) -> u64 {
        xxh3_64(column.as_bytes())
    }

    /// 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        format!("{:032x}", self.0)
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten().map(Self)
    }
}

/// Tag, then the value, length first where it varies: two different rows never make the same bytes.
fn write_value(out: &mut Vec<u8>, value: &Value) {
    let mut sized = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    match value {
        Value::Null => out.push(0),
        Value::Boolean(b) => out.extend_from_slice(&[1, u8::from(*b)]),
        Value::Integer(i) => {
            out.push(2);
            out.extend_from_slice(&i.to_le_bytes());
        }
        Value::Decimal(d) => {
            out.push(3);
            out.extend_from_slice(&d.normalize().serialize());
        }
        Value::Float(f) => {
            out.push(4);
            out.extend_from_slice(&f.to_bits().to_le_bytes());
        }
        Value::Text(t) => sized(5, t.as_bytes()),
        Value::Date(d) => {
            out.push(6);
            out.extend_from_slice(&d.to_julian_day().to_le_bytes());
        }
        Value::Timestamp(at) => {
            out.push(7);
            out.extend_from_slice(&at.micros().to_le_bytes());
        }
        Value::Json(t) => sized(8, t.as_bytes()),
    }
}

/// A record ready to load. `values` are in the order of its schema's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedRecord {
    pub key: RecordKey,
    pub version: RecordVersion,
    pub hash: ContentHash,
    pub values: Vec<Value>,
    /// Place in the page, from 0.
    pub ordinal: u32,
}

/// A deletion that a page announces for a record of another stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Delete {
    pub stream: StreamName,
    pub key: RecordKey,
    pub version: RecordVersion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_sees_where_a_text_ends() {
        let text = |t: &str| Value::Text(t.into());
        assert_ne!(ContentHash::of(&[text("ab"), text("c")]), ContentHash::of(&[text("a"), text("bc")]));
        assert_ne!(ContentHash::of(&[Value::Null, text("a")]), ContentHash::of(&[text("a"), Value::Null]));
        assert_eq!(ContentHash::of(&[text("a"), Value::Null]), ContentHash::of(&[text("a")]));
    }

    #[test]
    fn an_empty_column_is_no_content_and_a_filled_one_is_wherever_it_stands() {
        let (a, b) = (Value::Integer(1), Value::Integer(2));
        let of = |values: &[(&str, &Value)]| {
            let mut tagged: Vec<(u64, &Value)> =
                values.iter().map(|(n, v)| (ContentHash::tag(n), *v)).collect();
            tagged.sort_by_key(|(tag, _)| *tag);
            ContentHash::of_columns(tagged)
        };
        let before = of(&[("a", &a), ("z", &b)]);
        assert_eq!(before, of(&[("z", &b), ("m", &Value::Null), ("a", &a)]));
        assert_ne!(before, of(&[("a", &a), ("m", &b), ("z", &b)]));
        assert_ne!(before, of(&[("a", &b), ("z", &a)]));
    }

    #[test]
    fn a_key_with_a_missing_part_is_no_key() {
        assert_eq!(RecordKey::from_parts([&Value::Integer(1), &Value::Null]), None);
        assert_eq!(RecordKey::from_parts([&Value::Text(String::new())]), None);
        let key = RecordKey::from_parts([&Value::Integer(7), &Value::Integer(2)]);
        assert_eq!(key.unwrap().as_str(), "7\u{1f}2");
    }

    #[test]
    fn a_deletion_in_the_same_second_wins() {
        let at = Instant::EPOCH;
        let update = RecordVersion { modified: at, observed: at, deleted: false };
        assert!(RecordVersion { deleted: true, ..update } > update);
        assert!(
            update > RecordVersion { modified: at.plus_seconds(-1), observed: Instant::MAX, deleted: true }
        );
    }
}
