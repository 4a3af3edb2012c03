//! The case of a text's letters.

use super::shape::{Flag, Shape, is_mark};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
    Mixed,
}

/// Only a text with letters of both cases is looked at again.
#[inline]
pub(super) fn of(text: &str, shape: Shape) -> Option<Case> {
    match (shape.has(Flag::UPPER), shape.has(Flag::LOWER)) {
        (false, false) => None,
        (true, false) => Some(Case::Upper),
        (false, true) => Some(Case::Lower),
        (true, true) if is_title(text) => Some(Case::Title),
        (true, true) => Some(Case::Mixed),
    }
}

/// Every word begins with a capital and goes on small. An apostrophe is within a word (Men's), and what
/// follows it may be large (O'Neil).
fn is_title(text: &str) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum Letter {
        Lower,
        Upper,
        None,
        Apostrophe,
    }
    let mut previous = Letter::None;
    text.chars().filter(|c| !is_mark(*c)).all(|c| {
        let letter = match c {
            'a'..='z' => Letter::Lower,
            'A'..='Z' => Letter::Upper,
            '\'' | '\u{2019}' => Letter::Apostrophe,
            _ if c.is_ascii() => Letter::None,
            _ if c.is_lowercase() => Letter::Lower,
            _ if c.is_uppercase() => Letter::Upper,
            _ => Letter::None,
        };
        let fits = match letter {
            Letter::Lower => previous != Letter::None,
            Letter::Upper => matches!(previous, Letter::None | Letter::Apostrophe),
            _ => true,
        };
        previous = letter;
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::super::shape::{Runs, of_any};
    use super::*;

    #[test]
    fn cases_are_told_apart_beyond_ascii_too() {
        let all = |expected: Option<Case>, texts: &[&str]| {
            for text in texts {
                assert_eq!(of(text, of_any(text, &mut Runs::default())), expected, "{text}");
            }
        };
        all(
            Some(Case::Title),
            &["Maria Lopez", "Élodie Müller", "O'Neil", "Men's Shoes", "A Big Day", "O\u{2019}Néil"],
        );
        all(Some(Case::Upper), &["ÖSTERREICH", "ABC-1", "I"]);
        all(Some(Case::Lower), &["élan", "a b", "it's 5"]);
        all(Some(Case::Mixed), &["McDonald", "the End", "iPhone", "ABc", "Bank of Spain"]);
        all(None, &["東京", "123", "", "--"]);
    }
}
