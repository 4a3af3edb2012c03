//! A partition's durable log: append-only segment files, one writer, any number of readers.
//!
//! An event is written, and by default synced to disk, before its send is accepted. Killing the process therefore
//! loses nothing. A power cut can leave a torn end behind; lengths and checksums show where it begins, and it is cut
//! off when the log is opened (nothing in it was ever accepted). The log itself is never held in memory: a reader
//! holds one chunk, and places are found by reading record headers of one segment.

mod partition;
mod reader;
mod record;
mod seek;
mod segment;
mod writer;

pub use partition::{AppendError, Appended, Partition};
pub use reader::LogReader;
pub use record::{NewEvent, StoredEvent};
pub use seek::{Bound, StartPosition};

/// What an accepted event has survived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Durability {
    /// It is on disk: a power cut does not lose it.
    #[default]
    Disk,
    /// The operating system has it: killing the process does not lose it, a power cut may.
    Os,
}

/// When whole segments of old events are dropped. Event Hubs keeps events by age; the size limit is for small disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    pub age: Option<std::time::Duration>,
    /// Bytes per partition.
    pub bytes: Option<u64>,
}

/// How a partition's log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogOptions {
    pub durability: Durability,
    pub retention: Retention,
    /// A segment that reached this many bytes is closed, and the next event starts a new one.
    pub segment_bytes: u64,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { durability: Durability::default(), retention: Retention::default(), segment_bytes: 32 << 20 }
    }
}

/// Where a log ends, as readers see it: everything before it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tail {
    pub next_sequence: i64,
    /// The offset that the next event will get.
    pub end_offset: u64,
    pub last: Option<LastEnqueued>,
}

/// The newest event of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEnqueued {
    pub sequence: i64,
    pub offset: u64,
    pub time_ms: i64,
}
