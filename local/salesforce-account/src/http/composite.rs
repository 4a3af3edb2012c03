//! Composite requests, as far as they read: queries that no address can hold travel in their bodies.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::query;
use crate::org::Org;

/// Parts of a request, and how many of them may be queries.
const PARTS: usize = 25;
const QUERIES: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    composite_request: Vec<Part>,
    #[serde(default)]
    all_or_none: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    method: String,
    url: String,
    reference_id: String,
    #[serde(default)]
    http_headers: Map<String, Value>,
}

/// `POST /composite`: one of the day's requests, whatever its parts.
pub async fn run(
    State(org): State<Arc<Org>>,
    Path(version): Path<String>,
    Json(order): Json<Order>,
) -> Result<Json<Value>, Problem> {
    let parts = order.composite_request.len();
    if order.all_or_none || parts == 0 || parts > PARTS {
        let message = format!("allOrNone is for writing, and there are 1 to {PARTS} parts");
        return Err(Problem::bad_request("INVALID_INPUT", message));
    }
    if parts > QUERIES {
        let message = format!("Number of query and sObject operations limit of {QUERIES} exceeded");
        return Err(Problem::bad_request("LIMIT_EXCEEDED", message));
    }
    let mut answers = Vec::new();
    for part in order.composite_request {
        let reference = part.reference_id.clone();
        let (status, body) = match one(&org, &version, part).await {
            Ok(body) => (200, body),
            Err(problem) => (problem.status.as_u16(), problem.body()),
        };
        answers.push(json!({
            "body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": reference,
        }));
    }
    Ok(Json(json!({ "compositeResponse": answers })))
}

async fn one(org: &Arc<Org>, version: &str, part: Part) -> Result<Value, Problem> {
    let (path, parameters) = part.url.split_once('?').unwrap_or((&part.url, ""));
    let resource = path
        .strip_prefix(&format!("/services/data/{version}/"))
        .filter(|_| part.method == "GET")
        .ok_or_else(Problem::not_found)?;
    let headers = headers(&part.http_headers)?;
    let parameters = RawQuery(Some(parameters.to_owned()));
    let (state, at) = (State(org.clone()), Path(version.to_owned()));
    let answer = match resource.split('/').collect::<Vec<_>>()[..] {
        ["query"] => query::query(state, at, parameters, headers).await,
        ["queryAll"] => query::query_all(state, at, parameters, headers).await,
        ["query" | "queryAll", locator] => {
            query::more(state, Path((version.to_owned(), locator.to_owned()))).await
        }
        _ => return Err(Problem::not_found()),
    };
    answer.map(|Json(body)| body)
}

fn headers(given: &Map<String, Value>) -> Result<HeaderMap, Problem> {
    let wrong = || Problem::bad_request("INVALID_INPUT", "httpHeaders holds what is no header");
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| wrong())?;
        let value = HeaderValue::try_from(value.as_str().ok_or_else(wrong)?).map_err(|_| wrong())?;
        headers.insert(name, value);
    }
    Ok(headers)
}
