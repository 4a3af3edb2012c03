//! Columns and tables that come and go.

use forebay_model::ColumnType;
use forebay_ports::{Access, PageRequest, SourceError};
use serde_json::json;

use super::account::{TestAccount, stream};
use super::loading::{load, try_load};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_that_goes_is_reported_and_the_load_goes_on_without_it() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("page_size", "50")]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("customer")).await.unwrap();
    let whole = load(connector.as_ref(), &schema, None, bound).await;
    account.order("faults", json!({"reject_column": "customer.email"})).await;
    account.order("faults", json!({"reject_column": "customer.phone"})).await;
    let (cursor, before) = whole.cursors[1].clone();
    let error = try_load(connector.as_ref(), &schema, cursor.clone(), bound).await.unwrap_err();
    let SourceError::RejectedColumns { columns, .. } = error else { panic!("{error}") };
    assert_eq!(columns, ["email", "phone"]);
    let narrower = connector.discover(&stream("customer")).await.unwrap();
    assert!(narrower.column("email").is_none() && narrower.column("url").is_some());
    let rest = load(connector.as_ref(), &narrower, cursor, bound).await;
    assert_eq!(before + rest.rows.len(), whole.rows.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_may_not_be_read_is_forbidden_and_others_go_on() {
    let account = TestAccount::start().await;
    account.order("faults", json!({"deny_table": "vendor"})).await;
    let connector = account.connect(&[]);
    let error = connector.discover(&stream("vendor")).await.unwrap_err();
    assert!(matches!(error, SourceError::Forbidden { .. }), "{error}");
    assert!(error.to_string().contains("SuiteAnalytics Workbook"), "{error}");
    assert!(connector.discover(&stream("subsidiary")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_rows_for_lack_of_permission_is_not_taken_for_no_rows() {
    let account = TestAccount::start().await;
    account.order("faults", json!({"silence_table": "vendor"})).await;
    account.order("faults", json!({"silence_table": "deletedrecord"})).await;
    let connector = account.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("vendor")).await.unwrap();
    let error = try_load(connector.as_ref(), &schema, None, bound).await.unwrap_err();
    assert!(matches!(error, SourceError::Forbidden { .. }), "{error}");
    // Where nothing else can be asked, the proof says so.
    let schema = connector.discover(&stream("deletedrecord")).await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    assert!(loaded.rows.is_empty() && loaded.proof.contains("would look the same"), "{}", loaded.proof);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_elsewhere_is_gone() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[]);
    let schema = connector.discover(&stream("vendor")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let cursor = forebay_model::Cursor::new("{\"page\":7}");
    let request = PageRequest { schema: &schema, cursor: Some(&cursor), bound };
    let error = connector.read_page(request).await.unwrap_err();
    assert!(matches!(error, SourceError::GoneCursor { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permission_withdrawn_between_two_runs_is_told_from_a_quiet_account() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("overlap_seconds", "0"), ("second_pass_seconds", "0")]);
    for (name, denied) in [("item", "item"), ("transactionline", "transaction"), ("systemnote", "systemnote")]
    {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let first = connector.server_time().await.unwrap();
        let end = load(connector.as_ref(), &schema, None, first).await.end;
        account.pause(1).await;
        let bound = connector.server_time().await.unwrap();
        let quiet = load(connector.as_ref(), &schema, Some(end.clone()), bound).await;
        assert!(quiet.rows.is_empty() && quiet.proof.contains("still shows rows"), "{}", quiet.proof);
        account.order("faults", json!({"silence_table": denied})).await;
        let error = try_load(connector.as_ref(), &schema, Some(end.clone()), bound).await.unwrap_err();
        assert!(matches!(error, SourceError::Forbidden { .. }), "{name}: {error}");
        // Given back, nothing is lost: the window was not passed over.
        account.order("faults", json!({"allow_table": denied})).await;
        assert_eq!(load(connector.as_ref(), &schema, Some(end), bound).await.end, quiet.end);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_tells_rows_from_none_and_none_from_no_permission() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[]);
    let vendors = account.ask("counts").await["vendor"].as_u64();
    let access = |name: &'static str| connector.probe(Box::leak(Box::new(stream(name))));
    assert_eq!(access("vendor").await.unwrap(), Access::Readable { records: vendors });
    account.order("faults", json!({"silence_table": "vendor"})).await;
    account.order("faults", json!({"silence_table": "systemnote"})).await;
    account.order("faults", json!({"deny_table": "item"})).await;
    assert!(matches!(access("vendor").await, Err(SourceError::Forbidden { .. })));
    assert!(matches!(access("item").await, Err(SourceError::Forbidden { .. })));
    assert!(matches!(access("systemnote").await, Ok(Access::EmptyOrForbidden { .. })));
    let quotas = connector.quotas().await.unwrap();
    assert!(
        quotas.iter().any(|quota| quota.name == "accountConcurrencyLimit" && quota.limit == 5),
        "{quotas:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_accounts_own_record_types_are_streams_and_their_deletions_reach_them() {
    let account = TestAccount::start().await;
    let names = |settings: &'static [(&'static str, &'static str)]| {
        let connector = account.connect(settings);
        async move {
            let streams = connector.streams().await.unwrap();
            let own = streams.into_iter().filter(|s| s.stream.as_str().starts_with("customrecord_"));
            own.map(|spec| (spec.stream.to_string(), spec.optional)).collect::<Vec<_>>()
        }
    };
    let own = |names: &[&str]| names.iter().map(|n| (format!("customrecord_{n}"), true)).collect::<Vec<_>>();
    assert_eq!(names(&[]).await, own(&["shipment_route", "quality_check", "payroll_grade"]));
    assert_eq!(names(&[("custom_records", "none")]).await, []);
    let one = &[("custom_records", "customrecord_quality_check")];
    assert_eq!(names(one).await, own(&["quality_check"]));

    let connector = account.connect(&[]);
    let schema = connector.discover(&stream("customrecord_quality_check")).await.unwrap();
    assert_eq!(schema.modified.as_deref(), Some("lastmodified"));
    assert_eq!(schema.column("custrecord_check_passed").unwrap().column_type, ColumnType::Boolean);
    assert!(schema.column("custrecord_route_mode").is_none());
    let deleted = connector.discover(&stream("deletedrecord")).await.unwrap().tombstones.unwrap();
    assert!(deleted.targets.iter().any(|t| t.record_types == ["customrecord_quality_check"]));
    let error = connector.discover(&stream("customrecord_payroll_grade")).await.unwrap_err();
    assert!(matches!(error, SourceError::Forbidden { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_columns_than_a_query_selects_are_read_in_parts_while_rows_change() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("page_size", "50")]);
    let schema = connector.discover(&stream("customer")).await.unwrap();
    assert!(schema.columns.len() > 130, "{}", schema.columns.len());
    let bound = connector.server_time().await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    let shown: std::collections::BTreeSet<&String> = loaded.rows.iter().flat_map(|row| row.keys()).collect();
    let rows = account.rows("customer").await;
    for column in &schema.columns {
        let filled = rows
            .iter()
            .any(|row| !matches!(&row[&column.name], serde_json::Value::Null) && row[&column.name] != "");
        assert_eq!(shown.contains(&column.name), filled, "{}", column.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_of_single_item_types_are_found() {
    let account = TestAccount::start().await;
    let schema = account.connect(&[]).discover(&stream("item")).await.unwrap();
    for name in [
        "averagecost",
        "lastpurchaseprice",
        "weight",
        "reorderpoint",
        "preferredlocation",
        "totalquantityonhand",
    ] {
        assert!(schema.column(name).is_some(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_suiteql_does_not_show_is_read_from_the_record_service() {
    let account = TestAccount::start().await;
    let settings = [("record_streams", "message"), ("overlap_seconds", "0"), ("second_pass_seconds", "0")];
    let connector = account.connect(&settings);
    let schema = connector.discover(&stream("message")).await.unwrap();
    assert_eq!(
        (schema.key.as_slice(), schema.modified.as_deref()),
        (&["id".to_owned()][..], Some("lastmodifieddate"))
    );
    assert_eq!(schema.column("author").unwrap().source_field, "author.id");
    assert_eq!(schema.column("lastmodifieddate").unwrap().source_field, "lastModifiedDate");
    let first = connector.server_time().await.unwrap();
    let rows = account.rows("message").await;
    let Access::Readable { records } = connector.probe(&stream("message")).await.unwrap() else { panic!() };
    assert_eq!(records, Some(rows.len() as u64));
    let loaded = load(connector.as_ref(), &schema, None, first).await;
    let ids = |rows: &[serde_json::Map<String, serde_json::Value>]| {
        let mut ids: Vec<i64> =
            rows.iter().map(|row| super::loading::text(&row["id"]).parse().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    let mut truth: Vec<i64> = rows.iter().map(|row| row["id"].as_i64().unwrap()).collect();
    truth.sort_unstable();
    assert_eq!(ids(&loaded.rows), truth);

    account.pause(1).await;
    account.order("changes", json!({"updates": 60, "inserts": 30})).await;
    account.pause(1).await;
    let bound = connector.server_time().await.unwrap();
    account.reset("requests").await;
    let read = load(connector.as_ref(), &schema, Some(loaded.end), bound).await;
    let now = account.rows("message").await;
    let changed = |row: &&serde_json::Value| {
        forebay_model::Instant::parse(row["lastmodifieddate"].as_str().unwrap()) > Some(first)
    };
    let mut truth: Vec<i64> = now.iter().filter(changed).map(|row| row["id"].as_i64().unwrap()).collect();
    truth.sort_unstable();
    assert!(!truth.is_empty());
    assert_eq!(ids(&read.rows), truth);
    // Neither the ISO date nor the list of all records was all it took.
    let requests = account.ask("requests").await.to_string();
    assert!(!requests.contains("suiteql"), "{requests}");
}
