//! The account's HTTP face.

mod control;
mod counters;
mod disturb;
mod faults;
mod filter;
mod gate;
mod metadata;
mod problem;
mod record;
mod schema;
mod suiteql;
mod system;
mod token;

pub use disturb::{After, Churn, Coming, Disturbances, Ending, end};
pub use faults::{Faults, OwnFaults};

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use forebay_simulation::control_plane;

use crate::account::Account;
use crate::auth::TOKEN_PATH;

/// Bytes a request may have (the vendor's limit).
const REQUEST_LIMIT: usize = 104_000_000;

/// Every route of the account.
pub fn router(account: Arc<Account>) -> Router {
    let vendor = Router::new()
        .route("/services/rest/query/v1/suiteql", post(suiteql::query))
        .route("/services/rest/record/v1/metadata-catalog", get(metadata::list))
        .route("/services/rest/record/v1/metadata-catalog/", get(metadata::list))
        .route("/services/rest/record/v1/metadata-catalog/{name}", get(metadata::describe))
        .route("/services/rest/record/v1/preference/userPreference", get(system::user_preference))
        .route("/services/rest/record/v1/{name}", get(record::list))
        .route("/services/rest/record/v1/{name}/{id}", get(record::get))
        .route("/services/rest/system/v1/serverTime", get(system::server_time))
        .route("/services/rest/system/v1/governanceLimits", get(system::governance_limits))
        .layer(from_fn_with_state(account.clone(), gate::guard));
    Router::new()
        .merge(vendor)
        .merge(control_plane())
        .route(TOKEN_PATH, post(token::issue))
        .fallback(problem::no_such_path)
        .layer(axum::extract::DefaultBodyLimit::max(REQUEST_LIMIT))
        .with_state(account)
}
