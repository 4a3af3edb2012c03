//! Files and standard input as bytes: opened, decompressed, their beginning looked at.

pub mod blocks;
pub mod compression;
pub mod paths;
pub mod progress;
mod utf16;

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;

pub use compression::Compression;
use progress::{Counted, Progress};

use crate::problem::Problem;

/// What formats are told by: enough for a few dozen records.
const HEAD_BYTES: u64 = 64 * 1024;
const READ_BYTES: usize = 128 * 1024;

/// An opened input.
pub struct Input {
    /// As reports call it.
    pub name: String,
    /// Of a file that is not compressed, for formats that are not read from front to back.
    pub path: Option<PathBuf>,
    pub compression: Compression,
    /// On disk; `None` for standard input.
    pub bytes: Option<u64>,
    /// The first bytes after decompression, in UTF-8 where the input was UTF-16.
    pub head: Vec<u8>,
    /// Everything, `head` included.
    pub content: Box<dyn Read>,
    pub encoding: &'static str,
    pub progress: Progress,
}

impl Input {
    pub fn open(name: &str, progress: &Progress) -> Result<Self, Problem> {
        let fail = |error| Problem::io(shown(name), error);
        if name == paths::STANDARD_INPUT {
            return Self::of(shown(name), Box::new(io::stdin()), None, progress).map_err(fail);
        }
        let file = File::open(name).map_err(fail)?;
        let bytes = file.metadata().map_err(fail)?.len();
        let mut input = Self::of(name, Box::new(file), Some(bytes), progress).map_err(fail)?;
        input.path = (input.compression == Compression::None).then(|| PathBuf::from(name));
        Ok(input)
    }

    fn of(name: &str, raw: Box<dyn Read>, bytes: Option<u64>, progress: &Progress) -> io::Result<Self> {
        let mut raw = Counted::new(raw, progress.clone());
        let mut magic = Vec::new();
        raw.by_ref().take(8).read_to_end(&mut magic)?;
        let compression = Compression::of(&magic);
        let raw = Cursor::new(magic).chain(raw);
        let mut content: Box<dyn Read> = match compression {
            Compression::None => Box::new(raw),
            _ => compression.reader(BufReader::with_capacity(READ_BYTES, raw))?,
        };
        let mut head = first_bytes(&mut content)?;
        let mut content: Box<dyn Read> = Box::new(Cursor::new(head.clone()).chain(content));
        let mut encoding = "utf-8";
        if let Some(order) = utf16::Order::of(&head) {
            encoding = order.name();
            content = Box::new(utf16::Utf16::new(content, order));
            head = first_bytes(&mut content)?;
            content = Box::new(Cursor::new(head.clone()).chain(content));
        }
        Ok(Self {
            name: shown(name).to_owned(),
            path: None,
            compression,
            bytes,
            head,
            content,
            encoding,
            progress: progress.clone(),
        })
    }
}

fn first_bytes(content: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    content.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

/// How an input is called in reports.
pub fn shown(name: &str) -> &str {
    if name == paths::STANDARD_INPUT { "standard input" } else { name }
}
