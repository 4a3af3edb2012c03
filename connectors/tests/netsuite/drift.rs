//! Columns and tables that come and go.

use forebay_ports::{PageRequest, SourceError};
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
