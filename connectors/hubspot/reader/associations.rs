//! Associations: of every record, or of those that changed; always all of a record's.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use forebay_model::{ChildSet, Instant, RecordKey};
use serde::Serialize;
use serde_json::json;

use super::{Content, Reader};
use crate::hubspot::answer::{self, Association, Record};
use crate::hubspot::client::Answered;
use crate::hubspot::cursor::Open;
use crate::hubspot::failure::Failure;
use crate::hubspot::objects::ObjectType;

/// Records in one batch, which HubSpot limits to 1,000; and pages of a list to fill it with.
const PAGES_AT_ONCE: usize = 10;
const MAX_BATCH: usize = 1_000;

#[derive(Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    association: &'a Association,
    from_modified: Instant,
}

impl Reader<'_> {
    pub(super) async fn associations(
        &self,
        from: &ObjectType,
        to: &ObjectType,
        open: &Open,
    ) -> Result<Content, Failure> {
        let (records, onward, said) = match open {
            Open::Search { window, place } => {
                let found = self.found(from, *window, place).await?;
                (found.records, found.onward, found.said)
            }
            open => self.many(from, open).await?,
        };
        let mut parents = BTreeMap::new();
        for record in records {
            let Record { id, updated, .. } = record;
            let modified = updated.ok_or_else(|| Failure::Contradiction {
                evidence: format!("record {id} of {} has no updatedAt", from.stream),
            })?;
            parents.insert(id, modified);
        }
        let (items, missing) = self.of_parents(from, to, &parents).await?;
        let rows: Vec<Item<'_>> = items
            .iter()
            .filter_map(|association| {
                let from_modified = *parents.get(&association.from_id)?;
                Some(Item { association, from_modified })
            })
            .collect();
        let there = parents.iter().filter(|(id, _)| !missing.contains(*id));
        let replaces = there
            .map(|(id, modified)| ChildSet { parent: RecordKey::from_text(id.clone()), modified: *modified })
            .collect();
        let body = serde_json::to_vec(&json!({ "items": rows }))
            .map_err(|e| Failure::Contradiction { evidence: e.to_string() })?;
        Ok(Content { records: rows.len(), body: Bytes::from(body), replaces, onward, said })
    }

    /// Some pages of living records at once, to fill a batch.
    async fn many(
        &self,
        from: &ObjectType,
        open: &Open,
    ) -> Result<(Vec<Record>, Option<Open>, String), Failure> {
        let Open::Live { window, after } = open else {
            return Err(Failure::Contradiction { evidence: "associations have no archive".into() });
        };
        let (mut after, mut records) = (after.clone(), Vec::new());
        for _ in 0..PAGES_AT_ONCE {
            let page = self.living(from, after.as_deref(), self.settings.page_size).await?;
            records.extend(page.records);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        let onward = after.map(|after| Open::Live { window: *window, after: Some(after) });
        let said = format!("the list of {} ended without paging.next", from.stream);
        Ok((records, onward, said))
    }

    /// All associations of these records, and which records are gone.
    async fn of_parents(
        &self,
        from: &ObjectType,
        to: &ObjectType,
        parents: &BTreeMap<String, Instant>,
    ) -> Result<(Vec<Association>, BTreeSet<String>), Failure> {
        let mut inputs: Vec<(String, Option<String>)> = parents.keys().map(|id| (id.clone(), None)).collect();
        let (mut items, mut missing) = (Vec::new(), BTreeSet::new());
        while !inputs.is_empty() {
            let rest = inputs.split_off(inputs.len().min(MAX_BATCH));
            let now = std::mem::replace(&mut inputs, rest);
            let found = self.batch_of_associations(from, to, &now).await?;
            items.extend(found.items);
            missing.extend(found.missing);
            inputs.extend(found.more.into_iter().map(|(id, after)| (id, Some(after))));
        }
        Ok((items, missing))
    }

    async fn batch_of_associations(
        &self,
        from: &ObjectType,
        to: &ObjectType,
        asked: &[(String, Option<String>)],
    ) -> Result<answer::Associations, Failure> {
        let path = format!("/crm/v4/associations/{}/{}/batch/read", from.path, to.path);
        let input = |(id, after): &(String, Option<String>)| match after {
            Some(after) => json!({"id": id, "after": after}),
            None => json!({ "id": id }),
        };
        let body = json!({"inputs": asked.iter().map(input).collect::<Vec<_>>()});
        let read = |answered: Answered| {
            let found = answer::associations(&answered.body)?;
            let again = |(id, after): &&(String, String)| {
                asked.iter().any(|a| a.0 == *id && a.1.as_ref() == Some(after))
            };
            if let Some((id, after)) = found.more.iter().find(again) {
                return Err(format!(
                    "record {id}: paging.next is {after} again: its associations do not move on"
                ));
            }
            match found.items.iter().find(|item| !asked.iter().any(|a| a.0 == item.from_id)) {
                Some(stranger) => Err(format!("record {} was not asked for", stranger.from_id)),
                None => Ok(found),
            }
        };
        self.client.post(path, &body, read).await
    }
}
