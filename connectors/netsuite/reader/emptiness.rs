//! No rows, or no permission? NetSuite answers both alike, so an empty first load is looked at twice.

use bytes::Bytes;
use forebay_ports::SourceError;
use serde::Deserialize;

use crate::netsuite::classify::ROLE_NEEDS;
use crate::netsuite::client::Client;
use crate::netsuite::failure::Failure;
use crate::netsuite::streams::Definition;

#[derive(Deserialize)]
struct List {
    #[serde(rename = "totalResults")]
    total: u64,
}

/// Proves an empty stream, as far as it can be proved. `counted` is what COUNT(*) says of the same rows.
pub async fn prove(
    client: &Client,
    definition: &Definition,
    counted: u64,
    window: &str,
) -> Result<String, SourceError> {
    let stream = &definition.stream;
    if counted > 0 {
        return Err(SourceError::Contradiction {
            stream: stream.clone(),
            evidence: format!("the query gives no rows, but COUNT(*) says {counted}"),
        });
    }
    let (mut seen, mut hidden) = (Vec::new(), Vec::new());
    for record_type in &definition.catalog {
        let path = format!("/services/rest/record/v1/{record_type}");
        match client.get(&path, vec![("limit", "1".to_owned())], "application/json").await {
            Ok(body) => match total(&body) {
                Some(0) => seen.push(record_type.as_str()),
                Some(total) => return Err(withheld(definition, record_type, total)),
                None => hidden.push(record_type.as_str()),
            },
            Err(
                failure @ (Failure::Throttled { .. }
                | Failure::Transient { .. }
                | Failure::Unauthorized { .. }),
            ) => {
                return Err(failure.of_stream(stream));
            }
            Err(_) => hidden.push(record_type.as_str()),
        }
    }
    Ok(format!("hasMore=false with 0 rows, {window}; COUNT(*) says 0 too; {}", words(&seen, &hidden)))
}

fn total(body: &Bytes) -> Option<u64> {
    serde_json::from_slice::<List>(body).ok().map(|list| list.total)
}

fn withheld(definition: &Definition, record_type: &str, total: u64) -> SourceError {
    SourceError::Forbidden {
        stream: definition.stream.clone(),
        detail: format!(
            "SuiteQL shows no row of {}, but the record service has {total} of {record_type}: {ROLE_NEEDS}",
            definition.stream
        ),
    }
}

fn words(seen: &[&str], hidden: &[&str]) -> String {
    match (seen.is_empty(), hidden.is_empty()) {
        (false, true) => format!("the record service has none either ({})", seen.join(", ")),
        (false, false) => format!(
            "the record service has none of {}, and does not show {}, so rows of these may be hidden from the role",
            seen.join(", "),
            hidden.join(", ")
        ),
        (true, _) => "nothing else can be asked, so a missing permission looks the same".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_told_is_said() {
        assert!(words(&[], &[]).contains("looks the same"));
        assert!(words(&["vendor"], &[]).contains("none either (vendor)"));
        assert!(words(&["invoice"], &["estimate"]).contains("does not show estimate"));
    }
}
