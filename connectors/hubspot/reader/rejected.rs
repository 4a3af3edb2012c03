//! Properties that were there and are not answered now: gone, or only left out?

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use forebay_model::{StreamName, StreamSchema};
use forebay_ports::SourceError;

use super::Reader;
use crate::hubspot::discovery;
use crate::hubspot::failure::Failure;
use crate::hubspot::objects::Definition;
use crate::hubspot::schema;

/// How long the portal's word on its properties holds.
const FRESH: Duration = Duration::from_secs(300);

/// Turns a failed page into the engine's error. Where properties may be the cause, all that are gone are named.
pub async fn explain(reader: &Reader<'_>, schema: &StreamSchema, failure: Failure) -> SourceError {
    if matches!(failure, Failure::UnknownProperties { .. }) {
        let asked = schema::properties(schema).into_iter().collect();
        if let Err(error) = check(reader, schema, asked).await {
            return error;
        }
    }
    failure.of_stream(&schema.stream)
}

/// HubSpot answers without the properties that it does not have, and says nothing. So what is missing from a
/// whole page is looked up: a property that was deleted is a rejected
/// column.
pub async fn check(
    reader: &Reader<'_>,
    schema: &StreamSchema,
    suspects: BTreeSet<String>,
) -> Result<(), SourceError> {
    let Definition::Object(object) = reader.definition else { return Ok(()) };
    if known(reader, &object.stream).is_some_and(|there| suspects.is_subset(&there)) {
        return Ok(());
    }
    let there = discovery::properties(reader.client, object).await;
    let there = there.map_err(|failure| failure.of_stream(&schema.stream))?;
    let there: BTreeSet<String> = there.into_iter().map(|property| property.name).collect();
    let gone: BTreeSet<String> = suspects.difference(&there).cloned().collect();
    if !gone.is_empty() {
        return Err(SourceError::RejectedColumns {
            stream: schema.stream.clone(),
            columns: schema::columns_of(schema, &gone),
            detail: "these properties were deleted from the portal, or the app lost the scope to read them"
                .into(),
        });
    }
    let mut asked = reader.asked.lock().unwrap_or_else(PoisonError::into_inner);
    asked.insert(object.stream.clone(), (Instant::now(), there));
    Ok(())
}

/// What the portal said a moment ago: records may leave out properties that they do not fill.
fn known(reader: &Reader<'_>, stream: &StreamName) -> Option<BTreeSet<String>> {
    let asked = reader.asked.lock().unwrap_or_else(PoisonError::into_inner);
    asked.get(stream).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, there)| there.clone())
}
