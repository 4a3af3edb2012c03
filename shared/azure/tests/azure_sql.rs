//! Azure SQL: retries, errors and tenants against a scripted server, through the real driver. The
//! repository's own suite runs on a real SQL Server when `FOREBAY_TEST_MSSQL` holds a connection string.
#![expect(clippy::unwrap_used, reason = "test helpers outside of test functions fail loudly")]

mod sql_server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use forebay_azure::{AzureSql, LocalCredential, SqlOptions};
use forebay_model::TenantId;
use forebay_ports::PortError;
use forebay_sql::{Database, Scope, SqlValue};
use sql_server::{Answer, Asked, SqlServer};

fn database(server: &SqlServer, patience: Duration) -> AzureSql {
    let options = SqlOptions { connections: 2, patience, statement: Duration::from_millis(600) };
    AzureSql::new(&server.connection_string(), || Ok(Arc::new(LocalCredential)), options).unwrap()
}

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn is_select(asked: &Asked) -> bool {
    asked.says("SELECT")
}

fn answer_selects(asked: &Asked) -> Answer {
    if is_select(asked) { Answer::Number(7) } else { Answer::Done }
}

const PATIENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn nothing_is_connected_before_the_first_question() {
    let server = SqlServer::start(|asked, _| answer_selects(asked)).await;
    let db = database(&server, PATIENT);
    assert!(server.asked().is_empty());
    let rows = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(rows[0].reader().int().unwrap(), 7);
}

#[tokio::test]
async fn a_database_that_is_resuming_is_waited_for() {
    let server = SqlServer::start(|asked, before| match asked {
        Asked::Login if before < 2 => Answer::Error(40613),
        _ => answer_selects(asked),
    })
    .await;
    let db = database(&server, PATIENT);
    db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(server.count(|a| *a == Asked::Login), 3);
}

#[tokio::test]
async fn a_refused_login_is_unauthorized_at_once() {
    let server = SqlServer::start(|_, _| Answer::Error(18456)).await;
    let db = database(&server, PATIENT);
    let error = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap_err();
    assert!(matches!(error, PortError::Unauthorized { .. }), "{error}");
    assert_eq!(server.count(|a| *a == Asked::Login), 1);
}

#[tokio::test]
async fn patience_ends() {
    let server = SqlServer::start(|_, _| Answer::Error(40613)).await;
    let db = database(&server, Duration::from_millis(700));
    let started = Instant::now();
    let error = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(60), "it did not end by itself");
}

#[tokio::test]
async fn a_gateway_that_sends_us_elsewhere_is_followed() {
    let node = SqlServer::start(|asked, _| answer_selects(asked)).await;
    let port = node.port;
    let gateway = SqlServer::start(move |_, _| Answer::Elsewhere(port)).await;
    let db = database(&gateway, PATIENT);
    db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(gateway.asked(), [Asked::Login]);
    assert_eq!(node.count(is_select), 1);
}

#[tokio::test]
async fn a_reading_statement_survives_a_cut_connection() {
    let server = SqlServer::start(|asked, before| match asked {
        asked if is_select(asked) && before == 0 => Answer::Cut,
        asked => answer_selects(asked),
    })
    .await;
    let db = database(&server, PATIENT);
    let rows = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(rows[0].reader().int().unwrap(), 7);
    assert_eq!(server.count(|a| *a == Asked::Login), 2);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_transient_within_the_statements_time() {
    let server =
        SqlServer::start(|asked, _| if is_select(asked) { Answer::Silence } else { Answer::Done }).await;
    let db = database(&server, PATIENT);
    let started = Instant::now();
    let error = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(60), "it did not end by itself");
}

#[tokio::test]
async fn each_tenant_is_told_to_the_server_before_its_question_and_again_when_it_changes() {
    let server = SqlServer::start(|asked, _| answer_selects(asked)).await;
    let db = database(&server, PATIENT);
    for name in ["acme", "acme", "globex"] {
        db.query(Scope::Tenant(&tenant(name)), "SELECT 7", &[SqlValue::Int(1)]).await.unwrap();
    }
    let order: Vec<&str> = server
        .asked()
        .iter()
        .filter_map(|a| match a {
            a if a.says("sp_set_session_context") && a.says("acme") => Some("acme"),
            a if a.says("sp_set_session_context") && a.says("globex") => Some("globex"),
            a if is_select(a) => Some("select"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["acme", "select", "select", "globex", "select"]);
}

#[tokio::test]
async fn a_transaction_commits_once_and_its_connection_is_used_again() {
    let server = SqlServer::start(|asked, _| answer_selects(asked)).await;
    let db = database(&server, PATIENT);
    let mut tx = db.begin(Scope::Tenant(&tenant("acme"))).await.unwrap();
    tx.execute("UPDATE t SET a = @P1", &[SqlValue::Int(1)]).await.unwrap();
    tx.lock("pages").await.unwrap();
    tx.commit().await.unwrap();
    db.query(Scope::Tenant(&tenant("acme")), "SELECT 7", &[]).await.unwrap();
    assert_eq!(server.count(|a| *a == Asked::Begin), 1);
    assert_eq!(server.count(|a| *a == Asked::Commit), 1);
    assert_eq!(server.count(|a| *a == Asked::Login), 1);
    assert_eq!(server.count(|a| a.says("READ COMMITTED")), 1, "the reader does not inherit SERIALIZABLE");
}

#[tokio::test]
async fn a_lock_that_is_not_granted_is_throttled() {
    let server = SqlServer::start(|asked, _| match asked {
        asked if asked.says("sp_getapplock") => Answer::Number(-1),
        asked => answer_selects(asked),
    })
    .await;
    let db = database(&server, PATIENT);
    let mut tx = db.begin(Scope::Structure).await.unwrap();
    assert!(matches!(tx.lock("migrations").await, Err(PortError::Throttled { .. })));
}

#[tokio::test]
async fn a_dropped_or_failed_transaction_never_commits_and_its_connection_is_closed() {
    let server = SqlServer::start(|asked, before| match asked {
        asked if asked.says("UPDATE") && before == 0 => Answer::Error(1205),
        asked => answer_selects(asked),
    })
    .await;
    let db = database(&server, PATIENT);
    let mut failed = db.begin(Scope::Structure).await.unwrap();
    let error = failed.execute("UPDATE t SET a = 1", &[]).await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "a deadlock victim may try again: {error}");
    drop(failed);
    drop(db.begin(Scope::Structure).await.unwrap());
    db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(server.count(|a| *a == Asked::Commit), 0);
    assert_eq!(server.count(|a| *a == Asked::Login), 3);
}

#[tokio::test]
async fn a_question_given_up_half_way_leaves_no_answer_for_the_next() {
    let server = SqlServer::start(|asked, before| match asked {
        asked if is_select(asked) && before == 0 => Answer::Silence,
        asked => answer_selects(asked),
    })
    .await;
    let db = database(&server, PATIENT);
    let given_up =
        tokio::time::timeout(Duration::from_millis(200), db.query(Scope::Structure, "SELECT 7", &[])).await;
    assert!(given_up.is_err());
    let rows = db.query(Scope::Structure, "SELECT 7", &[]).await.unwrap();
    assert_eq!(rows[0].reader().int().unwrap(), 7);
    assert_eq!(server.count(|a| *a == Asked::Login), 2);
}

#[tokio::test]
async fn more_work_than_connections_waits_its_turn() {
    let server = SqlServer::start(|asked, _| answer_selects(asked)).await;
    let db = database(&server, PATIENT);
    let all = (0..20).map(|_| db.query(Scope::Structure, "SELECT 7", &[]));
    futures::future::try_join_all(all).await.unwrap();
    assert!(server.count(|a| *a == Asked::Login) <= 2);
}
