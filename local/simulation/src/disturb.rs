//! What ordered faults make of a request.

use std::time::Duration;

use axum::response::Response;

use crate::faults::Fault;
use crate::simulated::Simulated;
use crate::spoil::spoil;

/// Answers a request as the ordered faults have it: slower, refused, or damaged after a good answer.
///
/// To be called once for each request that is logged in and within the limits on requests in flight, which is what
/// numbers of requests in orders count.
pub async fn disturbed<A: Simulated>(
    account: &A,
    refuse: impl FnOnce(Fault) -> Response,
    answer: impl Future<Output = Response>,
) -> Response {
    let turn = account.faults().turn();
    if turn.ends_sessions {
        account.end_sessions();
    }
    if turn.slow_ms > 0 {
        tokio::time::sleep(Duration::from_millis(turn.slow_ms)).await;
    }
    if let Some(fault) = turn.fault {
        return refuse(fault);
    }
    let response = answer.await;
    if turn.skipped || !response.status().is_success() {
        return response;
    }
    match account.faults().damage() {
        None => response,
        Some(damage) => spoil(response, damage).await,
    }
}
