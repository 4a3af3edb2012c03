//! Words, codes and addresses.

use serde::de::IgnoredAny;

use super::kind::{Form, Hidden, Money, Nation, Truth};
use super::{country, currency};

/// Truth, placeholders and short codes: everything that is told by at most eight bytes.
#[inline]
pub(super) fn short(bytes: &[u8]) -> Option<Form> {
    if bytes.len() > 9 {
        return None;
    }
    code(bytes).or_else(|| spelled(bytes))
}

/// Codes of two and three letters.
fn code(bytes: &[u8]) -> Option<Form> {
    match *bytes {
        [b'N', b'O'] => Some(Truth::Norway.form()),
        [b'N', b'A'] => Some(Hidden::Namibia.form()),
        [a, b] => two([a, b]),
        [a, b, c] => three([a, b, c]),
        _ => None,
    }
}

fn two(code: [u8; 2]) -> Option<Form> {
    match (country::is_two(code), country::is_state(code)) {
        (true, true) => Some(Nation::TwoOrState.form()),
        (true, false) => Some(Nation::Two.form()),
        (false, true) => Some(Hidden::StateCode.form()),
        _ => {
            let capital = code.map(|letter| letter.wrapping_sub(32));
            let small = code != *b"no" && country::is_two(capital);
            small.then(|| Hidden::SmallCode.form())
        }
    }
}

fn three(code: [u8; 3]) -> Option<Form> {
    match (country::is_three(code), currency::is_code(code)) {
        (true, true) => Some(Nation::ThreeOrCurrency.form()),
        (true, false) => Some(Nation::Three.form()),
        (false, true) if currency::is_major(code) => Some(Money::MajorCode.form()),
        (false, true) => Some(Money::Code.form()),
        _ => None,
    }
}

/// In any case. Bytes are packed, with letters made small, so that all words are told apart by one match.
fn spelled(bytes: &[u8]) -> Option<Form> {
    const fn packed(word: &[u8]) -> u128 {
        let (mut key, mut at) = (0, 0);
        while at < word.len() {
            key = key << 8 | (word[at] | 0x20) as u128;
            at += 1;
        }
        key
    }
    macro_rules! spellings {
        ($($form:expr => $($word:literal),*;)*) => {
            match packed(bytes) {
                $(key if $(key == const { packed($word) })||* => Some($form.form()),)*
                _ => None,
            }
        };
    }
    spellings! {
        Truth::True => b"true";
        Truth::False => b"false";
        Truth::T => b"t";
        Truth::F => b"f";
        Truth::Y => b"y";
        Truth::N => b"n";
        Truth::Yes => b"yes";
        Truth::No => b"no";
        Truth::On => b"on";
        Truth::Off => b"off";
        Hidden::Placeholder => b"n/a", b"null", b"none", b"nil", b"nan", b"tbd", b"-", b"--", b"---", b"?",
            b"#n/a", b"\\n", b"(null)", b"(blank)", b"(none)", b"- none -", b"-none-", b"<null>", b"n.a.",
            b"undefined";
    }
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

/// A host's name, with or without a path after it.
pub(super) fn is_host(bytes: &[u8]) -> bool {
    const MOST_BYTES: usize = 253;
    if bytes.len() > MOST_BYTES || bytes.iter().any(|b| b.is_ascii_whitespace() || *b == b'@') {
        return false;
    }
    bytes.split(|b| *b == b'/').next().is_some_and(is_domain)
}

/// An absolute web or file transfer address, or one that begins with `www.`.
pub(super) fn is_url(bytes: &[u8]) -> bool {
    if bytes.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"www.")) {
        return is_host(bytes);
    }
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
