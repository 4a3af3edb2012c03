//! A query inside a composite request: for queries that no address can hold. One composite request counts as
//! one of the org's daily requests (REST API Developer Guide, "Composite"). Pure.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::salesforce::classify::classify;
use crate::salesforce::failure::Failure;

/// The body of a request whose only part gets `url`.
pub fn request(url: &str, batch: u32) -> Bytes {
    let part = serde_json::json!({
        "method": "GET",
        "url": url,
        "referenceId": "page",
        "httpHeaders": { "Sforce-Query-Options": format!("batchSize={batch}") },
    });
    Bytes::from(serde_json::json!({ "allOrNone": false, "compositeRequest": [part] }).to_string())
}

#[derive(Deserialize)]
struct Outer<'b> {
    #[serde(borrow, rename = "compositeResponse")]
    parts: Vec<Part<'b>>,
}

#[derive(Deserialize)]
struct Part<'b> {
    #[serde(borrow)]
    body: &'b RawValue,
    #[serde(rename = "httpStatusCode")]
    status: u16,
}

/// The part's own answer, untouched; or its failure. The outer error says what is malformed.
pub fn inner(body: &Bytes) -> Result<Result<Bytes, Failure>, String> {
    let outer: Outer<'_> = serde_json::from_slice(body).map_err(|e| format!("no composite answer: {e}"))?;
    let [part] = outer.parts.as_slice() else {
        return Err(format!("a composite request of one part was answered with {} parts", outer.parts.len()));
    };
    let text = part.body.get().as_bytes();
    if (200..300).contains(&part.status) {
        return Ok(Ok(body.slice_ref(text)));
    }
    Ok(Err(classify(part.status, text, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_answer_is_taken_out_as_it_is() {
        let page = r#"{ "totalSize": 0, "done": true, "records": [] }"#;
        let of = |status: u16, body: &str| {
            inner(&Bytes::from(format!(
                r#"{{"compositeResponse":[{{"body":{body},"httpHeaders":{{}},"httpStatusCode":{status},"referenceId":"page"}}]}}"#
            )))
        };
        assert_eq!(of(200, page).unwrap().unwrap(), page);
        let refused =
            of(400, r#"[{"message":"No such column 'x__c' on","errorCode":"INVALID_FIELD"}]"#).unwrap();
        assert!(matches!(refused, Err(Failure::UnknownColumn { name: Some(name), .. }) if name == "x__c"));
        assert!(inner(&Bytes::from_static(br#"{"compositeResponse":[]}"#)).unwrap_err().contains("0 parts"));
    }
}
