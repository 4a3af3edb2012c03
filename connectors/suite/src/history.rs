//! What every record's history keeps to, whatever happened. Pure.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use forebay_model::{HistoryMode, StreamSchema, Value};
use forebay_ports::repository::StoredRecord;

/// Spans adjoin; the open one is what is current, and what is not current is closed or a deletion; no two
/// neighbours are the same, so that a span is empty only where two contents share one moment.
pub(crate) fn holds_together(
    schema: &StreamSchema,
    current: &[StoredRecord],
    history: &[StoredRecord],
) -> Result<()> {
    if schema.history == HistoryMode::Current {
        return Ok(());
    }
    let stream = &schema.stream;
    let mut open: BTreeMap<&str, &StoredRecord> = BTreeMap::new();
    for (place, entry) in history.iter().enumerate() {
        let next = history.get(place + 1).filter(|next| next.key == entry.key);
        let key = entry.key.as_str();
        let until = next.map(|next| next.version.modified);
        ensure!(
            entry.valid_to == until,
            "{stream}: {key} as of {} is valid to {:?}, and what follows begins at {until:?}",
            entry.version.modified,
            entry.valid_to
        );
        match next {
            Some(next) => ensure!(
                !same(schema, entry, next),
                "{stream}: {key} as of {} stands in history twice in a row: {:?}, {:?}",
                entry.version.modified,
                entry.version,
                next.version
            ),
            None if !entry.version.deleted => drop(open.insert(key, entry)),
            None => {}
        }
    }
    for record in current {
        let key = record.key.as_str();
        let held = open.remove(key);
        ensure!(
            held.is_some_and(|held| same_content(schema, held, record)),
            "{stream}: {key} is current as {:?}, and its history ends with {:?}",
            record.values,
            held.map(|held| &held.values)
        );
    }
    let closed = open.keys().next();
    ensure!(closed.is_none(), "{stream}: {closed:?} is not current, and its history has no end");
    Ok(())
}

/// Where the source says when a record or its parent changed, each time it says so may count; otherwise the
/// content alone.
fn same(schema: &StreamSchema, one: &StoredRecord, next: &StoredRecord) -> bool {
    let of_parent = schema.parent.as_ref().is_some_and(|parent| parent.modified.is_some());
    let says = schema.modified.is_some() || of_parent;
    let moved = says && one.version.modified != next.version.modified;
    !moved && one.version.deleted == next.version.deleted && same_content(schema, one, next)
}

/// When the parent changed is no part of a child: read again unchanged, a child moves on with its parent, and
/// its history keeps the version that it had.
fn same_content(schema: &StreamSchema, one: &StoredRecord, other: &StoredRecord) -> bool {
    let of_parent = schema.parent.as_ref().and_then(|parent| parent.modified.as_ref());
    let counts = |(name, _): &&(String, Value)| Some(name) != of_parent;
    one.values.iter().filter(counts).eq(other.values.iter().filter(counts))
}
