//! How a raw page is kept: Zstandard (RFC 8878), level 3.

use bytes::Bytes;
use forebay_ports::PortError;

const LEVEL: i32 = 3;
/// No page is larger than this uncompressed; a damaged object cannot make us allocate more.
const MAX_PAGE_BYTES: u64 = 512 * 1024 * 1024;

pub fn compress(body: &[u8]) -> Result<Bytes, PortError> {
    zstd::bulk::compress(body, LEVEL).map(Bytes::from).map_err(|e| PortError::Rejected {
        service: "page compression",
        detail: format!("a page of {} bytes could not be compressed: {e}", body.len()),
    })
}

/// `bytes` is the size before compression, as its page says; at least one byte of room is left so that
/// a page that grew is seen as damaged.
pub fn decompress(object: &[u8], bytes: u64) -> Result<Vec<u8>, PortError> {
    let damaged = |detail: String| PortError::Rejected { service: "page decompression", detail };
    if bytes > MAX_PAGE_BYTES {
        return Err(damaged(format!("the page claims {bytes} bytes, more than any page has")));
    }
    let body = zstd::bulk::decompress(object, usize::try_from(bytes).unwrap_or(usize::MAX))
        .map_err(|e| damaged(format!("the raw object is no page of {bytes} bytes: {e}")))?;
    if body.len() as u64 != bytes {
        return Err(damaged(format!("the raw object holds {} bytes, its page says {bytes}", body.len())));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_round_trips_and_a_damaged_one_is_refused() {
        let page = br#"{"items":[{"id":"1"},{"id":"2"}]}"#.repeat(20);
        let object = compress(&page).unwrap();
        assert!(object.len() < page.len());
        assert_eq!(decompress(&object, page.len() as u64).unwrap(), page);
        assert!(decompress(&object, page.len() as u64 - 1).is_err());
        assert!(decompress(&object, page.len() as u64 + 1).is_err());
        assert!(decompress(&object[..object.len() / 2], page.len() as u64).is_err());
        assert!(decompress(&object, u64::MAX).is_err());
    }
}
