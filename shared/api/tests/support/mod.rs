//! Two tenants with the same source and stream names, and a way to ask the router.

#![expect(dead_code, reason = "each test file uses its part")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod commands;
pub mod fake;
mod fake_extraction;
mod fake_quality;
pub mod seed;
pub mod seed_quality;

use commands::FakeCommands;
use fake::Fake;
use seed::{ACME, BOLT, seeded};

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use forebay_api::{
    ApiState, CheckRule, FinishProfiles, Identify, IdentityError, NameDatasets, RepositoryProvider,
    StreamDatasets,
};
use forebay_model::lineage::DatasetName;
use forebay_model::profile::{
    ColumnProfile, Correlation, Estimate, InferredType, Interval, RelationsProfile,
};
use forebay_model::rule::{Expectation, ReferenceList, Rule};
use forebay_model::{Instant, SourceConfig, StreamSchema, TenantId};
use forebay_pipeline::RunProfiles;
use forebay_pipeline::comparison::{Comparison, Table, compare};
use forebay_ports::{Clock, PortError, Repository};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub struct Always(pub Arc<Fake>);

#[async_trait]
impl RepositoryProvider for Always {
    async fn repository(&self) -> Result<Arc<dyn Repository>, PortError> {
        Ok(self.0.clone())
    }
}

pub struct Broken;

#[async_trait]
impl RepositoryProvider for Broken {
    async fn repository(&self) -> Result<Arc<dyn Repository>, PortError> {
        Err(PortError::Transient { service: "repository", detail: "db-7.internal refused".into() })
    }
}

/// The header `x-tenant` says who it is; only the two seeded tenants are served.
pub struct ByHeader;

impl Identify for ByHeader {
    fn tenant(&self, headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        match headers.get("x-tenant").and_then(|value| value.to_str().ok()) {
            None => Err(IdentityError::Missing { expected: "send x-tenant" }),
            Some(name) if [ACME, BOLT].contains(&name) => Ok(TenantId::new(name).unwrap()),
            Some(_) => Err(IdentityError::UnknownTenant),
        }
    }

    fn author(&self, _: &HeaderMap) -> String {
        "grace@example.com".into()
    }
}

pub struct Noon;

impl Clock for Noon {
    fn now(&self) -> Instant {
        Instant::parse("2026-03-01T12:00:00Z").unwrap()
    }
}

/// A state is a count of rows in decimal digits; merging adds.
pub struct CountRows;

impl FinishProfiles for CountRows {
    fn finish(&self, column: &str, states: &[Vec<u8>], _: &[Vec<u8>]) -> Result<ColumnProfile, String> {
        let count =
            |state: &Vec<u8>| String::from_utf8_lossy(state).parse::<u64>().map_err(|e| e.to_string());
        let rows = states.iter().map(count).sum::<Result<u64, String>>()?;
        Ok(ColumnProfile {
            column: column.into(),
            rows,
            nulls: 0,
            empties: 0,
            blanks: 0,
            distinct: Estimate { value: rows as f64, relative_error: 0.0, exact: true },
            min: None,
            max: None,
            numbers: None,
            lengths: None,
            frequent: Vec::new(),
            inferred_type: InferredType { name: "text".into(), share: 1.0, ..InferredType::default() },
            ..ColumnProfile::default()
        })
    }

    fn explain(&self, _: &mut [ColumnProfile], _: &[String], _: &[Vec<u8>]) -> Result<(), String> {
        Ok(())
    }

    fn compare(
        &self,
        before: &RunProfiles,
        after: &RunProfiles,
        _: &HashMap<String, Vec<Vec<u8>>>,
    ) -> Result<Comparison, String> {
        let finished = |run: &RunProfiles| {
            let columns = run.columns.iter();
            columns.map(|(column, states)| self.finish(column, states, &[])).collect::<Result<Vec<_>, _>>()
        };
        let (was, is) = (finished(before)?, finished(after)?);
        let rows = |columns: &[ColumnProfile]| columns.iter().map(|c| c.rows).max().unwrap_or(0);
        let [was, is] = [(before, &was), (after, &is)].map(|(run, columns)| Table {
            name: &run.name,
            rows: rows(columns),
            columns,
            unmasked: &[],
        });
        Ok(compare(&was, &is))
    }

    /// Says how many rows, and that no two columns are alike.
    fn finish_relations(&self, states: &[Vec<u8>]) -> Result<RelationsProfile, String> {
        let rows = self.finish("", states, &[])?.rows;
        let correlation = Correlation {
            left: "id".into(),
            right: "balance".into(),
            pearson: -0.5,
            pearson_interval: Interval { low: -0.5, high: -0.5 },
            spearman: -0.25,
            spearman_interval: Interval { low: -0.25, high: -0.25 },
            n: rows,
            n_effective: rows as f64,
            exact: true,
        };
        Ok(RelationsProfile { rows, correlations: vec![correlation], ..RelationsProfile::default() })
    }
}

/// Knows one fault: a column that the stream does not have.
pub struct NamesColumns;

impl CheckRule for NamesColumns {
    fn check(&self, rule: &Rule, schemas: &[StreamSchema], _: &[ReferenceList]) -> Result<(), Vec<String>> {
        let Expectation::NotNull { column } = &rule.expectation else { return Ok(()) };
        let known = schemas.iter().any(|s| s.stream == rule.stream && s.column(column).is_some());
        if known { Ok(()) } else { Err(vec!["expectation.column: found text, expected a column".into()]) }
    }
}

pub struct Names;

impl NameDatasets for Names {
    fn datasets(&self, source: &SourceConfig, schema: &StreamSchema) -> StreamDatasets {
        let name = |namespace: &str, name: String| DatasetName { namespace: namespace.into(), name };
        StreamDatasets {
            source: name("netsuite://1", schema.stream.to_string()),
            raw: name("file", format!("raw/{}/{}/{}", source.tenant, source.id, schema.stream)),
            table: name("sqlite", schema.table()),
        }
    }
}

pub fn state(
    provider: Arc<dyn RepositoryProvider>,
    repository: Arc<Fake>,
    web_root: Option<PathBuf>,
) -> ApiState {
    ApiState {
        repository: provider,
        commands: Arc::new(FakeCommands(repository)),
        identity: Arc::new(ByHeader),
        clock: Arc::new(Noon),
        profiles: Arc::new(CountRows),
        datasets: Arc::new(Names),
        rules: Arc::new(NamesColumns),
        web_root,
    }
}

pub fn app() -> Router {
    app_with(None)
}

pub fn app_with(web_root: Option<PathBuf>) -> Router {
    let repository = Arc::new(seeded());
    forebay_api::router(state(Arc::new(Always(repository.clone())), repository, web_root))
}

pub fn broken_app() -> Router {
    forebay_api::router(state(Arc::new(Broken), Arc::new(seeded()), None))
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks that it is a problem of this kind, and gives its detail.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["type"], format!("urn:forebay:problem:{kind}"));
        assert_eq!(body["status"], status);
        assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()));
        body["detail"].as_str().unwrap().to_string()
    }
}

pub async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

pub async fn get(app: &Router, tenant: &str, path: &str) -> Answer {
    let request = Request::get(path).header("x-tenant", tenant).body(Body::empty()).unwrap();
    send(app, request).await
}

pub async fn post(app: &Router, tenant: &str, path: &str, body: &str) -> Answer {
    write(app, Method::POST, tenant, path, body).await
}

pub async fn write(app: &Router, method: Method, tenant: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-tenant", tenant)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    send(app, request).await
}
