//! The same as `shape`, for texts with characters beyond ASCII.

use super::shape::{Flag, RUN_CHARACTERS, Runs, Shape, ascii, letter};

/// Combining marks (Unicode block 0300) belong to the letter before them.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

pub(super) fn shape(text: &str, runs: &mut Runs) -> Shape {
    let mut shape = Shape::default();
    shape.add_flags(Flag::NON_ASCII);
    let mut kinds = text.chars().filter(|c| !is_mark(*c)).map(|c| {
        let (flags, letter, kind) = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => ascii(byte),
            _ => beyond(c),
        };
        shape.add(flags, letter);
        kind
    });
    runs.note(kinds.by_ref().take(RUN_CHARACTERS));
    runs.cut = kinds.count() > 0;
    shape
}

/// Letters without case, as in Japanese, are written `a` and take no part in casing.
fn beyond(c: char) -> (u32, u32, u32) {
    let (flag, letter, kind) = if c.is_uppercase() {
        (Flag::UPPER, letter::UPPER, 'A')
    } else if c.is_lowercase() {
        (Flag::LOWER, letter::LOWER, 'a')
    } else if c.is_alphabetic() {
        (0, letter::NONE, 'a')
    } else if c.is_numeric() {
        (Flag::DIGIT, letter::NONE, '9')
    } else if c.is_whitespace() {
        (0, letter::NONE, ' ')
    } else if c.is_control() {
        (Flag::CONTROL, letter::NONE, c)
    } else if c == '\u{2019}' {
        (0, letter::APOSTROPHE, c)
    } else {
        (0, letter::NONE, c)
    };
    (flag | Flag::NON_ASCII, letter, kind.into())
}

#[cfg(test)]
mod tests {
    use super::super::shape::Case;
    use super::*;

    #[test]
    fn letters_beyond_ascii_have_case_too() {
        let case = |text| shape(text, &mut Runs::default()).case();
        assert_eq!(case("Élodie Müller"), Some(Case::Title));
        assert_eq!(case("ÖSTERREICH"), Some(Case::Upper));
        assert_eq!(case("élan"), Some(Case::Lower));
        assert_eq!(case("O\u{2019}Néil"), Some(Case::Title));
        assert_eq!(case("東京"), None);
    }
}
