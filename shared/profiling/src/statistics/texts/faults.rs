//! Marks of a wrong decoding or escaping on a text's way.

use super::shape::{Flag, Shape};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Replacement,
    Mojibake,
    Control,
    Entity,
}

pub(super) fn of(text: &str, shape: Shape) -> impl Iterator<Item = Fault> + use<> {
    let foreign = shape.has(Flag::NON_ASCII);
    [
        (foreign && text.contains(char::REPLACEMENT_CHARACTER)).then_some(Fault::Replacement),
        (foreign && has_mojibake(text)).then_some(Fault::Mojibake),
        shape.has(Flag::CONTROL).then_some(Fault::Control),
        (shape.has(Flag::AMPERSAND) && has_entity(text)).then_some(Fault::Entity),
    ]
    .into_iter()
    .flatten()
}

/// Whether neighbouring characters are the bytes of UTF-8 read as Windows-1252 or Latin-1. Only sequences
/// that no language writes count: `CAFÉ»` would decode as well, and is French.
fn has_mojibake(text: &str) -> bool {
    let bytes: Vec<u8> = text.chars().map(western_byte).collect();
    let continues = |byte: &u8| matches!(byte, 0x80..=0xbf);
    bytes.windows(2).enumerate().any(|(at, pair)| {
        let next = bytes.get(at + 2).copied().unwrap_or(0);
        match *pair {
            // Latin-1's upper half: Ã¼, Â°.
            [0xc2 | 0xc3, second] => continues(&second),
            // General punctuation: â€™, â€œ, â€¦; arrows and symbols.
            [0xe2, 0x80 | 0x82 | 0x84 | 0x86 | 0x88 | 0x89] => continues(&next),
            // The byte order mark, and emoji.
            [0xef, 0xbb] => next == 0xbf,
            [0xf0, 0x9f] => continues(&next),
            // Greek and Cyrillic: two letters in a row, one could be a capital before a quotation mark.
            [lead @ 0xce..=0xd1, second] => {
                let after = bytes.get(at + 3).copied().unwrap_or(0);
                continues(&second) && next.abs_diff(lead) <= 1 && next >= 0xce && continues(&after)
            }
            _ => false,
        }
    })
}

/// The byte that Windows-1252 or Latin-1 has for a character; 0 where neither has one or it is ASCII.
fn western_byte(c: char) -> u8 {
    /// Windows-1252 from 0x80 to 0x9f; its five unassigned bytes are what Latin-1 makes of them.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match u32::from(c) {
        0..=0x7f => 0,
        latin @ 0x80..=0xff => latin as u8,
        _ => HIGH.iter().position(|high| *high == c).map_or(0, |at| 0x80 + at as u8),
    }
}

/// `&amp;`, `&#39;`, `&#x27;`: an ampersand, a name of two to eight letters and digits or a number, and a
/// semicolon.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        let Some((name, _)) = after.split_once(';') else { return false };
        match name.strip_prefix('#') {
            Some(number) => is_number(number),
            None => {
                (2..=8).contains(&name.len())
                    && name.starts_with(|c: char| c.is_ascii_alphabetic())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric())
            }
        }
    })
}

fn is_number(text: &str) -> bool {
    let (digits, hexadecimal) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let fits = |b: u8| if hexadecimal { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    (1..=7).contains(&digits.len()) && digits.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program that takes UTF-8 for Windows-1252 makes of a text.
    fn garbled(text: &str) -> String {
        let character = |byte: u8| {
            let mut all =
                (0x80..=0xff_u32).filter_map(char::from_u32).chain("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".chars());
            let found = all.rfind(|c| western_byte(*c) == byte);
            if byte < 0x80 { char::from(byte) } else { found.unwrap() }
        };
        text.bytes().map(character).collect()
    }

    #[test]
    fn western_european_and_punctuation_in_the_wrong_code_page_is_noticed() {
        for text in [
            "Müller",
            "São Paulo",
            "25 °C",
            "it’s",
            "“quoted”",
            "and so on…",
            "Здравствуйте",
            "Αθήνα",
            "🌊 wave",
            "5 ≠ 6",
            "\u{feff}id",
        ] {
            assert!(!has_mojibake(text), "{text}");
            assert!(has_mojibake(&garbled(text)), "{} ({text})", garbled(text));
        }
        assert_eq!(garbled("Müller"), "MÃ¼ller");
    }

    #[test]
    fn what_languages_write_is_no_fault() {
        for text in [
            "«CAFÉ»",
            "MANHÃ",
            "ÂNGELA",
            "À Â Ç",
            "ESPAÑA",
            "smørrebrød",
            "naïve café…",
            "Ñandú",
            "100 €",
            "Łódź",
            "東京都",
        ] {
            assert!(!has_mojibake(text), "{text}");
        }
    }

    #[test]
    fn entities_are_told_from_ampersands() {
        for text in ["A &amp; B", "it&#39;s", "&#x27;", "&nbsp;", "a & b &lt;"] {
            assert!(has_entity(text), "{text}");
        }
        for text in ["AT&T", "R&D; sales", "a & b; c", "?a=1&b=2", "&;", "&#;", "&#xyz;", "&averylongname;"] {
            assert!(!has_entity(text), "{text}");
        }
    }
}
