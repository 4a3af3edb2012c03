//! Postal addresses by their street line: a number and a street's word, or a post office box.

use super::dictionary::Folded;
use super::summary::Summary;
use super::{Detector, Hits};

/// English: the word stands last, with a name between it and the number in front.
const AFTER_NAME: &[&str] = &[
    "st",
    "street",
    "ave",
    "avenue",
    "rd",
    "road",
    "blvd",
    "boulevard",
    "dr",
    "drive",
    "ln",
    "lane",
    "ct",
    "court",
    "pl",
    "place",
    "sq",
    "square",
    "ter",
    "terrace",
    "cres",
    "crescent",
    "way",
    "pkwy",
    "parkway",
    "hwy",
    "highway",
    "cir",
    "circle",
    "close",
    "grove",
    "gardens",
    "mews",
    "row",
    "walk",
    "hill",
    "quay",
    "trail",
    "loop",
    "alley",
    "broadway",
    "plaza",
    "park",
    "view",
    "rise",
    "green",
];
/// May follow an English street's word.
const AFTER_STREET: &[&str] = &[
    "n",
    "s",
    "e",
    "w",
    "ne",
    "nw",
    "se",
    "sw",
    "north",
    "south",
    "east",
    "west",
    "apt",
    "apartment",
    "suite",
    "ste",
    "unit",
    "floor",
    "fl",
    "flat",
    "room",
    "rm",
    "bldg",
    "building",
];
/// Romance and Slavic: the word stands first, the number in front of it or behind the name.
const BEFORE_NAME: &[&str] = &[
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "allee",
    "chemin",
    "impasse",
    "route",
    "quai",
    "place",
    "cours",
    "calle",
    "c",
    "avenida",
    "av",
    "avda",
    "paseo",
    "plaza",
    "carrera",
    "cra",
    "camino",
    "carretera",
    "ronda",
    "via",
    "viale",
    "corso",
    "piazza",
    "vicolo",
    "largo",
    "rua",
    "travessa",
    "praca",
    "estrada",
    "alameda",
    "rodovia",
    "ul",
    "ulica",
    "ulitsa",
    "aleja",
    "al",
    "os",
    "pl",
    "str",
    "strada",
    "bulevardul",
    "jalan",
    "jl",
    "am",
    "an",
    "im",
    "zum",
    "zur",
];
/// Germanic: the end of the word, the number behind it.
const ENDINGS: &[&str] = &[
    "strasse", "str", "str.", "weg", "platz", "gasse", "allee", "ufer", "damm", "ring", "straat", "laan",
    "plein", "kade", "gracht", "dijk", "gatan", "vagen", "gata", "vej", "veien", "gate", "katu", "tie",
    "utca", "ut",
];
const BOXES: &[&[&str]] = &[
    &["po", "box"],
    &["p.o", "box"],
    &["p", "o", "box"],
    &["post", "office", "box"],
    &["postfach"],
    &["postbus"],
    &["postboks"],
    &["apartado"],
    &["casella", "postale"],
    &["caixa", "postal"],
    &["boite", "postale"],
    &["bp"],
];

pub(super) fn inspect(text: &str, summary: Summary, hits: &mut Hits) {
    let letters = summary.letters() + summary.non_ascii();
    if letters < 3 || summary.spaces() == 0 || summary.ats() > 0 || text.len() < 6 {
        return;
    }
    hits.add(Detector::Address, text.split([',', ';', '\n', '|']).any(is_street_line));
}

/// At most as many words as a street line has.
const MOST_WORDS: usize = 10;

fn is_street_line(line: &str) -> bool {
    let mut words = [""; MOST_WORDS];
    let mut count = 0;
    for word in line.split_ascii_whitespace().take(MOST_WORDS) {
        words[count] = word;
        count += 1;
    }
    let words = &words[..count];
    if count < 2 {
        return false;
    }
    is_box(words) || (is_number(words[0]) && is_after_number(words)) || is_before_number(words)
}

/// Up to five digits, then perhaps a letter or a range: `12`, `221B`, `12-14`, `5/3`.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let rest = word.len() - digits;
    word.starts_with(|c: char| c.is_ascii_digit())
        && digits <= 6
        && rest <= 2
        && !word.contains(['.', ':', '%'])
        && !word.ends_with("th")
}

/// `12 North Main St`, `12 rue de la Paix`.
fn is_after_number(words: &[&str]) -> bool {
    let skipped = if one_of(words[1], &["bis", "ter", "quater"]) { 2 } else { 1 };
    let rest = &words[skipped..];
    if let [kind, name, ..] = rest
        && one_of(kind, BEFORE_NAME)
    {
        return !name.starts_with(char::is_lowercase)
            || one_of(name, &["de", "du", "des", "la", "le", "del"]);
    }
    let Some(at) = rest.iter().rposition(|word| one_of(word, AFTER_NAME)) else { return false };
    let named = (1..=4).contains(&at) || one_of(rest[at], &["broadway"]);
    let ends = rest.get(at + 1).is_none_or(|next| one_of(next, AFTER_STREET) || next.starts_with('#'));
    named && ends && (starts_big(rest[0]) || rest[0].starts_with(|c: char| c.is_ascii_digit()))
}

/// `Calle Mayor 5`, `Hauptstraße 5`, `Lange Straße 12 a`.
fn is_before_number(words: &[&str]) -> bool {
    let Some(at) = words.iter().rposition(|word| is_number(word)).filter(|at| (1..=6).contains(at)) else {
        return false;
    };
    let tail = words.len() - at - 1;
    if tail > 1 || !starts_big(words[0]) {
        return false;
    }
    let before = &words[..at];
    (one_of(before[0], BEFORE_NAME) && before.len() >= 2)
        || before.last().is_some_and(|word| has_ending(word, before.len() > 1))
}

fn starts_big(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
        || one_of(word, &["ul", "rue", "calle", "via", "av", "rua", "c", "str", "al", "os"])
}

fn is_box(words: &[&str]) -> bool {
    let numbered = words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    numbered
        && BOXES.iter().any(|phrase| {
            words.len() > phrase.len() && phrase.iter().zip(words).all(|(p, w)| one_of(w, &[p]))
        })
}

/// Without dots behind it, case and accents.
fn one_of(word: &str, list: &[&str]) -> bool {
    let bare = word.trim_end_matches(['.', '/', '°', 'º']);
    Folded::of(bare).is_some_and(|folded| list.iter().any(|w| w.as_bytes() == folded.bytes()))
}

/// "Ring 5" is none, "Kaiserring 5" is; "Straße" and "utca" alone stand behind another word.
fn has_ending(word: &str, after_another: bool) -> bool {
    let Some(folded) = Folded::of(word) else { return false };
    let long = |ending: &str| folded.bytes().len() >= ending.len() + 3;
    let fits = |ending: &&&str| folded.bytes().ends_with(ending.as_bytes());
    ENDINGS.iter().filter(fits).any(|ending| long(ending) || (after_another && ending.len() >= 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn street_lines_of_many_countries_are_found() {
        for line in [
            "123 Main St",
            "1600 N Elm Street",
            "221B Baker Street",
            "350 5th Ave NW",
            "10 Downing Close",
            "1 Broadway",
            "12 rue de la Paix",
            "5 bis avenue Foch",
            "Calle Mayor 5",
            "Via Roma 10",
            "Hauptstraße 5",
            "Lange Straße 12 a",
            "Kerkstraat 12",
            "Storgatan 4B",
            "ul. Długa 7",
            "Rua Augusta 1500",
            "PO Box 123",
            "P.O. Box 9",
            "Postfach 1234",
            "Avenida Paulista 1000",
            "Andrássy utca 4",
            "Am Markt 3",
        ] {
            assert!(is_street_line(line), "{line}");
        }
    }

    #[test]
    fn numbers_with_other_words_are_no_addresses() {
        for line in [
            "2 Place setting",
            "Drive 500",
            "Order 12 shipped",
            "5 regular deposits",
            "Widget 12 mm",
            "Version 2 Way",
            "12 units of product",
            "Bring 5",
            "meeting 5",
            "Model 3 Street edition",
        ] {
            assert!(!is_street_line(line), "{line}");
        }
    }
}
