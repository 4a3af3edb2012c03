//! Deletions that no query shows: records that were purged for good between two runs. The org keeps a log of
//! deletions (REST API Developer Guide, "sObject Get Deleted"), up to 15 days back, by whole minutes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use forebay_model::{Cursor, Instant};
use forebay_ports::{NextPage, PageRequest, SourceError, SourcePage};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::Client;
use super::failure::Failure;
use super::instant::{literal, minute, parse};
use super::reader::{is_said_empty, shows_rows};

/// What the log covers at most.
const KEPT_SECONDS: i64 = 15 * 86_400 - 3_600;
/// Objects asked for before a page without records is given.
const TOGETHER: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bookmark {
    v: u8,
    /// Deletions up to here are known.
    covered: Instant,
    /// Objects whose log was read, ever: one that is not offered now may be again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    seen: BTreeSet<String>,
    /// Objects of which less is known, because a change was under way when the log was read, or because they
    /// were not offered then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    behind: BTreeMap<String, Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Open>,
}

/// A reading of the log that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    upto: Instant,
    /// The last object asked for.
    after: String,
}

#[derive(Debug, Deserialize)]
struct Log {
    #[serde(rename = "deletedRecords")]
    records: Vec<Entry>,
    #[serde(default, rename = "latestDateCovered")]
    latest: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    #[serde(rename = "deletedDate")]
    at: String,
}

/// Reads the log of `objects`.
#[derive(Debug, Clone, Copy)]
pub struct Deletions<'a> {
    pub client: &'a Client,
    /// In any order, without doubles.
    pub objects: &'a [String],
    /// Seconds between two readings.
    pub every: i64,
    pub overlap: i64,
}

impl Deletions<'_> {
    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let stream = &request.schema.stream;
        let gone =
            |e: serde_json::Error| SourceError::GoneCursor { stream: stream.clone(), detail: e.to_string() };
        let bookmark = match request.cursor {
            // What was deleted before the first load is in no table.
            None => {
                return Ok(end(
                    self.fresh(request.bound),
                    "nothing was read before this run that could be deleted",
                ));
            }
            Some(cursor) => serde_json::from_str::<Bookmark>(cursor.as_str()).map_err(gone)?,
        };
        let upto = bookmark.open.as_ref().map_or_else(|| minute(request.bound), |open| open.upto);
        if bookmark.open.is_none() && upto < bookmark.covered.plus_seconds(self.every) {
            let proof =
                format!("deletions are known up to {}; the log is read again later", bookmark.covered);
            return Ok(end(bookmark, &proof));
        }
        self.next(bookmark, upto).await.map_err(|failure| failure.of_stream(stream))
    }

    fn fresh(&self, bound: Instant) -> Bookmark {
        let seen = self.objects.iter().cloned().collect();
        Bookmark { v: 1, covered: minute(bound), seen, behind: BTreeMap::new(), open: None }
    }

    /// Asks object by object, until one has deletions.
    async fn next(&self, mut bookmark: Bookmark, upto: Instant) -> Result<SourcePage, Failure> {
        self.remember_absent(&mut bookmark);
        let after = bookmark.open.take().map(|open| open.after);
        let mut objects: Vec<&String> = self.objects.iter().collect();
        objects.sort();
        let left = objects.into_iter().filter(|object| after.as_ref().is_none_or(|after| *object > after));
        for (asked, object) in left.enumerate() {
            let log = self.log(object, self.start(&bookmark, object, upto), upto).await?;
            let known = bookmark.behind.get(object).copied().unwrap_or(bookmark.covered);
            let latest = log.as_ref().and_then(|log| log.latest.as_deref()).and_then(parse);
            match (&log, latest) {
                // It is asked again next time, from where it is known.
                (None, _) => bookmark.behind.insert(object.clone(), known),
                (Some(_), Some(latest)) if latest < upto => bookmark.behind.insert(object.clone(), latest),
                (Some(_), _) => bookmark.behind.remove(object),
            };
            let records = log.map(|log| log.records).unwrap_or_default();
            if !records.is_empty() || asked + 1 == TOGETHER {
                bookmark.open = Some(Open { upto, after: object.clone() });
                let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
                let next = NextPage::More(cursor(&bookmark));
                return Ok(SourcePage {
                    body: body(object, records),
                    records: count,
                    replaces: Vec::new(),
                    next,
                });
            }
        }
        bookmark.covered = upto;
        bookmark.seen.extend(self.objects.iter().cloned());
        // The log of what has been away for longer is gone.
        bookmark.behind.retain(|_, known| *known >= upto.plus_seconds(-KEPT_SECONDS));
        let behind: Vec<String> =
            bookmark.behind.iter().map(|(object, at)| format!("{object} up to {at}")).collect();
        let but = if behind.is_empty() { String::new() } else { format!(", but {} only", behind.join(", ")) };
        let proof =
            format!("the log of deletions is read up to {upto}, of {} objects{but}", self.objects.len());
        Ok(end(bookmark, &proof))
    }

    /// An object whose permission is withdrawn is asked for again from where it is known, when it is back.
    fn remember_absent(&self, bookmark: &mut Bookmark) {
        let Bookmark { seen, behind, covered, .. } = bookmark;
        for object in seen.iter().filter(|object| !self.objects.contains(object)) {
            behind.entry(object.clone()).or_insert(*covered);
        }
    }

    fn start(&self, bookmark: &Bookmark, object: &str, upto: Instant) -> Instant {
        let known = bookmark.behind.get(object).copied().unwrap_or(bookmark.covered);
        let kept = upto.plus_seconds(-KEPT_SECONDS);
        if known < kept {
            tracing::warn!(object, since = %known, upto = %kept, "the log of deletions does not reach back so far: records purged in this time stay");
        }
        minute(known.plus_seconds(-self.overlap).max(kept)).min(upto.plus_seconds(-120))
    }

    /// `None` where the log may not be read now.
    async fn log(&self, object: &str, start: Instant, end: Instant) -> Result<Option<Log>, Failure> {
        let path = format!("/sobjects/{object}/deleted");
        let query = vec![("start", literal(start)), ("end", literal(end))];
        let read = |answer: super::client::Answer| {
            let log: Log =
                serde_json::from_slice(&answer.body).map_err(|e| format!("no log of deletions: {e}"))?;
            let odd = log.records.iter().find(|entry| parse(&entry.at).is_none());
            odd.map_or(Ok(()), |entry| Err(format!("a deletion at '{}' has no time", entry.at)))?;
            Ok(log)
        };
        match self.client.get(&path, query, read).await {
            Ok(log) if log.records.is_empty() && !self.is_seen(object).await? => {
                tracing::warn!(
                    object,
                    "no row of the object is seen: that its log of deletions is empty proves nothing, and it is asked for again next time"
                );
                Ok(None)
            }
            Ok(log) => Ok(Some(log)),
            Err(failure @ (Failure::NotPermitted { .. } | Failure::NotFound { .. })) => {
                tracing::warn!(object, reason = ?failure, "the object's log of deletions may not be read; it is asked for again next time");
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Whether an empty log can be believed: the object shows rows, or the org itself says that it has none.
    /// Sharing that hides every row may hide deletions too.
    async fn is_seen(&self, object: &str) -> Result<bool, Failure> {
        match shows_rows(self.client, object).await {
            Ok(true) => Ok(true),
            Ok(false) => is_said_empty(self.client, object).await,
            Err(Failure::NotPermitted { .. } | Failure::NotFound { .. }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

fn cursor(bookmark: &Bookmark) -> Cursor {
    // A struct of texts and numbers always serializes.
    Cursor::new(serde_json::to_string(bookmark).unwrap_or_default())
}

fn end(bookmark: Bookmark, proof: &str) -> SourcePage {
    let next = NextPage::End { cursor: cursor(&bookmark), proof: proof.to_owned() };
    SourcePage {
        body: Bytes::from_static(b"{\"deletedRecords\":[]}"),
        records: 0,
        replaces: Vec::new(),
        next,
    }
}

/// The log's records, each with its object, which the log leaves to the address.
fn body(object: &str, records: Vec<Entry>) -> Bytes {
    let records: Vec<_> = records
        .into_iter()
        .map(|entry| json!({ "object": object, "id": entry.id, "deletedDate": entry.at }))
        .collect();
    Bytes::from(json!({ "deletedRecords": records }).to_string())
}
