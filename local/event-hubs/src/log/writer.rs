//! The one writer of a log. Batches that wait while the disk is busy are written and synced together.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::{mpsc, oneshot};

use super::{
    AppendError, Appended, Durability, LastEnqueued, LogOptions, NewEvent, Tail,
    partition::Shared,
    record,
    segment::{self, Segment},
};

/// Bytes of waiting batches that are written together; bounds the writer's memory.
const GROUP_BYTES: usize = 4 << 20;
const RETENTION_CHECK: Duration = Duration::from_secs(60);

/// A batch in the writer's queue.
#[derive(Debug)]
pub(super) struct Append {
    pub events: Vec<NewEvent>,
    pub done: oneshot::Sender<Result<Appended, AppendError>>,
}

#[derive(Debug)]
pub(super) struct Writer {
    directory: PathBuf,
    options: LogOptions,
    shared: Arc<Shared>,
    file: File,
    active: Segment,
    tail: Tail,
    /// Set when a failed write could not be undone, so that the file's end is unknown.
    broken: bool,
    buffer: Vec<u8>,
}

/// Writes batches until every [`super::Partition`] handle is gone.
pub(super) async fn run(mut writer: Writer, mut queue: mpsc::Receiver<Append>) {
    let mut retention = tokio::time::interval(RETENTION_CHECK);
    loop {
        let work = tokio::select! {
            append = queue.recv() => match append {
                Some(first) => gather(first, &mut queue),
                None => return,
            },
            _ = retention.tick() => Vec::new(),
        };
        let job = tokio::task::spawn_blocking(move || {
            writer.work(work);
            writer
        });
        match job.await {
            Ok(back) => writer = back,
            Err(error) => {
                tracing::error!(%error, "a partition's writer ended; restart the process");
                return;
            }
        }
    }
}

fn gather(first: Append, queue: &mut mpsc::Receiver<Append>) -> Vec<Append> {
    let size = |append: &Append| append.events.iter().map(|event| event.message.len()).sum::<usize>();
    let mut bytes = size(&first);
    let mut group = vec![first];
    while bytes < GROUP_BYTES {
        let Ok(next) = queue.try_recv() else { break };
        bytes += size(&next);
        group.push(next);
    }
    group
}

impl Writer {
    pub fn open(directory: PathBuf, options: LogOptions, shared: Arc<Shared>) -> io::Result<Self> {
        let tail = *shared.tail.borrow();
        let newest = shared.segments().last().cloned();
        let active = match newest {
            Some(segment) => segment,
            None => {
                let segment = Segment::new(&directory, tail.next_sequence, tail.end_offset);
                shared.change_segments(|segments| segments.push(segment.clone()));
                segment
            }
        };
        let file = open_for_append(&active.path)?;
        segment::sync_directory(&directory)?;
        Ok(Self { directory, options, shared, file, active, tail, broken: false, buffer: Vec::new() })
    }

    fn work(&mut self, group: Vec<Append>) {
        if group.is_empty() {
            self.retain();
            return;
        }
        let written = self.write(&group);
        for append in group {
            let answer = match &written {
                Ok(first) => Ok(Appended { first_sequence: *first, events: append.events.len() }),
                Err(error) => Err(AppendError::Unwritable(error.to_string())),
            };
            // A sender that went away needs no answer; its events stay.
            let _ = append.done.send(answer);
        }
        self.buffer.clear();
        self.buffer.shrink_to(GROUP_BYTES);
    }

    fn write(&mut self, group: &[Append]) -> io::Result<i64> {
        if self.broken {
            return Err(io::Error::other("an earlier write failed half-way; restart the process"));
        }
        self.roll_if_full()?;
        let first = self.tail.next_sequence;
        let now = self.now_ms();
        let mut tail = self.tail;
        for event in group.iter().flat_map(|append| &append.events) {
            let before = self.buffer.len();
            record::encode(event, tail.next_sequence, now, &mut self.buffer);
            tail.last =
                Some(LastEnqueued { sequence: tail.next_sequence, offset: tail.end_offset, time_ms: now });
            tail.next_sequence += 1;
            tail.end_offset += (self.buffer.len() - before) as u64;
        }
        if let Err(error) = self.write_buffer() {
            self.undo();
            tracing::error!(directory = %self.directory.display(), %error, "a batch was not written");
            return Err(error);
        }
        self.publish(tail, now);
        Ok(first)
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        match self.options.durability {
            Durability::Disk => self.file.sync_data(),
            Durability::Os => Ok(()),
        }
    }

    /// Takes back a failed write, so that the next one does not follow half a record.
    fn undo(&mut self) {
        self.buffer.clear();
        let length = self.tail.end_offset - self.active.base_offset;
        if let Err(error) = self.file.set_len(length) {
            tracing::error!(path = %self.active.path.display(), %error, "a failed write could not be undone");
            self.broken = true;
        }
    }

    fn publish(&mut self, tail: Tail, now: i64) {
        if self.active.first_ms.is_none() && tail.end_offset > self.active.base_offset {
            self.active.first_ms = Some(now);
            self.shared.change_segments(|segments| {
                if let Some(newest) = segments.last_mut() {
                    newest.first_ms = Some(now);
                }
            });
        }
        self.tail = tail;
        self.shared.tail.send_replace(tail);
    }

    /// Time never runs backwards in a partition, even when the clock does: seeking by time relies on it.
    fn now_ms(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        now.max(self.tail.last.map_or(0, |last| last.time_ms))
    }

    fn roll_if_full(&mut self) -> io::Result<()> {
        let length = self.tail.end_offset - self.active.base_offset;
        if length >= self.options.segment_bytes { self.roll() } else { Ok(()) }
    }

    fn roll(&mut self) -> io::Result<()> {
        let next = Segment::new(&self.directory, self.tail.next_sequence, self.tail.end_offset);
        self.file = open_for_append(&next.path)?;
        segment::sync_directory(&self.directory)?;
        self.shared.change_segments(|segments| segments.push(next.clone()));
        self.active = next;
        self.retain();
        Ok(())
    }

    /// Drops whole segments that are too old or too many. Readers that are inside one finish their chunk and go on
    /// with the oldest that is left.
    fn retain(&mut self) {
        let oldest_kept = self
            .options
            .retention
            .age
            .map(|age| self.now_ms().saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        let idle = oldest_kept.zip(self.tail.last).is_some_and(|(kept, last)| last.time_ms < kept);
        if idle && self.active.first_ms.is_some() {
            if let Err(error) = self.roll() {
                tracing::warn!(directory = %self.directory.display(), %error, "old events could not be dropped");
            }
            return;
        }
        let segments = self.shared.segments();
        let drop = droppable(&segments, self.tail, oldest_kept, self.options.retention.bytes);
        for old in segments.iter().take(drop) {
            // The list is changed first: a reader must never look for a file that is already gone.
            self.shared.change_segments(|segments| segments.retain(|segment| segment != old));
            if let Err(error) = std::fs::remove_file(&old.path) {
                tracing::warn!(path = %old.path.display(), %error, "an old segment could not be removed");
            }
        }
    }
}

/// How many of the oldest segments retention drops. The newest always stays: its name carries where the log ends.
fn droppable(segments: &[Segment], tail: Tail, oldest_kept: Option<i64>, bytes: Option<u64>) -> usize {
    let newest_ms = |index: usize| {
        let next = segments.get(index + 1)?;
        next.first_ms.or(tail.last.map(|last| last.time_ms))
    };
    let too_old =
        |index: usize| oldest_kept.zip(newest_ms(index)).is_some_and(|(kept, newest)| newest < kept);
    let too_many = |index: usize| {
        let kept_without = segments.get(index + 1).map_or(0, |next| tail.end_offset - next.base_offset);
        bytes.is_some_and(|limit| kept_without >= limit)
    };
    (0..segments.len().saturating_sub(1)).take_while(|&index| too_old(index) || too_many(index)).count()
}

fn open_for_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
