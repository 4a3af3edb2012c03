//! The control plane: what tests order. No login; it is no part of the vendor's API.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forebay_simulation::FaultOrder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::PropertyName;
use crate::account::Account;
use crate::changes::ChangeOrder;
use crate::moment::machine_ms;
use crate::settings::table;

pub type Answer = Result<Json<Value>, (StatusCode, String)>;

pub fn failed(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

pub fn wrong(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, error.to_string())
}

/// An order, as `POST /_control/faults` takes it. What is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Order {
    #[serde(flatten)]
    transport: FaultOrder,
    /// Ends every OAuth access token now.
    expire_tokens: Option<bool>,
    /// Gives the private app a new token, which is in the credentials then.
    rotate_private_app: Option<bool>,
    /// Takes the scope for this object type (or `owners`) away.
    deny_table: Option<String>,
    /// Gives it back.
    allow_table: Option<String>,
    /// Deletes this `object.property` from the portal.
    reject_column: Option<String>,
    /// Restores it, with its values.
    allow_column: Option<String>,
    /// Changes are found by search this much later.
    search_lag_ms: Option<u64>,
}

/// `POST /_control/changes {"updates":n,"inserts":n,"deletes":n}`: made when it answers.
pub async fn changes(State(account): State<Arc<Account>>, Json(order): Json<ChangeOrder>) -> Answer {
    let changed =
        tokio::task::spawn_blocking(move || account.change(order)).await.map_err(failed)?.map_err(failed)?;
    serde_json::to_value(changed).map(Json).map_err(failed)
}

/// `GET /_control/requests`: calls by endpoint and the most that were in flight at once.
pub async fn requests(State(account): State<Arc<Account>>) -> Json<Value> {
    Json(json!({ "endpoints": account.counters.snapshot(), "highest_in_flight": account.gate.highest() }))
}

/// `DELETE /_control/requests`: counts anew.
pub async fn reset_requests(State(account): State<Arc<Account>>) -> StatusCode {
    account.counters.reset();
    account.gate.reset_highest();
    StatusCode::NO_CONTENT
}

/// `GET /_control/faults`: what is still to be spent.
pub async fn faults(State(account): State<Arc<Account>>) -> Json<Value> {
    let access = account.access();
    Json(json!({
        "pending": account.faults.pending(),
        "denied": access.denied,
        "rejected": access.rejected,
        "search_lag_ms": account.search_lag_ms(),
    }))
}

/// `DELETE /_control/faults`: nothing is ordered any more. Permissions and the lag stay as they are.
pub async fn reset_faults(State(account): State<Arc<Account>>) -> StatusCode {
    account.faults.reset();
    StatusCode::NO_CONTENT
}

/// `POST /_control/faults`: see [`Order`].
pub async fn order_faults(State(account): State<Arc<Account>>, Json(order): Json<Order>) -> Answer {
    let named = |name: &Option<String>| name.as_deref().map(table).transpose().map_err(wrong);
    let column = |name: &Option<String>| -> Result<Option<PropertyName>, (StatusCode, String)> {
        name.as_deref().map(str::parse).transpose().map_err(wrong)
    };
    let (deny, allow) = (named(&order.deny_table)?, named(&order.allow_table)?);
    let (reject, restore) = (column(&order.reject_column)?, column(&order.allow_column)?);
    account.change_access(|access| {
        access.denied.extend(deny);
        access.rejected.extend(reject);
        if let Some(name) = allow {
            access.denied.remove(&name);
        }
        if let Some(name) = restore {
            access.rejected.remove(&name);
        }
    });
    account.faults.order(&order.transport);
    if order.expire_tokens == Some(true) {
        account.tokens.expire_all(machine_ms());
    }
    if order.rotate_private_app == Some(true) {
        account.rotate_private_app().map_err(failed)?;
    }
    if let Some(ms) = order.search_lag_ms {
        account.set_search_lag(ms);
    }
    Ok(faults(State(account)).await)
}
