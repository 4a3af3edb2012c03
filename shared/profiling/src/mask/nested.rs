//! JSON with its leaves masked.

use super::forms::{mask, stars};
use crate::sensitive::json::{Token, Tokens};
use crate::sensitive::spans;

/// Brackets, names of fields, `true`, `false` and `null` stay; strings and numbers are masked one by one. Works on
/// texts that were cut too: what cannot be told from a value is masked as one.
pub(super) fn masked(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for token in Tokens::of(text) {
        match token {
            Token::Mark(byte) => all.push(char::from(byte)),
            Token::Key(name) => {
                quoted(&mut all, &if is_name_of_field(name) { name.to_owned() } else { stars(name) })
            }
            Token::Text { inner, closed: true } => quoted(&mut all, &leaf(inner)),
            Token::Text { inner, closed: false } => {
                all.push('"');
                all.push_str(&leaf(inner));
            }
            Token::Bare(bare @ ("true" | "false" | "null")) => all.push_str(bare),
            Token::Bare(bare) => all.push_str(&stars(bare)),
        }
    }
    all
}

fn quoted(to: &mut String, inner: &str) {
    to.push('"');
    to.push_str(inner);
    to.push('"');
}

/// By its kind where all of it proves to be personal data, else without a letter and digit.
fn leaf(inner: &str) -> String {
    match spans(inner, 0).as_slice() {
        [span] if (span.start, span.end) == (0, inner.len()) => mask(span.kind, inner),
        _ => stars(inner),
    }
}

/// Names of fields are words of a program; what is called after a person or a number is none.
fn is_name_of_field(name: &str) -> bool {
    const MOST_BYTES: usize = 40;
    const MOST_DIGITS: usize = 3;
    let of_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$');
    (1..=MOST_BYTES).contains(&name.len())
        && name.bytes().all(of_word)
        && name.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn structure_stays_and_leaves_go() {
        let shown = [
            (r#"{"a":"Ada","b":[1.5,null,true],"c":{}}"#, r#"{"a":"***","b":[*.*,null,true],"c":{}}"#),
            (
                r#"{"ada@example.org":1,"Ada L":2,"n1234567":3}"#,
                r#"{"***@*******.***":*,"*** *":*,"********":*}"#,
            ),
            (r#"{"a":"4111 1111 1111 1111"}"#, r#"{"a":"**** **** **** 1111"}"#),
            (r#"{"a":"cut of"#, r#"{"a":"*** **"#),
            (r#"{"a":"b\"c","nul"#, r#"{"a":"*\"*","***"#),
            ("[Ada", "[***"),
        ];
        for (json, masked_json) in shown {
            assert_eq!(masked(json), masked_json);
        }
    }

    proptest! {
        #[test]
        fn no_leaf_is_shown(leaves in prop::collection::vec("[a-zA-Z0-9 @.é\"\\\\]{1,20}", 1..5), cut in 0_usize..80) {
            let json = serde_json::json!({ "items": leaves }).to_string();
            let cut: String = json.chars().take(cut.max(11)).collect();
            let shown = masked(&cut).replacen("items", "", 1);
            let letters = shown.chars().filter(|c| c.is_alphanumeric()).count();
            // Of an address the first letters of its parts, of a card four digits.
            prop_assert!(letters <= 5 * leaves.len(), "{}", shown);
        }
    }
}
