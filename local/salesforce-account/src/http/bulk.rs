//! Query jobs of the Bulk API 2.0.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use forebay_simulation::form::query_map;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Problem, blocking};
use crate::bulk::{Delimiter, Job, JobState, LineEnding};
use crate::catalog::Kind;
use crate::org::Org;
use crate::soql::{Plan, Select, plan};

/// Rows of a set of results unless fewer are asked for.
const SET: usize = 50_000;

type Answer = Result<Json<Value>, Problem>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct JobOrder {
    operation: String,
    query: String,
    #[serde(default)]
    column_delimiter: Delimiter,
    #[serde(default)]
    line_ending: LineEnding,
    #[serde(default)]
    content_type: Option<String>,
}

/// `POST /jobs/query`.
pub async fn create(State(org): State<Arc<Org>>, Path(version): Path<String>, body: Bytes) -> Answer {
    let order: JobOrder = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request("JSON_PARSER_ERROR", e.to_string()))?;
    let all = match order.operation.as_str() {
        "query" => false,
        "queryAll" => true,
        other => return Err(Problem::bad_request("INVALIDJOB", format!("Invalid operation: {other}"))),
    };
    if order.content_type.is_some_and(|kind| kind != "CSV") {
        return Err(Problem::bad_request("INVALIDJOB", "Only CSV is supported for query jobs"));
    }
    let plan = plan(&order.query, &org.access())?;
    check(&plan)?;
    let job = Job {
        id: org.jobs.next_id(),
        version,
        user: org.credentials.user_id.clone(),
        all,
        plan,
        delimiter: order.column_delimiter,
        ending: order.line_ending,
        state: JobState::UploadComplete,
        created: org.now(),
        changed: org.now(),
        polls: 0,
        results: None,
    };
    let shown = job.json(false);
    org.jobs.with(|jobs| jobs.insert(job.id.clone(), job));
    Ok(Json(shown))
}

/// What the query language takes and the Bulk API does not.
fn check(plan: &Plan) -> Result<(), Problem> {
    let name = plan.object.name;
    if !plan.object.bulk {
        return Err(Problem::bad_request(
            "INVALIDENTITY",
            format!("Entity '{name}' is not supported by the Bulk API."),
        ));
    }
    let Select::Fields(fields) = &plan.select else {
        let message = "Aggregate Relationships not supported in Bulk Query";
        return Err(Problem::bad_request("FEATURENOTENABLED", message));
    };
    if plan.offset.is_some() {
        return Err(Problem::bad_request("FEATURENOTENABLED", "OFFSET not supported in Bulk Query"));
    }
    if fields.iter().any(|f| matches!(f.kind, Kind::Address(_))) {
        let message = "Selecting compound data not supported in Bulk Query";
        return Err(Problem::bad_request("FUNCTIONALITY_NOT_ENABLED", message));
    }
    Ok(())
}

/// `GET /jobs/query`.
pub async fn list(State(org): State<Arc<Org>>) -> Json<Value> {
    let records: Vec<Value> = org.jobs.with(|jobs| jobs.values().map(|job| job.json(false)).collect());
    Json(json!({ "done": true, "records": records, "nextRecordsUrl": null }))
}

fn find(org: &Org, id: &str, version: &str) -> Result<Job, Problem> {
    let job = org.jobs.with(|jobs| jobs.get(id).cloned()).ok_or_else(Problem::not_found)?;
    if job.version != version {
        let message = format!("The job was created with API version {}", job.version);
        return Err(Problem::new(StatusCode::CONFLICT, "API_ERROR", message));
    }
    Ok(job)
}

/// `GET /jobs/query/{id}`. Being asked is what makes a job go on.
pub async fn status(State(org): State<Arc<Org>>, Path((version, id)): Path<(String, String)>) -> Answer {
    let job = find(&org, &id, &version)?;
    blocking(move || {
        let job = advance(&org, job)?;
        let shown = job.json(true);
        org.jobs.with(|jobs| {
            // A job that was deleted or aborted meanwhile stays so.
            if let Some(kept) = jobs.get_mut(&job.id)
                && kept.state != JobState::Aborted
            {
                *kept = job;
            }
        });
        Ok(Json(shown))
    })
    .await
}

fn advance(org: &Org, mut job: Job) -> Result<Job, Problem> {
    job.polls += 1;
    match job.state {
        JobState::UploadComplete => {
            job.changed = org.now();
            job.state = if org.faults.fails_job() {
                JobState::Failed("InternalServerError : Retries exhausted".to_owned())
            } else if org.access().object(job.plan.object.name).is_none() {
                JobState::Failed(format!("sObject type '{}' is not supported.", job.plan.object.name))
            } else {
                let (file, now) = (org.jobs.file(&job.id), org.now());
                job.results = Some(org.store.read(|db| job.run(db, file, now))?);
                JobState::InProgress
            };
        }
        JobState::InProgress if job.polls > org.jobs.polls => {
            job.changed = org.now();
            job.state = JobState::JobComplete;
        }
        _ => {}
    }
    Ok(job)
}

#[derive(Deserialize)]
struct Patch {
    state: String,
}

/// `PATCH /jobs/query/{id} {"state":"Aborted"}`.
pub async fn abort(
    State(org): State<Arc<Org>>,
    Path((version, id)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let job = find(&org, &id, &version)?;
    let wanted = serde_json::from_slice::<Patch>(&body).is_ok_and(|p| p.state == "Aborted");
    let running = matches!(job.state, JobState::UploadComplete | JobState::InProgress);
    if !wanted || !running {
        return Err(Problem::bad_request("INVALIDJOBSTATE", "Aborting is not allowed in this state"));
    }
    org.jobs.with(|jobs| {
        let job = jobs.get_mut(&id).ok_or_else(Problem::not_found)?;
        job.state = JobState::Aborted;
        Ok(Json(job.json(true)))
    })
}

/// `DELETE /jobs/query/{id}`: only of jobs that have ended.
pub async fn delete(
    State(org): State<Arc<Org>>,
    Path((version, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let job = find(&org, &id, &version)?;
    if matches!(job.state, JobState::UploadComplete | JobState::InProgress) {
        return Err(Problem::bad_request(
            "INVALIDJOBSTATE",
            "Deleting is not allowed before the job has ended",
        ));
    }
    org.jobs.with(|jobs| jobs.remove(&id));
    if let Some(results) = &job.results {
        std::fs::remove_file(results.file()).map_err(Problem::internal)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /jobs/query/{id}/results?maxRecords=&locator=`. Before the job is complete the answer is 204.
pub async fn results(
    State(org): State<Arc<Org>>,
    Path((version, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let job = find(&org, &id, &version)?;
    let (JobState::JobComplete, Some(results)) = (&job.state, &job.results) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let parameters = query_map(query.as_deref().unwrap_or(""));
    let most = match parameters.get("maxRecords").map(|n| n.parse::<usize>()) {
        None => SET,
        Some(Ok(n)) if n > 0 => n.min(SET),
        Some(_) => return Err(Problem::bad_request("API_ERROR", "Invalid value for maxRecords")),
    };
    let from = match parameters.get("locator") {
        None => 0,
        Some(locator) => place(locator)
            .filter(|from| *from < results.len())
            .ok_or_else(|| Problem::bad_request("API_ERROR", "Invalid value for locator"))?,
    };
    let to = results.len().min(from + most);
    let mut bytes = job.header().into_bytes();
    let reading = results.clone();
    bytes.extend(blocking(move || Ok(reading.lines(from, to)?)).await?);
    let rows = u64::try_from(to - from).unwrap_or(0);
    org.counters.count_rows("bulk-results", job.plan.object.name, rows);
    let next = if to < results.len() { STANDARD_NO_PAD.encode(to.to_string()) } else { "null".to_owned() };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
    headers.insert("Sforce-NumberOfRecords", HeaderValue::from(rows));
    headers.insert("Sforce-Locator", HeaderValue::from_str(&next).map_err(Problem::internal)?);
    Ok(response)
}

fn place(locator: &str) -> Option<usize> {
    String::from_utf8(STANDARD_NO_PAD.decode(locator).ok()?).ok()?.parse().ok()
}
