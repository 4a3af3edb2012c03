//! A message of a queue trigger.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::invocation::{Invocation, WireError};

/// One message.
#[derive(Debug)]
pub struct QueueMessage {
    /// The queue service's id; `unknown` where the host sent none.
    pub id: String,
    pub body: Bytes,
}

const BINDING: &str = "message";

/// Reads the message of binding `message`. With dataType `string` it is text inside a JSON string, which
/// some hosts encode once and some twice; where the text is JSON, some send that JSON.
pub fn queue_message(body: &[u8]) -> Result<QueueMessage, WireError> {
    let invocation = Invocation::parse(body)?;
    let data = invocation.data.get(BINDING).ok_or(WireError::NoBinding(BINDING))?;
    let id = match invocation.metadata("Id") {
        Some(Value::String(id)) => id,
        Some(other) => other.to_string(),
        None => "unknown".to_owned(),
    };
    Ok(QueueMessage { id, body: text(data) })
}

/// dataType `binary` would be base64, which no JSON object is.
fn text(data: &Value) -> Bytes {
    let Value::String(outer) = data else { return Bytes::from(data.to_string()) };
    if let Ok(Value::String(inner)) = serde_json::from_str(outer) {
        return Bytes::from(inner);
    }
    match STANDARD.decode(outer) {
        Ok(bytes) if bytes.starts_with(b"{") => Bytes::from(bytes),
        _ => Bytes::from(outer.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(data: &str) -> String {
        let body = format!(
            r#"{{"Data":{{"message":{data}}},"Metadata":{{"DequeueCount":"1","Id":"\"800ae4b3-bdd2\""}}}}"#
        );
        let message = queue_message(body.as_bytes()).unwrap();
        assert_eq!(message.id, "800ae4b3-bdd2");
        String::from_utf8(message.body.to_vec()).unwrap()
    }

    #[test]
    fn every_encoding_of_a_message_gives_the_same_body() {
        for data in [r#""\"{\\\"a\\\":1}\"""#, r#""{\"a\":1}""#, r#"{"a":1}"#, r#""eyJhIjoxfQ==""#] {
            assert_eq!(read(data), r#"{"a":1}"#, "{data}");
        }
        assert_eq!(read(r#""\"plain text\"""#), "plain text");
        assert_eq!(read(r#""plain text""#), "plain text");
    }

    #[test]
    fn another_binding_name_is_an_error_that_says_where_to_look() {
        let error = queue_message(br#"{"Data":{"item":"x"},"Metadata":{}}"#).unwrap_err();
        assert!(error.to_string().contains("'message'"), "{error}");
    }
}
