//! What an answer that is not 2xx means: by `o:errorCode` first, because NetSuite sends the same code with
//! different statuses, then by status.

use std::time::Duration;

use serde::Deserialize;

use super::failure::Failure;

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    title: Option<String>,
    #[serde(default, rename = "o:errorCode")]
    code: Option<String>,
    #[serde(default, rename = "o:errorDetails")]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    detail: Option<String>,
    #[serde(default, rename = "o:errorCode")]
    code: Option<String>,
}

const THROTTLED: [&str; 6] = [
    "CONCURRENCY_LIMIT_EXCEEDED",
    "SSS_REQUEST_LIMIT_EXCEEDED",
    "REQUEST_LIMIT_EXCEEDED",
    "EXCEEDED_REQUEST_LIMIT",
    "WS_REQUEST_BLOCKED",
    "WS_CONCUR_SESSION_DISALLWD",
];
const UNAUTHORIZED: [&str; 4] =
    ["INVALID_LOGIN", "INVALID_LOGIN_ATTEMPT", "INVALID_LOGIN_CREDENTIALS", "SSS_INVALID_LOGIN"];
const NOT_PERMITTED: [&str; 4] =
    ["INSUFFICIENT_PERMISSION", "FEATURE_DISABLED", "RCRD_TYPE_NOT_ENABLED", "SSS_MISSING_REQD_PERMISSION"];

/// What the integration's role needs, for messages about missing permissions.
pub const ROLE_NEEDS: &str = "the integration's role needs the permissions 'REST Web Services', 'SuiteAnalytics \
     Workbook' and, on each record type it reads, 'View'";
const LOGIN_ADVICE: &str = "check client id, certificate id and private key (or the four token secrets), that the \
     certificate is not revoked or expired, this machine's clock, and the account's login audit trail";

/// Longest text of NetSuite's that goes into a message.
const MAX_DETAIL: usize = 400;

/// Classifies an answer by its body, then its status.
pub fn classify(status: u16, body: &[u8], retry_after: Option<Duration>) -> Failure {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let code = problem.as_ref().and_then(code).unwrap_or_default();
    let said = problem.as_ref().map_or_else(|| excerpt(body), said);
    let detail = if code.is_empty() {
        format!("HTTP {status}: {said}")
    } else {
        format!("HTTP {status} {code}: {said}")
    };
    if THROTTLED.contains(&code) || status == 429 {
        return Failure::Throttled { detail, retry_after };
    }
    if UNAUTHORIZED.contains(&code) || status == 401 {
        return Failure::Unauthorized { detail: format!("{detail}; {LOGIN_ADVICE}") };
    }
    if NOT_PERMITTED.contains(&code) {
        return Failure::NotPermitted { detail: format!("{detail}; {ROLE_NEEDS}") };
    }
    match code {
        "INVALID_PARAMETER" => invalid_parameter(&said, detail),
        "UNEXPECTED_ERROR" if status == 500 => Failure::Unexpected { detail },
        "RCRD_DSNT_EXIST" | "NONEXISTENT_ID" => Failure::NotFound { detail },
        _ => by_status(status, detail),
    }
}

fn by_status(status: u16, detail: String) -> Failure {
    match status {
        403 => Failure::NotPermitted { detail: format!("{detail}; {ROLE_NEEDS}") },
        404 => Failure::NotFound { detail },
        408 | 425 | 500..=599 => Failure::Transient { detail },
        300..=399 => Failure::Misconfigured {
            detail: format!("{detail}; the address leads elsewhere: check 'account' and 'base_url'"),
        },
        _ => Failure::Refused { detail },
    }
}

/// `INVALID_PARAMETER` covers unknown columns, hidden columns and hidden tables alike; only the words differ.
fn invalid_parameter(said: &str, detail: String) -> Failure {
    let lower = said.to_ascii_lowercase();
    if lower.contains("unknown identifier") || lower.contains("not_exposed") || lower.contains("field '") {
        return Failure::UnknownColumn { name: quoted(said), detail };
    }
    let hidden_record = lower.contains("record '") && lower.contains("was not found");
    if hidden_record || lower.contains("invalid search type") {
        return Failure::NotPermitted {
            detail: format!("{detail}; the table does not exist, its feature is off, or {ROLE_NEEDS}"),
        };
    }
    Failure::Refused { detail }
}

/// The first text in single quotes, without a table alias, in lower case.
fn quoted(text: &str) -> Option<String> {
    let name = text.split('\'').nth(1)?.trim();
    let name = name.rsplit('.').next().unwrap_or(name);
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

fn code(problem: &Problem) -> Option<&str> {
    let inner = problem.details.iter().find_map(|d| d.code.as_deref());
    inner.or(problem.code.as_deref())
}

fn said(problem: &Problem) -> String {
    let details: Vec<&str> = problem.details.iter().filter_map(|d| d.detail.as_deref()).collect();
    let text = if details.is_empty() { problem.title.clone().unwrap_or_default() } else { details.join(" ") };
    shorten(&text)
}

/// The start of an answer that is no NetSuite error, so that a proxy's page is recognised.
pub fn excerpt(body: &[u8]) -> String {
    let head = &body[..body.len().min(MAX_DETAIL)];
    let text: String = String::from_utf8_lossy(head).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "empty body".into() } else { shorten(&text) }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_DETAIL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Failure {
        classify(status, body.as_bytes(), None)
    }

    #[test]
    fn the_code_counts_whatever_the_status() {
        let body = include_str!("fixtures/error_concurrency.json");
        for status in [400, 429, 503] {
            assert!(matches!(of(status, body), Failure::Throttled { .. }), "{status}");
        }
        let wait = Some(Duration::from_secs(3));
        assert_eq!(classify(429, b"", wait).retry_after(), wait);
        assert!(matches!(
            of(400, r#"{"o:errorCode":"SSS_REQUEST_LIMIT_EXCEEDED"}"#),
            Failure::Throttled { .. }
        ));
    }

    #[test]
    fn an_unknown_and_a_hidden_column_are_named() {
        for (fixture, column) in [
            (include_str!("fixtures/error_unknown_identifier.json"), "subsidiary"),
            (include_str!("fixtures/error_not_exposed.json"), "shipcountry"),
        ] {
            let Failure::UnknownColumn { name, .. } = of(400, fixture) else { panic!("{fixture}") };
            assert_eq!(name.as_deref(), Some(column));
        }
    }

    #[test]
    fn a_hidden_table_is_a_question_of_permission() {
        for fixture in [
            include_str!("fixtures/error_record_not_found.json"),
            include_str!("fixtures/error_invalid_search_type.json"),
        ] {
            let Failure::NotPermitted { detail } = of(400, fixture) else { panic!("{fixture}") };
            assert!(detail.contains("SuiteAnalytics Workbook"), "{detail}");
        }
    }

    #[test]
    fn statuses_decide_where_no_code_is_known() {
        assert!(matches!(of(401, ""), Failure::Unauthorized { .. }));
        assert!(matches!(of(403, "{}"), Failure::NotPermitted { .. }));
        assert!(matches!(of(503, "<html>"), Failure::Transient { .. }));
        assert!(matches!(
            of(500, include_str!("fixtures/error_unexpected.json")),
            Failure::Unexpected { .. }
        ));
        assert!(matches!(of(302, ""), Failure::Misconfigured { .. }));
        assert!(matches!(of(415, ""), Failure::Refused { .. }));
    }

    #[test]
    fn a_strangers_page_is_quoted_shortly() {
        let Failure::Transient { detail } = of(502, &"<p>down</p>\n".repeat(200)) else { panic!() };
        assert!(detail.starts_with("HTTP 502: <p>down</p> <p>down</p>") && detail.chars().count() < 450);
    }
}
