//! Tables with more columns than one query may select: read in parts, each with the anchors, and joined. Pure.

use std::collections::BTreeMap;

use bytes::Bytes;
use forebay_model::{Column, StreamSchema};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::netsuite::schema::MAX_COLUMNS;

/// How often a page is read whose rows change between its parts.
pub const READINGS: u32 = 4;

/// The select lists of a page, each within the limit and with the columns that identify and order rows.
pub fn groups(schema: &StreamSchema) -> Vec<Vec<&Column>> {
    if schema.columns.len() <= MAX_COLUMNS {
        return vec![schema.columns.iter().collect()];
    }
    let anchors: Vec<&Column> = schema.columns.iter().filter(|c| is_anchor(schema, &c.name)).collect();
    let rest: Vec<&Column> = schema.columns.iter().filter(|c| !is_anchor(schema, &c.name)).collect();
    let room = MAX_COLUMNS.saturating_sub(anchors.len()).max(1);
    rest.chunks(room).map(|part| anchors.iter().chain(part).copied().collect()).collect()
}

fn is_anchor(schema: &StreamSchema, name: &str) -> bool {
    let parent = schema.parent.as_ref().and_then(|parent| parent.modified.as_deref());
    schema.key.iter().any(|key| key == name)
        || schema.modified.as_deref() == Some(name)
        || parent == Some(name)
}

type Fields<'b> = BTreeMap<String, &'b RawValue>;

#[derive(Deserialize)]
struct Items<'b> {
    #[serde(borrow)]
    items: Vec<BTreeMap<&'b str, &'b RawValue>>,
}

/// Joins the parts of a page by key and modification time, as `{"items":[…]}`. `None` where a row of the
/// first part is missing from another or has changed since: then all are read again.
pub fn compose(schema: &StreamSchema, bodies: &[Bytes]) -> Result<Option<Bytes>, String> {
    let mut rows: Vec<Fields<'_>> = Vec::new();
    for (ordinal, body) in bodies.iter().enumerate() {
        let part = fields(body)?;
        if ordinal == 0 {
            rows = part;
            continue;
        }
        let mut found: BTreeMap<Vec<Option<&str>>, Fields<'_>> =
            part.into_iter().map(|row| (identity(schema, &row), row)).collect();
        for row in &mut rows {
            let Some(more) = found.remove(&identity(schema, row)) else { return Ok(None) };
            row.extend(more);
        }
    }
    let items: Result<Vec<String>, _> = rows.iter().map(serde_json::to_string).collect();
    let items = items.map_err(|e| e.to_string())?;
    Ok(Some(format!("{{\"items\":[{}]}}", items.join(",")).into()))
}

/// Rows by their fields' names in lower case, since letter case may change between two answers.
fn fields(body: &[u8]) -> Result<Vec<Fields<'_>>, String> {
    let page: Items<'_> = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let mut rows = Vec::with_capacity(page.items.len());
    for item in page.items {
        let named = item.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        rows.push(named.filter(|(name, _)| name != "links").collect());
    }
    Ok(rows)
}

fn identity<'b>(schema: &StreamSchema, row: &Fields<'b>) -> Vec<Option<&'b str>> {
    let names = schema.columns.iter().map(|c| c.name.as_str()).filter(|name| is_anchor(schema, name));
    names.map(|name| row.get(name).map(|value| value.get())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netsuite::schema::column;
    use crate::netsuite::testing;
    use forebay_model::ColumnType;

    fn schema(columns: usize) -> StreamSchema {
        let mut schema = testing::stream("customer");
        schema.columns.truncate(2);
        schema.columns.extend((2..columns).map(|n| column(&format!("c{n}"), ColumnType::Text)));
        schema
    }

    #[test]
    fn each_part_is_within_the_limit_and_holds_the_anchors() {
        assert_eq!(groups(&schema(100)).len(), 1);
        let schema = schema(250);
        let groups = groups(&schema);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 54]);
        assert!(groups.iter().all(|g| g[0].name == "id" && g[1].name == "lastmodifieddate"));
        let distinct: std::collections::BTreeSet<&str> =
            groups.iter().flatten().map(|c| c.name.as_str()).collect();
        assert_eq!(distinct.len(), 250);
    }

    #[test]
    fn parts_are_joined_by_key_and_time_or_read_again() {
        let part = |items: &str| Bytes::from(format!("{{\"count\":1,\"items\":[{items}]}}"));
        let first = part(r#"{"links":[],"id":"1","lastmodifieddate":"T1","c2":"a"}"#);
        let second =
            part(r#"{"ID":"1","LASTMODIFIEDDATE":"T1","c3":"b"},{"id":"2","lastmodifieddate":"T9"}"#);
        let composed = compose(&schema(4), &[first.clone(), second]).unwrap().unwrap();
        assert_eq!(composed, r#"{"items":[{"c2":"a","c3":"b","id":"1","lastmodifieddate":"T1"}]}"#);
        let changed = part(r#"{"id":"1","lastmodifieddate":"T2","c3":"b"}"#);
        assert_eq!(compose(&schema(4), &[first.clone(), changed]).unwrap(), None);
        assert_eq!(compose(&schema(4), &[first, part("")]).unwrap(), None);
    }
}
