//! Whether the app lives, and whether it can serve.

use axum::Json;
use axum::extract::State;
use forebay_ports::PortError;

use crate::extract::Shared;
use crate::problem::{Problem, ProblemKind};
use crate::views::{HealthStatus, HealthView};

/// The process answers. Touches nothing else.
#[utoipa::path(get, path = "/api/v1/health/live", tag = "health", operation_id = "get_live",
    responses((status = 200, body = HealthView)))]
pub async fn live() -> Json<HealthView> {
    Json(HealthView::new(HealthStatus::Live))
}

/// The repository can be reached and asked.
#[utoipa::path(get, path = "/api/v1/health/ready", tag = "health", operation_id = "get_ready",
    responses((status = 200, body = HealthView)))]
pub async fn ready(State(state): State<Shared>) -> Result<Json<HealthView>, Problem> {
    ping(&state).await.map_err(not_ready)?;
    Ok(Json(HealthView::new(HealthStatus::Ready)))
}

async fn ping(state: &Shared) -> Result<(), PortError> {
    state.repository.repository().await?.ping().await
}

/// Whoever asks is not signed in, so the detail says what to do and not what the store said.
fn not_ready(error: PortError) -> Problem {
    tracing::warn!(error = %error, "not ready");
    let advice = match &error {
        PortError::Throttled { service, .. } => format!("{service} is busy; wait, it comes back by itself"),
        PortError::Transient { service, .. } => {
            format!(
                "{service} cannot be reached now; if it stays so, check that it runs and that the network lets us through"
            )
        }
        PortError::Unauthorized { service, .. } => {
            format!(
                "{service} refuses the app's identity; grant it the roles that the deployment guide lists"
            )
        }
        PortError::Full { service, .. } => {
            format!("{service} has no room left; free space, work then goes on")
        }
        PortError::Misconfigured { service, .. } => {
            format!("{service} is misconfigured; the log names the setting to correct")
        }
        PortError::NotFound { .. } | PortError::Conflict { .. } | PortError::Rejected { .. } => {
            "the repository does not answer as expected; check that its migrations ran (see the log)".into()
        }
    };
    let retry_after = match error {
        PortError::Throttled { retry_after, .. } => retry_after,
        _ => None,
    };
    Problem { kind: ProblemKind::NotReady, detail: advice, retry_after }
}
