//! The HTTP client.

use std::error::Error;
use std::time::Duration;

/// How a client behaves.
#[derive(Debug, Clone, Copy)]
pub struct ClientSettings {
    /// Longest silence while waiting for an answer or between two parts of it.
    pub read_timeout: Duration,
    /// The server is on this machine: plain HTTP is allowed and no proxy is asked.
    pub loopback: bool,
}

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Builds a client: TLS by rustls, gzip, time-outs, and no redirects, because a redirect would carry the
/// credentials to a host nobody configured.
pub fn build(settings: ClientSettings) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("forebay/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(settings.read_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .gzip(true)
        .https_only(!settings.loopback);
    if settings.loopback { builder.no_proxy().build() } else { builder.build() }
}

/// Why a request got no answer, in words that say what to do. Names the host, never the whole address,
/// since addresses can carry what should not be printed.
pub fn explain(error: &reqwest::Error) -> String {
    let host = error.url().and_then(|url| url.host_str()).unwrap_or("the source").to_owned();
    let causes = causes(error);
    if error.is_timeout() {
        return format!("{host} did not answer in time; it is retried ({causes})");
    }
    if error.is_connect() {
        return format!(
            "cannot connect to {host}: check the source's address in its settings, the network and its DNS ({causes})"
        );
    }
    format!("the connection to {host} broke: {causes}")
}

/// The chain of causes below reqwest's own words, which repeat the address.
fn causes(error: &reqwest::Error) -> String {
    let mut texts = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        texts.push(inner.to_string());
        cause = inner.source();
    }
    texts.dedup();
    if texts.is_empty() { "no cause given".into() } else { texts.join(": ") }
}
