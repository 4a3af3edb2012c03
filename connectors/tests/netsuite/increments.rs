use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{Cursor, Instant, StreamSchema};
use forebay_ports::{Connector, PageRequest};
use serde_json::{Map, Value, json};

use super::account::{TestAccount, stream};
use super::loading::{Key, found, key, load, text};

const OVERLAP: (&str, &str) = ("overlap_seconds", "1");

/// A copy of the account, kept up by loading.
struct Replica {
    schemas: Vec<StreamSchema>,
    cursors: BTreeMap<String, Cursor>,
    tables: BTreeMap<String, BTreeMap<Key, Map<String, Value>>>,
}

impl Replica {
    async fn new(connector: &dyn Connector) -> Self {
        let mut schemas = Vec::new();
        for spec in connector.streams().await.unwrap() {
            schemas.extend(found(connector, &spec).await);
        }
        Self { schemas, cursors: BTreeMap::new(), tables: BTreeMap::new() }
    }

    /// Reads all streams in their order and applies deletions; gives the rows read per stream.
    async fn run(&mut self, connector: &dyn Connector, bound: Instant) -> BTreeMap<String, usize> {
        let mut read = BTreeMap::new();
        for schema in self.schemas.clone() {
            let name = schema.stream.to_string();
            let cursor = self.cursors.get(&name).cloned();
            let request = PageRequest { schema: &schema, cursor: cursor.as_ref(), bound };
            let counted = connector.count(request).await.unwrap();
            let loaded = load(connector, &schema, cursor.clone(), bound).await;
            assert_eq!(counted, Some(loaded.rows.len() as u64), "{name}");
            read.insert(name.clone(), loaded.rows.len());
            for set in &loaded.replaces {
                let column = &schema.parent.as_ref().unwrap().column;
                let table = self.tables.entry(name.clone()).or_default();
                table.retain(|_, row| text(&row[column]) != set.parent.as_str());
            }
            self.tables.entry(name.clone()).or_default().extend(loaded.by_key(&schema));
            self.cursors.insert(name, loaded.end);
            for row in schema.tombstones.is_some().then_some(&loaded.rows).into_iter().flatten() {
                self.delete(&schema, row);
            }
        }
        read
    }

    fn delete(&mut self, schema: &StreamSchema, row: &Map<String, Value>) {
        let tombstones = schema.tombstones.as_ref().unwrap();
        let (id, record_type) = (text(&row[&tombstones.key_column]), text(&row[&tombstones.type_column]));
        let named = |types: &[String]| types.iter().any(|t| t.eq_ignore_ascii_case(&record_type));
        for target in tombstones.targets.iter().filter(|target| named(&target.record_types)) {
            self.tables.entry(target.stream.to_string()).or_default().remove(&vec![id.clone()]);
            for child in &target.children {
                let table = self.tables.entry(child.stream.to_string()).or_default();
                table.retain(|_, row| text(&row[&child.parent_column]) != id);
            }
        }
    }

    async fn equals(&self, account: &TestAccount) {
        for schema in &self.schemas {
            let name = schema.stream.as_str();
            let truth = account.rows(name).await;
            let truth: BTreeMap<Key, &Map<String, Value>> =
                truth.iter().map(|row| row.as_object().unwrap()).map(|row| (key(schema, row), row)).collect();
            let mine = &self.tables[name];
            let keys = |keys: BTreeSet<&Key>| keys.len();
            assert_eq!(keys(mine.keys().collect()), keys(truth.keys().collect()), "{name}");
            let Some(modified) = &schema.modified else { continue };
            for (key, row) in truth {
                let at = |value: Option<&Value>| value.and_then(Value::as_str).and_then(Instant::parse);
                assert_eq!(at(mine[&key].get(modified)), at(row.get(modified)), "{name} {key:?}");
            }
        }
    }
}

/// The account counts whole seconds: what changes after this has another one than what was read before.
async fn next_seconds(count: u64) {
    tokio::time::sleep(std::time::Duration::from_millis(count * 1_000 + 50)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_runs_read_what_changed_and_end_with_the_same_account() {
    let account = TestAccount::start().await;
    let settings = [OVERLAP, ("streams", "customrecord_shipment_route:id:lastmodified")];
    let connector = account.connect(&settings);
    let mut replica = Replica::new(connector.as_ref()).await;
    replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    replica.equals(&account).await;

    for round in 0..3 {
        let order = json!({
            "updates": 30, "inserts": 10, "deletes": 10, "remove_lines": 8, "add_lines": 4, "touch_lines": 6,
        });
        let changed = account.order("changes", order).await;
        // So that the next run's overlap does not reach what this one reads.
        next_seconds(3).await;
        let read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
        replica.equals(&account).await;
        next_seconds(2).await;
        for (name, rows) in &read {
            let of = |kind: &str, table: &str| changed[kind][table].as_u64().unwrap_or(0);
            let both = |table: &str| of("updated", table) + of("inserted", table);
            let schema = replica.schemas.iter().find(|schema| schema.stream.as_str() == name).unwrap();
            let most = match (name.as_str(), &schema.parent, &schema.modified) {
                ("deletedrecord", _, _) => 10,
                // Children are read whole with each changed transaction.
                (_, Some(_), _) => 20 * both("transaction") + both(name),
                (_, None, None) => 10,
                _ => both(name),
            };
            assert!(*rows as u64 <= most, "round {round}: {name} read {rows}: {changed}");
        }
        assert_eq!(read["deletedrecord"], 10);
    }

    let mut read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    // Lists without a modification time are read in full.
    let untimed: Vec<String> =
        replica.schemas.iter().filter(|s| s.modified.is_none()).map(|s| s.stream.to_string()).collect();
    read.retain(|name, _| !untimed.contains(name));
    assert_eq!(read.values().sum::<usize>(), 0, "nothing changed: {read:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_with_more_rows_than_a_page_is_drained_by_key() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[OVERLAP, ("page_size", "3")]);
    let schema = connector.discover(&stream("transactionline")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let start = bound;
    let cursor = Cursor::new(format!(r#"{{"v":2,"watermark":"{bound}"}}"#));
    next_seconds(3).await;
    let changed = account.order("changes", json!({"inserts": 10})).await;
    let lines = changed["inserted"]["transactionline"].as_u64().unwrap();
    assert!(lines > 10, "{changed}");
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, Some(cursor), bound).await;
    // The documents that the new ones follow changed as well.
    assert!(loaded.rows.len() as u64 >= lines);
    let distinct: BTreeSet<Key> = loaded.keys(&schema).into_iter().collect();
    assert_eq!(distinct.len(), loaded.rows.len());
    let mine = loaded.by_key(&schema);
    for row in account.rows("transactionline").await {
        let row = row.as_object().unwrap();
        let new = Instant::parse(row["linelastmodifieddate"].as_str().unwrap()) > Some(start);
        assert!(!new || mine.contains_key(&key(&schema, row)), "{row:?}");
    }
    assert!(loaded.cursors.len() as u64 >= lines / 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_another_run_finishes_misses_nothing_that_changed_between() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[OVERLAP, ("page_size", "50")]);
    let schema = connector.discover(&stream("transaction")).await.unwrap();
    let first = connector.server_time().await.unwrap();
    let half = load(connector.as_ref(), &schema, None, first).await;
    let (middle, before) = half.cursors[half.cursors.len() / 2].clone();
    next_seconds(2).await;
    account.order("changes", json!({"updates": 60, "inserts": 5})).await;
    let second = connector.server_time().await.unwrap();
    let rest = load(connector.as_ref(), &schema, middle, second).await;
    let mut mine = BTreeMap::new();
    mine.extend(half.rows[..before].iter().map(|row| (key(&schema, row), row["lastmodifieddate"].clone())));
    mine.extend(rest.rows.iter().map(|row| (key(&schema, row), row["lastmodifieddate"].clone())));
    let truth = account.rows("transaction").await;
    assert_eq!(mine.len(), truth.len());
    for row in truth.iter().map(|row| row.as_object().unwrap()) {
        assert_eq!(mine[&key(&schema, row)], row["lastmodifieddate"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_go_from_living_transactions_are_marked_however_small_the_pages() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[OVERLAP, ("second_pass_seconds", "0"), ("page_size", "3")]);
    let mut whole = BTreeSet::new();
    for name in ["transactionline", "transactionaccountingline", "nexttransactionlinelink"] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let parent = schema.parent.clone().unwrap();
        assert_eq!(parent.modified.as_deref(), Some("transactionlastmodifieddate"));
        next_seconds(3).await;
        let start = connector.server_time().await.unwrap();
        next_seconds(2).await;
        account.order("changes", json!({"remove_lines": 6, "inserts": 4})).await;
        let bound = connector.server_time().await.unwrap();
        let cursor = Cursor::new(format!(r#"{{"v":2,"watermark":"{start}"}}"#));
        let loaded = load(connector.as_ref(), &schema, Some(cursor), bound).await;
        let marked: BTreeSet<String> = loaded.replaces.iter().map(|s| s.parent.as_str().to_owned()).collect();
        let changed: BTreeSet<String> = account
            .rows("transaction")
            .await
            .iter()
            .filter(|row| Instant::parse(row["lastmodifieddate"].as_str().unwrap()) > Some(start))
            .map(|row| text(&row["id"]))
            .collect();
        assert!(!changed.is_empty());
        assert_eq!(marked, changed, "{name}: every changed transaction, with lines and without, is marked");
        assert_eq!(loaded.replaces.len(), changed.len(), "{name}: once");
        let read: BTreeSet<Key> = loaded.keys(&schema).into_iter().collect();
        let of_changed = |row: &&Value| changed.contains(&text(&row[&parent.column]));
        let truth = account.rows(name).await;
        let truth: BTreeSet<Key> =
            truth.iter().filter(of_changed).map(|row| key(&schema, row.as_object().unwrap())).collect();
        assert_eq!(read, truth, "{name}: exactly the living children");
        whole.extend(marked);
    }
    assert!(whole.len() > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_window_missed_is_found_by_the_second_pass() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("overlap_seconds", "0"), ("second_pass_seconds", "2")]);
    let schema = connector.discover(&stream("item")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let end = load(connector.as_ref(), &schema, None, bound).await.end;
    // What changes now shall have been invisible to the run that read this second.
    let changed = account.order("changes", json!({"updates": 60})).await;
    let items = changed["updated"]["item"].as_u64().unwrap();
    assert!(items > 0, "{changed}");
    next_seconds(1).await;
    let late = connector.server_time().await.unwrap();
    let cursor: Value = serde_json::from_str(end.as_str()).unwrap();
    let mut missed = cursor.clone();
    missed["watermark"] = json!(late.to_string());
    let missed = Cursor::new(missed.to_string());
    next_seconds(3).await;
    let bound = connector.server_time().await.unwrap();
    let found = load(connector.as_ref(), &schema, Some(missed), bound).await;
    assert!(found.rows.len() as u64 >= items.min(1), "{changed}");
    let again = load(connector.as_ref(), &schema, Some(found.end), bound).await;
    assert_eq!(again.rows.len(), 0, "the second pass reads nothing twice");
}
