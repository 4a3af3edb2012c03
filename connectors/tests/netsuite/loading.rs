//! Follows a stream to its end, as the engine does.

use std::collections::BTreeMap;

use forebay_model::{ChildSet, Cursor, Instant, StreamSchema};
use forebay_ports::{Connector, NextPage, PageRequest, SourceError, StreamSpec};
use serde_json::{Map, Value};

/// A row's key.
pub type Key = Vec<String>;

/// What a stream gave.
#[derive(Debug)]
pub struct Loaded {
    /// In order, with their fields' names in lower case.
    pub rows: Vec<Map<String, Value>>,
    /// Before each page, and how many rows had been read until then.
    pub cursors: Vec<(Option<Cursor>, usize)>,
    /// Marks, in the order of pages.
    pub replaces: Vec<ChildSet>,
    pub end: Cursor,
    pub proof: String,
}

impl Loaded {
    pub fn keys(&self, schema: &StreamSchema) -> Vec<Key> {
        self.rows.iter().map(|row| key(schema, row)).collect()
    }

    pub fn by_key(&self, schema: &StreamSchema) -> BTreeMap<Key, Map<String, Value>> {
        self.rows.iter().map(|row| (key(schema, row), row.clone())).collect()
    }
}

pub fn key(schema: &StreamSchema, row: &Map<String, Value>) -> Key {
    schema.key.iter().map(|name| text(&row[name])).collect()
}

/// A scalar as text, whether it came as a text or as a number.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn items(body: &[u8]) -> Vec<Map<String, Value>> {
    let page: Value = serde_json::from_slice(body).unwrap();
    let rows = page["items"].as_array().unwrap();
    let lower =
        |row: &Value| row.as_object().unwrap().iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect();
    rows.iter().map(lower).collect()
}

pub async fn try_load(
    connector: &dyn Connector,
    schema: &StreamSchema,
    from: Option<Cursor>,
    bound: Instant,
) -> Result<Loaded, SourceError> {
    let (mut rows, mut cursors, mut replaces, mut cursor) = (Vec::new(), Vec::new(), Vec::new(), from);
    for _ in 0..2_000 {
        cursors.push((cursor.clone(), rows.len()));
        let page = connector.read_page(PageRequest { schema, cursor: cursor.as_ref(), bound }).await?;
        let read = items(&page.body);
        assert_eq!(read.len(), page.records as usize);
        rows.extend(read);
        replaces.extend(page.replaces);
        match page.next {
            NextPage::More(next) => {
                assert_ne!(Some(&next), cursor.as_ref(), "the cursor does not move");
                cursor = Some(next);
            }
            NextPage::End { cursor: end, proof } => {
                return Ok(Loaded { rows, cursors, replaces, end, proof });
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

/// A stream's schema; `None` where the account does not have an optional one.
pub async fn found(connector: &dyn Connector, spec: &StreamSpec) -> Option<StreamSchema> {
    match connector.discover(&spec.stream).await {
        Ok(schema) => Some(schema),
        Err(SourceError::Forbidden { .. }) if spec.optional => None,
        Err(error) => panic!("{}: {error}", spec.stream),
    }
}
