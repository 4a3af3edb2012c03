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
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(line) => lines.push(line),
            Err(error) => {
                tracing::error!(function = "extract_netsuite", %error, "extraction interrupted; the next firing goes on");
                errors.push(error.to_string());
            }
        }
    }
    if errors.is_empty() { wire::success(lines) } else { wire::failure(&errors.join("; ")) }
}
