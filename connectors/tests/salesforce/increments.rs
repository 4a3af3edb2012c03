use std::collections::BTreeMap;

use forebay_model::{Cursor, Instant, StreamSchema};
use forebay_ports::{Connector, PageRequest};
use serde_json::json;

use super::loading::{Table, load, same, truth};
use super::org::{TestOrg, stream};

const SETTINGS: [(&str, &str); 3] =
    [("overlap_seconds", "2"), ("second_pass_seconds", "0"), ("deleted_log_minutes", "1")];

/// A copy of the org, kept up by loading.
struct Replica {
    schemas: Vec<StreamSchema>,
    cursors: BTreeMap<String, Cursor>,
    tables: BTreeMap<String, Table>,
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
            assert_eq!(counted, schema.tombstones.is_none().then_some(loaded.records.len() as u64), "{name}");
            read.insert(name.clone(), loaded.records.len());
            if schema.tombstones.is_none() {
                loaded.apply(self.tables.entry(name.clone()).or_default());
            }
            for (stream, key) in &loaded.deletes {
                self.tables.entry(stream.clone()).or_default().remove(key);
            }
            self.cursors.insert(name, loaded.end);
        }
        read
    }

    async fn equals(&self, org: &TestOrg) {
        for schema in self.schemas.iter().filter(|schema| schema.tombstones.is_none()) {
            same(schema, &self.tables[schema.stream.as_str()], &truth(org, schema).await);
        }
    }
}

async fn seconds(count: u64) {
    tokio::time::sleep(std::time::Duration::from_millis(count * 1_000 + 50)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_runs_read_what_changed_and_end_with_the_same_org() {
    let org = TestOrg::start().await;
    // Formulas change with other records' changes, so every run reads them anew here: it has a test of its own.
    let connector = org.connect(&[&SETTINGS[..], &[("exclude_fields", "Account.Owner_Region__c")]].concat());
    let mut replica = Replica::new(connector.as_ref()).await;
    replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    replica.equals(&org).await;
    let mut skew = 0;
    for round in 0..3 {
        let changed = org.order("changes", json!({"updates": 20, "inserts": 10, "deletes": 8})).await;
        // Rows of the order before are purged by this one: only the log of deletions knows them, by whole minutes.
        skew += 200;
        org.order("faults", json!({"clock_skew_seconds": skew})).await;
        let read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
        for (name, rows) in &read {
            let of = |kind: &str| changed[kind][name].as_u64().unwrap_or(0);
            if name != "deletedrecord" {
                let most = of("updated") + of("inserted") + of("deleted");
                assert!(*rows as u64 <= most, "round {round}: {name} read {rows}: {changed}");
            }
        }
        assert!(read["deletedrecord"] >= 8, "round {round}: {read:?}");
        replica.equals(&org).await;
    }
    skew += 200;
    org.order("faults", json!({"clock_skew_seconds": skew})).await;
    let mut read = replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    read.remove("deletedrecord");
    assert_eq!(read.values().sum::<usize>(), 0, "nothing changed: {read:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_purged_between_two_runs_are_known_from_the_log_alone() {
    let org = TestOrg::start().await;
    let connector = org.connect(&SETTINGS);
    let mut replica = Replica::new(connector.as_ref()).await;
    replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    let first = org.order("changes", json!({"deletes": 8})).await;
    let second = org.order("changes", json!({"deletes": 8})).await;
    let purged: u64 = second["purged"].as_object().unwrap().values().filter_map(|n| n.as_u64()).sum();
    assert!(purged > 0, "{first} {second}");
    org.order("faults", json!({"clock_skew_seconds": 200})).await;
    replica.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    replica.equals(&org).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_increment_costs_follows_what_changed() {
    let org = TestOrg::start().await;
    let connector =
        org.connect(&[("overlap_seconds", "1"), ("second_pass_seconds", "0"), ("page_size", "20")]);
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    let whole = loaded.cursors.len() as u64;
    assert!(whole > 10);
    seconds(3).await;
    let mut end = loaded.end;
    for inserts in [0u64, 10, 40] {
        let changed = org.order("changes", json!({"inserts": inserts})).await;
        let rows = changed["inserted"]["OpportunityLineItem"].as_u64().unwrap_or(0);
        // So that the next run's overlap does not reach what this one reads.
        seconds(3).await;
        let bound = connector.server_time().await.unwrap();
        org.reset("requests").await;
        let read = load(connector.as_ref(), &schema, Some(end), bound).await;
        let requests = org.requests().await;
        assert_eq!(read.records.len() as u64, rows);
        // Where the last answer is empty, the object is asked whether it still shows rows.
        let look = u64::from(rows % 20 == 0);
        assert!(requests <= rows / 20 + 1 + look, "{requests} requests for {rows} rows");
        end = read.end;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_with_more_rows_than_a_page_is_drained_by_id() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[&SETTINGS[..], &[("page_size", "3")]].concat());
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let cursor =
        Cursor::new(format!(r#"{{"v":1,"windows":{{"watermark":"{bound}"}},"refreshed":"{bound}"}}"#));
    seconds(3).await;
    let changed = org.order("changes", json!({"inserts": 60})).await;
    let lines = changed["inserted"]["OpportunityLineItem"].as_u64().unwrap();
    assert!(lines > 9, "{changed}");
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, Some(cursor), bound).await;
    let distinct: std::collections::BTreeSet<String> = loaded.keys().into_iter().collect();
    assert_eq!((loaded.records.len() as u64, distinct.len() as u64), (lines, lines));
    assert!(loaded.cursors.len() as u64 >= lines / 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_committed_late_are_found_by_the_overlap_and_by_the_second_pass() {
    for settings in [
        [("overlap_seconds", "60"), ("second_pass_seconds", "0")],
        [("overlap_seconds", "0"), ("second_pass_seconds", "30")],
    ] {
        let org = TestOrg::start().await;
        let connector = org.connect(&settings);
        let schema = connector.discover(&stream("Lead")).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
        let mut table = loaded.table();
        org.order("faults", json!({"late_commit_seconds": 20, "clock_skew_seconds": 5})).await;
        let changed = org.order("changes", json!({"inserts": 60, "updates": 30})).await;
        assert!(changed["inserted"]["Lead"].as_u64() > Some(0), "{changed}");
        // The run sees nothing of it, although its bound is later.
        org.order("faults", json!({"clock_skew_seconds": 15})).await;
        let bound = connector.server_time().await.unwrap();
        let early = load(connector.as_ref(), &schema, Some(loaded.end), bound).await;
        assert!(early.records.is_empty(), "{} rows", early.records.len());
        early.apply(&mut table);
        // The next one, half a minute later, finds what was committed meanwhile.
        org.order("faults", json!({"clock_skew_seconds": 55})).await;
        let bound = connector.server_time().await.unwrap();
        load(connector.as_ref(), &schema, Some(early.end), bound).await.apply(&mut table);
        same(&schema, &table, &truth(&org, &schema).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn formulas_whose_values_changed_are_read_again_when_it_is_time() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("formula_refresh_hours", "1"), ("second_pass_seconds", "0")]);
    let schema = connector.discover(&stream("Account")).await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
    let shifted = org.order("faults", json!({"formula_shift": 3})).await;
    assert!(shifted["formula_shifted"]["accounts"].as_u64() > Some(0), "{shifted}");
    let mut table = loaded.table();

    org.order("faults", json!({"clock_skew_seconds": 1_800})).await;
    let early =
        load(connector.as_ref(), &schema, Some(loaded.end), connector.server_time().await.unwrap()).await;
    assert!(early.records.is_empty(), "SystemModstamp does not tell");

    org.order("faults", json!({"clock_skew_seconds": 3_700})).await;
    let bound = connector.server_time().await.unwrap();
    let due = load(connector.as_ref(), &schema, Some(early.end), bound).await;
    assert!(due.proof.contains("formulas"), "{}", due.proof);
    due.apply(&mut table);
    same(&schema, &table, &truth(&org, &schema).await);
    assert!(due.records.iter().all(|record| record.version.observed == bound));
    let after = load(connector.as_ref(), &schema, Some(due.end), bound.plus_seconds(60)).await;
    assert!(after.records.is_empty());
}
