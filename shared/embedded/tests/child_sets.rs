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
    ChildSet, Column, ColumnType, ConnectorKind, ContentHash, Cursor, Instant, PageDescriptor, PageId,
    PageOutcome, RecordKey, RecordVersion, RecordsAt, Run, RunId, RunState, SourceId, StreamName,
    StreamSchema, TenantId, Trigger, TypedRecord, Value,
};
use forebay_ports::PortError;
use forebay_ports::repository::{LandedPage, PageBatch, RecordStore, RunStore};
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

/// The page that says so, whose run was bounded a little later.
fn page(parents: i64, modified: i64) -> PageDescriptor {
    PageDescriptor {
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
    }
}

/// Applies a page with these children of each parent, read whole at that time.
async fn apply(
    repo: &SqlRepository,
    parents: i64,
    children: std::ops::Range<i64>,
    modified: i64,
) -> PageOutcome {
    let page = page(parents, modified);
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

const DAY: i64 = 86_400;

/// Rows of a statement that counts.
async fn count(path: &Path, sql: &str) -> i64 {
    let rows = SqliteDatabase::new(path).query(Scope::Structure, sql, &[]).await.unwrap();
    rows[0].reader().int().unwrap()
}

const MARKS: &str = "SELECT COUNT(*) FROM [child_mark]";
const VERSIONS: &str = "SELECT COUNT(*) FROM [test_line_history]";

#[tokio::test]
async fn a_change_of_a_parent_adds_no_history_to_five_hundred_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forebay.db");
    let repo = open_repository(&path).await.unwrap();
    for edit in 1..20 {
        let outcome = apply(&repo, 1, 0..500, edit).await;
        assert_eq!(outcome.inserted + outcome.unchanged, 500);
        assert_eq!(count(&path, VERSIONS).await, 500);
    }
    let moved = "SELECT COUNT(*) FROM [test_line] WHERE [_modified] = '1970-01-01T00:00:19.000000Z'";
    assert_eq!(count(&path, moved).await, 500);
}

#[tokio::test]
async fn marks_that_nothing_can_need_any_more_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forebay.db");
    let repo = open_repository(&path).await.unwrap();
    apply(&repo, 2, 0..3, 1).await;
    for week in 1..6 {
        assert_eq!(apply(&repo, 2, 1..3, week * 8 * DAY).await.deleted, if week == 1 { 2 } else { 0 });
        assert_eq!(count(&path, MARKS).await, 2, "the newest of each parent");
        assert_eq!(count(&path, VERSIONS).await, 8, "three versions and an end, of each parent");
    }
    // The mark that ended the first child is forgotten, its end is not.
    let ended = "SELECT COUNT(*) FROM [test_line_history] WHERE [_deleted] = 1 \
                 AND [_modified] = '1970-01-09T00:00:00.000000Z'";
    assert_eq!(count(&path, ended).await, 2);
    assert_eq!(apply(&repo, 2, 0..3, 100 * DAY).await.deleted, 0);
    assert_eq!((count(&path, ended).await, count(&path, VERSIONS).await), (2, 10));
    let live = "SELECT COUNT(*) FROM [test_line] WHERE [_deleted] = 0 AND [order_id] IS NOT NULL";
    assert_eq!(count(&path, live).await, 6);
}

#[tokio::test]
async fn marks_stay_while_an_older_run_reads_or_its_page_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forebay.db");
    let repo = open_repository(&path).await.unwrap();
    let id = RunId::new("r").unwrap();
    let run = Run {
        id: id.clone(),
        tenant: TenantId::new("t").unwrap(),
        source: SourceId::new("s").unwrap(),
        trigger: Trigger::Schedule,
        state: RunState::Extracting,
        started: at(0),
        bound: at(50),
        ended: None,
    };
    let stream = StreamName::new("line").unwrap();
    repo.open_run(&run, std::slice::from_ref(&stream)).await.unwrap();
    for modified in [1, 5, 20 * DAY] {
        apply(&repo, 1, 0..2, modified).await;
    }
    assert_eq!(count(&path, MARKS).await, 3, "the run is not over");
    let waiting = page(1, 3);
    let cursor = Cursor::new("{}");
    repo.land_page(LandedPage { page: &waiting, cursor: &cursor, landed: at(60) }).await.unwrap();
    let end = "UPDATE [run] SET [state] = 'extracted'";
    let mut tx = SqliteDatabase::new(&path).begin(Scope::Structure).await.unwrap();
    tx.execute(end, &[]).await.unwrap();
    tx.commit().await.unwrap();
    apply(&repo, 1, 0..2, 40 * DAY).await;
    assert_eq!(count(&path, MARKS).await, 3, "what was read before the page is forgotten, but nothing later");
    // That page is applied, late as it is: the second child was not in the set then.
    apply(&repo, 1, 0..1, 3).await;
    assert_eq!(count(&path, VERSIONS).await, 4, "one was gone from the late mark to the next one");
    apply(&repo, 1, 0..2, 60 * DAY).await;
    assert_eq!(count(&path, MARKS).await, 1);
    assert_eq!(count(&path, VERSIONS).await, 4);
}
