//! The portal's HTTP face.

mod account_info;
mod associations;
mod batch;
mod control;
mod endpoint;
mod guard;
mod limits;
mod lists;
mod owners;
mod problem;
mod properties;
mod schemas;
mod search;
mod shape;
mod token;
mod truth;

pub use limits::{Limits, Policy};

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use forebay_simulation::control_plane;

use crate::account::Account;
use crate::auth::TOKEN_PATH;

/// Every route of the portal.
pub fn router(account: Arc<Account>) -> Router {
    let vendor = Router::new()
        .route("/crm/v3/objects/{type}", get(lists::list))
        .route("/crm/v3/objects/{type}/search", post(search::search))
        .route("/crm/v3/objects/{type}/batch/read", post(batch::read))
        .route("/crm/v3/objects/{type}/{id}", get(lists::get))
        .route("/crm/v4/associations/{from}/{to}/batch/read", post(associations::batch_read))
        .route("/crm/v4/associations/{from}/{to}/labels", get(associations::labels))
        .route("/crm/v4/objects/{type}/{id}/associations/{to}", get(associations::of_one))
        .route("/crm/v3/properties/{type}", get(properties::list))
        .route("/crm/v3/properties/{type}/{name}", get(properties::get))
        .route("/crm/v3/schemas", get(schemas::list))
        .route("/crm/v3/schemas/{type}", get(schemas::get))
        .route("/crm/v3/owners", get(owners::list))
        .route("/crm/v3/owners/", get(owners::list))
        .route("/crm/v3/owners/{id}", get(owners::get))
        .route("/account-info/v3/details", get(account_info::details))
        .route("/account-info/v3/api-usage/daily/private-apps", get(account_info::usage))
        .layer(from_fn_with_state(account.clone(), guard::guard));
    Router::new()
        .merge(vendor)
        .merge(control_plane())
        .route(TOKEN_PATH, post(token::issue))
        .fallback(problem::no_such_path)
        .with_state(account)
}

/// Runs what reads or writes the store off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, problem::Problem> + Send + 'static,
) -> Result<T, problem::Problem> {
    tokio::task::spawn_blocking(work).await.map_err(problem::Problem::internal)?
}
