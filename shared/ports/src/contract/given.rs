//! What the repository's suite starts from: fresh names, schemas, pages and records.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use forebay_model::page::{blob_name, page_id};
use forebay_model::schema::Parent;
use forebay_model::{
    Column, ColumnType, ConnectorKind, ContentHash, Instant, PageDescriptor, RecordKey, RecordVersion,
    RecordsAt, Run, RunId, RunState, SourceConfig, SourceId, StreamName, StreamSchema, TenantId, Trigger,
    TypedRecord, Value,
};

use crate::repository::{LandedPage, PageBatch, RecordPage, Repository, Slice, StoredRecord};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name that nobody has used before.
pub(super) fn unique(prefix: &str) -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{prefix}-{nanos:x}-{:x}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Seconds after a fixed instant.
pub(super) fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_767_225_600_000_000).plus_seconds(seconds)
}

pub(super) fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

pub(super) fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        source_field: name.to_uppercase(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    }
}

/// `id`, `name`, `parent_id` and `lastmodified`; versioned by the source.
pub(super) fn schema(name: &str) -> StreamSchema {
    StreamSchema {
        connector: ConnectorKind::new("contract").unwrap(),
        stream: stream(name),
        columns: vec![
            column("id", ColumnType::Integer),
            column("name", ColumnType::Text),
            column("parent_id", ColumnType::Integer),
            column("lastmodified", ColumnType::Timestamp),
        ],
        key: vec!["id".into()],
        modified: Some("lastmodified".into()),
        records_at: RecordsAt::Field("items".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

/// Part of `parent`'s records by `parent_id`.
pub(super) fn child_schema(name: &str, parent: &str) -> StreamSchema {
    StreamSchema {
        parent: Some(Parent { stream: stream(parent), column: "parent_id".into(), modified: None }),
        ..schema(name)
    }
}

pub(super) fn version(modified: i64, observed: i64) -> RecordVersion {
    RecordVersion { modified: at(modified), observed: at(observed), deleted: false }
}

pub(super) fn key(id: i64) -> RecordKey {
    RecordKey::from_text(id.to_string())
}

/// A record of [`schema`].
pub(super) fn record(id: i64, name: &str, parent: Option<i64>, version: RecordVersion) -> TypedRecord {
    let values = vec![
        Value::Integer(id),
        Value::Text(name.into()),
        parent.map_or(Value::Null, Value::Integer),
        Value::Timestamp(version.modified),
    ];
    typed(key(id), version, values, 0)
}

pub(super) fn typed(key: RecordKey, version: RecordVersion, values: Vec<Value>, ordinal: u32) -> TypedRecord {
    let hash = if version.deleted { ContentHash::TOMBSTONE } else { ContentHash::of(&values) };
    TypedRecord { key, version, hash, values, ordinal }
}

/// A tenant with a source, and a repository to try on.
#[derive(Clone)]
pub(super) struct World<'r> {
    pub repo: &'r dyn Repository,
    pub tenant: TenantId,
    pub source: SourceId,
}

impl<'r> World<'r> {
    pub fn new(repo: &'r dyn Repository) -> Self {
        Self {
            repo,
            tenant: TenantId::new(unique("tenant")).unwrap(),
            source: SourceId::new("source-1").unwrap(),
        }
    }

    pub fn config(&self) -> SourceConfig {
        SourceConfig {
            tenant: self.tenant.clone(),
            id: self.source.clone(),
            connector: ConnectorKind::new("contract").unwrap(),
            settings: [("account".to_owned(), "1".to_owned())].into(),
            secrets: [("key".to_owned(), "contract-key".to_owned())].into(),
        }
    }

    pub fn run(&self, id: &str) -> Run {
        Run {
            id: RunId::new(id).unwrap(),
            tenant: self.tenant.clone(),
            source: self.source.clone(),
            trigger: Trigger::Schedule,
            state: RunState::Extracting,
            started: at(0),
            bound: at(10),
            ended: None,
        }
    }

    pub async fn open(&self, id: &str, streams: &[&str]) -> Run {
        let streams: Vec<StreamName> = streams.iter().map(|s| stream(s)).collect();
        self.repo.open_run(&self.run(id), &streams).await.unwrap()
    }

    /// The page of this place with this content.
    pub fn page(&self, run: &str, stream_name: &str, sequence: u32, content: &str) -> PageDescriptor {
        let (run, stream) = (RunId::new(run).unwrap(), stream(stream_name));
        let id = page_id(&run, &stream, sequence, content.as_bytes());
        PageDescriptor {
            blob: blob_name(&self.tenant, &self.source, &stream, &run, sequence, &id),
            id,
            tenant: self.tenant.clone(),
            source: self.source.clone(),
            connector: ConnectorKind::new("contract").unwrap(),
            stream,
            run,
            sequence,
            records: 1,
            bytes: content.len() as u64,
            schema_version: 1,
            observed: at(10),
            replaces: Vec::new(),
        }
    }

    /// Lands the page with a cursor that names its place.
    pub async fn land(&self, page: &PageDescriptor) -> Result<(), crate::PortError> {
        let cursor = forebay_model::Cursor::new(format!("{{\"page\":{}}}", page.sequence));
        let landed = at(100 + i64::from(page.sequence));
        self.repo.land_page(LandedPage { page, cursor: &cursor, landed }).await
    }

    /// A batch of records that are numbered by their place.
    pub fn batch<'a>(
        &self,
        page: &'a PageDescriptor,
        schema: &'a StreamSchema,
        mut records: Vec<TypedRecord>,
    ) -> PageBatch<'a> {
        for (record, ordinal) in records.iter_mut().zip(0..) {
            record.ordinal = ordinal;
        }
        PageBatch { page, schema, records, rejected: Vec::new(), deletes: Vec::new(), at: at(200) }
    }

    pub async fn current(&self, schema: &StreamSchema) -> Vec<StoredRecord> {
        self.read(schema, RecordPage::Current).await
    }

    pub async fn history(&self, schema: &StreamSchema) -> Vec<StoredRecord> {
        self.read(schema, RecordPage::History).await
    }

    async fn read(&self, schema: &StreamSchema, page: RecordPage) -> Vec<StoredRecord> {
        self.repo.records(&self.tenant, &self.source, schema, page, all()).await.unwrap()
    }

    pub async fn count(&self, schema: &StreamSchema) -> u64 {
        self.repo.count_records(&self.tenant, &self.source, schema).await.unwrap()
    }
}

/// More than any suite writes.
pub(super) fn all() -> Slice {
    Slice { after: None, limit: 10_000 }
}
