//! One event as bytes in a segment.
//!
//! ```text
//! u32  length of everything after the checksum
//! u32  CRC-32 of everything after the checksum
//! i64  sequence number
//! i64  enqueued time, milliseconds since 1970
//! u16  length of the partition key, 65535 for none
//!      partition key, then the encoded AMQP message
//! ```
//! Numbers are little-endian. An event's offset is the place of its first byte, counted over all segments.

use bytes::Bytes;

/// Length and checksum.
pub(super) const PREFIX: usize = 8;
/// Prefix, sequence number, time and key length.
pub(super) const HEADER: usize = PREFIX + 8 + 8 + 2;
/// Longer lengths are damage: no client may send this much at once.
pub(super) const MAX_RECORD: usize = 64 << 20;
const NO_KEY: u16 = u16::MAX;

/// An event on its way into a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// At most 128 characters at the service; at most 65,534 bytes here.
    pub partition_key: Option<String>,
    /// A whole AMQP message, encoded.
    pub message: Bytes,
}

/// An event in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub sequence: i64,
    pub offset: u64,
    /// Milliseconds since 1970.
    pub enqueued_ms: i64,
    pub partition_key: Option<String>,
    pub message: Bytes,
}

/// The fixed part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Bytes of the whole record, prefix included.
    pub length: usize,
    pub sequence: i64,
    pub enqueued_ms: i64,
    checksum: u32,
    key_length: u16,
}

pub(super) fn encode(event: &NewEvent, sequence: i64, enqueued_ms: i64, out: &mut Vec<u8>) {
    let key = event.partition_key.as_deref().map(str::as_bytes);
    let key = key.filter(|key| key.len() < usize::from(NO_KEY));
    let length = HEADER - PREFIX + key.map_or(0, <[u8]>::len) + event.message.len();
    let start = out.len();
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&sequence.to_le_bytes());
    out.extend_from_slice(&enqueued_ms.to_le_bytes());
    let key_length = key.and_then(|key| u16::try_from(key.len()).ok()).unwrap_or(NO_KEY);
    out.extend_from_slice(&key_length.to_le_bytes());
    out.extend_from_slice(key.unwrap_or_default());
    out.extend_from_slice(&event.message);
    let checksum = crc32fast::hash(&out[start + PREFIX..]);
    out[start + 4..start + PREFIX].copy_from_slice(&checksum.to_le_bytes());
}

/// Reads a header; `None` when these bytes cannot be one.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let length = PREFIX + u32::from_le_bytes(array(bytes, 0)?) as usize;
    let header = Header {
        length,
        checksum: u32::from_le_bytes(array(bytes, 4)?),
        sequence: i64::from_le_bytes(array(bytes, 8)?),
        enqueued_ms: i64::from_le_bytes(array(bytes, 16)?),
        key_length: u16::from_le_bytes(array(bytes, 24)?),
    };
    let shortest = HEADER + usize::from(if header.key_length == NO_KEY { 0 } else { header.key_length });
    (shortest..=MAX_RECORD).contains(&length).then_some(header)
}

/// Whether `record`, exactly one record, is what was written.
pub(super) fn is_intact(header: &Header, record: &[u8]) -> bool {
    record.len() == header.length && crc32fast::hash(&record[PREFIX..]) == header.checksum
}

/// Splits one intact record; `None` when its key is not text.
pub(super) fn decode(header: &Header, record: &Bytes, offset: u64) -> Option<StoredEvent> {
    let key_end = match header.key_length {
        NO_KEY => HEADER,
        length => HEADER + usize::from(length),
    };
    let key = std::str::from_utf8(record.get(HEADER..key_end)?).ok()?;
    Some(StoredEvent {
        sequence: header.sequence,
        offset,
        enqueued_ms: header.enqueued_ms,
        partition_key: (header.key_length != NO_KEY).then(|| key.to_owned()),
        message: record.slice(key_end..),
    })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(key: Option<&str>) -> Bytes {
        let event =
            NewEvent { partition_key: key.map(str::to_owned), message: Bytes::from_static(b"message") };
        let mut bytes = Vec::new();
        encode(&event, 41, 1_700_000_000_123, &mut bytes);
        Bytes::from(bytes)
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        for key in [None, Some(""), Some("tenant-ä")] {
            let bytes = encoded(key);
            let header = header(&bytes).unwrap();
            assert!(is_intact(&header, &bytes));
            let event = decode(&header, &bytes, 7).unwrap();
            assert_eq!((event.sequence, event.offset, event.enqueued_ms), (41, 7, 1_700_000_000_123));
            assert_eq!(event.partition_key.as_deref(), key);
            assert_eq!(event.message, &b"message"[..]);
        }
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let good = encoded(Some("key"));
        for bit in 0..good.len() * 8 {
            let mut bad = good.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            let intact = header(&bad).is_some_and(|header| is_intact(&header, &bad));
            assert!(!intact, "bit {bit}");
        }
    }

    #[test]
    fn zeros_are_no_record() {
        assert_eq!(header(&[0; HEADER]), None);
    }
}
