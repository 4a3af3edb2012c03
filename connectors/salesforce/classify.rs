//! What an answer that is not 2xx means: by `errorCode` first, because Salesforce sends the same code with
//! different statuses, then by status.

use std::time::Duration;

use serde::Deserialize;

use super::failure::Failure;

/// One of the errors of a REST or Bulk answer.
#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    message: String,
    #[serde(default, rename = "errorCode")]
    code: String,
}

/// What the integration's user needs, for messages about missing permissions.
pub const USER_NEEDS: &str = "the integration's user needs 'API Enabled', and 'Read' and 'View All' on each object \
     it reads (or 'View All Data')";

const LIMIT_ADVICE: &str =
    "wait for the rolling 24 hours to pass, read less often, or ask Salesforce for more requests";

/// Longest text of Salesforce's that goes into a message.
const MAX_DETAIL: usize = 400;

/// Classifies an answer by its body, then its status.
pub fn classify(status: u16, body: &[u8], retry_after: Option<Duration>) -> Failure {
    let problem = first(body);
    let (code, said) = match &problem {
        Some(problem) => (problem.code.as_str(), shorten(&tidy(&problem.message))),
        None => ("", excerpt(body)),
    };
    let detail = match code {
        "" => format!("HTTP {status}: {said}"),
        code => format!("HTTP {status} {code}: {said}"),
    };
    match code {
        "REQUEST_LIMIT_EXCEEDED" if said.to_ascii_lowercase().contains("totalrequests") => {
            Failure::Exhausted { detail: format!("{detail}; {LIMIT_ADVICE}") }
        }
        "REQUEST_LIMIT_EXCEEDED" | "TXN_SECURITY_METERING_ERROR" | "TOO_MANY_REQUESTS" => {
            Failure::Throttled { detail, retry_after }
        }
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => Failure::SessionEnded { detail },
        "API_DISABLED_FOR_ORG"
        | "API_CURRENTLY_DISABLED"
        | "INSUFFICIENT_ACCESS"
        | "FORBIDDEN"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "FUNCTIONALITY_NOT_ENABLED"
        | "INVALID_TYPE"
        | "FEATURENOTENABLED" => Failure::NotPermitted { detail: format!("{detail}; {USER_NEEDS}") },
        "INVALID_FIELD" => Failure::UnknownColumn { name: no_such_column(&said), detail },
        "NOT_FOUND" => Failure::NotFound { detail },
        "SERVER_UNAVAILABLE" | "UNABLE_TO_LOCK_ROW" | "UNKNOWN_EXCEPTION" => Failure::Transient { detail },
        "QUERY_TOO_COMPLICATED" => Failure::Refused {
            code: code.to_owned(),
            detail: format!("{detail}; leave formula fields out with the setting 'exclude_fields'"),
        },
        _ => by_status(status, code, detail, retry_after),
    }
}

fn by_status(status: u16, code: &str, detail: String, retry_after: Option<Duration>) -> Failure {
    match status {
        429 => Failure::Throttled { detail, retry_after },
        401 => Failure::SessionEnded { detail },
        403 => Failure::NotPermitted { detail: format!("{detail}; {USER_NEEDS}") },
        404 => Failure::NotFound { detail },
        // A query's time-out comes back as such each time: who sent it asks for less instead.
        _ if code == "QUERY_TIMEOUT" => Failure::Refused { code: code.to_owned(), detail },
        // 406 and 420 come with an empty body when the service is not well.
        406 | 420 | 408 | 425 | 500..=599 => Failure::Transient { detail },
        300..=399 => Failure::Misconfigured {
            detail: format!("{detail}; the address leads elsewhere: 'base_url' is the org's My Domain"),
        },
        _ => Failure::Refused { code: code.to_owned(), detail },
    }
}

/// Errors come as an array; some proxies and the Bulk API send a single object.
fn first(body: &[u8]) -> Option<Problem> {
    let many = serde_json::from_slice::<Vec<Problem>>(body).ok().and_then(|all| all.into_iter().next());
    let one = || serde_json::from_slice::<Problem>(body).ok().filter(|one| !one.code.is_empty());
    many.or_else(one)
}

/// `No such column 'Rank__c' on entity 'Account'`: the column, in lower case, without the path to it.
fn no_such_column(said: &str) -> Option<String> {
    let at = said.to_ascii_lowercase().find("no such column '")?;
    let name = said.get(at..)?.split('\'').nth(1)?.trim();
    let name = name.rsplit('.').next().unwrap_or(name);
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// The start of an answer that is no Salesforce error, so that a proxy's page is recognised.
pub fn excerpt(body: &[u8]) -> String {
    let head = &body[..body.len().min(MAX_DETAIL)];
    let text = tidy(&String::from_utf8_lossy(head));
    if text.is_empty() { "empty body".into() } else { shorten(&text) }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps the end: of a malformed query Salesforce quotes the query first and says last what is wrong.
fn shorten(text: &str) -> String {
    let length = text.chars().count();
    if length <= MAX_DETAIL {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(length - MAX_DETAIL).collect();
    format!("…{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Failure {
        classify(status, body.as_bytes(), None)
    }

    #[test]
    fn the_days_requests_and_too_many_at_once_are_told_apart() {
        let total = r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#;
        assert!(matches!(of(403, total), Failure::Exhausted { detail } if detail.contains("24 hours")));
        let many =
            r#"[{"message":"ConcurrentPerOrgLongTxn Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#;
        assert!(matches!(of(403, many), Failure::Throttled { .. }));
        let wait = Some(Duration::from_secs(3));
        let Failure::Throttled { retry_after, .. } = classify(429, b"", wait) else { panic!() };
        assert_eq!(retry_after, wait);
    }

    #[test]
    fn a_hidden_field_is_named_however_long_the_query_before_it() {
        let select = "Name, ".repeat(300);
        let body = format!(
            r#"[{{"message":"\nSELECT {select}\n ^\nERROR at Row:1:Column:12\nNo such column 'Rank__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c'","errorCode":"INVALID_FIELD"}}]"#
        );
        let Failure::UnknownColumn { name, detail } = of(400, &body) else { panic!() };
        assert_eq!(name.as_deref(), Some("rank__c"));
        assert!(detail.chars().count() < 500, "{detail}");
    }

    #[test]
    fn sessions_objects_and_outages_are_told_apart() {
        let code = |code: &str| format!(r#"[{{"message":"m","errorCode":"{code}"}}]"#);
        assert!(matches!(of(401, &code("INVALID_SESSION_ID")), Failure::SessionEnded { .. }));
        assert!(matches!(of(400, &code("INVALID_TYPE")), Failure::NotPermitted { .. }));
        assert!(matches!(of(404, &code("NOT_FOUND")), Failure::NotFound { .. }));
        assert!(matches!(of(403, &code("API_DISABLED_FOR_ORG")), Failure::NotPermitted { .. }));
        assert!(
            matches!(of(400, &code("MALFORMED_QUERY")), Failure::Refused { code, .. } if code == "MALFORMED_QUERY")
        );
        assert!(matches!(of(503, &code("SERVER_UNAVAILABLE")), Failure::Transient { .. }));
        for status in [406, 420, 500, 502, 503, 504] {
            assert!(matches!(of(status, ""), Failure::Transient { .. }), "{status}");
        }
        assert!(matches!(of(302, ""), Failure::Misconfigured { .. }));
    }

    #[test]
    fn a_strangers_page_is_quoted_shortly() {
        let Failure::Transient { detail } = of(502, &"<p>down</p>\n".repeat(200)) else { panic!() };
        assert!(detail.starts_with("HTTP 502: ") && detail.contains("<p>down</p> <p>down</p>"));
        assert!(detail.chars().count() < 450);
    }
}
