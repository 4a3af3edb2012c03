//! A partition: its log opened for one writer and many readers.

use std::{
    io,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::{mpsc, oneshot, watch};

use super::{
    LastEnqueued, LogOptions, LogReader, NewEvent, StartPosition, Tail, seek,
    segment::{self, Segment},
    writer::{self, Append},
};

/// Appends waiting for the disk; senders beyond this wait, which the client sees as missing credit.
const QUEUE: usize = 64;

/// What the writer and the readers of a log share.
#[derive(Debug)]
pub(super) struct Shared {
    segments: RwLock<Arc<Vec<Segment>>>,
    pub tail: watch::Sender<Tail>,
}

impl Shared {
    pub fn segments(&self) -> Arc<Vec<Segment>> {
        Arc::clone(&self.segments.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn change_segments(&self, change: impl FnOnce(&mut Vec<Segment>)) {
        let mut segments = self.segments.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut segments));
    }
}

/// One partition of one hub.
#[derive(Debug, Clone)]
pub struct Partition {
    shared: Arc<Shared>,
    appends: mpsc::Sender<Append>,
}

/// The place a batch got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub first_sequence: i64,
    pub events: usize,
}

/// Why a batch was not accepted. None of its events is in the log.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Sending it again later can succeed.
    #[error("the log could not be written: {0}")]
    Unwritable(String),
    /// The partition needs the process to be restarted.
    #[error("the partition is closed")]
    Closed,
}

impl Partition {
    /// Opens or creates the log in `directory` and starts its writer on the current runtime.
    ///
    /// # Errors
    /// When the directory cannot be read or written, or a closed segment is damaged.
    pub fn open(directory: &Path, options: LogOptions) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let (segments, tail) = recover(directory)?;
        let shared =
            Arc::new(Shared { segments: RwLock::new(Arc::new(segments)), tail: watch::Sender::new(tail) });
        let (appends, queue) = mpsc::channel(QUEUE);
        let writer = writer::Writer::open(directory.to_owned(), options, Arc::clone(&shared))?;
        tokio::spawn(writer::run(writer, queue));
        Ok(Self { shared, appends })
    }

    /// Queues a batch behind all earlier ones; the answer arrives when it is durable. All of it is accepted or none.
    pub async fn submit(&self, events: Vec<NewEvent>) -> oneshot::Receiver<Result<Appended, AppendError>> {
        let (done, answer) = oneshot::channel();
        if let Err(mpsc::error::SendError(append)) = self.appends.send(Append { events, done }).await {
            // The submitter may be gone as well, and then nobody needs the answer.
            let _ = append.done.send(Err(AppendError::Closed));
        }
        answer
    }

    /// Appends a batch and waits until it is durable.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append(&self, events: Vec<NewEvent>) -> Result<Appended, AppendError> {
        self.submit(events).await.await.unwrap_or(Err(AppendError::Closed))
    }

    /// A reader from `start` on.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub async fn read_from(&self, start: StartPosition) -> io::Result<LogReader> {
        let shared = Arc::clone(&self.shared);
        let tail = *self.shared.tail.borrow();
        let offset = tokio::task::spawn_blocking(move || match start {
            StartPosition::Latest => Ok(tail.end_offset),
            start => seek::find(&shared.segments(), tail, start),
        })
        .await??;
        Ok(LogReader::new(Arc::clone(&self.shared), offset))
    }

    /// Where the log ends now.
    pub fn tail(&self) -> Tail {
        *self.shared.tail.borrow()
    }

    /// The sequence number of the oldest event that is kept; of the next one when none is.
    pub fn begin_sequence(&self) -> i64 {
        self.shared.segments().first().map_or(0, |segment| segment.base_sequence)
    }
}

/// Reads what is on disk. Only the newest segment can have a torn end; it is cut off.
fn recover(directory: &Path) -> io::Result<(Vec<Segment>, Tail)> {
    let mut segments = segment::list(directory)?;
    let Some(newest) = segments.last() else { return Ok((segments, Tail::default())) };
    let scan = segment::scan(newest)?;
    if scan.file > scan.intact {
        let path = newest.path.display().to_string();
        tracing::warn!(path, kept = scan.intact, cut = scan.file - scan.intact, "cutting off a torn end");
        let file = std::fs::OpenOptions::new().write(true).open(&newest.path)?;
        file.set_len(scan.intact)?;
        file.sync_all()?;
    }
    check_joints(&segments)?;
    let mut tail = Tail {
        next_sequence: newest.base_sequence,
        end_offset: newest.base_offset + scan.intact,
        last: last_of_closed(&segments)?,
    };
    if let Some((header, offset)) = scan.last {
        tail.next_sequence = header.sequence + 1;
        tail.last = Some(LastEnqueued { sequence: header.sequence, offset, time_ms: header.enqueued_ms });
    } else if let Some(newest) = segments.last_mut() {
        newest.first_ms = None;
    }
    Ok((segments, tail))
}

/// The newest event before an empty newest segment.
fn last_of_closed(segments: &[Segment]) -> io::Result<Option<LastEnqueued>> {
    let Some(previous) = segments.len().checked_sub(2).and_then(|index| segments.get(index)) else {
        return Ok(None);
    };
    let last = segment::scan(previous)?.last;
    Ok(last.map(|(header, offset)| LastEnqueued {
        sequence: header.sequence,
        offset,
        time_ms: header.enqueued_ms,
    }))
}

/// A closed segment ends exactly where the next begins; a gap means that a file is missing or was changed.
fn check_joints(segments: &[Segment]) -> io::Result<()> {
    for pair in segments.windows(2) {
        let [closed, next] = pair else { continue };
        let length = std::fs::metadata(&closed.path)?.len();
        if closed.base_offset + length != next.base_offset {
            let message = format!(
                "{} has {length} bytes but should end at offset {}: restore the file, or remove it and all older ones",
                closed.path.display(),
                next.base_offset
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    }
    Ok(())
}
