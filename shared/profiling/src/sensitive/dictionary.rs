//! Given names, family names and words of streets, looked up by the hash of their folded form.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

/// Common names of many countries, without accents, a line per region. Written for this crate.
const GIVEN: &str = include_str!("../../data/given_names.txt");
const FAMILY: &str = include_str!("../../data/family_names.txt");

/// A power of two with room for every name at under half of the slots.
const SLOTS: usize = 16_384;
const LONGEST_WORD: usize = 24;

/// What a word is. The bits live in the low end of a slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub given: bool,
    pub family: bool,
}

const GIVEN_BIT: u32 = 1;
const FAMILY_BIT: u32 = 2;
const BITS: u32 = GIVEN_BIT | FAMILY_BIT;

/// Open addressing; a slot holds 30 bits of a word's hash, so that one unknown word in some hundred million
/// is taken for a name.
static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut table = vec![0; SLOTS];
    for (text, bit) in [(GIVEN, GIVEN_BIT), (FAMILY, FAMILY_BIT)] {
        for word in text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace) {
            let (slot, tag) = place(&table, word.as_bytes());
            table[slot] = table[slot] | tag | bit;
        }
    }
    table
});

/// Where a word is or would be, and its tag.
fn place(table: &[u32], folded: &[u8]) -> (usize, u32) {
    let hash = xxh3_64(folded);
    // Never zero, which is an empty slot.
    let tag = (hash as u32 & !BITS) | (BITS + 1);
    let mut slot = (hash >> 40) as usize % SLOTS;
    while table[slot] != 0 && table[slot] & !BITS != tag {
        slot = (slot + 1) % SLOTS;
    }
    (slot, tag)
}

/// Of one word, whatever its case and accents.
pub(crate) fn names(word: &str) -> Names {
    let Some(folded) = Folded::of(word) else { return Names::default() };
    let found = TABLE[place(&TABLE, folded.bytes()).0];
    Names { given: found & GIVEN_BIT != 0, family: found & FAMILY_BIT != 0 }
}

/// A word in small ASCII letters.
#[derive(Debug)]
pub(crate) struct Folded {
    bytes: [u8; LONGEST_WORD],
    length: usize,
}

impl Folded {
    /// `None` for long words and for scripts that are not folded (Latin and Cyrillic are).
    pub fn of(word: &str) -> Option<Self> {
        let mut all = Self { bytes: [0; LONGEST_WORD], length: 0 };
        if word.is_ascii() {
            let target = all.bytes.get_mut(..word.len())?;
            target.copy_from_slice(word.as_bytes());
            target.make_ascii_lowercase();
            all.length = word.len();
            return Some(all);
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            for byte in ascii(&c, &mut [0])?.bytes() {
                *all.bytes.get_mut(all.length)? = byte;
                all.length += 1;
            }
        }
        Some(all)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A small letter without its accent; Cyrillic as passports write it (ICAO 9303), shorter at word ends.
fn ascii<'a>(c: &char, own: &'a mut [u8; 1]) -> Option<&'a str> {
    Some(match c {
        c if c.is_ascii() => {
            own[0] = *c as u8;
            std::str::from_utf8(own).ok()?
        }
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' | 'ĝ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' | '\u{307}' => {
            if *c == '\u{307}' {
                ""
            } else {
                "i"
            }
        }
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '’' | 'ʼ' => "'",
        _ => return cyrillic(*c),
    })
}

fn cyrillic(c: char) -> Option<&'static str> {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
        "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    match c {
        'ё' => Some("e"),
        'і' | 'ї' => Some("i"),
        'є' => Some("ie"),
        _ => LETTERS.get((c as usize).checked_sub('а' as usize)?).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_whatever_their_case_and_accents() {
        for word in ["John", "JOSÉ", "josé", "Иван", "Zoë", "Łukasz", "Søren"] {
            assert!(names(word).given, "{word}");
        }
        for word in ["Smith", "Müller", "MÜLLER", "Núñez", "Иванов", "Yılmaz", "O'Brien"] {
            assert!(names(word).family, "{word}");
        }
        for word in ["furiously", "deposits", "invoice", "Straße", "widget", "北京"] {
            assert_eq!(names(word), Names::default(), "{word}");
        }
    }

    #[test]
    fn the_lists_are_folded_words_and_long_enough() {
        for (list, fewest) in [(GIVEN, 1_200), (FAMILY, 1_200)] {
            let words: Vec<&str> =
                list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect();
            let folded =
                |w: &str| w.len() <= LONGEST_WORD && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'');
            assert!(words.iter().all(|word| folded(word)));
            let unique: std::collections::BTreeSet<&&str> = words.iter().collect();
            assert_eq!(unique.len(), words.len(), "a name stands twice");
            assert!(words.len() >= fewest, "{}", words.len());
        }
    }
}
