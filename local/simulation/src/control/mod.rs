//! The control plane under `/_control`: what tests order and what they compare with. No login; it is no part of a
//! vendor's API.

mod order;
mod refused;
mod rows;

pub use order::{Order, PermissionChange, PermissionOrder};
pub use refused::Refused;
pub use rows::{Rows, RowsQuery};

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::Simulated;
use crate::instant::rfc3339;

type Answer = Result<Json<Value>, Refused>;

/// The routes of the control plane.
pub fn control_plane<A: Simulated>() -> Router<Arc<A>> {
    Router::new()
        .route("/_control/changes", post(changes::<A>))
        .route("/_control/clock", get(clock::<A>))
        .route("/_control/counts", get(counts::<A>))
        .route("/_control/rows", get(rows::<A>))
        .route("/_control/requests", get(requests::<A>).delete(reset_requests::<A>))
        .route("/_control/faults", get(faults::<A>).post(order_faults::<A>).delete(reset_faults::<A>))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    tokio::task::spawn_blocking(work).await?
}

/// `POST /_control/changes {"updates":n,"inserts":n,"deletes":n}`: made when it answers.
async fn changes<A: Simulated>(State(account): State<Arc<A>>, Json(order): Json<A::Changes>) -> Answer {
    blocking(move || Ok(Json(serde_json::to_value(account.make_changes(order)?)?))).await
}

/// `GET /_control/clock`: the account's clock, and up to when queries see all changes.
async fn clock<A: Simulated>(State(account): State<Arc<A>>) -> Answer {
    blocking(move || {
        // Changes made between the two readings must not count as seen by the earlier one.
        let now = account.clock();
        let visible = account.visible_until()?.min(now);
        Ok(Json(json!({ "now": rfc3339(now), "visible": rfc3339(visible) })))
    })
    .await
}

/// `GET /_control/counts`: living rows by table.
async fn counts<A: Simulated>(State(account): State<Arc<A>>) -> Answer {
    blocking(move || Ok(Json(json!(account.true_counts()?)))).await
}

/// `GET /_control/rows?table=&after=&limit=`: true rows with their types; instants in UTC, no value as null.
async fn rows<A: Simulated>(State(account): State<Arc<A>>, Query(query): Query<RowsQuery>) -> Answer {
    let query = query.bounded();
    blocking(move || Ok(Json(account.true_rows(&query)?.answer(query.limit)))).await
}

/// `GET /_control/requests`: calls by endpoint and the most that were in flight at once.
async fn requests<A: Simulated>(State(account): State<Arc<A>>) -> Json<Value> {
    let mut answer = account.usage();
    answer.insert("endpoints".to_owned(), json!(account.counters().snapshot()));
    answer.insert("highest_in_flight".to_owned(), account.gate().highest().into());
    Json(Value::Object(answer))
}

/// `DELETE /_control/requests`: counts anew.
async fn reset_requests<A: Simulated>(State(account): State<Arc<A>>) -> StatusCode {
    account.counters().reset();
    account.gate().reset_highest();
    StatusCode::NO_CONTENT
}

/// `GET /_control/faults`: what is still to be spent, and what is not permitted.
async fn faults<A: Simulated>(State(account): State<Arc<A>>) -> Json<Value> {
    Json(account.ordered())
}

/// `DELETE /_control/faults`: nothing is ordered any more. Permissions stay as they are.
async fn reset_faults<A: Simulated>(State(account): State<Arc<A>>) -> StatusCode {
    account.faults().reset();
    account.reset_faults();
    StatusCode::NO_CONTENT
}

/// `POST /_control/faults`: see [`Order`]. A wrong order does nothing.
async fn order_faults<A: Simulated>(
    State(account): State<Arc<A>>,
    Json(order): Json<Order<A::Faults>>,
) -> Answer {
    blocking(move || obey(&*account, order).map(Json)).await
}

fn obey<A: Simulated>(account: &A, order: Order<A::Faults>) -> Result<Value, Refused> {
    let permissions = order.permissions.read(A::table)?;
    order.faults.check().map_err(Refused::Wrong)?;
    let more = account.order_faults(order.own)?;
    account.change_permissions(permissions);
    if account.faults().order(&order.faults) {
        account.end_sessions();
    }
    let mut answer = account.ordered();
    if let Some(answer) = answer.as_object_mut() {
        answer.extend(more);
    }
    Ok(answer)
}
