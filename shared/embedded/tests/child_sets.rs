//! Child sets in a file: as many statements for many parents as for few, and tables that an older version of
//! Forebay made.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use forebay_embedded::{SqliteDatabase, open_repository};
use forebay_model::schema::Parent;
use forebay_model::{
    ChildSet, Column, ColumnType, ConnectorKind, ContentHash, Instant, PageDescriptor, PageId, PageOutcome,
    RecordKey, RecordVersion, RecordsAt, RunId, SourceId, StreamName, StreamSchema, TenantId, TypedRecord,
    Value,
};
use forebay_ports::PortError;
use forebay_ports::repository::{PageBatch, RecordStore};
use forebay_sql::{Database, Dialect, Row, RowWrite, Scope, SqlRepository, SqlValue, Transaction};

fn schema() -> StreamSchema {
    let column = |name: &str| Column {
        name: name.into(),
        source_field: name.into(),
        column_type: ColumnType::Integer,
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("test").unwrap(),
        stream: StreamName::new("line").unwrap(),
        columns: vec![column("id"), column("order_id")],
        key: vec!["id".into()],
        modified: Some("changed".into()),
        records_at: RecordsAt::Root,
        tombstones: None,
        parent: Some(Parent {
            stream: StreamName::new("order").unwrap(),
            column: "order_id".into(),
            modified: None,
        }),
        deleted: None,
        history: Default::default(),
    }
}

fn at(seconds: i64) -> Instant {
    Instant::EPOCH.plus_seconds(seconds)
}

/// Applies a page with these children of each parent, read whole at that time.
async fn apply(
    repo: &SqlRepository,
    parents: i64,
    children: std::ops::Range<i64>,
    modified: i64,
) -> PageOutcome {
    let page = PageDescriptor {
        id: PageId::new(format!("page-{modified}")).unwrap(),
        tenant: TenantId::new("t").unwrap(),
        source: SourceId::new("s").unwrap(),
        connector: ConnectorKind::new("test").unwrap(),
        stream: StreamName::new("line").unwrap(),
        run: RunId::new("r").unwrap(),
        sequence: 0,
        blob: "raw/x".into(),
        records: 1,
        bytes: 1,
        schema_version: 1,
        observed: at(modified + 100),
        replaces: (0..parents)
            .map(|p| ChildSet { parent: RecordKey::from_text(p.to_string()), modified: at(modified) })
            .collect(),
    };
    let version = RecordVersion { modified: at(modified), observed: page.observed, deleted: false };
    let child = |parent: i64, n: i64| {
        let values = vec![Value::Integer(parent * 1_000 + n), Value::Integer(parent)];
        let key = RecordKey::from_text((parent * 1_000 + n).to_string());
        TypedRecord { key, version, hash: ContentHash::of(&values), values, ordinal: 0 }
    };
    let records = (0..parents).flat_map(|p| children.clone().map(move |n| child(p, n))).collect();
    let schema = schema();
    let (rejected, deletes) = (Vec::new(), Vec::new());
    let batch = PageBatch { page: &page, schema: &schema, records, rejected, deletes, at: at(0) };
    repo.apply_page(batch).await.unwrap().outcome()
}

/// Counts what is sent.
struct Counting {
    database: SqliteDatabase,
    sent: Arc<AtomicUsize>,
}

struct CountingTransaction {
    transaction: Box<dyn Transaction>,
    sent: Arc<AtomicUsize>,
}

#[async_trait]
impl Database for Counting {
    fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    async fn query(&self, scope: Scope<'_>, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.database.query(scope, sql, params).await
    }

    async fn begin(&self, scope: Scope<'_>) -> Result<Box<dyn Transaction>, PortError> {
        let transaction = self.database.begin(scope).await?;
        Ok(Box::new(CountingTransaction { transaction, sent: Arc::clone(&self.sent) }))
    }
}

#[async_trait]
impl Transaction for CountingTransaction {
    async fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.transaction.query(sql, params).await
    }

    async fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, PortError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.transaction.execute(sql, params).await
    }

    async fn write(&mut self, write: RowWrite<'_>) -> Result<(), PortError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.transaction.write(write).await
    }

    async fn lock(&mut self, name: &str) -> Result<(), PortError> {
        self.transaction.lock(name).await
    }

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        self.transaction.commit().await
    }
}

/// What replacing the children of so many parents sends, and how many children it deletes.
async fn sent_for(parents: i64) -> (usize, u64) {
    let folder = tempfile::tempdir().unwrap();
    let database = SqliteDatabase::new(&folder.path().join("forebay.db"));
    database.migrate().await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let repo = SqlRepository::new(Arc::new(Counting { database, sent: Arc::clone(&sent) }));
    apply(&repo, parents, 0..8, 1).await;
    let before = sent.load(Ordering::Relaxed);
    let outcome = apply(&repo, parents, 1..8, 2).await;
    (sent.load(Ordering::Relaxed) - before, outcome.deleted)
}

#[tokio::test]
async fn many_sets_take_no_more_statements_than_few() {
    let (few, many) = (sent_for(2).await, sent_for(140).await);
    assert_eq!((few.1, many.1), (2, 140));
    assert_eq!(few.0, many.0);
}

async fn as_before(path: &Path) {
    let database = SqliteDatabase::new(path);
    let mut tx = database.begin(Scope::Structure).await.unwrap();
    for sql in [
        "DROP INDEX [test_line__parent]",
        "ALTER TABLE [test_line] DROP COLUMN [_parent]",
        "UPDATE [stream_table] SET [build] = 1",
    ] {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The parents of current records are found in the history that every table had.
#[tokio::test]
async fn a_table_of_an_older_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forebay.db");
    let repo = open_repository(&path).await.unwrap();
    apply(&repo, 2, 0..3, 1).await;
    // The table of the parents is bare, and has the index and the column too.
    let parents = SqliteDatabase::new(&path);
    let mut tx = parents.begin(Scope::Structure).await.unwrap();
    tx.execute("DROP INDEX [test_order__parent]", &[]).await.unwrap();
    tx.execute("ALTER TABLE [test_order] DROP COLUMN [_parent]", &[]).await.unwrap();
    tx.commit().await.unwrap();
    as_before(&path).await;
    let repo = open_repository(&path).await.unwrap();
    let outcome = apply(&repo, 2, 2..3, 5).await;
    assert_eq!((outcome.updated + outcome.unchanged, outcome.deleted), (2, 4));
    let database = SqliteDatabase::new(&path);
    let sql = "SELECT COUNT(*) FROM [test_line] WHERE [_deleted] = 0 AND [_parent] IN ('0', '1')";
    let rows = database.query(Scope::Structure, sql, &[]).await.unwrap();
    assert_eq!(rows[0].reader().int().unwrap(), 2);
}
