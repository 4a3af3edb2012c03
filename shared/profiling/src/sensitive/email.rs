//! Electronic mail addresses: alone, after a name, or several in one field.

use super::{Detector, Hits};

pub(super) fn inspect(text: &str, hits: &mut Hits) {
    let parts = text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
    let bare = parts.map(|part| part.strip_prefix("mailto:").unwrap_or(part)).all(is_address);
    hits.add(Detector::Email, bare || is_named(text));
}

/// `Ada Example <ada@example.org>`
fn is_named(text: &str) -> bool {
    let Some((name, address)) = text.strip_suffix('>').and_then(|rest| rest.split_once('<')) else {
        return false;
    };
    !name.contains('@') && is_address(address)
}

/// What forms accept, narrower than RFC 5322: a local part without spaces and quotes, and a host with a
/// dot whose last label is two letters or more.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let local_ok = (1..=64).contains(&local.len()) && !local.starts_with('.') && local.bytes().all(is_local);
    local_ok && is_host(host)
}

/// What stands before the `@`.
pub(super) fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b) || b >= 0x80
}

pub(super) fn is_host(host: &str) -> bool {
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b >= 0x80)
    };
    let top_ok = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic() || b >= 0x80);
    (top_ok || top.starts_with("xn--")) && name.split('.').all(label)
}
