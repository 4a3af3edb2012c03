//! Reads a SuiteQL page just far enough: its numbers, and of each row the columns that order it. No tree is
//! built and no text is copied that needs no unescaping. Pure.

mod row;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub use row::{Row, Wanted};

/// A page of rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Page<'b> {
    pub count: u64,
    pub has_more: bool,
    pub offset: u64,
    pub total: Option<u64>,
    pub rows: Vec<Row<'b>>,
}

/// Reads a page; the error says what is malformed.
pub fn parse<'b>(body: &'b [u8], wanted: Wanted<'_>) -> Result<Page<'b>, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let page = PageSeed(wanted).deserialize(&mut json).and_then(|page| json.end().map(|()| page));
    page.map_err(|e| format!("the answer of {} bytes is no page of rows: {e}", body.len()))
}

/// Whether the answer is a page at all.
pub fn rows_only(body: &[u8]) -> Result<(), String> {
    parse(body, Wanted { key: &[], modified: None, parent: None }).map(|_| ())
}

impl Page<'_> {
    /// What is wrong with the page's own numbers, as evidence.
    pub fn contradiction(&self, limit: u32) -> Option<String> {
        let items = self.rows.len() as u64;
        let (count, more, total) = (self.count, self.has_more, self.total);
        let numbers = format!(
            "hasMore={more}, count={count}, items={items}, offset={}, totalResults={}, limit={limit}",
            self.offset,
            total.map_or("absent".into(), |n| n.to_string())
        );
        let why = match total {
            _ if count != items => "count differs from the number of items",
            _ if items > u64::from(limit) => "there are more items than were asked for",
            _ if self.offset != 0 => "the page does not start at offset 0",
            _ if more && items == 0 => "there is more, but no row to go on from",
            Some(total) if total < count => "there are more rows than in all",
            Some(total) if !more && total > count => "the page says it is the last, but rows are missing",
            _ => return None,
        };
        Some(format!("{why} ({numbers})"))
    }
}

struct PageSeed<'w>(Wanted<'w>);

impl<'de> DeserializeSeed<'de> for PageSeed<'_> {
    type Value = Page<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed<'_> {
    type Value = Page<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with count, hasMore and items")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<'de>, A::Error> {
        let (mut count, mut has_more, mut offset, mut total, mut rows) = (None, None, None, None, None);
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match name.as_ref() {
                "count" => count = Some(map.next_value()?),
                "hasMore" => has_more = Some(map.next_value()?),
                "offset" => offset = map.next_value()?,
                "totalResults" => total = map.next_value()?,
                "items" => rows = Some(map.next_value_seed(RowsSeed(self.0))?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Page {
            count: count.ok_or_else(|| A::Error::missing_field("count"))?,
            has_more: has_more.ok_or_else(|| A::Error::missing_field("hasMore"))?,
            offset: offset.unwrap_or(0),
            total,
            rows: rows.ok_or_else(|| A::Error::missing_field("items"))?,
        })
    }
}

struct RowsSeed<'w>(Wanted<'w>);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = Vec<Row<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = Vec<Row<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(row) = rows.next_element_seed(self.0)? {
            all.push(row);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [&str; 1] = ["id"];
    const WANTED: Wanted<'static> = Wanted { key: &KEY, modified: Some("lastmodifieddate"), parent: None };

    #[test]
    fn a_page_gives_its_numbers_and_the_places_of_its_rows() {
        let page = parse(include_bytes!("fixtures/page.json"), WANTED).unwrap();
        assert_eq!((page.count, page.has_more, page.total), (3, true, Some(5)));
        let keys: Vec<_> = page.rows.iter().map(|row| row.key[0].as_deref()).collect();
        assert_eq!(keys, [Some("7"), Some("8"), Some("9")]);
        assert_eq!(page.rows[1].modified.as_deref(), Some("2026-03-02T01:00:01Z"));
        assert_eq!(page.rows[2].modified, None);
        assert_eq!(page.contradiction(1000), None);
    }

    #[test]
    fn a_malformed_page_is_no_page() {
        let of = |body: &str| parse(body.as_bytes(), WANTED).unwrap_err();
        assert!(of("").contains("0 bytes"));
        assert!(of("<html></html>").contains("no page of rows"));
        assert!(of(r#"{"count":0,"hasMore":false}"#).contains("items"));
        assert!(of(r#"{"count":1,"hasMore":false,"items":[{"id":"1"#).contains("EOF"));
        assert!(of(r#"{"count":0,"hasMore":false,"items":[]} x"#).contains("trailing"));
    }

    #[test]
    fn a_page_that_contradicts_itself_is_caught() {
        let of = |body: &str| parse(body.as_bytes(), WANTED).unwrap().contradiction(2).unwrap_or_default();
        assert!(of(r#"{"count":2,"hasMore":false,"items":[{"id":"1"}]}"#).contains("count differs"));
        assert!(of(r#"{"count":0,"hasMore":true,"items":[]}"#).contains("no row to go on from"));
        assert!(
            of(r#"{"count":1,"hasMore":false,"items":[{}],"totalResults":9}"#).contains("rows are missing")
        );
        assert!(of(r#"{"count":1,"hasMore":false,"items":[{}],"totalResults":0}"#).contains("than in all"));
        assert!(of(r#"{"count":1,"hasMore":false,"items":[{}],"offset":5}"#).contains("offset 0"));
        assert!(of(r#"{"count":3,"hasMore":false,"items":[{},{},{}]}"#).contains("than were asked for"));
        assert_eq!(of(r#"{"count":1,"hasMore":false,"items":[{}],"totalResults":1}"#), "");
    }
}
