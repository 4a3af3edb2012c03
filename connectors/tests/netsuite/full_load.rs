use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{ColumnType, Instant, StreamSchema};
use forebay_ports::PageRequest;
use serde_json::{Map, Value};

use super::account::{TestAccount, stream};
use super::loading::{Key, found, key, load, text};

const EXTRA: (&str, &str) = (
    "streams",
    "customrecord_shipment_route:id:lastmodified, currency, customfield:internalid:lastmodifieddate",
);

/// Whether a value from SuiteQL and a true value are the same: texts of numbers, `T` and `F`, UTC instants.
fn same(column_type: ColumnType, got: Option<&Value>, truth: &Value) -> bool {
    let got = got.map(text);
    match (got, truth) {
        // SuiteQL shows an empty text as no value.
        (None, Value::Null) => true,
        (None, Value::String(empty)) => empty.is_empty(),
        (Some(got), Value::Bool(truth)) => got == if *truth { "T" } else { "F" },
        (Some(got), Value::Number(truth)) => {
            got.parse::<f64>().is_ok_and(|n| (n - truth.as_f64().unwrap()).abs() < 1e-6)
        }
        (Some(got), Value::String(truth)) if column_type == ColumnType::Timestamp => {
            Instant::parse(&got).is_some_and(|at| Some(at) == Instant::parse(truth))
        }
        (Some(got), Value::String(truth)) => got == *truth,
        _ => false,
    }
}

fn compare(schema: &StreamSchema, got: &BTreeMap<Key, Map<String, Value>>, truth: &[Value]) {
    assert_eq!(got.len(), truth.len(), "{}", schema.stream);
    for row in truth {
        let row = row.as_object().unwrap();
        let mine = &got[&key(schema, row)];
        for column in &schema.columns {
            let Some(truth) = row.get(&column.name) else { continue };
            let value = mine.get(&column.name);
            assert!(
                same(column.column_type, value, truth),
                "{}.{}: {value:?} is not {truth}",
                schema.stream,
                column.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_stream_is_read_whole_and_every_value_is_true() {
    let account = TestAccount::start().await;
    account.order("changes", serde_json::json!({"updates": 5, "inserts": 5, "deletes": 20})).await;
    let connector = account.connect(&[EXTRA]);
    let bound = connector.server_time().await.unwrap();
    let counts = account.ask("counts").await;
    let streams = connector.streams().await.unwrap();
    assert_eq!(streams.last().unwrap().stream, stream("deletedrecord"));
    assert_eq!(streams.last().unwrap().after.len(), streams.len() - 1);
    let lines = account.rows("transactionaccountingline").await;
    assert!(
        lines.iter().any(|line| line["lastmodifieddate"].is_null()),
        "no line without a time to prove with"
    );
    for spec in streams {
        let Some(schema) = found(connector.as_ref(), &spec).await else { continue };
        assert!(account.rows(spec.stream.as_str()).await.len() > 1, "{} proves nothing", spec.stream);
        let request = PageRequest { schema: &schema, cursor: None, bound };
        let counted = connector.count(request).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, bound).await;
        assert_eq!(Some(loaded.rows.len() as u64), counts[spec.stream.as_str()].as_u64(), "{}", spec.stream);
        assert_eq!(Some(loaded.rows.len() as u64), counted, "{}", spec.stream);
        assert!(loaded.proof.contains("hasMore=false"), "{}", loaded.proof);
        compare(&schema, &loaded.by_key(&schema), &account.rows(spec.stream.as_str()).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_holds_what_the_table_has_and_nothing_that_suiteql_refuses() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[EXTRA]);
    for spec in connector.streams().await.unwrap() {
        let name = spec.stream.as_str();
        let Some(schema) = found(connector.as_ref(), &spec).await else { continue };
        let names: BTreeSet<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
        let rows = account.rows(name).await;
        let Some(row) = rows.first() else { continue };
        let truth: BTreeSet<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        let shown = |column: &&&str| rows.iter().any(|row| !row[**column].is_null());
        let missed: Vec<&&str> = truth.difference(&names).filter(shown).collect();
        assert!(missed.is_empty(), "{name} lacks {missed:?}");
        let computed = ["transactionlastmodifieddate"];
        let made_up: Vec<&&str> = names.difference(&truth).filter(|name| !computed.contains(*name)).collect();
        assert!(made_up.is_empty() || name == "deletedrecord", "{name} makes up {made_up:?}");
    }
    let schema = connector.discover(&stream("transaction")).await.unwrap();
    assert_eq!(
        (schema.key.as_slice(), schema.modified.as_deref()),
        (&["id".to_owned()][..], Some("lastmodifieddate"))
    );
    let custom = schema.column("custbody_reviewed_on").unwrap();
    assert_eq!((custom.custom, custom.column_type), (true, ColumnType::Timestamp));
    assert_eq!(schema.column("trandate").unwrap().column_type, ColumnType::Date);
    assert_eq!(schema.column("trandate").unwrap().title.as_deref(), Some("Date"));

    let lines = connector.discover(&stream("transactionline")).await.unwrap();
    assert_eq!(lines.parent.as_ref().map(|p| p.column.as_str()), Some("transaction"));
    assert_eq!(lines.column("custcol_commit_date").unwrap().column_type, ColumnType::Date);
    let currency = connector.discover(&stream("currency")).await.unwrap();
    assert_eq!(currency.modified.as_deref(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_goes_on_from_every_cursor() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("page_size", "97")]);
    let bound = connector.server_time().await.unwrap();
    for name in ["customer", "transactionaccountingline"] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let whole = load(connector.as_ref(), &schema, None, bound).await;
        assert!(whole.cursors.len() >= 2);
        for (cursor, before) in &whole.cursors {
            let other = account.connect(&[("page_size", "97")]);
            let rest = load(other.as_ref(), &schema, cursor.clone(), bound).await;
            assert_eq!(rest.keys(&schema), whole.keys(&schema)[*before..], "{name} from {cursor:?}");
            assert_eq!(rest.end, whole.end);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configured_table_whose_key_has_no_known_type_is_paged_as_well() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("streams", "customfield:internalid"), ("page_size", "2")]);
    let schema = connector.discover(&stream("customfield")).await.unwrap();
    assert_eq!(
        (schema.column("internalid").unwrap().column_type, &schema.modified),
        (ColumnType::Text, &None)
    );
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    assert!(loaded.cursors.len() > 3);
    compare(&schema, &loaded.by_key(&schema), &account.rows("customfield").await);
}
