//! Recorded events: `<directory>/<hub>/<partition>.jsonl`, one JSON object a line, followed as they grow.
//!
//! A line is `{"body":"text"}` or `{"bodyBase64":"…"}`, with `partitionKey`, `properties` and
//! `enqueuedTime` (RFC 3339) where wanted. The line's number from 0 is its sequence number, its position in
//! bytes its offset. For tests, and for replaying what was recorded without a broker.

use super::Address;
use super::source::{Event, EventSource, PartitionReader};
use anyhow::{Context as _, bail};
use base64::Engine as _;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::Instant;

const POLL: Duration = Duration::from_millis(20);

/// Events in files.
#[derive(Debug, Clone)]
pub struct FileSource {
    directory: PathBuf,
}

impl FileSource {
    /// Nothing is read yet.
    #[must_use]
    pub const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }
}

impl EventSource for FileSource {
    fn partitions<'a>(&'a self, hub: &'a str) -> BoxFuture<'a, anyhow::Result<Vec<String>>> {
        let folder = self.directory.join(hub);
        Box::pin(async move { list(&folder) })
    }

    fn open<'a>(
        &'a self,
        address: &'a Address,
        after: Option<i64>,
    ) -> BoxFuture<'a, anyhow::Result<Box<dyn PartitionReader>>> {
        let path = self.directory.join(&address.hub).join(format!("{}.jsonl", address.partition));
        let next = after.map_or(0, |after| after.saturating_add(1));
        Box::pin(async move {
            std::fs::metadata(&path).with_context(|| format!("no partition at {}", path.display()))?;
            Ok(Box::new(FileReader { path, next }) as Box<dyn PartitionReader>)
        })
    }
}

fn list(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("no event hub at {}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut partitions: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".jsonl")?.to_owned())).collect();
    if partitions.is_empty() {
        bail!("no <partition>.jsonl in {}", folder.display());
    }
    partitions.sort();
    Ok(partitions)
}

struct FileReader {
    path: PathBuf,
    next: i64,
}

impl PartitionReader for FileReader {
    fn receive(&mut self, max: usize, wait: Duration) -> BoxFuture<'_, anyhow::Result<Vec<Event>>> {
        Box::pin(async move {
            let deadline = Instant::now() + wait;
            loop {
                let text = std::fs::read(&self.path)?;
                let events = read(&text, self.next, max)?;
                if let Some(last) = events.last() {
                    self.next = last.sequence_number + 1;
                    return Ok(events);
                }
                if Instant::now() >= deadline {
                    return Ok(events);
                }
                tokio::time::sleep(POLL).await;
            }
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    body: Option<String>,
    body_base64: Option<String>,
    partition_key: Option<String>,
    #[serde(default)]
    properties: Map<String, Value>,
    enqueued_time: Option<Stamp>,
}

#[derive(Deserialize)]
struct Stamp(#[serde(with = "crate::instant::offset")] OffsetDateTime);

/// A last line without its end is still being written.
fn read(text: &[u8], from: i64, max: usize) -> anyhow::Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut offset = 0;
    for (line, sequence_number) in text.split_inclusive(|byte| *byte == b'\n').zip(0_i64..) {
        if events.len() == max || !line.ends_with(b"\n") {
            break;
        }
        if sequence_number >= from {
            let event = event(line, sequence_number, offset);
            events.push(event.with_context(|| format!("line {sequence_number} cannot be read"))?);
        }
        offset += line.len();
    }
    Ok(events)
}

fn event(line: &[u8], sequence_number: i64, offset: usize) -> anyhow::Result<Event> {
    let line: Line = serde_json::from_slice(line)?;
    let body = match (line.body, line.body_base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(text)) => base64::engine::general_purpose::STANDARD.decode(text)?,
        _ => bail!("an event needs either body or bodyBase64"),
    };
    Ok(Event {
        body,
        offset: offset.to_string(),
        sequence_number,
        enqueued_time: line.enqueued_time.map_or(OffsetDateTime::UNIX_EPOCH, |stamp| stamp.0),
        partition_key: line.partition_key,
        properties: line.properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_an_unfinished_one_waits() {
        let text = b"{\"body\":\"a\"}\n{\"bodyBase64\":\"/w==\",\"partitionKey\":\"k\"}\n{\"body\":\"c";
        let events = read(text, 0, 10).unwrap();
        let seen: Vec<_> =
            events.iter().map(|event| (event.sequence_number, event.body.as_slice())).collect();
        assert_eq!(seen, [(0, b"a".as_slice()), (1, b"\xff".as_slice())]);
        assert_eq!(events[1].offset, "13");
        assert_eq!(read(text, 1, 10).unwrap().len(), 1);
        assert_eq!(read(text, 0, 1).unwrap().len(), 1);
        assert!(read(b"{}\n", 0, 1).is_err());
    }
}
