//! Segment files: names, opening, and cutting off a torn end.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
};

use super::record::{self, HEADER, Header};

/// One file of a log. Its name carries the sequence number and the offset that its first event has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub base_sequence: i64,
    pub base_offset: u64,
    /// When the first event was enqueued; `None` while the segment is empty.
    pub first_ms: Option<i64>,
    pub path: PathBuf,
}

/// What a pass over a segment's records found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Bytes of intact records.
    pub intact: u64,
    /// Bytes of the file.
    pub file: u64,
    pub last: Option<(Header, u64)>,
}

impl Segment {
    pub fn new(directory: &Path, base_sequence: i64, base_offset: u64) -> Self {
        let path = directory.join(format!("{base_sequence:019}-{base_offset:020}.log"));
        Self { base_sequence, base_offset, first_ms: None, path }
    }

    fn parse(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".log")?;
        let (sequence, offset) = name.split_once('-')?;
        Some(Self {
            base_sequence: sequence.parse().ok()?,
            base_offset: offset.parse().ok()?,
            first_ms: None,
            path: path.to_owned(),
        })
    }
}

/// The segments of a directory, oldest first. Other files are left alone.
pub(super) fn list(directory: &Path) -> io::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let Some(mut segment) = Segment::parse(&entry?.path()) else { continue };
        segment.first_ms = first_time(&segment.path)?;
        segments.push(segment);
    }
    segments.sort_by_key(|segment| segment.base_offset);
    Ok(segments)
}

fn first_time(path: &Path) -> io::Result<Option<i64>> {
    let mut head = Vec::with_capacity(HEADER);
    File::open(path)?.take(HEADER as u64).read_to_end(&mut head)?;
    Ok(record::header(&head).map(|header| header.enqueued_ms))
}

/// Reads every record and stops at the first that is not intact or not the next in sequence.
pub(super) fn scan(segment: &Segment) -> io::Result<Scan> {
    let file = File::open(&segment.path)?;
    let mut found = Scan { intact: 0, file: file.metadata()?.len(), last: None };
    let mut reader = BufReader::with_capacity(256 << 10, file);
    let mut expected = segment.base_sequence;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        reader.by_ref().take(HEADER as u64).read_to_end(&mut bytes)?;
        let Some(header) = record::header(&bytes) else { return Ok(found) };
        reader.by_ref().take((header.length - HEADER) as u64).read_to_end(&mut bytes)?;
        if header.sequence != expected || !record::is_intact(&header, &bytes) {
            return Ok(found);
        }
        found.last = Some((header, segment.base_offset + found.intact));
        found.intact += header.length as u64;
        expected += 1;
    }
}

/// Makes file names survive a power cut.
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}
