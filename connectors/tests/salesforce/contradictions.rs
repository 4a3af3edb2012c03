//! Answers that no org should give, from a server that gives them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use forebay_connectors::Context;
use forebay_model::{Column, ColumnType};
use forebay_model::{ConnectorKind, Instant, RecordsAt, SourceConfig, SourceId, StreamSchema, TenantId};
use forebay_ports::{Connector, NextPage, PageRequest, SourceError, Unlimited};

use super::org::{Secrets, stream};

type Script = fn(&Request) -> Response;

async fn serve(script: Script) -> Box<dyn Connector> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/services/oauth2/token", any(|| async { r#"{"access_token":"t"}"# }))
        .fallback(move |request: Request| async move { script(&request) });
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let settings = [
        ("base_url", base.as_str()),
        ("client_id", "app"),
        ("page_size", "2"),
        ("retry_first_delay_ms", "1"),
    ];
    let config = SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("crm").unwrap(),
        connector: ConnectorKind::new("salesforce").unwrap(),
        settings: settings.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        secrets: [("client_secret".into(), "s".into())].into(),
    };
    let secrets = Secrets { held: [("s".to_owned(), "x".to_owned())].into(), ..Secrets::default() };
    let context = Context { secrets: Arc::new(secrets), gate: Arc::new(Unlimited) };
    forebay_connectors::open(&config, context).unwrap()
}

/// `wide` is how many columns there are besides the key.
fn schema(wide: usize) -> StreamSchema {
    let column = |name: &str| Column {
        name: name.to_lowercase(),
        source_field: name.into(),
        column_type: ColumnType::Text,
        nullable: name != "Id",
        title: None,
        custom: false,
    };
    let mut columns = vec![column("Id")];
    columns.extend((0..wide).map(|n| column(&format!("A_Field_With_A_Rather_Long_Name_{n}__c"))));
    StreamSchema {
        connector: ConnectorKind::new("salesforce").unwrap(),
        stream: stream("Thing__c"),
        columns,
        key: vec!["id".into()],
        modified: None,
        records_at: RecordsAt::Field("records".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

async fn read(script: Script) -> SourceError {
    let connector = serve(script).await;
    let schema = schema(0);
    let (mut cursor, bound) = (None, Instant::EPOCH);
    for _ in 0..50 {
        match connector.read_page(PageRequest { schema: &schema, cursor: cursor.as_ref(), bound }).await {
            Err(error) => return error,
            Ok(page) => match page.next {
                NextPage::More(next) => cursor = Some(next),
                NextPage::End { proof, .. } => panic!("ended with '{proof}'"),
            },
        }
    }
    panic!("does not end")
}

fn counted(request: &Request, total: u32, page: &'static str) -> Response {
    match request.uri().query().is_some_and(|query| query.contains("COUNT%28%29")) {
        true => format!(r#"{{"totalSize":{total},"done":true,"records":[]}}"#).into_response(),
        false => page.into_response(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_fails_with_evidence_rather_than_lose_rows() {
    let scripts: [(Script, &str); 5] = [
        (
            |r| counted(r, 9, r#"{"totalSize":9,"done":true,"records":[{"Id":"001000000000001AAA"}]}"#),
            "totalSize",
        ),
        (
            |r| {
                counted(
                    r,
                    9,
                    r#"{"totalSize":1,"done":true,"nextRecordsUrl":"/x","records":[{"Id":"001000000000001AAA"}]}"#,
                )
            },
            "the last, and",
        ),
        (
            |r| {
                counted(
                    r,
                    9,
                    r#"{"totalSize":2,"done":true,"records":[{"Id":"001000000000002AAA"},{"Id":"001000000000001AAA"}]}"#,
                )
            },
            "not in order",
        ),
        // The second page is the first again.
        (
            |r| {
                counted(
                    r,
                    9,
                    r#"{"totalSize":2,"done":true,"records":[{"Id":"001000000000001AAA"},{"Id":"001000000000002AAA"}]}"#,
                )
            },
            "does not come after",
        ),
        (|r| counted(r, 9, r#"{"totalSize":0,"done":true,"records":[]}"#), "COUNT() says 9"),
    ];
    for (script, expected) in scripts {
        let error = read(script).await;
        let SourceError::Contradiction { evidence, .. } = &error else { panic!("{error}") };
        assert!(evidence.contains(expected), "{evidence}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_result_that_lacks_rows_fails_with_its_numbers() {
    let error = read(|request| {
        let path = request.uri().path();
        if path.ends_with("/results") {
            return (
                [("Sforce-NumberOfRecords", "1"), ("Sforce-Locator", "null")],
                "\"Id\"\n\"001000000000001AAA\"\n",
            )
                .into_response();
        }
        match path.contains("/jobs/query") {
            true => r#"{"id":"750000000000001AAA","state":"JobComplete","numberRecordsProcessed":60000}"#
                .into_response(),
            false => counted(request, 60_000, "[]"),
        }
    })
    .await;
    let SourceError::Contradiction { evidence, .. } = &error else { panic!("{error}") };
    assert!(evidence.contains("numberRecordsProcessed=60000, rows read=1"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_too_long_for_an_address_travels_in_a_composite_request() {
    let connector = serve(|request| {
        if request.uri().path().ends_with("/composite") {
            return r#"{"compositeResponse":[{"body":{"totalSize":1,"done":true,"records":[{"Id":"001000000000001AAA"}]},"httpHeaders":{},"httpStatusCode":200,"referenceId":"page"}]}"#
                .into_response();
        }
        assert!(request.uri().to_string().len() < 16_384);
        counted(request, 1, "{}")
    })
    .await;
    let schema = schema(400);
    let request = PageRequest { schema: &schema, cursor: None, bound: Instant::EPOCH };
    let page = connector.read_page(request).await.unwrap();
    assert_eq!(page.body, r#"{"totalSize":1,"done":true,"records":[{"Id":"001000000000001AAA"}]}"#);
    assert!(matches!(page.next, NextPage::End { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_object_says_what_cannot_be_told() {
    let scripts: [Script; 2] = [
        |request| match request.uri().path().ends_with("/recordCount") {
            true => r#"{"sObjects":[{"name":"Thing__c","count":7}]}"#.into_response(),
            false => counted(request, 0, r#"{"totalSize":0,"done":true,"records":[]}"#),
        },
        |request| match request.uri().path().ends_with("/recordCount") {
            true => (StatusCode::FORBIDDEN, "[]").into_response(),
            false => counted(request, 0, r#"{"totalSize":0,"done":true,"records":[]}"#),
        },
    ];
    let schema = schema(0);
    let request = || PageRequest { schema: &schema, cursor: None, bound: Instant::EPOCH };
    let Err(SourceError::Forbidden { detail, .. }) = serve(scripts[0]).await.read_page(request()).await
    else {
        panic!()
    };
    assert!(detail.contains("estimate says 7") && detail.contains("View All"), "{detail}");
    let page = serve(scripts[1]).await.read_page(request()).await.unwrap();
    let NextPage::End { proof, .. } = page.next else { panic!() };
    assert!(
        proof.contains("COUNT() says 0")
            && proof.contains("View Setup and Configuration")
            && proof.contains("looks for all rows again"),
        "{proof}"
    );
}
