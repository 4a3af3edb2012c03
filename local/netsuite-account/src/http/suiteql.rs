//! `POST /services/rest/query/v1/suiteql`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::account::Account;
use crate::auth::query_map;
use crate::changes::apply;
use crate::suiteql::{PAGE_CAP, PAGE_LIMIT, Page, PageRequest, ROW_CAP, Refusal, plan, run};

const PATH: &str = "/services/rest/query/v1/suiteql";

pub async fn query(
    State(account): State<Arc<Account>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    check_headers(&headers)?;
    let page = page_request(query.as_deref().unwrap_or(""))?;
    let (sql, parameters) = statement(&body)?;
    let shared = account.clone();
    let answer = tokio::task::spawn_blocking(move || execute(&shared, &sql, &parameters, page))
        .await
        .map_err(Problem::internal)??;
    Ok(respond(&account, page, &answer))
}

fn execute(account: &Account, sql: &str, parameters: &[String], page: PageRequest) -> Result<Page, Problem> {
    let mut planned = plan(sql, parameters, &account.access(), account.now())?;
    if account.asked(&planned.tables) {
        planned = plan(sql, parameters, &account.access(), account.now())?;
    }
    let generation = account.store.generation();
    let upper = account.faults.upper_case_keys();
    let answer = account.store.read(|db| run(db, &planned, page, &account.totals, generation, upper))?;
    account.counters.count_rows("suiteql", planned.first_table.unwrap_or("none"), answer.count);
    // The page is read; what changes now is for the next ones to see.
    if let Some(order) = account.faults.disturbances.answered() {
        apply(&account.store, account.mix, order, account.now()).map_err(Problem::internal)?;
    }
    Ok(answer)
}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let prefers = headers.get_all("prefer").iter().filter_map(|v| v.to_str().ok());
    let transient = prefers.flat_map(|v| v.split(',')).any(|v| v.trim().eq_ignore_ascii_case("transient"));
    if !transient {
        let detail = "The required request header 'Prefer' is missing or its value is invalid. \
                      Set the 'Prefer' header to 'transient'.";
        return Err(Problem::header("Prefer", detail));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        let detail = "The request entity has a media type that this resource does not support.";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_HEADER", detail)
            .at("o:errorHeader", "Content-Type"));
    }
    Ok(())
}

fn page_request(query: &str) -> Result<PageRequest, Problem> {
    let parameters = query_map(query);
    if let Some(other) = parameters.keys().find(|name| *name != "limit" && *name != "offset") {
        return Err(Problem::query(
            format!("Invalid query parameter name '{other}'. Provide a valid name."),
            other,
        ));
    }
    let number = |name: &str, default: u64| match parameters.get(name) {
        None => Ok(default),
        Some(text) => text.parse::<u64>().map_err(|_| {
            Problem::query(format!("Invalid value for the query parameter '{name}'. Provide a number."), name)
        }),
    };
    let (limit, offset) = (number("limit", PAGE_LIMIT)?, number("offset", 0)?);
    if limit == 0 || limit > PAGE_LIMIT {
        let detail =
            format!("Invalid value for the query parameter 'limit'. Provide a value from 1 to {PAGE_LIMIT}.");
        return Err(Problem::query(detail, "limit"));
    }
    if !offset.is_multiple_of(limit) {
        let detail = format!(
            "Invalid number '{offset}' for the query parameter 'offset'. Provide an offset that is divisible by the limit."
        );
        return Err(Problem::query(detail, "offset"));
    }
    if offset / limit >= PAGE_CAP || offset >= ROW_CAP {
        let detail = format!(
            "Invalid number '{offset}' for the query parameter 'offset'. No more than {PAGE_CAP} pages and {ROW_CAP} results can be read."
        );
        return Err(Problem::query(detail, "offset"));
    }
    Ok(PageRequest { limit, offset })
}

/// The query and its bound values, from `{"q": "...", "params": ["..."]}`.
fn statement(body: &[u8]) -> Result<(String, Vec<String>), Problem> {
    let invalid = |detail: &str| Problem::bad_request("INVALID_CONTENT", detail);
    let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(body) else {
        return Err(invalid("Invalid JSON format of the request body. Provide a JSON object."));
    };
    if let Some(other) = fields.keys().find(|name| *name != "q" && *name != "params") {
        return Err(invalid(&format!("Unknown field '{other}'.")).at("o:errorPath", other.as_str()));
    }
    let Some(Value::String(sql)) = fields.get("q") else {
        return Err(invalid("The required field 'q' is missing.").at("o:errorPath", "q"));
    };
    let parameters = match fields.get("params") {
        None => Vec::new(),
        Some(Value::Array(values)) => values
            .iter()
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                _ => Err(Refusal::search("A bound value must be a string")),
            })
            .collect::<Result<_, Refusal>>()?,
        Some(_) => return Err(invalid("The field 'params' must be an array.").at("o:errorPath", "params")),
    };
    Ok((sql.clone(), parameters))
}

fn respond(account: &Account, request: PageRequest, page: &Page) -> Response {
    let PageRequest { limit, offset } = request;
    let link = |rel: &str, offset: u64| json!({ "rel": rel, "href": format!("{}{PATH}?limit={limit}&offset={offset}", account.credentials.base_url) });
    let mut links = Vec::new();
    if offset > 0 {
        links.push(link("previous", offset - limit));
        links.push(link("first", 0));
    }
    if page.has_more {
        links.push(link("next", offset + limit));
        links.push(link("last", (page.total.saturating_sub(1)) / limit * limit));
    }
    links.push(link("self", offset));
    let text = format!(
        "{{\"links\":{},\"count\":{},\"hasMore\":{},\"items\":{},\"offset\":{offset},\"totalResults\":{}}}",
        Value::Array(links),
        page.count,
        page.has_more,
        page.items,
        page.total
    );
    let mut response = Response::new(Body::from(text));
    let kind =
        HeaderValue::from_static("application/vnd.oracle.resource+json; type=collection; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
