//! What every extraction timer does: read the configured sources of some systems.

use axum::response::Response;
use forebay_model::Trigger;
use futures::future::join_all;

use crate::app::App;
use crate::extraction;
use crate::wire;

/// Accounts of `systems` are read side by side; one that fails leaves the others alone. `function` is the
/// timer's name.
pub async fn extract(app: &App, body: &[u8], function: &'static str, systems: &[&str]) -> Response {
    if let Err(error) = wire::Invocation::parse(body) {
        tracing::error!(function, %error, "invocation refused");
        return wire::failure(&error.to_string());
    }
    let sources = app.settings.sources.iter().filter(|s| systems.contains(&s.connector.as_str()));
    let results = join_all(sources.map(|s| extraction::run(app, s, Trigger::Schedule))).await;
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(line) => lines.push(line),
            Err(error) => {
                tracing::error!(function, %error, "extraction interrupted; the next firing goes on");
                errors.push(error.to_string());
            }
        }
    }
    if errors.is_empty() { wire::success(lines) } else { wire::failure(&errors.join("; ")) }
}
