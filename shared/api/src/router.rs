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
    alerts, anomalies, channels, columns, dead_letters, docs, exclusions, health, lineage, lineage_events,
    metrics, outcomes, pages, profile_comparison, profiles, records, reference_lists, relations, rules, runs,
    series, silences, sources, streams, summary, whoami,
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
        get("/api/v1/sources/{source}/streams/{stream}/profiles/compare", profile_comparison::get),
        get("/api/v1/sources/{source}/streams/{stream}/profiles/{column}/history", profiles::history),
        get("/api/v1/sources/{source}/streams/{stream}/relations", relations::get),
        get("/api/v1/sources/{source}/streams/{stream}/lineage", lineage::of_stream),
        get("/api/v1/lineage", lineage::get),
        get("/api/v1/lineage/events", lineage_events::list),
        get("/api/v1/runs", runs::list),
        get("/api/v1/runs/{run}", runs::get),
        get("/api/v1/runs/{run}/pages", pages::list),
        get("/api/v1/dead-letters", dead_letters::list),
        get("/api/v1/dead-letters/{id}", dead_letters::get),
        post("/api/v1/dead-letters/replay", dead_letters::replay),
        get("/api/v1/rules", rules::list),
        get("/api/v1/sources/{source}/streams/{stream}/rules/{rule}", rules::get),
        put("/api/v1/sources/{source}/streams/{stream}/rules/{rule}", rules::put),
        delete("/api/v1/sources/{source}/streams/{stream}/rules/{rule}", rules::retire),
        get("/api/v1/sources/{source}/streams/{stream}/rules/{rule}/versions", rules::versions),
        get("/api/v1/sources/{source}/streams/{stream}/rules/{rule}/outcomes", outcomes::of_rule),
        get("/api/v1/runs/{run}/outcomes", outcomes::of_run),
        get("/api/v1/reference-lists", reference_lists::list),
        get("/api/v1/reference-lists/{name}", reference_lists::get),
        put("/api/v1/reference-lists/{name}", reference_lists::put),
        delete("/api/v1/reference-lists/{name}", reference_lists::retire),
        get("/api/v1/sources/{source}/streams/{stream}/series", series::of_stream),
        get("/api/v1/anomalies", anomalies::list),
        get("/api/v1/anomalies/{anomaly}", anomalies::get),
        put("/api/v1/anomalies/{anomaly}/false-alarm", anomalies::mark),
        delete("/api/v1/anomalies/{anomaly}/false-alarm", anomalies::unmark),
        get("/api/v1/exclusions", exclusions::list),
        post("/api/v1/exclusions", exclusions::create),
        delete("/api/v1/exclusions/{exclusion}", exclusions::remove),
        get("/api/v1/alerts", alerts::list),
        get("/api/v1/alerts/{alert}", alerts::get),
        get("/api/v1/alerts/{alert}/deliveries", alerts::deliveries),
        post("/api/v1/alerts/{alert}/acknowledge", alerts::acknowledge),
        post("/api/v1/alerts/{alert}/resolve", alerts::resolve),
        get("/api/v1/silences", silences::list),
        post("/api/v1/silences", silences::create),
        delete("/api/v1/silences/{silence}", silences::end),
        get("/api/v1/alert-channels", channels::list),
        put("/api/v1/alert-channels/{channel}", channels::put),
        delete("/api/v1/alert-channels/{channel}", channels::remove),
        post("/api/v1/alert-channels/{channel}/test", channels::test),
        get("/api/v1/summary", summary::get),
        get("/api/v1/whoami", whoami::get),
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

fn put<H, T>(path: &'static str, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Route { method: Method::PUT, path, service: on(MethodFilter::PUT, handler) }
}

fn delete<H, T>(path: &'static str, handler: H) -> Route
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Route { method: Method::DELETE, path, service: on(MethodFilter::DELETE, handler) }
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
