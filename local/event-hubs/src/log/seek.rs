//! From a start position to an offset.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
};

use super::{
    Tail,
    record::{self, HEADER},
    segment::Segment,
};

/// `>` or `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    After,
    From,
}

/// Where a receiver starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartPosition {
    Earliest,
    /// Only what arrives from now on.
    Latest,
    Sequence(Bound, i64),
    Offset(Bound, u64),
    /// Milliseconds since 1970.
    EnqueuedTime(Bound, i64),
}

impl StartPosition {
    /// Whether the first event to deliver is this one or an earlier one.
    fn reached(self, sequence: i64, offset: u64, enqueued_ms: i64) -> bool {
        match self {
            Self::Earliest => true,
            Self::Latest => false,
            Self::Sequence(bound, wanted) => bound.admits(sequence, wanted),
            Self::Offset(bound, wanted) => bound.admits(offset, wanted),
            Self::EnqueuedTime(bound, wanted) => bound.admits(enqueued_ms, wanted),
        }
    }
}

impl Bound {
    fn admits<T: PartialOrd>(self, value: T, wanted: T) -> bool {
        match self {
            Self::After => value > wanted,
            Self::From => value >= wanted,
        }
    }
}

/// The offset of the first event at or after `start`, or the end of the log.
pub(super) fn find(segments: &[Segment], tail: Tail, start: StartPosition) -> io::Result<u64> {
    let beyond = segments.partition_point(|segment| {
        segment.first_ms.is_some_and(|ms| !start.reached(segment.base_sequence, segment.base_offset, ms))
    });
    let after = segments.get(beyond).map_or(tail.end_offset, |segment| segment.base_offset);
    // The first segment that begins at or after the start may not hold the first such event: the one before can.
    match beyond.checked_sub(1).and_then(|index| segments.get(index)) {
        Some(segment) => Ok(find_in(segment, after.min(tail.end_offset), start)?.unwrap_or(after)),
        None => Ok(after),
    }
}

fn find_in(segment: &Segment, end: u64, start: StartPosition) -> io::Result<Option<u64>> {
    let mut reader = BufReader::with_capacity(64 << 10, File::open(&segment.path)?);
    let mut offset = segment.base_offset;
    let mut head = [0; HEADER];
    while offset < end {
        reader.read_exact(&mut head)?;
        let header = record::header(&head).ok_or_else(|| super::reader::damaged(segment, offset))?;
        if start.reached(header.sequence, offset, header.enqueued_ms) {
            return Ok(Some(offset));
        }
        offset += header.length as u64;
        reader.seek_relative((header.length - HEADER) as i64)?;
    }
    Ok(None)
}
