//! Addresses in networks.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::kind::{Address, Form};

/// `255.255.255.255/32`
const MOST_V4_BYTES: usize = 18;
/// Eight groups, an IPv4 tail or a prefix length.
const MOST_V6_BYTES: usize = 49;

/// `10.0.0.1` or `10.0.0.0/8`.
pub(super) fn v4(bytes: &[u8]) -> Option<Form> {
    if bytes.len() > MOST_V4_BYTES {
        return None;
    }
    let (host, block) = with_prefix(bytes, 32)?;
    host.parse::<Ipv4Addr>().ok()?;
    Some(if block { Address::V4Block.form() } else { Address::V4.form() })
}

/// `2001:db8::1`, `::1` or `fe80::/10`; only looked at where a colon comes early.
#[inline]
pub(super) fn v6(bytes: &[u8]) -> Option<Form> {
    let begins = bytes.first().is_some_and(|b| b.is_ascii_hexdigit() || *b == b':');
    let early = begins && bytes.iter().take(5).any(|b| *b == b':');
    if !early || bytes.len() > MOST_V6_BYTES {
        return None;
    }
    let (host, block) = with_prefix(bytes, 128)?;
    host.parse::<Ipv6Addr>().ok()?;
    Some(if block { Address::V6Block.form() } else { Address::V6.form() })
}

/// The host, and whether the length of a network's prefix follows it.
fn with_prefix(bytes: &[u8], longest: u8) -> Option<(&str, bool)> {
    let text = std::str::from_utf8(bytes).ok()?;
    match text.split_once('/') {
        None => Some((text, false)),
        Some((host, prefix)) => {
            let valid =
                prefix.parse::<u8>().is_ok_and(|prefix| prefix <= longest) && !prefix.starts_with('+');
            valid.then_some((host, true))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_blocks_are_read() {
        assert_eq!(v4(b"10.0.0.1"), Some(Address::V4.form()));
        assert_eq!(v4(b"10.0.0.0/8"), Some(Address::V4Block.form()));
        assert_eq!(v6(b"2001:db8::1"), Some(Address::V6.form()));
        assert_eq!(v6(b"fe80::/10"), Some(Address::V6Block.form()));
        assert!(v4(b"10.0.0.256").is_none() && v4(b"10.0.0.0/33").is_none() && v4(b"1.2.3").is_none());
        assert!(v6(b"12:30:59").is_none() && v6(b"fe80::/129").is_none());
    }
}
