//! The router: one list of routes, and what surrounds them.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, Uri};
use axum::middleware::{from_fn, map_response};
use axum::routing::{MethodFilter, MethodRouter, get as method_get, on};
use tower_http::compression::CompressionLayer;

use crate::extract::Shared;
use crate::problem::{Problem, ProblemKind};
use crate::resources::{
    columns, dead_letters, docs, health, lineage, lineage_events, metrics, pages, profiles, records, runs,
    sources, streams, summary,
};
use crate::state::ApiState;
use crate::{headers, ui};

/// The largest body that is read.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A route of the API: where, by which method, and what serves it.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    service: MethodRouter<Shared>,
}

/// Every route under `/api/v1`. A new endpoint is one line here and one in `openapi`.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/sources", sources::list),
        get("/api/v1/sources/{source}", sources::get),
        post("/api/v1/sources/{source}/runs", sources::start_run),
        post("/api/v1/sources/{source}/check", sources::check),
        get("/api/v1/sources/{source}/streams", streams::list),
        get("/api/v1/sources/{source}/streams/{stream}", streams::get),
        get("/api/v1/sources/{source}/streams/{stream}/columns", columns::list),
        get("/api/v1/sources/{source}/streams/{stream}/records", records::list),
        get("/api/v1/sources/{source}/streams/{stream}/profiles", profiles::list),
        get("/api/v1/sources/{source}/streams/{stream}/profiles/{column}/history", profiles::history),
        get("/api/v1/sources/{source}/streams/{stream}/lineage", lineage::of_stream),
        get("/api/v1/lineage", lineage::get),
        get("/api/v1/lineage/events", lineage_events::list),
        get("/api/v1/runs", runs::list),
        get("/api/v1/runs/{run}", runs::get),
        get("/api/v1/runs/{run}/pages", pages::list),
        get("/api/v1/dead-letters", dead_letters::list),
        get("/api/v1/dead-letters/{id}", dead_letters::get),
        post("/api/v1/dead-letters/replay", dead_letters::replay),
        get("/api/v1/summary", summary::get),
        get("/api/v1/metrics", metrics::get),
        get("/api/v1/health/live", health::live),
        get("/api/v1/health/ready", health::ready),
        get("/api/v1/openapi.json", docs::openapi),
    ]
}

/// The whole edge: API, pages, problems for everything else. Opens nothing.
pub fn router(state: ApiState) -> Router {
    let web_root = state.web_root.clone();
    let api =
        routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.service));
    let api = api.route("/api/docs", method_get(docs::page)).with_state(Arc::new(state));
    let app = match web_root {
        Some(root) => api.merge(ui::router(root)),
        None => api,
    };
    app.fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(headers::refuse_cross_site))
        .layer(CompressionLayer::new())
        .layer(map_response(headers::strict))
        .layer(from_fn(headers::link_next))
}

fn get<H, T>(path: &'static str, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Route { method: Method::GET, path, service: on(MethodFilter::GET, handler) }
}

fn post<H, T>(path: &'static str, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Route { method: Method::POST, path, service: on(MethodFilter::POST, handler) }
}

async fn unknown_route(uri: Uri) -> Problem {
    let detail = format!(
        "nothing is served at this address of {} characters; GET /api/v1/openapi.json describes what is",
        uri.path().len()
    );
    Problem::new(ProblemKind::UnknownRoute, detail)
}

async fn method_not_allowed(method: Method) -> Problem {
    let detail = format!("{method} is not taken at this address; the header Allow lists what is");
    Problem::new(ProblemKind::MethodNotAllowed, detail)
}
