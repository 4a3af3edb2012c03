//! Lists: living records in the first window, archived ones, owners.

use std::collections::BTreeSet;

use forebay_model::{Instant, StreamSchema};

use super::searched::with_merged;
use super::{Content, Reader, compose};
use crate::hubspot::answer::{self, Page};
use crate::hubspot::client::Answered;
use crate::hubspot::cursor::{Open, Step};
use crate::hubspot::failure::Failure;
use crate::hubspot::objects::{Kind, ObjectType};
use crate::hubspot::schema;

/// Lists give at most so many records.
const MAX_LISTED: u32 = 100;
/// Addresses longer than this are refused with 414.
const MAX_ADDRESS: usize = 15_000;
/// How much earlier than the last reading an archived record may say it was archived, and still be new to it.
const ARCHIVE_OVERLAP: i64 = 7_200;

impl Reader<'_> {
    /// One page of a list.
    pub(super) async fn listed(
        &self,
        object: &ObjectType,
        schema: &StreamSchema,
        open: &Open,
        step: &Step,
    ) -> Result<(Content, Option<BTreeSet<String>>), Failure> {
        let (after, archived) = match open {
            Open::Live { after, .. } => (after.as_deref(), false),
            Open::Archived { after, .. } => (after.as_deref(), true),
            Open::Search { .. } => (None, false),
        };
        let names = schema::properties(schema);
        let limit = self.settings.page_size.min(MAX_LISTED);
        let bare = list_path(object, archived, after, limit);
        let full =
            if names.is_empty() { bare.clone() } else { format!("{bare}&properties={}", names.join(",")) };
        let fits = self.client.address_length(&full) <= MAX_ADDRESS;
        let path = if fits { full } else { bare };
        let read = |answered: Answered| Ok((answer::page(&answered.body, after)?, answered.body));
        let (page, body) = self.client.get(path, read).await?;
        if page.records.is_empty() && after.is_none() && !archived {
            self.prove_empty(object).await?;
        }
        let onward = page.after.clone().map(|after| goes_on(open, after));
        let said = said(&page, archived);
        let count = page.records.len();
        // An archive is read from its beginning each time; what it held before need not land again.
        let since = step.bookmark.scanned.filter(|_| archived && object.kind == Kind::Crm);
        if count == 0 || since.is_some_and(|since| !holds_news(&page, since)) {
            return Ok((
                Content { body: compose(&[]), records: 0, replaces: Vec::new(), onward, said },
                None,
            ));
        }
        let records = if fits {
            page.records
        } else {
            let ids: Vec<String> = page.records.into_iter().map(|record| record.id).collect();
            self.batch(object, &names, &ids, archived).await?
        };
        let gone = unanswered(&names, records.iter().map(|r| &r.properties));
        let took_in = archived && records.iter().any(|record| !record.merged().is_empty());
        if fits && !took_in {
            return Ok((Content { body, records: count, replaces: Vec::new(), onward, said }, gone));
        }
        let rows = if archived {
            // No search finds a record any more that took in others and was archived before its change was read.
            with_merged(records).map_err(|evidence| Failure::Contradiction { evidence })?
        } else {
            records.into_iter().map(|record| record.raw).collect()
        };
        Ok((Content { body: compose(&rows), records: rows.len(), replaces: Vec::new(), onward, said }, gone))
    }

    /// An empty list is looked at twice.
    async fn prove_empty(&self, object: &ObjectType) -> Result<(), Failure> {
        if object.kind == Kind::Owners {
            return Ok(());
        }
        match self.total(object, &serde_json::json!({"filterGroups": [], "limit": 1})).await? {
            0 => Ok(()),
            total => Err(Failure::Contradiction {
                evidence: format!(
                    "the list of {} is empty, but a search finds {total} records",
                    object.stream
                ),
            }),
        }
    }

    /// Ids and modification times of living records, for what is read of each.
    pub(super) async fn living(
        &self,
        object: &ObjectType,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page, Failure> {
        let path = format!(
            "{}&properties={}",
            list_path(object, false, after, limit.min(MAX_LISTED)),
            object.modified
        );
        self.client.get(path, |answered: Answered| answer::page(&answered.body, after)).await
    }
}

fn list_path(object: &ObjectType, archived: bool, after: Option<&str>, limit: u32) -> String {
    let base = match object.kind {
        Kind::Crm => format!("/crm/v3/objects/{}", object.path),
        Kind::Owners => "/crm/v3/owners".to_owned(),
    };
    let after = after.map_or_else(String::new, |after| {
        let escaped: String = url::form_urlencoded::byte_serialize(after.as_bytes()).collect();
        format!("&after={escaped}")
    });
    format!("{base}?limit={limit}&archived={archived}{after}")
}

fn goes_on(open: &Open, after: String) -> Open {
    match open {
        Open::Archived { bound, .. } => Open::Archived { bound: *bound, after: Some(after) },
        Open::Live { window, .. } | Open::Search { window, .. } => {
            Open::Live { window: *window, after: Some(after) }
        }
    }
}

fn said(page: &Page, archived: bool) -> String {
    let what = if archived { "archived records" } else { "records" };
    format!("the list of {what} ended with a page of {} and no paging.next", page.records.len())
}

fn holds_news(page: &Page, since: Instant) -> bool {
    let since = since.plus_seconds(-ARCHIVE_OVERLAP);
    page.records.iter().any(|record| record.archived_at.is_none_or(|at| at >= since))
}

/// The properties that no record has, not even as null.
pub(super) fn unanswered<'r, V: 'r>(
    names: &[String],
    records: impl Iterator<Item = &'r std::collections::BTreeMap<String, V>> + Clone,
) -> Option<BTreeSet<String>> {
    records.clone().next()?;
    let absent = |name: &&String| !records.clone().any(|properties| properties.contains_key(name.as_str()));
    let gone: BTreeSet<String> = names.iter().filter(absent).cloned().collect();
    (!gone.is_empty()).then_some(gone)
}
