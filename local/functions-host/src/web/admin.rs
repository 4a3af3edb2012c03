//! `/admin`: the status, and firing timers by hand. No key is asked for, so the host listens on loopback only.

use super::Web;
use super::problem::problem;
use crate::app::{Function, Trigger};
use crate::registry::{ContractError, FunctionStatus};
use crate::worker::ProcessStatus;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    state: &'static str,
    version: &'static str,
    process_id: u32,
    processes: Vec<ProcessStatus>,
    functions: Vec<FunctionStatus>,
    contract_errors: Vec<ContractError>,
}

pub async fn status(State(web): State<Arc<Web>>) -> Json<Status> {
    let state = if web.stop.draining.is_cancelled() {
        "Stopping"
    } else if web.groups.iter().all(|group| group.was_ready()) {
        "Running"
    } else {
        "Starting"
    };
    Json(Status {
        state,
        version: crate::invoke::HOST_VERSION,
        process_id: std::process::id(),
        processes: web.groups.iter().map(|group| group.status()).collect(),
        functions: web.registry.functions(),
        contract_errors: web.registry.contract_errors(),
    })
}

pub async fn ping() -> StatusCode {
    StatusCode::OK
}

pub async fn list(State(web): State<Arc<Web>>) -> Json<Vec<Value>> {
    Json(web.app.functions.iter().map(|function| description(&web, function)).collect())
}

pub async fn describe(State(web): State<Arc<Web>>, Path(name): Path<String>) -> Response {
    match web.app.function(&name) {
        Some(function) => Json(description(&web, function)).into_response(),
        None => unknown(&name),
    }
}

fn description(web: &Web, function: &Function) -> Value {
    let route = web.app.routes.iter().find(|(name, _)| *name == function.name).map(|(_, route)| route);
    json!({
        "name": function.name,
        "trigger": function.trigger.label(),
        "route": route,
        "isDisabled": function.disabled,
    })
}

/// `{"input":""}` is required, as by the real host; its text is not used by timers.
pub async fn fire(State(web): State<Arc<Web>>, Path(name): Path<String>, body: Bytes) -> Response {
    let Some(function) = web.app.function(&name) else { return unknown(&name) };
    if !matches!(serde_json::from_slice(&body), Ok(Value::Object(_))) {
        return problem(StatusCode::BAD_REQUEST, "send a JSON object: {\"input\":\"\"}");
    }
    match (&function.trigger, web.timers.get(&function.name)) {
        (Trigger::Timer(_), Some(timer)) => {
            timer.notify_one();
            StatusCode::ACCEPTED.into_response()
        }
        _ => problem(
            StatusCode::BAD_REQUEST,
            "the local host fires timers by hand only: call an HTTP function by its route, publish an event for an Event Hub function, send a message to a queue function's queue",
        ),
    }
}

fn unknown(name: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no function '{name}'"))
}
