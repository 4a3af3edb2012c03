//! What the host makes of a handler's answer to an invocation.

use serde_json::{Map, Value};

/// The outcome, by what the host does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The invocation succeeded. `ignored` says what the answer held that the host throws away.
    Succeeded {
        /// Written to the log, one record each.
        logs: Vec<String>,
        /// Breaches of the contract that do no harm yet.
        ignored: Vec<String>,
    },
    /// The invocation failed; the retry policy decides.
    Failed(String),
    /// The real host waits until `functionTimeout` and then restarts the handler.
    Hangs(String),
}

/// Judges status, media type and body in the order in which the host does.
#[must_use]
pub fn judge(status: http::StatusCode, content_type: Option<&str>, body: &[u8]) -> Verdict {
    if !status.is_success() {
        return Verdict::Failed(format!("response status code does not indicate success: {status}"));
    }
    if body.is_empty() {
        return Verdict::Hangs(
            "the answer's body is empty: send {\"Outputs\":{},\"Logs\":[],\"ReturnValue\":null}".into(),
        );
    }
    if !content_type.is_some_and(is_json) {
        let found = content_type.unwrap_or("none");
        return Verdict::Failed(format!(
            "the answer's content type must be application/json, but is {found}"
        ));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Null) => Verdict::Hangs(
            "the answer is null: send {\"Outputs\":{},\"Logs\":[],\"ReturnValue\":null}".into(),
        ),
        Ok(Value::Object(answer)) => read(&answer),
        Ok(_) => Verdict::Failed("the answer must be a JSON object".into()),
        Err(error) => Verdict::Failed(format!("the answer is not JSON: {error}")),
    }
}

/// .NET's JSON formatter takes these two only; not `application/problem+json`.
fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "text/json"].iter().any(|known| media.eq_ignore_ascii_case(known))
}

fn read(answer: &Map<String, Value>) -> Verdict {
    let logs = match member(answer, "Logs") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(line).collect(),
        Some(_) => return Verdict::Failed("the answer's Logs must be an array of strings".into()),
    };
    let mut ignored = Vec::new();
    match member(answer, "Outputs") {
        None | Some(Value::Null) => {}
        Some(Value::Object(outputs)) => {
            ignored.extend(
                outputs.keys().map(|name| format!("Outputs names '{name}', which no binding declares")),
            );
        }
        Some(_) => return Verdict::Failed("the answer's Outputs must be an object".into()),
    }
    if member(answer, "ReturnValue").is_some_and(|value| !value.is_null()) {
        ignored.push("ReturnValue is set, but no binding is named $return".into());
    }
    Verdict::Succeeded { logs, ignored }
}

/// .NET's JSON reader does not mind the case of a member's name.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn line(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn of(status: u16, content_type: &str, body: &str) -> Verdict {
        judge(StatusCode::from_u16(status).unwrap(), Some(content_type), body.as_bytes())
    }

    #[test]
    fn the_usual_answer_succeeds() {
        let verdict = of(
            200,
            "application/json; charset=utf-8",
            r#"{"Outputs":{},"Logs":["2 of 2"],"ReturnValue":null}"#,
        );
        assert_eq!(verdict, Verdict::Succeeded { logs: vec!["2 of 2".into()], ignored: vec![] });
        assert!(matches!(of(202, "text/json", "{\"logs\":null}"), Verdict::Succeeded { .. }));
    }

    #[test]
    fn an_empty_or_null_answer_hangs() {
        assert!(matches!(of(200, "application/json", ""), Verdict::Hangs(_)));
        assert!(matches!(of(200, "application/json", " null"), Verdict::Hangs(_)));
        assert!(matches!(judge(StatusCode::NO_CONTENT, None, b""), Verdict::Hangs(_)));
    }

    #[test]
    fn other_answers_fail_with_the_reason() {
        for (status, content_type, body, reason) in [
            (500, "application/json", "{}", "500"),
            (302, "application/json", "{}", "302"),
            (500, "application/json", "", "500"),
            (200, "text/plain", "ok", "text/plain"),
            (200, "application/problem+json", "{}", "problem"),
            (200, "application/json", "[]", "object"),
            (200, "application/json", "{", "not JSON"),
            (200, "application/json", "{\"Logs\":\"x\"}", "Logs"),
            (200, "application/json", "{\"Outputs\":[]}", "Outputs"),
        ] {
            match of(status, content_type, body) {
                Verdict::Failed(message) => assert!(message.contains(reason), "{message}"),
                other => panic!("{status} {body}: {other:?}"),
            }
        }
    }

    #[test]
    fn outputs_without_a_binding_are_pointed_out() {
        let Verdict::Succeeded { ignored, .. } =
            of(200, "application/json", r#"{"Outputs":{"x":"1"},"ReturnValue":3}"#)
        else {
            panic!("must succeed");
        };
        assert_eq!(ignored.len(), 2);
    }
}
