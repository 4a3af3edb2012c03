//! Bulk API 2.0 query jobs: made, waited for, read part by part, deleted.

use serde::Deserialize;
use serde_json::json;

use super::client::{Answer, Client, Scope};
use super::failure::Failure;
use super::parts::{self, Part};

const JOBS: &str = "/jobs/query";

#[derive(Deserialize)]
struct Job {
    id: String,
    state: String,
    #[serde(default, rename = "numberRecordsProcessed")]
    records: Option<u64>,
    #[serde(default, rename = "errorMessage")]
    error: Option<String>,
}

/// How a job stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Status {
    Working,
    Complete {
        total: u64,
    },
    /// It failed, or somebody aborted it.
    Lost {
        why: String,
    },
}

/// A part of a result, and where the next one is.
#[derive(Debug)]
pub struct Results {
    pub part: Part,
    pub locator: Option<String>,
}

fn job(answer: &Answer) -> Result<Job, String> {
    serde_json::from_slice(&answer.body).map_err(|e| format!("no description of a bulk job: {e}"))
}

/// Whether a job's id may go into an address.
fn path(id: &str) -> Result<String, Failure> {
    if !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(format!("{JOBS}/{id}"));
    }
    Err(Failure::NotFound { detail: "the bulk job's id is none".into() })
}

/// Makes a job; gives its id.
pub async fn create(client: &Client, soql: &str, scope: Scope) -> Result<String, Failure> {
    let order = json!({
        "operation": scope.resource(),
        "query": soql,
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    });
    client.post(JOBS, &order, |answer| job(&answer).map(|job| job.id)).await
}

pub async fn status(client: &Client, id: &str) -> Result<Status, Failure> {
    client.get(&path(id)?, Vec::new(), |answer| job(&answer).and_then(standing)).await
}

fn standing(job: Job) -> Result<Status, String> {
    match job.state.as_str() {
        "JobComplete" => match job.records {
            Some(total) => Ok(Status::Complete { total }),
            None => Err("a complete bulk job does not say numberRecordsProcessed".into()),
        },
        "UploadComplete" | "InProgress" | "Open" => Ok(Status::Working),
        "Failed" | "Aborted" => {
            let why = job.error.unwrap_or_else(|| "no reason given".into());
            Ok(Status::Lost { why: format!("{}: {why}", job.state) })
        }
        other => Err(format!("a bulk job is in the unknown state '{other}'")),
    }
}

/// Reads the part at `locator`, the first without one.
pub async fn results(
    client: &Client,
    id: &str,
    locator: Option<&str>,
    rows: u32,
    fields: &[&str],
) -> Result<Results, Failure> {
    let mut query = vec![("maxRecords", rows.to_string())];
    query.extend(locator.map(|locator| ("locator", locator.to_owned())));
    let read = |answer: Answer| {
        let expected = answer.header("sforce-numberofrecords").and_then(|text| text.trim().parse().ok());
        let next =
            answer.header("sforce-locator").map(str::trim).filter(|next| !matches!(*next, "" | "null"));
        let locator_again = next.is_some() && next == locator;
        if locator_again {
            return Err("the part's locator leads to itself".into());
        }
        let part = parts::read(&answer.body, expected, fields)?;
        Ok(Results { part, locator: next.map(str::to_owned) })
    };
    client.fetch(&format!("{}/results", path(id)?), query, "text/csv", read).await
}

/// Deletes a job. One that is gone already, or may not be deleted, is none of our concern: Salesforce removes
/// it after seven days.
pub async fn delete(client: &Client, id: &str) -> Result<(), Failure> {
    match client.delete(&path(id)?).await {
        Err(
            failure @ (Failure::Refused { .. } | Failure::NotPermitted { .. } | Failure::NotFound { .. }),
        ) => {
            tracing::info!(job = id, reason = ?failure, "the bulk job was not deleted");
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_complete_only_with_its_number() {
        let of = |text: &str| standing(serde_json::from_str(text).unwrap());
        let complete = r#"{"id":"750","state":"JobComplete","numberRecordsProcessed":7}"#;
        assert_eq!(of(complete), Ok(Status::Complete { total: 7 }));
        assert!(of(r#"{"id":"750","state":"JobComplete"}"#).is_err());
        assert_eq!(of(r#"{"id":"750","state":"InProgress"}"#), Ok(Status::Working));
        let failed = r#"{"id":"750","state":"Failed","errorMessage":"InvalidBatch"}"#;
        assert_eq!(of(failed), Ok(Status::Lost { why: "Failed: InvalidBatch".into() }));
        assert!(of(r#"{"id":"750","state":"Dreaming"}"#).unwrap_err().contains("Dreaming"));
        assert!(path("750/../x").is_err());
    }
}
