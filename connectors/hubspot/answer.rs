//! Reads answers just far enough; records keep their own bytes. Pure.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::Instant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A record, whole and as far as reading needs it.
#[derive(Debug, Clone)]
pub struct Record {
    pub raw: Box<RawValue>,
    pub id: String,
    pub updated: Option<Instant>,
    pub archived_at: Option<Instant>,
    /// Values of properties by name; a value that is null is there as well.
    pub properties: BTreeMap<String, Box<RawValue>>,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    #[serde(default, rename = "updatedAt")]
    updated: Option<String>,
    #[serde(default, rename = "archivedAt")]
    archived_at: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, Box<RawValue>>,
}

impl Record {
    fn read(raw: Box<RawValue>) -> Result<Self, String> {
        let head: Head =
            serde_json::from_str(raw.get()).map_err(|e| format!("a record cannot be read: {e}"))?;
        let at = |text: Option<String>| text.as_deref().and_then(Instant::parse);
        Ok(Self {
            raw,
            id: head.id,
            updated: at(head.updated),
            archived_at: at(head.archived_at),
            properties: head.properties,
        })
    }

    /// A property that holds text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.properties.get(name)?.get()).ok()
    }

    /// Ids of records that were merged into this one.
    pub fn merged(&self) -> Vec<String> {
        let text = self.text("hs_merged_object_ids").unwrap_or_default();
        text.split([';', ','])
            .map(str::trim)
            .filter(|id| !id.is_empty() && *id != self.id)
            .map(str::to_owned)
            .collect()
    }

    /// With the properties that another answer gave of the same record.
    pub fn with(self, more: Record) -> Result<Self, String> {
        let mut fields: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(self.raw.get()).map_err(|e| e.to_string())?;
        let mut properties = self.properties;
        properties.extend(more.properties);
        fields.insert(
            "properties".into(),
            serde_json::value::to_raw_value(&properties).map_err(|e| e.to_string())?,
        );
        Self::read(serde_json::value::to_raw_value(&fields).map_err(|e| e.to_string())?)
    }
}

#[derive(Deserialize)]
struct RawPage {
    results: Vec<Box<RawValue>>,
    #[serde(default)]
    total: Option<u64>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
struct Paging {
    #[serde(default)]
    next: Option<Next>,
}

#[derive(Debug, Deserialize)]
struct Next {
    after: String,
}

/// A page of a list or a search.
#[derive(Debug)]
pub struct Page {
    pub records: Vec<Record>,
    pub total: Option<u64>,
    /// Where the next page starts.
    pub after: Option<String>,
}

/// Reads a page and checks it against itself and against the place it was asked from.
pub fn page(body: &[u8], from: Option<&str>) -> Result<Page, String> {
    let raw: RawPage = serde_json::from_slice(body)
        .map_err(|e| format!("the answer of {} bytes is no page of records: {e}", body.len()))?;
    let after = raw.paging.and_then(|paging| paging.next).map(|next| next.after);
    let records: Result<Vec<Record>, String> = raw.results.into_iter().map(Record::read).collect();
    let page = Page { records: records?, total: raw.total, after };
    if let Some(after) = &page.after {
        if page.records.is_empty() {
            return Err(format!("paging.next is {after}, but the page holds no record"));
        }
        if from == Some(after.as_str()) {
            return Err(format!("paging.next is {after} again: the list does not move on"));
        }
    }
    Ok(page)
}

#[derive(Deserialize)]
struct RawBatch<T> {
    results: Vec<T>,
    #[serde(default)]
    errors: Vec<BatchError>,
    #[serde(default, rename = "numErrors")]
    count: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct BatchError {
    #[serde(default)]
    category: String,
    #[serde(default, rename = "subCategory")]
    sub_category: Option<serde_json::Value>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    context: BTreeMap<String, Vec<String>>,
}

/// Checks the single errors of a batch (HTTP 207): not to be found, and to have no associations, are answers.
/// Gives the ids that were not found.
fn missing(errors: &[BatchError], count: Option<u64>) -> Result<BTreeSet<String>, String> {
    if count.is_some_and(|count| count > errors.len() as u64) {
        return Err(format!("the batch had {} errors but tells of {}", count.unwrap_or(0), errors.len()));
    }
    let mut ids = BTreeSet::new();
    for error in errors {
        let none =
            error.sub_category.as_ref().is_some_and(|s| s.to_string().contains("NO_ASSOCIATIONS_FOUND"));
        match error.category.as_str() {
            _ if none => {}
            "OBJECT_NOT_FOUND" => ids.extend(error.context.values().flatten().cloned()),
            category => return Err(format!("part of the batch failed: {category}: {}", error.message)),
        }
    }
    Ok(ids)
}

/// Reads a batch of records. Every id that was asked for must have been answered: by its record, by the
/// record it was merged into, or as not found.
pub fn batch(body: &[u8], asked: &[String]) -> Result<Vec<Record>, String> {
    let raw: RawBatch<Box<RawValue>> = serde_json::from_slice(body)
        .map_err(|e| format!("the answer of {} bytes is no batch of records: {e}", body.len()))?;
    let records: Result<Vec<Record>, String> = raw.results.into_iter().map(Record::read).collect();
    let records = records?;
    let mut answered = missing(&raw.errors, raw.count)?;
    answered.extend(records.iter().flat_map(|r| r.merged().into_iter().chain([r.id.clone()])));
    let silent: Vec<&String> = asked.iter().filter(|id| !answered.contains(*id)).collect();
    let strangers = records.iter().any(|r| !asked.contains(&r.id));
    match silent.first() {
        // A record that took in others may stand for them without saying so.
        Some(id) if !strangers => Err(format!(
            "of {} ids that were asked for, {} were not answered, such as {id}",
            asked.len(),
            silent.len()
        )),
        _ => Ok(records),
    }
}

/// One association.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Association {
    pub from_id: String,
    pub to_id: String,
    pub type_id: i64,
    pub category: Option<String>,
    pub label: Option<String>,
}

#[derive(Deserialize)]
struct From {
    from: Id,
    #[serde(default)]
    to: Vec<To>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct To {
    #[serde(rename = "toObjectId")]
    id: serde_json::Value,
    #[serde(default, rename = "associationTypes")]
    types: Vec<TypeOf>,
}

#[derive(Deserialize)]
struct TypeOf {
    #[serde(rename = "typeId")]
    id: i64,
    category: Option<String>,
    label: Option<String>,
}

/// What a batch of associations says.
#[derive(Debug, Default)]
pub struct Associations {
    pub items: Vec<Association>,
    /// Records with more of them: id and where to go on.
    pub more: Vec<(String, String)>,
    /// Records that do not exist any more.
    pub missing: BTreeSet<String>,
}

/// Reads a batch of associations.
pub fn associations(body: &[u8]) -> Result<Associations, String> {
    let raw: RawBatch<From> = serde_json::from_slice(body)
        .map_err(|e| format!("the answer of {} bytes is no batch of associations: {e}", body.len()))?;
    let mut all = Associations { missing: missing(&raw.errors, raw.count)?, ..Associations::default() };
    for from in raw.results {
        let from_id = from.from.id;
        if let Some(next) = from.paging.and_then(|paging| paging.next) {
            all.more.push((from_id.clone(), next.after));
        }
        for to in from.to {
            let to_id = to.id.as_str().map_or_else(|| to.id.to_string(), str::to_owned);
            all.items.extend(to.types.into_iter().map(|t| Association {
                from_id: from_id.clone(),
                to_id: to_id.clone(),
                type_id: t.id,
                category: t.category,
                label: t.label,
            }));
        }
    }
    Ok(all)
}

/// What is left of a record that was merged into `winner`.
pub fn tombstone(id: &str, winner: &Record) -> Result<Box<RawValue>, String> {
    let at = winner.updated.map(|at| at.to_string());
    let row =
        serde_json::json!({"id": id, "archived": true, "updatedAt": at, "archivedAt": at, "properties": {}});
    serde_json::value::to_raw_value(&row).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_contradicts_itself_is_caught() {
        let of = |body: &str, from| page(body.as_bytes(), from).map(|p| p.records.len());
        assert_eq!(
            of(r#"{"results":[{"id":"1","properties":{}}],"paging":{"next":{"after":"2"}}}"#, None),
            Ok(1)
        );
        assert!(
            of(r#"{"results":[],"paging":{"next":{"after":"2"}}}"#, None).unwrap_err().contains("no record")
        );
        assert!(
            of(r#"{"results":[{"id":"1"}],"paging":{"next":{"after":"2"}}}"#, Some("2"))
                .unwrap_err()
                .contains("move on")
        );
        assert!(of(r#"{"results":[{"id":"1""#, None).unwrap_err().contains("no page"));
        assert!(of("<html>", None).is_err() && of(r#"{"results":[{}]}"#, None).is_err());
    }

    #[test]
    fn every_id_of_a_batch_is_answered() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let body = br#"{"results":[{"id":"9","properties":{"hs_merged_object_ids":"1;2"}}],"numErrors":1,
            "errors":[{"category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["3"]}}]}"#;
        assert_eq!(batch(body, &ids(&["1", "2", "3", "9"])).unwrap().len(), 1);
        let one = br#"{"results":[{"id":"1","properties":{}}]}"#;
        assert!(batch(one, &ids(&["1", "2"])).unwrap_err().contains("such as 2"));
        let failed = br#"{"results":[],"errors":[{"category":"INTERNAL_ERROR","message":"x"}]}"#;
        assert!(batch(failed, &[]).unwrap_err().contains("INTERNAL_ERROR"));
        assert!(batch(br#"{"results":[],"numErrors":2,"errors":[]}"#, &[]).is_err());
    }

    #[test]
    fn chunks_of_one_record_become_one() {
        let of = |body: &[u8]| page(body, None).unwrap().records.remove(0);
        let a = of(br#"{"results":[{"id":"1","properties":{"a":"1","hs_object_id":"1"},"updatedAt":"2026-03-02T00:00:00.5Z"}]}"#);
        let b = of(br#"{"results":[{"id":"1","properties":{"b":null,"hs_object_id":"1"}}]}"#);
        let both = a.with(b).unwrap();
        assert_eq!(both.properties.keys().collect::<Vec<_>>(), ["a", "b", "hs_object_id"]);
        assert!(both.updated.is_some() && both.raw.get().contains(r#""b":null"#));
    }

    #[test]
    fn no_associations_are_an_answer_and_more_of_them_are_asked_for() {
        let body = br#"{"results":[{"from":{"id":"1"},"to":[{"toObjectId":7,"associationTypes":[
            {"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"},{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}]}],
            "paging":{"next":{"after":"x"}}}],"numErrors":2,"errors":[
            {"category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["2"]}},
            {"category":"OBJECT_NOT_FOUND","context":{"ids":["3"]}}]}"#;
        let all = associations(body).unwrap();
        assert_eq!((all.items.len(), all.items[0].to_id.as_str()), (2, "7"));
        assert_eq!(all.more, [("1".to_owned(), "x".to_owned())]);
        assert_eq!(all.missing.into_iter().collect::<Vec<_>>(), ["3"]);
    }
}
