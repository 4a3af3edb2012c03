//! JSON by POST.

use std::time::Duration;

use forebay_ports::{PortError, Receipt};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use crate::{address, said};

const SERVICE: &str = "alert channel";
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// For what is said beside the status, which decides nothing.
const HEARD_WITHIN: Duration = Duration::from_secs(2);
const HEARD_BYTES: usize = 4 * 1024;

/// Gives the answer as soon as its status is there.
pub(crate) async fn send(id: &str, body: &str, address: &str) -> Result<Response, PortError> {
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
    request.send().await.map_err(|error| transient(&error))
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

/// What the answer means, in its own words as far as they can be shown.
pub(crate) async fn judge(response: Response, address: &str) -> Result<Receipt, PortError> {
    let (status, wait) = (response.status(), retry_after(&response));
    let said = said::shown(&heard(response).await, address);
    let detail = said::with(format!("it answered {status}"), said.as_deref());
    match status {
        _ if status.is_success() => Ok(Receipt { status: status.to_string(), said }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(PortError::Unauthorized { service: SERVICE, detail })
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Err(PortError::Throttled { service: SERVICE, detail, retry_after: wait })
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

/// The beginning of the body, as far as it comes in time. A receiver that drips it keeps nobody.
async fn heard(mut response: Response) -> String {
    let mut bytes = Vec::new();
    let listen = async {
        while bytes.len() < HEARD_BYTES {
            let Ok(Some(chunk)) = response.chunk().await else { return };
            let room = HEARD_BYTES - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
    };
    // What came until then is what is shown.
    let _late = tokio::time::timeout(HEARD_WITHIN, listen).await;
    String::from_utf8_lossy(&bytes).into_owned()
}
