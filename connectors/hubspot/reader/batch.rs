//! Batch reads: whole records by id.

use std::collections::BTreeMap;

use serde_json::json;

use super::Reader;
use crate::hubspot::answer::{self, Record};
use crate::hubspot::client::Answered;
use crate::hubspot::failure::Failure;
use crate::hubspot::objects::ObjectType;

/// Ids in one batch.
const MAX_BATCH: usize = 100;
/// Characters of property names in one request.
const MAX_NAMES: usize = 30_000;
/// How often a record may change between two parts of it.
const MAX_READINGS: u32 = 5;

impl Reader<'_> {
    /// The records of these ids as they are now; those that are gone are left out.
    pub(super) async fn batch(
        &self,
        object: &ObjectType,
        names: &[String],
        ids: &[String],
        archived: bool,
    ) -> Result<Vec<Record>, Failure> {
        let chunks = chunks(names, MAX_NAMES);
        let mut records = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MAX_BATCH) {
            records.extend(self.batch_of(object, &chunks, ids, archived).await?);
        }
        Ok(records)
    }

    async fn batch_of(
        &self,
        object: &ObjectType,
        chunks: &[&[String]],
        ids: &[String],
        archived: bool,
    ) -> Result<Vec<Record>, Failure> {
        let Some((first, others)) = chunks.split_first() else { return Ok(Vec::new()) };
        let (mut whole, mut wanted) = (Vec::new(), ids.to_vec());
        for _ in 0..MAX_READINGS {
            let mut changed = Vec::new();
            let mut records = self.part(object, first, &wanted, archived).await?;
            for names in others {
                let part = self.part(object, names, &wanted, archived).await?;
                records = merge(records, part, &mut changed)
                    .map_err(|evidence| Failure::Contradiction { evidence })?;
            }
            whole.extend(records);
            if changed.is_empty() {
                return Ok(whole);
            }
            wanted = changed;
        }
        Err(Failure::Contradiction {
            evidence: format!("record {} changed between its parts {MAX_READINGS} times", wanted.join(", ")),
        })
    }

    async fn part(
        &self,
        object: &ObjectType,
        names: &[String],
        ids: &[String],
        archived: bool,
    ) -> Result<Vec<Record>, Failure> {
        let path = format!("/crm/v3/objects/{}/batch/read?archived={archived}", object.path);
        let inputs: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
        let body = json!({"properties": names, "inputs": inputs});
        self.client.post(path, &body, |answered: Answered| answer::batch(&answered.body, ids)).await
    }
}

/// Splits names so that each part has at most so many characters.
fn chunks(names: &[String], most: usize) -> Vec<&[String]> {
    let (mut parts, mut start, mut size) = (Vec::new(), 0, 0);
    for (place, name) in names.iter().enumerate() {
        if size + name.len() + 3 > most && place > start {
            parts.push(&names[start..place]);
            (start, size) = (place, 0);
        }
        size += name.len() + 3;
    }
    parts.push(&names[start..]);
    parts
}

/// Joins two parts of records. A record that changed between them is left out and named.
fn merge(records: Vec<Record>, part: Vec<Record>, changed: &mut Vec<String>) -> Result<Vec<Record>, String> {
    let mut part: BTreeMap<String, Record> = part.into_iter().map(|r| (r.id.clone(), r)).collect();
    let mut merged = Vec::with_capacity(records.len());
    for record in records {
        match part.remove(&record.id) {
            Some(more) if more.updated == record.updated => merged.push(record.with(more)?),
            _ => changed.push(record.id),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, updated: &str, property: &str) -> Record {
        let body = format!(
            r#"{{"results":[{{"id":"{id}","updatedAt":"2026-03-02T00:00:0{updated}Z","properties":{{"{property}":"x"}}}}]}}"#
        );
        answer::page(body.as_bytes(), None).unwrap().records.remove(0)
    }

    #[test]
    fn names_are_split_where_a_request_is_full() {
        let names: Vec<String> = (0..10).map(|n| format!("name{n}")).collect();
        let sizes: Vec<usize> = chunks(&names, 24).iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [3, 3, 3, 1]);
        assert_eq!(chunks(&names, 5).len(), 10);
        assert_eq!(chunks(&[], 5).len(), 1);
    }

    #[test]
    fn a_record_that_changed_between_its_parts_is_read_again() {
        let mut changed = Vec::new();
        let first = vec![record("1", "1", "a"), record("2", "1", "a"), record("3", "1", "a")];
        let merged = merge(first, vec![record("1", "1", "b"), record("2", "5", "b")], &mut changed).unwrap();
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].properties.len(), 2);
        assert_eq!(changed, ["2", "3"]);
    }
}
