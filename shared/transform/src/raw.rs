//! Finds the records in a page and hands them over one by one, without building a tree of the page:
//! every field stays a slice of the page until a column asks for it.

use std::borrow::Cow;
use std::fmt;

use forebay_model::RecordsAt;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A record's raw text: one JSON value.
pub type RawRecord<'a> = &'a RawValue;

/// Calls `each` with every record. Errors are those of the JSON itself, or of a page that has no
/// records where they should be.
pub fn for_each_record<'a>(
    body: &'a [u8],
    records_at: &RecordsAt,
    mut each: impl FnMut(RawRecord<'a>),
) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    match records_at {
        RecordsAt::Root => Records(&mut each).deserialize(&mut json)?,
        // Read by `csv_page`; asking for its JSON is a mistake that costs the page, not the process.
        RecordsAt::Csv => return Err(serde::de::Error::custom("a CSV page has no JSON")),
        RecordsAt::Field(field) | RecordsAt::Wrapped { records: field, .. } => {
            json.deserialize_map(Envelope { field, each: &mut each })?
        }
    }
    json.end()
}

struct Records<'f, F>(&'f mut F);

impl<'de, F: FnMut(RawRecord<'de>)> DeserializeSeed<'de> for Records<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(RawRecord<'de>)> Visitor<'de> for Records<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(record) = seq.next_element::<&'de RawValue>()? {
            (self.0)(record);
        }
        Ok(())
    }
}

struct Envelope<'f, F> {
    field: &'f str,
    each: &'f mut F,
}

impl<'de, F: FnMut(RawRecord<'de>)> Visitor<'de> for Envelope<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the records in its field '{}'", self.field)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == self.field {
                map.next_value_seed(Records(&mut *self.each))?;
                found = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(serde::de::Error::missing_field("records")) }
    }
}

/// Calls `each` with every field of a record; false where the record is no object.
pub fn for_each_field<'a>(record: &'a str, mut each: impl FnMut(&str, &'a str)) -> bool {
    let mut json = serde_json::Deserializer::from_str(record);
    json.deserialize_map(Fields(&mut each)).is_ok()
}

struct Fields<'f, F>(&'f mut F);

impl<'de, F: FnMut(&str, &'de str)> Visitor<'de> for Fields<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let value = map.next_value::<&'de RawValue>()?;
            (self.0)(&name, value.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(body: &str, at: &RecordsAt) -> Result<Vec<String>, serde_json::Error> {
        let mut seen = Vec::new();
        for_each_record(body.as_bytes(), at, |r| seen.push(r.get().to_owned()))?;
        Ok(seen)
    }

    #[test]
    fn records_are_found_under_their_field_or_at_the_root() {
        let at = RecordsAt::Field("items".into());
        assert_eq!(
            records(r#"{"links":[1],"items":[{"a":1}, 2],"count":2}"#, &at).unwrap(),
            ["{\"a\":1}", "2"]
        );
        assert_eq!(records(r#"[{"a":1}]"#, &RecordsAt::Root).unwrap(), ["{\"a\":1}"]);
    }

    #[test]
    fn a_page_without_its_records_is_an_error_not_an_empty_page() {
        let at = RecordsAt::Field("items".into());
        assert!(records(r#"{"error":"locked"}"#, &at).is_err());
        assert!(records(r#"{"items":[{"a":1}"#, &at).is_err());
        assert!(records(r#"{"items":[]} trailing"#, &at).is_err());
    }
}
