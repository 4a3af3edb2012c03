//! Windows of changes: found by search, read in batches.

use std::collections::BTreeSet;

use forebay_model::{Instant, StreamSchema};

use super::live::unanswered;
use super::{Content, Reader, compose};
use crate::hubspot::answer::{self, Record, tombstone};
use crate::hubspot::client::Answered;
use crate::hubspot::cursor::{Open, millis};
use crate::hubspot::failure::Failure;
use crate::hubspot::objects::ObjectType;
use crate::hubspot::schema;
use crate::hubspot::search::{self, Decision, Place, Row};
use crate::window::{Kind as WindowKind, Window};

/// What one search found.
pub(super) struct Found {
    /// Records that this page is for.
    pub records: Vec<Record>,
    pub onward: Option<Open>,
    pub said: String,
}

impl Reader<'_> {
    /// One page of a window. Search only finds records: their properties are read in batches, which give the
    /// record as it is, where search gives it as its index last saw it.
    pub(super) async fn searched(
        &self,
        object: &ObjectType,
        schema: &StreamSchema,
        window: Window,
        place: &Place,
    ) -> Result<(Content, Option<BTreeSet<String>>), Failure> {
        let found = self.found(object, window, place).await?;
        let names = schema::properties(schema);
        let ids: Vec<String> = found.records.into_iter().map(|record| record.id).collect();
        let records =
            if ids.is_empty() { Vec::new() } else { self.batch(object, &names, &ids, false).await? };
        let gone = unanswered(&names, records.iter().map(|r| &r.properties));
        let rows = with_merged(records).map_err(|evidence| Failure::Contradiction { evidence })?;
        let (onward, said) = (found.onward, found.said);
        Ok((Content { body: compose(&rows), records: rows.len(), replaces: Vec::new(), onward, said }, gone))
    }

    /// One search of a window.
    pub(super) async fn found(
        &self,
        object: &ObjectType,
        window: Window,
        place: &Place,
    ) -> Result<Found, Failure> {
        let (upper, limit) = (millis(window.upper), self.settings.page_size);
        let body = search::body(object.modified, place, upper, limit);
        let path = format!("/crm/v3/objects/{}/search", object.path);
        let read = |answered: Answered| {
            let page = answer::page(&answered.body, None)?;
            let (count, more) = (page.records.len() as u64, page.after.is_some());
            let total = page.total.ok_or_else(|| "the search gave no total".to_owned())?;
            // A lagging index counts what it does not show yet, which the second pass then finds. What was
            // shown late has settled by then, so there it is a contradiction.
            let lagging = window.kind != WindowKind::Second && self.settings.rules.delay > 0;
            if !more && total > count && !lagging {
                return Err(format!(
                    "the search says it is at its end with {count} rows, but its total is {total}"
                ));
            }
            let rows: Result<Vec<Row>, String> = page.records.iter().map(|r| row(object, r)).collect();
            let decision = search::decide(place, upper, &rows?, more)?;
            Ok((page.records, decision, total, more))
        };
        let (records, decision, total, more) = self.client.search(path, &body, read).await?;
        let Decision { take, next } = decision;
        let shown = records.len();
        let records =
            records.into_iter().zip(take).filter_map(|(record, take)| take.then_some(record)).collect();
        let onward = next.filter(|next| !is_over(next, upper)).map(|place| Open::Search { window, place });
        let upper = window.upper;
        let said = match u64::try_from(shown).unwrap_or(u64::MAX) {
            shown if !more && total > shown => {
                tracing::warn!(stream = %object.stream, total, shown, "search counts more than it shows yet");
                format!(
                    "the last search up to {upper} counts {total} rows and shows {shown} yet; the second pass reads them again"
                )
            }
            _ => format!("the last search up to {upper} found {total} rows and gave them all"),
        };
        Ok(Found { records, onward, said })
    }
}

fn is_over(place: &Place, upper: i64) -> bool {
    matches!(place, Place::From(lower) if *lower > upper)
}

fn row(object: &ObjectType, record: &Record) -> Result<Row, String> {
    let id = record.id.parse().map_err(|_| format!("record '{}' has no number for an id", record.id))?;
    let modified = record.text(object.modified).as_deref().and_then(Instant::parse).or(record.updated);
    let modified = modified
        .ok_or_else(|| format!("record {id} has no {}, which searches are ordered by", object.modified))?;
    Ok(Row { id, modified: millis(modified) })
}

/// A merge leaves one record, often under a new id; the others vanish without a trace of their own, so they are
/// taken for archived when the record that took them in changed, or was archived in its turn.
pub(super) fn with_merged(records: Vec<Record>) -> Result<Vec<Box<serde_json::value::RawValue>>, String> {
    let here: BTreeSet<String> = records.iter().map(|record| record.id.clone()).collect();
    let mut rows = Vec::with_capacity(records.len());
    for record in &records {
        for id in record.merged().into_iter().filter(|id| !here.contains(id)) {
            rows.push(tombstone(&id, record)?);
        }
    }
    rows.extend(records.into_iter().map(|record| record.raw));
    Ok(rows)
}
