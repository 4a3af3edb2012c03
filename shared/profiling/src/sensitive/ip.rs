//! IP addresses.

use std::net::Ipv6Addr;

use super::numeric::Numeric;
use super::{Detector, Hits};

/// Whether four groups with dots were met: nothing else is then to be looked for.
pub(super) fn inspect_v4(bytes: &[u8], n: &Numeric, hits: &mut Hits) -> bool {
    let dotted = n.dots && !n.spaces && !n.dashes && !n.slashes && !n.plus && !n.parentheses;
    if !dotted || n.groups().len() != 4 || n.groups().iter().any(|g| *g > 3) {
        return false;
    }
    let octet = |part: &[u8]| {
        let value = part.iter().fold(0_u32, |n, b| n * 10 + u32::from(b - b'0'));
        value <= 255 && (part.len() == 1 || part[0] != b'0')
    };
    let valid = bytes.split(|b| *b == b'.').all(|part| !part.is_empty() && octet(part));
    hits.add(Detector::IpV4, valid && bytes[0] != b'0');
    true
}

pub(super) fn inspect_v6(text: &str, hits: &mut Hits) {
    // The shortest that is somebody's has a few groups: `::1` and `::` are nobody's.
    if (7..=45).contains(&text.len()) && text.parse::<Ipv6Addr>().is_ok() {
        hits.add(Detector::IpV6, true);
    }
}
