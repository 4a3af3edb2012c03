//! Record types that SuiteQL does not show, read from the record service: ids by page, then each record.

mod filter;
mod shape;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use forebay_model::{Instant, StreamName, StreamSchema};
use forebay_ports::{Access, NextPage, PageRequest, SourceError, SourcePage};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::client::Client;
use super::cursor::{Next, Plan, Position, Seen, Step};
use super::failure::Failure;
use super::schema::assemble;
use super::streams::Definition;
use crate::window::{Rules, Window};

const ROOT: &str = "/services/rest/record/v1";
/// Records of a page: each is a request of its own, and a page should not take minutes.
const RECORDS: usize = 50;
const LIST: u64 = 1_000;
/// How often ids are listed that change while they are listed.
const LISTINGS: u32 = 4;

type Ids = Arc<Vec<i64>>;

/// What the record streams of one account remember: the ids of the window being read.
#[derive(Debug, Default)]
pub struct Listed(Mutex<BTreeMap<StreamName, (Window, Ids)>>);

#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    pub client: &'a Client,
    pub definition: &'a Definition,
    pub rules: Rules,
    pub listed: &'a Listed,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "totalResults")]
    total: u64,
    #[serde(default, rename = "hasMore")]
    more: bool,
    items: Vec<Listing>,
}

#[derive(Deserialize)]
struct Listing {
    id: String,
}

impl Records<'_> {
    fn name(&self) -> &str {
        self.definition.record_type.as_deref().unwrap_or_default()
    }

    pub async fn discover(&self) -> Result<StreamSchema, SourceError> {
        let path = format!("{ROOT}/metadata-catalog/{}", self.name());
        let read = |body: Bytes| shape::columns(&body);
        let columns = self.client.get(&path, Vec::new(), "application/schema+json", read).await;
        let columns = columns.map_err(|failure| failure.of_stream(&self.definition.stream))?;
        let anchored = |schema: StreamSchema| shape::anchored(schema, &columns);
        assemble(self.definition, std::slice::from_ref(self.definition), columns.clone())
            .map(anchored)
            .ok_or_else(|| SourceError::Misconfigured {
                detail: "the connector's name is no identifier".into(),
            })
    }

    pub async fn probe(&self) -> Result<Access, SourceError> {
        let list =
            self.list(1, 0, None).await.map_err(|failure| failure.of_stream(&self.definition.stream))?;
        Ok(Access::Readable { records: Some(list.total) })
    }

    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let stream = &request.schema.stream;
        let plan = Plan { definition: self.definition, schema: request.schema, rules: self.rules };
        let step = plan.step(request.cursor, request.bound);
        let step = step.map_err(|detail| SourceError::GoneCursor { stream: stream.clone(), detail })?;
        let ids = self.ids(&step).await.map_err(|failure| failure.of_stream(stream))?;
        let after: Option<i64> =
            step.after.as_ref().and_then(|after| after.key.first()).and_then(|id| id.parse().ok());
        let begin = after.map_or(0, |after| ids.partition_point(|id| *id <= after));
        let due = ids.get(begin..ids.len().min(begin + RECORDS)).unwrap_or_default();
        let bodies = self.records(due).await.map_err(|failure| failure.of_stream(stream))?;
        let within: Vec<&Bytes> = bodies.iter().filter(|body| shape::is_within(body, &step.window)).collect();
        let records = u32::try_from(within.len()).unwrap_or(u32::MAX);
        let seen = Seen {
            last: due.last().map(|id| Position { modified: None, key: vec![id.to_string()] }),
            more: begin + due.len() < ids.len(),
            rows: records > 0,
            set: None,
        };
        let proof = format!("all {} listed records were read, {}", ids.len(), plan.describe(&step));
        let next = match plan.next(&step, seen, request.bound) {
            Next::More(cursor) => NextPage::More(cursor),
            Next::End(cursor) => NextPage::End { cursor, proof },
        };
        Ok(SourcePage { body: shape::compose(&within), records, replaces: Vec::new(), next })
    }

    /// The ids of the window, in order. Listed once, since a list is paged by number and shifts.
    async fn ids(&self, step: &Step) -> Result<Ids, Failure> {
        let mut listed = self.listed.0.lock().await;
        if let Some((window, ids)) = listed.get(&self.definition.stream)
            && *window == step.window
        {
            return Ok(ids.clone());
        }
        let ids = Arc::new(self.changed_since(step.window.lower).await?);
        listed.insert(self.definition.stream.clone(), (step.window, ids.clone()));
        Ok(ids)
    }

    /// Asked in the ways that an account may take: ISO, then as its user writes dates, then all records.
    async fn changed_since(&self, lower: Option<Instant>) -> Result<Vec<i64>, Failure> {
        let Some(lower) = lower else { return self.all(None).await };
        let mut formats = vec![filter::ISO.to_owned()];
        match self.all(Some(&filter::since(lower, filter::ISO))).await {
            Err(Failure::Refused { .. } | Failure::UnknownColumn { .. } | Failure::NotPermitted { .. }) => {
                formats.clear();
                formats.extend(self.user_format().await?);
            }
            other => return other,
        }
        for format in formats {
            match self.all(Some(&filter::since(lower, &format))).await {
                Err(
                    Failure::Refused { .. } | Failure::UnknownColumn { .. } | Failure::NotPermitted { .. },
                ) => {}
                other => return other,
            }
        }
        tracing::info!(stream = %self.definition.stream, "no filter by date is taken: all records are read");
        self.all(None).await
    }

    async fn user_format(&self) -> Result<Option<String>, Failure> {
        let path = format!("{ROOT}/preference/userPreference");
        match self
            .client
            .get(&path, Vec::new(), "application/json", |body: Bytes| filter::user_format(&body))
            .await
        {
            Ok(format) => Ok(Some(format)),
            Err(failure) if failure.is_passing() => Err(failure),
            Err(_) => Ok(None),
        }
    }

    async fn all(&self, filter: Option<&str>) -> Result<Vec<i64>, Failure> {
        for _ in 0..LISTINGS {
            if let Some(ids) = self.steadily(filter).await? {
                return Ok(ids);
            }
        }
        Err(Failure::Transient {
            detail: format!("the list of {} changes faster than it is read", self.name()),
        })
    }

    /// `None` where the list changed on the way: an id may have moved to a page that had been read.
    async fn steadily(&self, filter: Option<&str>) -> Result<Option<Vec<i64>>, Failure> {
        let (mut ids, mut offset, mut total) = (Vec::new(), 0, None);
        loop {
            let list = self.list(LIST, offset, filter).await?;
            if total.is_some_and(|total| total != list.total) {
                return Ok(None);
            }
            total = Some(list.total);
            for item in list.items {
                let id = item.id.parse().map_err(|_| Failure::Contradiction {
                    evidence: format!("the id '{}' of {} is no number", item.id, self.name()),
                })?;
                ids.push(id);
            }
            if !list.more {
                break;
            }
            offset += LIST;
        }
        ids.sort_unstable();
        ids.dedup();
        Ok((Some(ids.len() as u64) == total).then_some(ids))
    }

    async fn list(&self, limit: u64, offset: u64, filter: Option<&str>) -> Result<List, Failure> {
        let mut query = vec![("limit", limit.to_string()), ("offset", offset.to_string())];
        query.extend(filter.map(|filter| ("q", filter.to_owned())));
        let read = |body: Bytes| serde_json::from_slice::<List>(&body).map_err(|e| e.to_string());
        self.client.get(&format!("{ROOT}/{}", self.name()), query, "application/json", read).await
    }

    /// A few at once; the account's gate decides how many.
    async fn records(&self, ids: &[i64]) -> Result<Vec<Bytes>, Failure> {
        let mut bodies = Vec::with_capacity(ids.len());
        for four in ids.chunks(4) {
            let one = |place: usize| self.record(four.get(place).copied());
            let (a, b, c, d) = tokio::try_join!(one(0), one(1), one(2), one(3))?;
            bodies.extend([a, b, c, d].into_iter().flatten());
        }
        Ok(bodies)
    }

    /// `None` where it has vanished since it was listed.
    async fn record(&self, id: Option<i64>) -> Result<Option<Bytes>, Failure> {
        let Some(id) = id else { return Ok(None) };
        let query = vec![("expandSubResources", "true".to_owned())];
        let path = format!("{ROOT}/{}/{id}", self.name());
        match self.client.get(&path, query, "application/json", shape::checked).await {
            Ok(body) => Ok(Some(body)),
            Err(Failure::NotFound { .. }) => Ok(None),
            Err(Failure::Refused { detail }) => Err(Failure::Contradiction {
                evidence: format!("record {id} of {} is listed, but cannot be read: {detail}", self.name()),
            }),
            Err(failure) => Err(failure),
        }
    }
}
