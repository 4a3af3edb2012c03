//! No rows, or no permission? NetSuite answers both alike, so the record service is asked what it shows.

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

/// Of the rows that a query did not show, COUNT(*) counts none either.
pub fn agree(definition: &Definition, counted: u64) -> Result<(), SourceError> {
    if counted == 0 {
        return Ok(());
    }
    Err(SourceError::Contradiction {
        stream: definition.stream.clone(),
        evidence: format!("the query gives no rows, but COUNT(*) says {counted}"),
    })
}

/// Asks the record service for the record types that share the table. That it has some, or shows none of
/// them to this role, is `Forbidden`.
pub async fn ask<'d>(client: &Client, definition: &'d Definition) -> Result<Types<'d>, SourceError> {
    let stream = &definition.stream;
    let mut types = Types::default();
    for record_type in &definition.catalog {
        let path = format!("/services/rest/record/v1/{record_type}");
        match client
            .get(&path, vec![("limit", "1".to_owned())], "application/json", |body| total(&body))
            .await
        {
            Ok(0) => types.empty.push(record_type),
            Ok(total) => return Err(withheld(definition, &format!("has {total} of {record_type}"))),
            Err(Failure::NotPermitted { .. }) => types.refused.push(record_type),
            Err(failure) if failure.is_passing() => return Err(failure.of_stream(stream)),
            Err(failure @ Failure::Unauthorized { .. }) => return Err(failure.of_stream(stream)),
            Err(_) => types.unknown.push(record_type),
        }
    }
    if types.empty.is_empty() && !types.refused.is_empty() {
        return Err(withheld(definition, &format!("refuses {}", types.refused.join(", "))));
    }
    Ok(types)
}

/// All rows are gone and nothing says that they were deleted.
pub fn vanished(definition: &Definition, said: &str) -> SourceError {
    SourceError::Forbidden {
        stream: definition.stream.clone(),
        detail: format!(
            "SuiteQL showed rows of {} in earlier runs and shows none at all now ({said}): if they were not all \
             deleted, {ROLE_NEEDS}; if they were, read the stream from its beginning",
            match &definition.parent {
                Some(parent) => format!("{} with their {}", definition.stream, parent.stream),
                None => definition.stream.to_string(),
            }
        ),
    }
}

/// Rows whose transactions cannot be seen: nothing would tell when these change or lose rows.
pub fn without_parents(definition: &Definition) -> SourceError {
    SourceError::Forbidden {
        stream: definition.stream.clone(),
        detail: format!(
            "{} has rows whose transactions SuiteQL does not show, and it shows no transaction at all: {ROLE_NEEDS}",
            definition.stream
        ),
    }
}

/// What the record service says of the record types that share a table.
#[derive(Debug, Default)]
pub struct Types<'a> {
    empty: Vec<&'a str>,
    refused: Vec<&'a str>,
    unknown: Vec<&'a str>,
}

impl Types<'_> {
    /// Whether the record service shows every type and has none.
    pub fn is_told(&self) -> bool {
        !self.empty.is_empty() && self.refused.is_empty()
    }

    pub fn words(&self) -> String {
        if self.empty.is_empty() {
            return "nothing else can be asked, so a missing permission would look the same".into();
        }
        let none = format!("the record service has none of {} either", self.empty.join(", "));
        if self.refused.is_empty() {
            return none;
        }
        format!("{none}, but refuses {}, whose rows may be hidden from the role", self.refused.join(", "))
    }
}

fn total(body: &Bytes) -> Result<u64, String> {
    serde_json::from_slice::<List>(body).map(|list| list.total).map_err(|e| e.to_string())
}

fn withheld(definition: &Definition, evidence: &str) -> SourceError {
    SourceError::Forbidden {
        stream: definition.stream.clone(),
        detail: format!(
            "SuiteQL shows no row of {}, but the record service {evidence}: {ROLE_NEEDS}",
            definition.stream
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_told_is_said() {
        assert!(Types::default().words().contains("look the same"));
        let empty = || Types { empty: vec!["vendor"], ..Types::default() };
        assert!(empty().words().ends_with("none of vendor either"));
        assert!(Types { refused: vec!["invoice"], ..empty() }.words().contains("refuses invoice"));
    }
}
