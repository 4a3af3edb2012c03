//! `extract_netsuite` (timer): reads every configured NetSuite account.

use axum::response::Response;
use forebay_model::Trigger;
use futures::future::join_all;

use crate::app::App;
use crate::extraction;
use crate::wire;

/// The source system this timer serves.
const CONNECTOR: &str = "netsuite";

/// Accounts are read side by side; one that fails leaves the others alone.
pub async fn handle(app: &App, body: &[u8]) -> Response {
    if let Err(error) = wire::Invocation::parse(body) {
        tracing::error!(function = "extract_netsuite", %error, "invocation refused");
        return wire::failure(&error.to_string());
    }
    let sources = app.settings.sources.iter().filter(|s| s.connector.as_str() == CONNECTOR);
    let results = join_all(sources.map(|s| extraction::run(app, s, Trigger::Schedule))).await;
    let (lines, errors): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    for error in errors.into_iter().filter_map(Result::err) {
        tracing::error!(function = "extract_netsuite", %error, "extraction interrupted; the next firing goes on");
        return wire::failure(&error.to_string());
    }
    wire::success(lines.into_iter().flatten().collect())
}
