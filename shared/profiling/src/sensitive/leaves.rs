//! Personal data inside values that are JSON: every string and number in them is looked at as a value of its
//! own, and the names that lead to it say of it what a column's name says of a column.
//!
//! Of a value the first 16 KiB and the first 64 strings and numbers are looked at; strings that hold JSON again
//! are opened twice.

use std::borrow::Cow;

use super::column_name::ColumnName;
use super::json::{Token, Tokens, is_nested};
use super::{Detector, Hits, evidence, inspect_bare_text, inspect_number};

const MOST_LEAVES: usize = 64;
const MOST_BYTES: usize = 16 * 1024;
/// Names deeper down are not remembered.
const MOST_DEPTH: usize = 16;
/// JSON in a string in JSON in a string.
const MOST_UNWRAPPED: u8 = 2;

/// What a JSON value holds: a detector is asked once for all its leaves.
#[derive(Debug, Default)]
pub(crate) struct Leaves {
    /// Of leaves whose names speak for the detector: valid where any is.
    pub named: Hits,
    /// Of other leaves. Where chance lets some pass, valid only where all of the form are: more leaves must not
    /// make chance more likely.
    pub plain: Hits,
    failed: u64,
    looked_at: usize,
}

impl Leaves {
    pub fn of(text: &str) -> Self {
        let mut all = Self::default();
        all.walk(text, &Path::default(), 0);
        for detector in Detector::ALL {
            let bit = 1 << *detector as u8;
            if all.failed & bit != 0 && detector.spec().chance > 0.0 {
                all.plain.valid &= !bit;
            }
        }
        all.plain.candidates &= !all.named.candidates;
        all.plain.valid &= !all.named.candidates;
        all
    }

    fn walk<'a>(&mut self, text: &'a str, outer: &Path<'a>, unwrapped: u8) {
        let mut path = outer.clone();
        for token in Tokens::of(begin(text)) {
            if self.looked_at >= MOST_LEAVES {
                return;
            }
            match token {
                Token::Mark(b'{' | b'[') => path.open(),
                Token::Mark(b'}' | b']') => path.close(),
                Token::Mark(_) => {}
                Token::Key(name) => path.name(name),
                Token::Text { inner, .. } => self.string(inner, &path, unwrapped),
                Token::Bare(bare) => self.number(bare, &path),
            }
        }
    }

    fn string(&mut self, inner: &str, path: &Path<'_>, unwrapped: u8) {
        let text = unescaped(inner);
        let text = text.trim();
        if unwrapped < MOST_UNWRAPPED && is_nested(text) {
            return self.walk(text, path, unwrapped + 1);
        }
        self.looked_at += 1;
        let mut hits = Hits::default();
        inspect_bare_text(text, &mut hits);
        self.take(&hits, path);
    }

    fn number(&mut self, bare: &str, path: &Path<'_>) {
        self.looked_at += 1;
        let Ok(number) = bare.parse() else { return };
        let mut hits = Hits::default();
        inspect_number(number, &mut hits);
        self.take(&hits, path);
    }

    fn take(&mut self, hits: &Hits, path: &Path<'_>) {
        // A word that is nobody's name says nothing, and most words are nobody's.
        let single = |detector| matches!(detector, Detector::GivenName | Detector::FamilyName);
        let mut told = hits.iter().filter(|(detector, valid)| *valid || !single(*detector)).peekable();
        if told.peek().is_none() {
            return;
        }
        let name = path.column_name();
        for (detector, valid) in told {
            let weight = name.weight(detector);
            if weight > 0.0 {
                self.named.add(detector, valid);
            } else if counts_unnamed(detector, weight, &name) {
                self.plain.add(detector, valid);
                self.failed |= u64::from(!valid) << detector as u8;
            }
        }
    }
}

/// Without the support of its names a leaf counts where the values alone can tell; names of people besides under
/// `name`.
fn counts_unnamed(detector: Detector, weight: f64, name: &ColumnName) -> bool {
    match detector {
        Detector::FullName | Detector::HalfName => weight == 0.0 && name.is_of_a_name(),
        Detector::GivenName | Detector::FamilyName => false,
        _ if weight < 0.0 => evidence::tells_in_spite_of(detector, weight),
        _ => evidence::can_tell_alone(detector),
    }
}

/// The names of the objects and members that a leaf stands in.
#[derive(Debug, Clone, Default)]
struct Path<'a> {
    names: [&'a str; MOST_DEPTH],
    depth: usize,
}

impl<'a> Path<'a> {
    fn open(&mut self) {
        self.depth = self.depth.saturating_add(1);
        self.name("");
    }

    fn close(&mut self) {
        self.name("");
        self.depth = self.depth.saturating_sub(1);
    }

    fn name(&mut self, name: &'a str) {
        if let Some(place) = self.names.get_mut(self.depth) {
            *place = name;
        }
    }

    /// The last two names, as in `customer email`; elements of arrays have their array's.
    fn column_name(&self) -> ColumnName {
        let known = self.names.iter().take(self.depth.saturating_add(1));
        let mut last = known.rev().filter(|name| !name.is_empty());
        let (own, outer) = (last.next().unwrap_or(&""), last.next().unwrap_or(&""));
        ColumnName::new(&format!("{} {}", short(outer), short(own)))
    }
}

/// Longer names are no names of fields.
fn short(name: &str) -> &str {
    const MOST: usize = 64;
    if name.len() <= MOST { name } else { "" }
}

fn begin(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_BYTES)]
}

fn unescaped(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(&format!("\"{inner}\"")).map_or(Cow::Borrowed(inner), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(json: &str) -> Vec<Detector> {
        Leaves::of(json).named.iter().filter(|(_, valid)| *valid).map(|(detector, _)| detector).collect()
    }

    fn plain(json: &str) -> Vec<Detector> {
        Leaves::of(json).plain.iter().filter(|(_, valid)| *valid).map(|(detector, _)| detector).collect()
    }

    #[test]
    fn names_speak_for_what_lies_under_them() {
        assert_eq!(named(r#"{"email":"ada@example.org"}"#), [Detector::Email]);
        assert_eq!(named(r#"{"contact":{"emails":["x","ada@example.org"]}}"#), [Detector::Email]);
        assert_eq!(named(r#"{"ssn":123456789}"#), [Detector::UsSsnPlain]);
        assert_eq!(named(r#"{"dob":"1985-03-12"}"#), [Detector::BirthDate]);
        assert_eq!(named(r#"{"first_name":"Anna"}"#), [Detector::GivenName]);
        // The same digits under other names are anything.
        assert!(named(r#"{"n":123456780,"day":"1985-03-12"}"#).is_empty());
        assert!(plain(r#"{"n":123456780,"day":"1985-03-12"}"#).is_empty());
    }

    #[test]
    fn values_that_tell_by_themselves_need_no_name() {
        assert_eq!(plain(r#"["ada@example.org"]"#), [Detector::Email]);
        assert_eq!(plain(r#"{"a":{"b":["+49 30 1234567"]}}"#), [Detector::PhoneInternational]);
        assert_eq!(plain(r#"{"a":"4111 1111 1111 1111"}"#), [Detector::Card]);
        assert_eq!(plain(r#"{"a":"ad\u0061@example.org"}"#), [Detector::Email]);
        assert_eq!(plain(r#"{"a":"{\"b\":\"ada@example.org\"}"}"#), [Detector::Email]);
    }

    #[test]
    fn many_numbers_do_not_make_chance_a_card() {
        assert!(plain(r#"[4111111111111111,4111111111111112]"#).is_empty());
        assert!(plain(r#"{"order_id":4111111111111111}"#).is_empty());
    }

    #[test]
    fn long_and_deep_values_are_looked_at_in_part() {
        let deep = format!("{}\"ada@example.org\"{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(plain(&deep).is_empty());
        let late = format!("[{}\"ada@example.org\"]", "1,".repeat(64));
        assert!(plain(&late).is_empty());
        let in_time = format!("[{}\"ada@example.org\"]", "1,".repeat(63));
        assert_eq!(plain(&in_time), [Detector::Email]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_walk(any in ".{0,80}", like in "[\\[\\]{}:, \"\\\\a1@.é]{0,80}") {
            Leaves::of(&any);
            Leaves::of(&like);
        }
    }
}
