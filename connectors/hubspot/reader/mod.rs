//! Reads pages and counts records.

mod associations;
mod batch;
mod live;
mod rejected;
mod searched;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use bytes::Bytes;
use forebay_model::{ChildSet, Cursor, StreamName};
use forebay_ports::{NextPage, PageRequest, SourceError, SourcePage};
use serde_json::value::RawValue;

use super::answer;
use super::client::Client;
use super::config::Settings;
use super::cursor::{Next, Open, Plan, Scan, Step, millis};
use super::failure::Failure;
use super::objects::{Definition, Kind, ObjectType};
use super::search;

/// When each object type's properties were asked for last, and which there were.
pub type Asked = Mutex<BTreeMap<StreamName, (std::time::Instant, BTreeSet<String>)>>;

/// Reads one stream of one portal.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub client: &'a Client,
    pub settings: &'a Settings,
    pub definition: &'a Definition,
    pub asked: &'a Asked,
}

/// A page before it is told what follows it.
struct Content {
    body: Bytes,
    records: usize,
    replaces: Vec<ChildSet>,
    /// Where the same reading goes on.
    onward: Option<Open>,
    /// What the answer said, for the proof of an end.
    said: String,
}

impl Reader<'_> {
    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let plan = self.plan();
        let step = self.step(&plan, request.cursor, &request)?;
        let content = match self.content(&request, &step).await {
            Ok(content) => content,
            Err(failure) => return Err(rejected::explain(self, request.schema, failure).await),
        };
        if let Some(gone) = content.1 {
            rejected::check(self, request.schema, gone).await?;
        }
        let content = content.0;
        let next = match content.onward {
            Some(open) => plan.onward(&step, open),
            None => plan.done(&step, request.bound),
        };
        let next = match next {
            Next::More(cursor) => NextPage::More(cursor),
            Next::End(cursor) => NextPage::End { cursor, proof: content.said },
        };
        let records = u32::try_from(content.records).unwrap_or(u32::MAX);
        Ok(SourcePage { body: content.body, records, replaces: content.replaces, next })
    }

    /// The page, and the properties that were asked for and not answered.
    async fn content(
        &self,
        request: &PageRequest<'_>,
        step: &Step,
    ) -> Result<(Content, Option<BTreeSet<String>>), Failure> {
        match self.definition {
            Definition::Association { from, to, .. } => {
                self.associations(from, to, &step.open).await.map(|content| (content, None))
            }
            Definition::Object(object) => match &step.open {
                Open::Search { window, place } => self.searched(object, request.schema, *window, place).await,
                open => self.listed(object, request.schema, open, step).await,
            },
        }
    }

    /// What searches count from the cursor on. Archived records are not counted, and neither are owners.
    pub async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        let Definition::Object(object) = self.definition else { return Ok(None) };
        if object.kind == Kind::Owners {
            return Ok(None);
        }
        let plan = self.plan();
        let step = self.step(&plan, request.cursor, &request)?;
        let mut total = 0;
        for step in plan.remaining(step, request.bound) {
            let counted = self.count_step(object, &step.open).await;
            total += counted.map_err(|failure| failure.of_stream(self.definition.stream()))?;
        }
        Ok(Some(total))
    }

    async fn count_step(&self, object: &ObjectType, open: &Open) -> Result<u64, Failure> {
        let body = match open {
            Open::Archived { .. } => return Ok(0),
            Open::Live { .. } => serde_json::json!({"filterGroups": [], "limit": 1}),
            Open::Search { window, place } => search::body(object.modified, place, millis(window.upper), 1),
        };
        self.total(object, &body).await
    }

    async fn total(&self, object: &ObjectType, body: &serde_json::Value) -> Result<u64, Failure> {
        let path = format!("/crm/v3/objects/{}/search", object.path);
        let read = |answered: super::client::Answered| {
            answer::page(&answered.body, None)?.total.ok_or_else(|| "the search gave no total".to_owned())
        };
        self.client.search(path, body, read).await
    }

    fn plan(&self) -> Plan {
        let scan = match self.definition {
            Definition::Association { .. } => Scan::Everything { every: self.settings.associations_every },
            Definition::Object(object) if object.kind == Kind::Owners => Scan::Always,
            Definition::Object(_) => Scan::Archived { every: self.settings.archived_every },
        };
        Plan { rules: self.settings.rules, scan }
    }

    fn step(
        &self,
        plan: &Plan,
        cursor: Option<&Cursor>,
        request: &PageRequest<'_>,
    ) -> Result<Step, SourceError> {
        let stream = self.definition.stream().clone();
        plan.step(cursor, request.bound).map_err(|detail| SourceError::GoneCursor { stream, detail })
    }
}

/// A page of records that came in several answers; each record as it was received.
fn compose(rows: &[Box<RawValue>]) -> Bytes {
    let size = rows.iter().map(|row| row.get().len() + 1).sum::<usize>();
    let mut body = String::with_capacity(size + 16);
    body.push_str("{\"results\":[");
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        body.push_str(row.get());
    }
    body.push_str("]}");
    Bytes::from(body)
}
