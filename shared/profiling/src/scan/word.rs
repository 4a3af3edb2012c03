//! Everything that is not a number or a time.

use serde::de::IgnoredAny;

/// The spellings that databases and forms use.
pub(super) fn is_boolean(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] = [b"true", b"false", b"t", b"f", b"yes", b"no", b"y", b"n"];
    bytes.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(bytes))
}

/// RFC 9562's text form, in braces or not.
pub(super) fn is_uuid(bytes: &[u8]) -> bool {
    let bare = match bytes {
        [b'{', bare @ .., b'}'] if bytes.len() == 38 => bare,
        _ if bytes.len() == 36 => bytes,
        _ => return false,
    };
    bare.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// One `@` between a local part and a host with a dot: what forms accept, narrower than RFC 5322.
pub(super) fn is_email(bytes: &[u8]) -> bool {
    const MOST_BYTES: usize = 254;
    if bytes.len() > MOST_BYTES {
        return false;
    }
    let end = bytes.iter().position(|b| *b == b'@' || b.is_ascii_whitespace());
    let Some(at) = end.filter(|at| bytes[*at] == b'@' && *at > 0) else { return false };
    let local = &bytes[..at];
    local.iter().all(|b| !b"()<>,;:\\\"[]".contains(b)) && is_domain(&bytes[at + 1..])
}

/// Labels of letters, digits and hyphens with dots between them; the last has no digits only.
fn is_domain(bytes: &[u8]) -> bool {
    let labels = || bytes.split(|b| *b == b'.');
    let letter = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-' || !b.is_ascii();
    labels().count() >= 2
        && labels().all(|label| !label.is_empty() && label.iter().all(letter))
        && labels().next_back().is_some_and(|top| top.len() >= 2 && !top.iter().all(u8::is_ascii_digit))
}

/// An absolute web or file transfer address.
pub(super) fn is_url(bytes: &[u8]) -> bool {
    const SCHEMES: [&[u8]; 3] = [b"https://", b"http://", b"ftp://"];
    let rest = SCHEMES.iter().find_map(|scheme| {
        let (start, rest) = bytes.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.is_some_and(|rest| {
        let host = rest.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[' || !b.is_ascii());
        host && !rest.iter().any(u8::is_ascii_whitespace)
    })
}

/// A whole object or array. (Other JSON texts are numbers, booleans or quoted text.)
pub(super) fn is_json(text: &str) -> bool {
    text.ends_with(['}', ']']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}
