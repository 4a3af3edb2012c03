//! Errors of the Azure SDK, named by what the caller does next.

use std::time::Duration;

use azure_core::error::ErrorKind;
use azure_core::http::StatusCode;
use azure_core::http::headers::RETRY_AFTER;
use forebay_ports::PortError;

pub(crate) fn misconfigured(service: &'static str, detail: impl Into<String>) -> PortError {
    PortError::Misconfigured { service, detail: detail.into() }
}

pub(crate) fn transient(service: &'static str, detail: impl Into<String>) -> PortError {
    PortError::Transient { service, detail: detail.into() }
}

pub(crate) fn rejected(service: &'static str, detail: impl Into<String>) -> PortError {
    PortError::Rejected { service, detail: detail.into() }
}

/// Names an error of an HTTP service. `what` is the thing that was asked for.
pub(crate) fn classify(service: &'static str, what: &str, error: &azure_core::Error) -> PortError {
    let detail = describe(error);
    let Some(status) = error.http_status() else { return classify_unanswered(service, error, detail) };
    match status {
        StatusCode::NotFound => PortError::NotFound { what: what.to_owned() },
        StatusCode::Unauthorized | StatusCode::Forbidden => PortError::Unauthorized { service, detail },
        StatusCode::TooManyRequests => {
            PortError::Throttled { service, detail, retry_after: retry_after(error) }
        }
        StatusCode::ServiceUnavailable if retry_after(error).is_some() => {
            PortError::Throttled { service, detail, retry_after: retry_after(error) }
        }
        StatusCode::RequestTimeout => PortError::Transient { service, detail },
        StatusCode::Conflict | StatusCode::PreconditionFailed => {
            PortError::Conflict { what: what.to_owned() }
        }
        StatusCode::InsufficientStorage => PortError::Full { service, detail },
        status if u16::from(status) >= 500 => PortError::Transient { service, detail },
        _ => PortError::Rejected { service, detail },
    }
}

/// No HTTP answer: the credential, the wire or we ourselves failed.
fn classify_unanswered(service: &'static str, error: &azure_core::Error, detail: String) -> PortError {
    match error.kind() {
        ErrorKind::Credential => PortError::Unauthorized { service, detail },
        ErrorKind::DataConversion => PortError::Rejected { service, detail },
        ErrorKind::Other if !mentions_wire(error) => PortError::Rejected { service, detail },
        _ => PortError::Transient { service, detail },
    }
}

/// Whether anything below is an I/O error, which azure_core sometimes reports as `Other`.
fn mentions_wire(error: &azure_core::Error) -> bool {
    chain(error).any(|e| {
        e.downcast_ref::<std::io::Error>().is_some()
            || e.downcast_ref::<azure_core::Error>()
                .is_some_and(|e| matches!(e.kind(), ErrorKind::Io | ErrorKind::Connection))
    })
}

/// An error and everything below it.
pub(crate) fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |e| e.source())
}

/// The service's own code of an error, such as `BlobAlreadyExists`.
pub(crate) fn error_code(error: &azure_core::Error) -> Option<&str> {
    match error.kind() {
        ErrorKind::HttpResponse { error_code, .. } => error_code.as_deref(),
        _ => None,
    }
}

fn retry_after(error: &azure_core::Error) -> Option<Duration> {
    let ErrorKind::HttpResponse { raw_response: Some(response), .. } = error.kind() else { return None };
    let seconds = response.headers().get_optional_str(&RETRY_AFTER)?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Says status and code for an answer, else the causes in order; never a body, whose contents are not
/// ours to log, and never a signature.
fn describe(error: &azure_core::Error) -> String {
    if let Some(status) = error.http_status() {
        return match error_code(error) {
            Some(code) => format!("HTTP {} {code}", u16::from(status)),
            None => format!("HTTP {}", u16::from(status)),
        };
    }
    let mut said: Vec<String> = Vec::new();
    for cause in chain(error) {
        let text = redact(&cause.to_string());
        if !said.iter().any(|s| s.contains(&text)) {
            said.push(text);
        }
    }
    said.join(": ")
}

/// Blanks the value of every shared access signature in a text: HTTP clients quote the URL they failed
/// to reach, and the URL holds the signature.
pub(crate) fn redact(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("sig=") {
        let value = at + "sig=".len();
        clean.push_str(&rest[..value]);
        clean.push_str("***");
        let end = rest[value..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || "%+/=-_.~".contains(c)))
            .map_or(rest.len(), |n| value + n);
        rest = &rest[end..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::http::RawResponse;
    use azure_core::http::headers::Headers;

    fn answered(status: u16, retry_after: Option<&'static str>) -> azure_core::Error {
        let mut headers = Headers::new();
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, seconds);
        }
        let status = StatusCode::from(status);
        ErrorKind::HttpResponse {
            status,
            error_code: Some("SomeCode".to_owned()),
            raw_response: Some(Box::new(RawResponse::from_bytes(status, headers, "body with a secret"))),
        }
        .into_error()
    }

    #[test]
    fn every_status_says_what_to_do_next() {
        let name = |status, after| match classify("vault", "secret x", &answered(status, after)) {
            PortError::Throttled { retry_after, .. } => format!("throttled {retry_after:?}"),
            PortError::Transient { .. } => "transient".to_owned(),
            PortError::Unauthorized { .. } => "unauthorized".to_owned(),
            PortError::NotFound { what } => format!("no {what}"),
            PortError::Conflict { .. } => "conflict".to_owned(),
            PortError::Full { .. } => "full".to_owned(),
            PortError::Rejected { .. } => "rejected".to_owned(),
            PortError::Misconfigured { .. } => "misconfigured".to_owned(),
        };
        assert_eq!(name(429, Some("7")), "throttled Some(7s)");
        assert_eq!(name(503, Some("2")), "throttled Some(2s)");
        assert_eq!(name(503, None), "transient");
        assert_eq!(name(500, None), "transient");
        assert_eq!(name(408, None), "transient");
        assert_eq!(name(401, None), "unauthorized");
        assert_eq!(name(403, None), "unauthorized");
        assert_eq!(name(404, None), "no secret x");
        assert_eq!(name(412, None), "conflict");
        assert_eq!(name(507, None), "full");
        assert_eq!(name(400, None), "rejected");
    }

    #[test]
    fn no_message_holds_a_body() {
        let said = classify("vault", "x", &answered(400, None)).to_string();
        assert_eq!(said, "vault rejected the request: HTTP 400 SomeCode");
    }

    #[test]
    fn a_lost_connection_is_transient_and_its_url_loses_the_signature() {
        let refused = std::io::Error::other("GET https://a.b/c?sv=1&sig=abc%2F+d=&se=2 failed");
        let error = azure_core::Error::with_error(ErrorKind::Other, refused, "failed to execute");
        let said = classify("blob", "x", &error).to_string();
        assert_eq!(
            said,
            "blob failed for now: failed to execute: GET https://a.b/c?sv=1&sig=***&se=2 failed"
        );
    }
}
