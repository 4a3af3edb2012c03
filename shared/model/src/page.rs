//! What landed: the unit of raw storage, of events and of accounting.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::ids::{ConnectorKind, PageId, RunId, SourceId, StreamName, TenantId};
use crate::instant::Instant;
use crate::record::RecordKey;

/// Where in a raw page the records are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "field")]
pub enum RecordsAt {
    /// The page is a JSON object; the records are the array in this field.
    Field(String),
    /// As `Field`, where each record also carries fields that are the vendor's wrapping and no part of it:
    /// Salesforce's `attributes`. They are known, and are not read.
    Wrapped {
        /// The field with the array.
        records: String,
        /// Fields of each record, by path.
        ignored: Vec<String>,
    },
    /// The page is a JSON array of records.
    Root,
    /// The page is CSV (RFC 4180) with a header row that names the fields; an empty field is null.
    Csv,
}

/// A parent all of whose children were read, up to and including this page, in the state that the parent
/// had when it was last modified: children that are older than that, and were not read with it, are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildSet {
    /// The parent's key.
    pub parent: RecordKey,
    /// The parent's modification time when its children were read.
    pub modified: Instant,
}

/// A landed page: everything a later step needs to find and read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageDescriptor {
    pub id: PageId,
    pub tenant: TenantId,
    pub source: SourceId,
    pub connector: ConnectorKind,
    pub stream: StreamName,
    pub run: RunId,
    /// Place in the stream's run, from 0.
    pub sequence: u32,
    /// Name of the raw object.
    pub blob: String,
    /// Records in the page.
    pub records: u32,
    /// Bytes of the raw page before compression.
    pub bytes: u64,
    /// Version of the stream's schema that reads it.
    pub schema_version: u32,
    /// The run's upper bound: the `observed` part of its records' versions.
    pub observed: Instant,
    /// Parents whose children this page completes: children of theirs with a version below
    /// `(modified, observed)` are deleted, in whatever order pages are applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<ChildSet>,
}

/// A page's name from what it is: the same content, at the same place of the same run, is the same page.
pub fn page_id(run: &RunId, stream: &StreamName, sequence: u32, body: &[u8]) -> PageId {
    let content = xxh3_128(body);
    let place = xxh3_128(format!("{run}\n{stream}\n{sequence}\n{content:032x}").as_bytes());
    PageId::new(format!("{place:032x}"))
        .unwrap_or_else(|_| unreachable!("32 hexadecimal digits are an identifier"))
}

/// `raw/{tenant}/{source}/{stream}/{run}/{sequence}-{page}.json.zst`: runs sort by time, pages by place.
pub fn blob_name(
    tenant: &TenantId,
    source: &SourceId,
    stream: &StreamName,
    run: &RunId,
    sequence: u32,
    page: &PageId,
) -> String {
    format!("raw/{tenant}/{source}/{stream}/{run}/{sequence:06}-{page}.json.zst")
}

/// What became of a page's records. `read == inserted + updated + unchanged + superseded + dead_lettered`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOutcome {
    /// Records in the page.
    pub read: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    /// Records of other streams that this page's records deleted (tombstones, and children with them).
    pub deleted: u64,
}

impl PageOutcome {
    /// Inserted and updated.
    pub fn applied(&self) -> u64 {
        self.inserted + self.updated
    }

    pub fn balances(&self) -> bool {
        self.read == self.applied() + self.unchanged + self.superseded + self.dead_lettered
    }

    pub fn add(&mut self, other: &PageOutcome) {
        self.read += other.read;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.superseded += other.superseded;
        self.dead_lettered += other.dead_lettered;
        self.deleted += other.deleted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_by_its_place_and_its_content() {
        let run = RunId::new("r1").unwrap();
        let stream = StreamName::new("customer").unwrap();
        let id = page_id(&run, &stream, 0, b"{}");
        assert_eq!(id, page_id(&run, &stream, 0, b"{}"));
        assert_ne!(id, page_id(&run, &stream, 1, b"{}"));
        assert_ne!(id, page_id(&run, &stream, 0, b"[]"));
    }
}
