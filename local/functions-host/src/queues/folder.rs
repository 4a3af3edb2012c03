//! Queues in a folder, so that nothing needs to be installed. This crate's README states the layout, which
//! the app's own adapter for one machine shares.

use super::source::{Message, QueueSource};
use anyhow::Context as _;
use futures::future::BoxFuture;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

/// What the service's own clients show for a message that never expires.
const NEVER: OffsetDateTime = datetime!(9999-12-31 23:59:59 UTC);

/// Queues as folders of files.
#[derive(Debug, Clone)]
pub struct FolderQueues {
    root: PathBuf,
}

/// The fields of a message's file name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    visible_ms: u64,
    dequeues: u32,
    inserted_ms: u64,
    id: String,
}

impl Name {
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_suffix(".message")?.splitn(4, '-');
        let mut field = || fields.next();
        Some(Self {
            visible_ms: field()?.parse().ok()?,
            dequeues: field()?.parse().ok()?,
            inserted_ms: field()?.parse().ok()?,
            id: field().filter(|id| !id.is_empty())?.to_owned(),
        })
    }

    fn text(&self) -> String {
        let Self { visible_ms, dequeues, inserted_ms, id } = self;
        format!("{visible_ms:014}-{dequeues}-{inserted_ms}-{id}.message")
    }
}

fn now_ms() -> u64 {
    milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn instant(ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(NEVER)
}

impl FolderQueues {
    /// Nothing is read or made yet.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn take(&self, queue: &str, max: usize, lease: Duration) -> anyhow::Result<Vec<Message>> {
        let folder = self.root.join(queue);
        let mut taken = Vec::new();
        for name in visible(&folder)? {
            if taken.len() == max {
                break;
            }
            let next = Name {
                visible_ms: now_ms().saturating_add(milliseconds(lease)),
                dequeues: name.dequeues.saturating_add(1),
                ..name.clone()
            };
            // Of two consumers one finds the old name gone.
            let Some(()) = present(fs::rename(folder.join(name.text()), folder.join(next.text())))? else {
                continue;
            };
            let Some(body) = present(fs::read(folder.join(next.text())))? else { continue };
            taken.push(Message {
                body,
                dequeue_count: next.dequeues,
                inserted: instant(next.inserted_ms),
                expires: NEVER,
                next_visible: instant(next.visible_ms),
                receipt: next.text(),
                id: next.id,
            });
        }
        Ok(taken)
    }

    fn show(&self, queue: &str, receipt: &str, after: Duration) -> anyhow::Result<String> {
        let folder = self.root.join(queue);
        let name = Name::parse(receipt).context("no receipt of ours")?;
        let next = Name { visible_ms: now_ms().saturating_add(milliseconds(after)), ..name }.text();
        fs::rename(folder.join(receipt), folder.join(&next)).context("the message is gone")?;
        Ok(next)
    }

    fn put(&self, queue: &str, body: &[u8]) -> anyhow::Result<()> {
        let folder = self.root.join(queue);
        let incoming = folder.join(".incoming");
        fs::create_dir_all(&incoming)?;
        let now = now_ms();
        let name =
            Name { visible_ms: now, dequeues: 0, inserted_ms: now, id: Uuid::new_v4().simple().to_string() };
        let temporary = incoming.join(&name.id);
        let mut file = File::create_new(&temporary)?;
        file.write_all(body)?;
        file.sync_all()?;
        fs::rename(&temporary, folder.join(name.text()))?;
        File::open(&folder)?.sync_all()?;
        Ok(())
    }
}

/// Visible messages, those that waited longest first.
fn visible(folder: &Path) -> anyhow::Result<Vec<Name>> {
    let Some(entries) = present(fs::read_dir(folder))? else { return Ok(Vec::new()) };
    let now = now_ms();
    let names = entries.filter_map(|entry| Name::parse(entry.ok()?.file_name().to_str()?));
    let mut names: Vec<Name> = names.filter(|name| name.visible_ms <= now).collect();
    names.sort_by_key(|name| (name.visible_ms, name.inserted_ms));
    Ok(names)
}

/// Nothing where there is no such file.
fn present<T>(result: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl QueueSource for FolderQueues {
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        max: usize,
        lease: Duration,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Message>>> {
        Box::pin(async move { self.take(queue, max, lease) })
    }

    fn delete<'a>(
        &'a self,
        queue: &'a str,
        _id: &'a str,
        receipt: &'a str,
    ) -> BoxFuture<'a, anyhow::Result<()>> {
        let path = self.root.join(queue).join(receipt);
        Box::pin(async move { fs::remove_file(path).context("the message cannot be deleted") })
    }

    fn show_after<'a>(
        &'a self,
        queue: &'a str,
        _id: &'a str,
        receipt: &'a str,
        after: Duration,
    ) -> BoxFuture<'a, anyhow::Result<String>> {
        Box::pin(async move { self.show(queue, receipt, after) })
    }

    fn send<'a>(&'a self, queue: &'a str, body: &'a [u8]) -> BoxFuture<'a, anyhow::Result<()>> {
        Box::pin(async move { self.put(queue, body).context("the message cannot be written") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    fn queues() -> (tempfile::TempDir, FolderQueues) {
        let folder = tempfile::tempdir().unwrap();
        let queues = FolderQueues::new(folder.path().join("queues"));
        (folder, queues)
    }

    #[tokio::test]
    async fn a_message_is_taken_once_shown_again_and_deleted() {
        let (_folder, queues) = queues();
        assert_eq!(queues.receive("work", 5, LEASE).await.unwrap(), []);
        queues.send("work", b"a").await.unwrap();
        let first = queues.receive("work", 5, LEASE).await.unwrap().remove(0);
        assert_eq!((first.body.as_slice(), first.dequeue_count), (b"a".as_slice(), 1));
        assert!(first.next_visible > first.inserted);
        assert_eq!(queues.receive("work", 5, LEASE).await.unwrap(), []);
        let shown = queues.show_after("work", &first.id, &first.receipt, Duration::ZERO).await.unwrap();
        assert_ne!(shown, first.receipt);
        let second = queues.receive("work", 5, LEASE).await.unwrap().remove(0);
        assert_eq!((second.id.clone(), second.dequeue_count), (first.id.clone(), 2));
        assert!(
            queues.delete("work", &first.id, &first.receipt).await.is_err(),
            "the old receipt still works"
        );
        queues.delete("work", &second.id, &second.receipt).await.unwrap();
        assert_eq!(queues.receive("work", 5, Duration::ZERO).await.unwrap(), []);
    }

    #[tokio::test]
    async fn of_two_consumers_at_once_each_message_has_one() {
        let (_folder, queues) = queues();
        for number in 0..50_u8 {
            queues.send("work", &[number]).await.unwrap();
        }
        let takers = (0..4).map(|_| {
            let queues = queues.clone();
            std::thread::spawn(move || queues.take("work", 50, LEASE).unwrap())
        });
        let takers: Vec<_> = takers.collect();
        let mut bodies: Vec<u8> = takers
            .into_iter()
            .flat_map(|taker| taker.join().unwrap())
            .flat_map(|message| message.body)
            .collect();
        bodies.sort_unstable();
        assert_eq!(bodies, (0..50).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_message_that_the_app_delayed_waits_and_other_files_are_no_messages() {
        let (folder, queues) = queues();
        let work = folder.path().join("queues/work");
        fs::create_dir_all(&work).unwrap();
        let later = now_ms() + 60_000;
        fs::write(work.join(format!("{later:014}-0-1700000000000-9_1_0.message")), b"later").unwrap();
        fs::write(work.join("notes.txt"), b"no message").unwrap();
        assert_eq!(queues.receive("work", 5, LEASE).await.unwrap(), []);
        fs::write(work.join("00000000000001-0-1700000000000-9_1_1.message"), b"now").unwrap();
        let taken = queues.receive("work", 5, LEASE).await.unwrap();
        assert_eq!((taken.len(), taken[0].id.as_str()), (1, "9_1_1"));
    }
}
