//! The host's own HTTP server: the admin routes, and everything else proxied to HTTP functions.

mod admin;
mod easy_auth;
mod headers;
mod problem;
mod proxy;

pub use easy_auth::Principal;

use crate::app::App;
use crate::client::Client;
use crate::invoke::Stop;
use crate::registry::Registry;
use crate::worker::Group;
use axum::Router;
use axum::routing::{get, post};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// What the server needs.
pub struct Web {
    /// The app it serves.
    pub app: App,
    /// Every group of the app.
    pub groups: Vec<Arc<Group>>,
    /// Counters.
    pub registry: Arc<Registry>,
    /// Fires timers by hand, by the function's name.
    pub timers: BTreeMap<String, Arc<Notify>>,
    /// Towards handlers.
    pub client: Client,
    /// How long an HTTP function may take to answer, and to go on answering.
    pub limit: Duration,
    /// How long a request waits for a handler that is starting.
    pub patience: Duration,
    /// Who is signed in, for tests of what Easy Auth sends.
    pub principal: Option<Principal>,
    /// For the status.
    pub stop: Stop,
}

impl Web {
    fn group_of(&self, function: &str) -> Option<&Arc<Group>> {
        self.groups.iter().find(|group| group.functions.iter().any(|name| name == function))
    }
}

/// The whole server.
pub fn router(web: Web) -> Router {
    Router::new()
        .route("/admin/host/status", get(admin::status))
        .route("/admin/host/ping", get(admin::ping).post(admin::ping))
        .route("/admin/functions", get(admin::list))
        .route("/admin/functions/{name}", post(admin::fire).get(admin::describe))
        .fallback(proxy::forward)
        .with_state(Arc::new(web))
}
