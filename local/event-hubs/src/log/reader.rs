//! Reading a log in chunks.

use std::{fs::File, io, os::unix::fs::FileExt as _, sync::Arc};

use bytes::Bytes;
use tokio::sync::watch;

use super::{
    StoredEvent, Tail,
    partition::Shared,
    record::{self, PREFIX},
    segment::Segment,
};

/// Bytes read at once; one larger event is read alone.
const CHUNK: usize = 256 << 10;

/// A place in a log that moves forward.
#[derive(Debug)]
pub struct LogReader {
    shared: Arc<Shared>,
    tail: watch::Receiver<Tail>,
    offset: u64,
    open: Option<OpenSegment>,
}

#[derive(Debug)]
struct OpenSegment {
    base_offset: u64,
    file: File,
}

impl LogReader {
    pub(super) fn new(shared: Arc<Shared>, offset: u64) -> Self {
        let tail = shared.tail.subscribe();
        Self { shared, tail, offset, open: None }
    }

    /// The next events in order; none when the reader is at the end. A reader whose place was dropped by retention
    /// goes on with the oldest event that is left.
    ///
    /// # Errors
    /// When a segment cannot be read or is damaged.
    pub async fn next_chunk(&mut self) -> io::Result<Vec<StoredEvent>> {
        let end = self.tail.borrow_and_update().end_offset;
        if self.offset >= end {
            return Ok(Vec::new());
        }
        let (shared, offset, open) = (Arc::clone(&self.shared), self.offset, self.open.take());
        let read = tokio::task::spawn_blocking(move || read_chunk(&shared, offset, end, open)).await??;
        self.open = Some(read.open);
        self.offset = read.next_offset;
        Ok(read.events)
    }

    /// Returns when there is more to read than at the last [`Self::next_chunk`], or the log is closed.
    pub async fn changed(&mut self) {
        // An error means that the log is closed, which the caller notices by reading.
        let _ = self.tail.changed().await;
    }

    /// Where the log ends now.
    pub fn tail(&self) -> Tail {
        *self.shared.tail.borrow()
    }
}

struct Read {
    events: Vec<StoredEvent>,
    next_offset: u64,
    open: OpenSegment,
}

fn read_chunk(shared: &Shared, offset: u64, end: u64, open: Option<OpenSegment>) -> io::Result<Read> {
    let segments = shared.segments();
    let index = segments.partition_point(|segment| segment.base_offset <= offset).saturating_sub(1);
    let segment = segments.get(index).ok_or_else(|| io::Error::other("the log has no segment"))?;
    let offset = offset.max(segment.base_offset);
    let segment_end = segments.get(index + 1).map_or(end, |next| next.base_offset.min(end));
    let open = match open {
        Some(open) if open.base_offset == segment.base_offset => open,
        _ => match File::open(&segment.path) {
            Ok(file) => OpenSegment { base_offset: segment.base_offset, file },
            // Retention dropped it since the list was read, and took it off the list before that.
            Err(error) if error.kind() == io::ErrorKind::NotFound && shared.segments() != segments => {
                return read_chunk(shared, offset, end, None);
            }
            Err(error) => return Err(error),
        },
    };
    let bytes = read_records(&open, offset, segment_end, segment)?;
    let (events, used) = split(&bytes, offset, segment)?;
    Ok(Read { events, next_offset: offset + used as u64, open })
}

/// Reads a chunk, or one whole record when that is larger.
fn read_records(open: &OpenSegment, offset: u64, end: u64, segment: &Segment) -> io::Result<Bytes> {
    let left = usize::try_from(end - offset).unwrap_or(usize::MAX);
    let mut bytes = vec![0; left.min(CHUNK)];
    open.file.read_exact_at(&mut bytes, offset - open.base_offset)?;
    let first = record::header(&bytes).ok_or_else(|| damaged(segment, offset))?.length;
    if first > left {
        return Err(damaged(segment, offset));
    }
    if first > bytes.len() {
        bytes.resize(first, 0);
        open.file.read_exact_at(&mut bytes, offset - open.base_offset)?;
    }
    Ok(Bytes::from(bytes))
}

/// The whole records in `bytes`, and how many bytes they take.
fn split(bytes: &Bytes, offset: u64, segment: &Segment) -> io::Result<(Vec<StoredEvent>, usize)> {
    let mut events = Vec::new();
    let mut used = 0;
    while bytes.len() - used >= PREFIX {
        let at = offset + used as u64;
        let Some(header) = record::header(&bytes[used..]) else {
            // A header that the chunk's end cuts in two is read again with the next chunk.
            if bytes.len() - used < record::HEADER { break } else { return Err(damaged(segment, at)) }
        };
        if header.length > bytes.len() - used {
            break;
        }
        let record = bytes.slice(used..used + header.length);
        let event =
            record::is_intact(&header, &record).then(|| record::decode(&header, &record, at)).flatten();
        events.push(event.ok_or_else(|| damaged(segment, at))?);
        used += header.length;
    }
    Ok((events, used))
}

pub(super) fn damaged(segment: &Segment, offset: u64) -> io::Error {
    let message = format!("{} is damaged at offset {offset}", segment.path.display());
    io::Error::new(io::ErrorKind::InvalidData, message)
}
