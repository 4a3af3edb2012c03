//! A query that was fine and is refused now: which columns are gone?

use forebay_model::{Column, StreamSchema};
use forebay_ports::SourceError;

use super::Reader;
use crate::salesforce::client::Scope;
use crate::salesforce::failure::Failure;
use crate::salesforce::page;

/// Turns a failed page into the engine's error. Where a field is the cause, describe tells all that are gone, so
/// that the engine learns of them at once; where it tells none, they are looked for by halving.
pub async fn explain(reader: &Reader<'_>, schema: &StreamSchema, failure: Failure) -> SourceError {
    let Failure::UnknownColumn { name, detail } = failure else { return failure.of_stream(&schema.stream) };
    let described = match reader.describe(schema).await {
        Ok(described) => described,
        Err(failure) => return failure.of_stream(&schema.stream),
    };
    let shown = |column: &&Column| described.field(&column.source_field).is_none();
    let mut gone: Vec<String> = schema.columns.iter().filter(shown).map(|c| c.name.clone()).collect();
    gone.extend(name.filter(|name| schema.column(name).is_some() && !gone.contains(name)));
    if gone.is_empty() {
        gone = match halve(reader, schema).await {
            Ok(gone) => gone,
            Err(failure) => return failure.of_stream(&schema.stream),
        };
    }
    if gone.is_empty() {
        return Failure::UnknownColumn { name: None, detail }.of_stream(&schema.stream);
    }
    SourceError::RejectedColumns {
        stream: schema.stream.clone(),
        columns: gone,
        detail: format!("the user may not see them any more, or they were deleted: {detail}"),
    }
}

/// The columns that a query cannot hold.
async fn halve(reader: &Reader<'_>, schema: &StreamSchema) -> Result<Vec<String>, Failure> {
    let all: Vec<&Column> = schema.columns.iter().filter(|c| !schema.key.contains(&c.name)).collect();
    let (mut lists, mut gone) = (vec![all], Vec::new());
    while let Some(columns) = lists.pop() {
        let fields: Vec<&str> = columns.iter().map(|c| c.source_field.as_str()).collect();
        let soql = format!("SELECT Id, {} FROM {} LIMIT 1", fields.join(", "), schema.stream);
        match reader.client.query(&soql, Scope::Living, |body| page::read(&body)).await {
            Ok(_) => {}
            Err(Failure::UnknownColumn { .. }) if columns.len() == 1 => {
                gone.extend(columns.iter().map(|c| c.name.clone()));
            }
            Err(Failure::UnknownColumn { .. }) => {
                let (left, right) = columns.split_at(columns.len() / 2);
                lists.extend([left.to_vec(), right.to_vec()]);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(gone)
}
