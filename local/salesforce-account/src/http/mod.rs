//! The org's HTTP face.

mod bulk;
mod composite;
mod control;
mod describe;
mod faults;
mod gate;
mod locators;
mod org;
mod problem;
mod query;
mod record;
mod replicate;
mod token;

pub use faults::{Faults, OwnFaults};
pub use locators::Locators;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use forebay_simulation::control_plane;

use crate::auth::TOKEN_PATH;
use crate::org::Org;

/// Every route of the org.
pub fn router(org: Arc<Org>) -> Router {
    let data = "/services/data/{version}";
    let at = |path: &str| format!("{data}{path}");
    let vendor = Router::new()
        .route(data, get(self::org::resources))
        .route(&at("/limits"), get(self::org::limits))
        .route(&at("/limits/recordCount"), get(self::org::record_count))
        .route(&at("/composite"), post(composite::run))
        .route(&at("/sobjects"), get(describe::all))
        .route(&at("/sobjects/{name}"), get(describe::basic))
        .route(&at("/sobjects/{name}/describe"), get(describe::one))
        .route(&at("/sobjects/{name}/deleted"), get(replicate::deleted))
        .route(&at("/sobjects/{name}/updated"), get(replicate::updated))
        .route(&at("/sobjects/{name}/{id}"), get(record::get))
        .route(&at("/sobjects/{name}/{id}/{field}"), get(record::body))
        .route(&at("/query"), get(query::query))
        .route(&at("/query/{locator}"), get(query::more))
        .route(&at("/queryAll"), get(query::query_all))
        .route(&at("/queryAll/{locator}"), get(query::more))
        .route(&at("/jobs/query"), get(bulk::list).post(bulk::create))
        .route(&at("/jobs/query/{id}"), get(bulk::status).patch(bulk::abort).delete(bulk::delete))
        .route(&at("/jobs/query/{id}/results"), get(bulk::results))
        .method_not_allowed_fallback(problem::no_such_method)
        .fallback(problem::no_such_path)
        .layer(from_fn_with_state(org.clone(), gate::guard));
    Router::new()
        .merge(control_plane())
        .route("/services/data", get(self::org::versions))
        .route("/services/data/", get(self::org::versions))
        .route(TOKEN_PATH, post(token::issue))
        .merge(vendor)
        .layer(from_fn_with_state(org.clone(), gate::dated))
        .with_state(org)
}
