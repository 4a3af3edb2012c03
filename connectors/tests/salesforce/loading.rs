//! Follows a stream to its end, as the engine does, and applies its rows to a copy.

use std::collections::BTreeMap;

use forebay_model::{Cursor, Instant, StreamSchema, TypedRecord, Value};
use forebay_ports::{Connector, NextPage, PageRequest, SourceError};
use forebay_transform::read_page;
use serde_json::json;

use super::org::TestOrg;

/// What a stream gave.
#[derive(Debug)]
pub struct Loaded {
    /// In order.
    pub records: Vec<TypedRecord>,
    /// Deletions of other streams' records: stream and key.
    pub deletes: Vec<(String, String)>,
    /// Before each page, and how many records had been read until then.
    pub cursors: Vec<(Option<Cursor>, usize)>,
    pub end: Cursor,
    pub proof: String,
}

/// Key to values, as they stand in the schema's order.
pub type Table = BTreeMap<String, Vec<Value>>;

impl Loaded {
    pub fn keys(&self) -> Vec<String> {
        self.records.iter().map(|record| record.key.as_str().to_owned()).collect()
    }

    /// Brings a copy up to date.
    pub fn apply(&self, table: &mut Table) {
        for record in &self.records {
            let key = record.key.as_str().to_owned();
            match record.version.deleted {
                true => table.remove(&key),
                false => table.insert(key, record.values.clone()),
            };
        }
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new();
        self.apply(&mut table);
        table
    }
}

pub async fn try_load(
    connector: &dyn Connector,
    schema: &StreamSchema,
    from: Option<Cursor>,
    bound: Instant,
) -> Result<Loaded, SourceError> {
    let (mut records, mut deletes, mut cursors, mut cursor) = (Vec::new(), Vec::new(), Vec::new(), from);
    for _ in 0..3_000 {
        cursors.push((cursor.clone(), records.len()));
        let page = connector.read_page(PageRequest { schema, cursor: cursor.as_ref(), bound }).await?;
        let typed = read_page(schema, &page.body, bound).unwrap();
        assert_eq!(typed.read, u64::from(page.records));
        assert!(typed.rejected.is_empty(), "{}: {:?}", schema.stream, typed.rejected);
        deletes
            .extend(typed.deletes.iter().map(|d| (d.stream.as_str().to_owned(), d.key.as_str().to_owned())));
        records.extend(typed.records);
        match page.next {
            NextPage::More(next) => {
                assert_ne!(Some(&next), cursor.as_ref(), "the cursor does not move");
                cursor = Some(next);
            }
            NextPage::End { cursor: end, proof } => {
                return Ok(Loaded { records, deletes, cursors, end, proof });
            }
        }
    }
    panic!("{} does not end", schema.stream);
}

pub async fn load(
    connector: &dyn Connector,
    schema: &StreamSchema,
    from: Option<Cursor>,
    bound: Instant,
) -> Loaded {
    try_load(connector, schema, from, bound).await.unwrap_or_else(|e| panic!("{}: {e}", schema.stream))
}

/// What the org truly holds, typed by the same schema.
pub async fn truth(org: &TestOrg, schema: &StreamSchema) -> Table {
    let rows = org.rows(schema.stream.as_str()).await;
    let page = read_page(schema, json!({ "records": rows }).to_string().as_bytes(), Instant::EPOCH).unwrap();
    assert!(page.rejected.is_empty(), "{:?}", page.rejected);
    page.records.into_iter().map(|r| (r.key.as_str().to_owned(), r.values)).collect()
}

/// Compares row by row and names the first difference.
pub fn same(schema: &StreamSchema, mine: &Table, truth: &Table) {
    for (key, truth) in truth {
        let mine = mine.get(key).unwrap_or_else(|| panic!("{}: {key} is missing", schema.stream));
        for ((column, mine), truth) in schema.columns.iter().zip(mine).zip(truth) {
            assert_eq!(mine, truth, "{} {key} {}", schema.stream, column.name);
        }
    }
    let more: Vec<&String> = mine.keys().filter(|key| !truth.contains_key(*key)).collect();
    assert!(more.is_empty(), "{} should not have {more:?}", schema.stream);
}
