use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{Cursor, Instant, StreamSchema};
use forebay_ports::{Connector, PageRequest};
use serde_json::{Map, Value, json};

use super::account::{TestAccount, stream};
use super::loading::{Key, key, load, text};

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
            schemas.push(connector.discover(&spec.stream).await.unwrap());
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
        let order = json!({"updates": 30, "inserts": 10, "deletes": 10});
        let changed = account.order("changes", order).await;
        // So that the next run's overlap does not reach what this one reads.
        next_seconds(3).await;
        let read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
        replica.equals(&account).await;
        next_seconds(2).await;
        for (name, rows) in &read {
            let of = |kind: &str| changed[kind][name].as_u64().unwrap_or(0);
            let most = match name.as_str() {
                "deletedrecord" => 10,
                // All accounting lines of changed transactions are read again, since they may carry no time.
                "transactionaccountingline" => 20 * (of("updated") + of("inserted")),
                _ => of("updated") + of("inserted"),
            };
            assert!(*rows as u64 <= most, "round {round}: {name} read {rows}: {changed}");
        }
        assert_eq!(read["deletedrecord"], 10);
    }

    let read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    assert_eq!(read.values().sum::<usize>(), 0, "nothing changed: {read:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_with_more_rows_than_a_page_is_drained_by_key() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[OVERLAP, ("page_size", "3")]);
    let schema = connector.discover(&stream("transactionline")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let cursor = Cursor::new(format!(r#"{{"v":1,"watermark":"{bound}"}}"#));
    next_seconds(3).await;
    let changed = account.order("changes", json!({"inserts": 10})).await;
    let lines = changed["inserted"]["transactionline"].as_u64().unwrap();
    assert!(lines > 10, "{changed}");
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, Some(cursor), bound).await;
    assert_eq!(loaded.rows.len() as u64, lines);
    let distinct: BTreeSet<Key> = loaded.keys(&schema).into_iter().collect();
    assert_eq!(distinct.len() as u64, lines);
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
