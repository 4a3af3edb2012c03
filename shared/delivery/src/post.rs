//! JSON by POST.

use std::time::Duration;

use forebay_ports::PortError;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use crate::address;

const SERVICE: &str = "alert channel";
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

pub(crate) async fn send(id: &str, body: &str, address: &str) -> Result<(), PortError> {
    let url = address::parse(address, &["https"], &["http"])?;
    let builder = Client::builder()
        .user_agent(concat!("forebay/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_WITHIN)
        // A redirect would carry the alert to somebody nobody named.
        .redirect(Policy::none());
    let builder = if address::is_this_machine(&url) { builder.no_proxy() } else { builder };
    let client = builder.build().map_err(|error| transient(&error))?;
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", id)
        .body(body.to_owned());
    let response = request.send().await.map_err(|error| transient(&error))?;
    judge(&response)
}

/// The error without its address.
fn transient(error: &reqwest::Error) -> PortError {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    PortError::Transient { service: SERVICE, detail: what.to_owned() }
}

fn judge(response: &Response) -> Result<(), PortError> {
    let status = response.status();
    let detail = format!("it answered {status}");
    match status {
        _ if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(PortError::Unauthorized { service: SERVICE, detail })
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Err(PortError::Throttled { service: SERVICE, detail, retry_after: retry_after(response) })
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => {
            Err(PortError::Transient { service: SERVICE, detail })
        }
        _ if status.is_server_error() => Err(PortError::Transient { service: SERVICE, detail }),
        _ => Err(PortError::Rejected { service: SERVICE, detail }),
    }
}

/// In seconds. (A date is left to the caller's own schedule.)
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
