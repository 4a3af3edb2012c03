//! Reads a page of a query just far enough: its numbers, and of each row what orders it. Pure.

use std::collections::HashSet;

use forebay_model::Instant;
use serde::Deserialize;

use super::cursor::{Open, Place};
use super::instant::{millis, parse};

/// Of a row, what may order it.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    #[serde(rename = "Id")]
    pub id: Option<String>,
    #[serde(rename = "SystemModstamp")]
    system: Option<String>,
    #[serde(rename = "LastModifiedDate")]
    modified: Option<String>,
    #[serde(rename = "CreatedDate")]
    created: Option<String>,
    #[serde(rename = "LoginTime")]
    login: Option<String>,
}

impl Row {
    fn time(&self, column: &str) -> Option<Instant> {
        let text = match column {
            "systemmodstamp" => &self.system,
            "lastmodifieddate" => &self.modified,
            "createddate" => &self.created,
            _ => &self.login,
        };
        text.as_deref().and_then(parse)
    }
}

#[derive(Debug, Deserialize)]
pub struct Page {
    #[serde(rename = "totalSize")]
    pub total: u64,
    pub done: bool,
    #[serde(default, rename = "nextRecordsUrl")]
    next: Option<String>,
    pub records: Vec<Row>,
}

/// Reads a page; the error says what is malformed.
pub fn read(body: &[u8]) -> Result<Page, String> {
    serde_json::from_slice(body)
        .map_err(|e| format!("the answer of {} bytes is no page of rows: {e}", body.len()))
}

impl Page {
    /// Whether rows follow: more than the page holds, or as many as were asked for.
    pub fn more(&self, limit: u32) -> bool {
        !self.done || self.records.len() as u64 >= u64::from(limit)
    }

    /// What is wrong with the page's own numbers, as evidence.
    pub fn contradiction(&self, limit: u32) -> Option<String> {
        let rows = self.records.len() as u64;
        let why = match (self.done, self.next.is_some()) {
            (true, true) => "the page says it is the last, and where the next one is",
            (false, false) => "the page says it is not the last, but not where the next one is",
            (true, false) if self.total != rows => "totalSize differs from the number of rows",
            (false, true) if rows == 0 => "there is more, but no row to go on from",
            (false, true) if self.total <= rows => "there is more, but no more rows in all",
            _ if rows > u64::from(limit) => "there are more rows than were asked for",
            _ => return None,
        };
        Some(format!("{why} (totalSize={}, done={}, rows={rows}, limit={limit})", self.total, self.done))
    }
}

/// The first 15 characters of an id identify the record; the rest are a checksum of their case.
fn short(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

/// Whether an id may come after another. Ids sort by their characters; whether upper case comes before lower
/// case is not documented, so that only what is wrong either way is wrong.
fn follows(after: &str, before: &str) -> bool {
    let swap = |id: &str| -> Vec<u8> {
        let other =
            |b: u8| if b.is_ascii_uppercase() { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        short(id).bytes().map(other).collect()
    };
    short(after) > short(before) || swap(after) > swap(before)
}

/// Checks rows against each other and against the place they were asked from; gives the place of the last.
/// `modified` is the column that orders a window of changes.
pub fn check(open: &Open, rows: &[Row], modified: Option<&str>) -> Result<Option<Place>, String> {
    let mut seen = HashSet::new();
    let mut previous = start(open);
    for (ordinal, row) in rows.iter().enumerate() {
        let id = row.id.as_deref().filter(|id| super::soql::is_id(id));
        let id = id.ok_or_else(|| format!("row {ordinal} has no Id, which pages are read by"))?;
        let at = match (open, modified) {
            (Open::Changed { window, .. }, Some(column)) => {
                let at = row.time(column).ok_or_else(|| format!("row {ordinal} has no {column}"))?;
                let early = window.lower.is_some_and(|lower| at < millis(lower));
                if early || at > window.upper {
                    return Err(format!(
                        "row {ordinal} ({id}) changed at {at}, outside of what was asked: {}",
                        open.describe()
                    ));
                }
                at
            }
            _ => Instant::EPOCH,
        };
        let here = Place { at, id: id.to_owned() };
        if !seen.insert(short(id).to_owned()) {
            return Err(format!("row {ordinal} repeats the record {id}"));
        }
        if let Some(before) = previous.filter(|before| !comes_after(&here, before)) {
            return Err(format!(
                "row {ordinal} ({} at {}) does not come after {} at {}: the rows are not in order",
                here.id, here.at, before.id, before.at
            ));
        }
        previous = Some(here);
    }
    Ok(previous)
}

fn start(open: &Open) -> Option<Place> {
    match open {
        Open::Full(full) => full.range.after.clone().map(|id| Place { at: Instant::EPOCH, id }),
        Open::Changed { after, .. } => after.clone(),
    }
}

fn comes_after(here: &Place, before: &Place) -> bool {
    here.at > before.at || (here.at == before.at && follows(&here.id, &before.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::cursor::{By, Full, Purpose, Range};
    use crate::window::{Kind, Window};

    fn page(text: &str) -> Page {
        read(text.as_bytes()).unwrap()
    }

    fn id(n: u32) -> String {
        format!("001Ks0{n:09}AAA")
    }

    fn changed() -> Open {
        let at = |text: &str| Instant::parse(text).unwrap();
        let window = Window {
            lower: Some(at("2026-03-02T01:00:00Z")),
            upper: at("2026-03-02T02:00:00Z"),
            kind: Kind::Recent,
        };
        Open::Changed { window, after: None }
    }

    fn rows(pairs: &[(&str, &str)]) -> Vec<Row> {
        let row = |(id, at): &(&str, &str)| {
            format!(r#"{{"Id":"{id}","SystemModstamp":"2026-03-02T{at}.000+0000"}}"#)
        };
        let rows: Vec<String> = pairs.iter().map(row).collect();
        serde_json::from_str(&format!("[{}]", rows.join(","))).unwrap()
    }

    #[test]
    fn a_page_that_contradicts_itself_is_caught() {
        let of = |text: &str| page(text).contradiction(2).unwrap_or_default();
        assert_eq!(of(r#"{"totalSize":1,"done":true,"records":[{}]}"#), "");
        assert_eq!(of(r#"{"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[{}]}"#), "");
        assert!(of(r#"{"totalSize":9,"done":true,"records":[{}]}"#).contains("totalSize differs"));
        assert!(
            of(r#"{"totalSize":1,"done":true,"nextRecordsUrl":"/x","records":[{}]}"#)
                .contains("the last, and")
        );
        assert!(of(r#"{"totalSize":2,"done":false,"records":[{}]}"#).contains("not where"));
        assert!(of(r#"{"totalSize":2,"done":false,"nextRecordsUrl":"/x","records":[]}"#).contains("no row"));
        assert!(of(r#"{"totalSize":3,"done":true,"records":[{},{},{}]}"#).contains("asked for"));
        assert!(read(b"<html>").unwrap_err().contains("no page of rows"));
        assert!(read(br#"{"totalSize":1,"done":true,"records":[{"Id":"0"#).is_err());
    }

    #[test]
    fn rows_move_on_in_time_and_then_by_id() {
        let (a, b) = (id(1), id(2));
        let last = check(&changed(), &rows(&[(&a, "01:00:00"), (&b, "01:00:00")]), Some("systemmodstamp"));
        assert_eq!(last.unwrap().unwrap().id, b);
        let of =
            |pairs: &[(&str, &str)]| check(&changed(), &rows(pairs), Some("systemmodstamp")).unwrap_err();
        assert!(of(&[(&b, "01:00:00"), (&a, "01:00:00")]).contains("not in order"));
        assert!(of(&[(&a, "01:30:00"), (&b, "01:00:00")]).contains("not in order"));
        assert!(of(&[(&a, "01:00:00"), (&a, "01:30:00")]).contains("repeats"));
        assert!(of(&[(&a, "02:30:00")]).contains("outside"));
        assert!(of(&[("x", "01:30:00")]).contains("no Id"));
    }

    #[test]
    fn ids_of_either_case_may_come_first() {
        let (upper, lower) = ("001Ks000000000AAAA", "001Ks000000000aAAA");
        assert!(follows(upper, lower) && follows(lower, upper) && !follows(upper, upper));
        assert!(!follows(&id(1), &id(2)));
    }

    #[test]
    fn a_page_that_does_not_move_on_is_caught() {
        let range = Range { after: Some(id(5)), upto: None };
        let full = Full { bound: Instant::EPOCH, range, by: By::Rest, purpose: Purpose::First };
        let again = rows(&[(&id(5), "01:00:00")]);
        assert!(check(&Open::Full(full), &again, None).unwrap_err().contains("does not come after"));
    }
}
