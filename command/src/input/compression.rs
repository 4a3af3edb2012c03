//! Compressed inputs, told by their first bytes and never by their names.

use std::io::{self, BufRead, Read};

use serde::Serialize;

/// How an input is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    None,
    Gzip,
    Zstandard,
    Bzip2,
    Xz,
}

/// The first bytes of each kind of compressed file, from its specification: RFC 1952, RFC 8878 (with its
/// skippable frames left out), the bzip2 and xz file formats.
const MAGIC: &[(&[u8], Compression)] = &[
    (&[0x1f, 0x8b, 0x08], Compression::Gzip),
    (&[0x28, 0xb5, 0x2f, 0xfd], Compression::Zstandard),
    (b"BZh", Compression::Bzip2),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0x00], Compression::Xz),
];

impl Compression {
    pub fn of(head: &[u8]) -> Self {
        MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map_or(Compression::None, |(_, kind)| *kind)
    }

    pub fn name(self) -> Option<&'static str> {
        match self {
            Compression::None => None,
            Compression::Gzip => Some("gzip"),
            Compression::Zstandard => Some("zstd"),
            Compression::Bzip2 => Some("bzip2"),
            Compression::Xz => Some("xz"),
        }
    }

    /// The decompressed bytes; files of several parts, as parallel compressors write them, are read to their
    /// end.
    pub fn reader(self, input: impl BufRead + 'static) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Compression::None => Box::new(input),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
            Compression::Zstandard => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
            Compression::Xz => Box::new(lzma_rust2::XzReader::new(input, true)),
        })
    }
}
