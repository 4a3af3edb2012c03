//! A query that was fine and is refused now: which columns are gone?

use forebay_model::{Column, StreamSchema};
use forebay_ports::SourceError;

use crate::netsuite::client::Client;
use crate::netsuite::discovery::sift::sift;
use crate::netsuite::failure::Failure;
use crate::netsuite::query::PARENT_MODIFIED;
use crate::netsuite::streams::Definition;

/// Turns a failed page into the engine's error. Where columns may be the cause, they are looked for, all
/// of them, so that the engine learns of them at once. `None` where a 500 is no column's fault.
pub async fn explain(
    client: &Client,
    definition: &Definition,
    schema: &StreamSchema,
    failure: Failure,
) -> Option<SourceError> {
    let suspected = matches!(failure, Failure::UnknownColumn { .. } | Failure::Unexpected { .. });
    if !suspected {
        return Some(failure.of_stream(&schema.stream));
    }
    let is_key = |column: &&Column| schema.key.contains(&column.name);
    let is_parents = |column: &Column| column.name == PARENT_MODIFIED;
    let anchors: Vec<Column> = schema.columns.iter().filter(is_key).cloned().collect();
    let candidates: Vec<Column> =
        schema.columns.iter().filter(|c| !is_key(c) && !is_parents(c)).cloned().collect();
    let sifted = match sift(client, definition, &anchors, candidates.clone()).await {
        Ok(sifted) => sifted,
        // The key alone is refused as well, so the columns are not the cause.
        Err(other) => return Some(other.of_stream(&schema.stream)),
    };
    let changed =
        |c: &&Column| !sifted.accepted.iter().any(|a| a.name == c.name && a.column_type == c.column_type);
    let columns: Vec<String> = candidates.iter().filter(changed).map(|column| column.name.clone()).collect();
    if columns.is_empty() {
        let passing = matches!(failure, Failure::Unexpected { .. });
        return (!passing).then(|| failure.of_stream(&schema.stream));
    }
    let reasons: Vec<String> =
        sifted.rejected.into_iter().map(|r| format!("{}: {}", r.name, r.reason)).collect();
    Some(SourceError::RejectedColumns { stream: schema.stream.clone(), columns, detail: reasons.join("; ") })
}
