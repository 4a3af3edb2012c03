//! The envelope of an invocation.

use serde::Deserialize;
use serde_json::{Map, Value};

/// The host sent something that is no invocation, or the binding is set up otherwise than its
/// function.json says.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("the invocation is no JSON of the Functions host's form: {0}")]
    NotAnInvocation(#[from] serde_json::Error),
    #[error("the invocation has no binding '{0}' in its Data; check the name in function.json")]
    NoBinding(&'static str),
    #[error("binding '{binding}': expected {expected}; check cardinality and dataType in function.json")]
    Binding { binding: &'static str, expected: &'static str },
}

/// `Data` by binding name, and `Metadata` by trigger.
#[derive(Debug, Deserialize)]
pub struct Invocation {
    #[serde(rename = "Data", default)]
    pub data: Map<String, Value>,
    #[serde(rename = "Metadata", default)]
    pub metadata: Map<String, Value>,
    #[serde(rename = "RetryContext", default)]
    retry_context: Option<Value>,
}

impl Invocation {
    pub fn parse(body: &[u8]) -> Result<Self, WireError> {
        Ok(serde_json::from_slice(body)?)
    }

    /// A metadata value, whether the host sent it as JSON or as JSON in a string.
    pub fn metadata(&self, name: &str) -> Option<Value> {
        self.metadata.get(name).map(unwrapped)
    }

    /// Whether the host will not try again: `RetryCount` has reached `MaxRetryCount`. Without a retry
    /// policy every attempt is the last. A negative maximum means that the host tries for ever.
    pub fn is_last_attempt(&self) -> bool {
        let Some(context) =
            self.retry_context.as_ref().map(unwrapped).or_else(|| self.metadata("RetryContext"))
        else {
            return true;
        };
        let number = |name: &str| context.get(name).and_then(as_integer);
        match (number("RetryCount"), number("MaxRetryCount")) {
            (Some(count), Some(max)) => max >= 0 && count >= max,
            _ => true,
        }
    }
}

/// A string that holds JSON becomes that JSON; everything else stays.
pub fn unwrapped(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    }
}

pub fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64(),
        Value::String(s) => s.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_attempt(json: &str) -> bool {
        Invocation::parse(json.as_bytes()).unwrap().is_last_attempt()
    }

    #[test]
    fn the_last_attempt_is_the_one_after_which_the_host_gives_up() {
        assert!(last_attempt(r#"{"Data":{},"Metadata":{}}"#));
        assert!(!last_attempt(r#"{"Metadata":{"RetryContext":{"RetryCount":1,"MaxRetryCount":5}}}"#));
        assert!(last_attempt(r#"{"Metadata":{"RetryContext":"{\"RetryCount\":5,\"MaxRetryCount\":5}"}}"#));
        assert!(!last_attempt(r#"{"RetryContext":{"RetryCount":4,"MaxRetryCount":5}}"#));
        assert!(!last_attempt(r#"{"RetryContext":{"RetryCount":99,"MaxRetryCount":-1}}"#));
    }

    #[test]
    fn a_recorded_timer_invocation_is_read() {
        let body = br#"{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"azure","UtcNow":"2023-09-07T11:40:45.004275Z","RandGuid":"35e6e68c-5583-436c-a277-5aec2b416ba8"}}}"#;
        let invocation = Invocation::parse(body).unwrap();
        assert_eq!(invocation.data["timer"]["IsPastDue"], false);
        assert!(invocation.metadata("sys").is_some());
    }
}
