//! What every vendor request passes: the length of its address, login, ordered faults and the limits.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use forebay_simulation::{Fault, disturbed};

use super::endpoint::{SEARCH, endpoint};
use super::limits::Policy;
use super::problem::Problem;
use crate::account::Account;
use crate::auth::{App, Standing};
use crate::moment;

/// Characters an address may have, path and query together.
const ADDRESS_LIMIT: usize = 15_000;
/// One refusal in so many says how long to wait.
const TELLS: u64 = 4;

/// The middleware around every vendor endpoint but the token's.
pub async fn guard(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    let endpoint = endpoint(request.uri().path());
    let mut response = admit(&account, endpoint, request, next).await;
    account.counters.count(endpoint, response.status());
    if let Ok(date) = HeaderValue::from_str(&moment::http_date(account.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn admit(account: &Account, endpoint: &'static str, request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS_LIMIT) {
        return Problem::uri_too_long().into_response();
    }
    let app = match login(account, &request) {
        Ok(app) => app,
        Err(problem) => return problem.into_response(),
    };
    let _place = account.gate.enter();
    let is_search = endpoint == SEARCH;
    let told = |mut response: Response| {
        if !is_search {
            tell_limits(account, app, &mut response);
        }
        response
    };
    let answer = async {
        let response = match limited(account, is_search) {
            Some(problem) => problem.into_response(),
            None => next.run(request).await,
        };
        told(response)
    };
    // Ordered faults come before the limits, so that a test that orders some gets them whatever the limits are.
    disturbed(account, |fault| told(refused(account, is_search, fault).into_response()), answer).await
}

fn refused(account: &Account, is_search: bool, fault: Fault) -> Problem {
    let usual = if is_search { Policy::Secondly } else { Policy::TenSecondlyRolling };
    match fault {
        Fault::Throttled { status, retry_after } => Problem::limited(usual, status).retry_after(retry_after),
        Fault::Failed => Problem::outage(account.nth()),
    }
}

fn limited(account: &Account, is_search: bool) -> Option<Problem> {
    let policy = account.limits.take(is_search, Instant::now(), account.now()).err()?;
    let tells = policy == Policy::TenSecondlyRolling && account.nth() % TELLS == TELLS - 1;
    Some(Problem::limited(policy, StatusCode::TOO_MANY_REQUESTS).retry_after(tells.then_some(10)))
}

fn login(account: &Account, request: &Request) -> Result<App, Problem> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Problem::not_authenticated());
    }
    if token == account.credentials().private_app_token {
        return Ok(App::Private);
    }
    let now = moment::machine_ms();
    match account.tokens.standing(token, now) {
        Standing::Valid => Ok(App::OAuth),
        Standing::Expired(end) => Err(Problem::expired(now, end)),
        Standing::Unknown => Err(Problem::not_authenticated()),
    }
}

/// The headers that tell what is left. Apps installed through OAuth are not told of the day.
fn tell_limits(account: &Account, app: App, response: &mut Response) {
    let left = account.limits.left(Instant::now(), account.now());
    let mut told = vec![
        ("x-hubspot-ratelimit-max", left.burst_limit),
        ("x-hubspot-ratelimit-remaining", left.burst),
        ("x-hubspot-ratelimit-interval-milliseconds", 10_000),
    ];
    if app == App::Private {
        told.push(("x-hubspot-ratelimit-daily", left.daily_limit));
        told.push(("x-hubspot-ratelimit-daily-remaining", left.daily));
    }
    for (name, value) in told {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}
