//! What an answer that is not 2xx means: by category and policy first, then by status. Sources: "Handling
//! errors" and "API usage guidelines" in HubSpot's developer documentation.

use std::time::Duration;

use serde::Deserialize;

use super::failure::Failure;

#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default, rename = "policyName")]
    policy: Option<String>,
    #[serde(default)]
    errors: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
struct Detail {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    context: Context,
}

#[derive(Debug, Default, Deserialize)]
struct Context {
    #[serde(default, rename = "requiredGranularScopes")]
    scopes: Vec<String>,
}

/// An answer as far as its meaning goes.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    pub status: u16,
    pub body: &'a [u8],
    /// `Retry-After`, where it was sent.
    pub retry_after: Option<Duration>,
    /// Until the portal's next midnight, when the day's requests are counted anew.
    pub until_midnight: Duration,
}

const LOGIN_ADVICE: &str = "check that the private app's access token (or the OAuth app's client id, client secret and \
     refresh token) is current, that the app is still installed, and that the secret holds the token alone";

/// HubSpot asks for two seconds between requests to a locked resource.
const LOCKED: Duration = Duration::from_secs(2);

/// Longest text of HubSpot's that goes into a message.
const MAX_DETAIL: usize = 400;

/// Classifies an answer.
pub fn classify(refusal: Refusal<'_>) -> Failure {
    let Refusal { status, body, retry_after, until_midnight } = refusal;
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let category = problem.category.as_deref().unwrap_or_default();
    let said = problem.message.as_deref().map_or_else(|| excerpt(body), shorten);
    let detail = match category {
        "" => format!("HTTP {status}: {said}"),
        category => format!("HTTP {status} {category}: {said}"),
    };
    match status {
        // What HubSpot says about a refused token may quote it.
        401 => Failure::Unauthorized { detail: format!("HTTP 401 {category}; {LOGIN_ADVICE}") },
        403 => not_permitted(&problem, detail),
        429 => throttled(&problem, detail, retry_after, until_midnight),
        // Data is being moved between data centres, which may take a day.
        477 => Failure::Throttled { detail, retry_after },
        423 => Failure::Transient { detail, retry_after: Some(retry_after.unwrap_or(LOCKED)) },
        530 => Failure::Transient {
            detail: format!("{detail}; HubSpot's network answers so to a damaged token too: {LOGIN_ADVICE}"),
            retry_after,
        },
        408 | 425 | 500..=599 => Failure::Transient { detail, retry_after },
        404 => Failure::NotFound { detail },
        414 => Failure::TooLong { detail },
        300..=399 => Failure::Misconfigured {
            detail: format!("{detail}; the address leads elsewhere: check 'base_url'"),
        },
        400 if names_unknown_property(&problem) => {
            Failure::UnknownProperties { detail: detailed(&problem, detail) }
        }
        _ => Failure::Refused { detail: detailed(&problem, detail) },
    }
}

fn not_permitted(problem: &Problem, detail: String) -> Failure {
    let mut scopes: Vec<&str> =
        problem.errors.iter().flat_map(|error| &error.context.scopes).map(String::as_str).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let advice = match scopes.as_slice() {
        [] => "give the app the scopes that reading this needs".to_owned(),
        [one] => format!("add the scope {one} to the app"),
        many => format!("add one of the scopes {} to the app", many.join(", ")),
    };
    let again = "and, for OAuth, install it again";
    Failure::NotPermitted { detail: format!("{detail}; {advice}, {again}") }
}

fn throttled(
    problem: &Problem,
    detail: String,
    asked: Option<Duration>,
    until_midnight: Duration,
) -> Failure {
    match problem.policy.as_deref() {
        Some("DAILY") => Failure::Throttled {
            detail: format!(
                "{detail} The day's requests are used up until midnight in the portal's time zone; lower \
                 'daily_percent' of other readers, or buy HubSpot's limit increase"
            ),
            retry_after: Some(asked.map_or(until_midnight, |asked| asked.max(until_midnight))),
        },
        Some(policy) => Failure::Throttled { detail: format!("{detail} ({policy})"), retry_after: asked },
        None => Failure::Throttled { detail, retry_after: asked },
    }
}

fn names_unknown_property(problem: &Problem) -> bool {
    let unknown = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("propert") && (lower.contains("not exist") || lower.contains("doesnt_exist"))
    };
    let texts = problem.errors.iter().flat_map(|e| [e.message.as_deref(), e.code.as_deref()]);
    texts.chain([problem.message.as_deref()]).flatten().any(unknown)
}

/// With what the single errors say, which is where HubSpot names the cause.
fn detailed(problem: &Problem, detail: String) -> String {
    let more: Vec<&str> = problem.errors.iter().filter_map(|e| e.message.as_deref()).collect();
    if more.is_empty() { detail } else { format!("{detail} {}", shorten(&more.join("; "))) }
}

/// The start of an answer that is no HubSpot error, so that a proxy's page is recognised.
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

    const MIDNIGHT: Duration = Duration::from_secs(7_200);

    fn of(status: u16, body: &str) -> Failure {
        classify(Refusal { status, body: body.as_bytes(), retry_after: None, until_midnight: MIDNIGHT })
    }

    #[test]
    fn missing_scopes_are_named() {
        let body = r#"{"status":"error","message":"This app hasn't been granted all required scopes to make this call.",
            "errors":[{"message":"One or more of the following scopes are required.",
            "context":{"requiredGranularScopes":["crm.objects.deals.read"]}}],"category":"MISSING_SCOPES"}"#;
        let Failure::NotPermitted { detail } = of(403, body) else { panic!() };
        assert!(detail.contains("MISSING_SCOPES") && detail.contains("add the scope crm.objects.deals.read"));
        let Failure::NotPermitted { detail } = of(403, "<html>") else { panic!() };
        assert!(detail.contains("scopes"));
    }

    #[test]
    fn the_days_limit_is_waited_for_until_midnight_and_the_others_by_turns() {
        let body = |policy: &str| {
            format!(
                r#"{{"status":"error","message":"You have reached your limit.","errorType":"RATE_LIMIT","policyName":"{policy}"}}"#
            )
        };
        let wait = |policy: &str| match of(429, &body(policy)) {
            Failure::Throttled { retry_after, .. } => retry_after,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait("DAILY"), Some(MIDNIGHT));
        assert_eq!((wait("TEN_SECONDLY_ROLLING"), wait("SECONDLY")), (None, None));
        assert!(matches!(of(429, ""), Failure::Throttled { retry_after: None, .. }));
    }

    #[test]
    fn what_is_said_of_a_refused_token_is_not_quoted() {
        let body = r#"{"message":"The OAuth token pat-na1-secret is not valid","category":"INVALID_AUTHENTICATION"}"#;
        let Failure::Unauthorized { detail } = of(401, body) else { panic!() };
        assert!(detail.contains("INVALID_AUTHENTICATION") && !detail.contains("pat-na1"), "{detail}");
    }

    #[test]
    fn an_unknown_property_is_told_from_other_mistakes() {
        let body = r#"{"message":"There was a problem with the request.","category":"VALIDATION_ERROR",
            "errors":[{"message":"property 'gone' does not exist","code":"PROPERTY_DOESNT_EXIST"}]}"#;
        let Failure::UnknownProperties { detail } = of(400, body) else { panic!() };
        assert!(detail.contains("'gone'"));
        assert!(matches!(
            of(400, r#"{"message":"Property \"gone\" does not exist"}"#),
            Failure::UnknownProperties { .. }
        ));
        assert!(matches!(of(400, r#"{"message":"Invalid input JSON"}"#), Failure::Refused { .. }));
    }

    #[test]
    fn statuses_decide_where_nothing_is_said() {
        for status in [408, 500, 502, 503, 521, 530] {
            assert!(matches!(of(status, "<html>"), Failure::Transient { .. }), "{status}");
        }
        assert!(matches!(of(423, ""), Failure::Transient { retry_after: Some(LOCKED), .. }));
        assert!(matches!(of(404, "{}"), Failure::NotFound { .. }));
        assert!(matches!(of(414, ""), Failure::TooLong { .. }));
        assert!(matches!(of(302, ""), Failure::Misconfigured { .. }));
        assert!(matches!(of(415, ""), Failure::Refused { .. }));
    }

    #[test]
    fn a_strangers_page_is_quoted_shortly() {
        let Failure::Transient { detail, .. } = of(502, &"<p>down</p>\n".repeat(200)) else { panic!() };
        assert!(detail.starts_with("HTTP 502: <p>down</p> <p>down</p>") && detail.chars().count() < 450);
    }
}
