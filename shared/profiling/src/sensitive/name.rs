//! Names of people: "First Last", "Last, First", and single names.

use super::dictionary::{Folded, Names, names};
use super::summary::Summary;
use super::{Detector, Hits};

const MOST_BYTES: usize = 60;
const MOST_WORDS: usize = 4;
/// Without a capital in front of any.
const MOST_SMALL_WORDS: usize = 2;

/// Words of a name, without titles, initials and particles.
#[derive(Default)]
struct Words<'a> {
    all: [&'a str; MOST_WORDS],
    count: usize,
}

impl<'a> Words<'a> {
    /// `None` where a word cannot be part of a name, or there are more than that many.
    fn of(text: &'a str, most: usize) -> Option<Self> {
        let mut words = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let bare = word.trim_end_matches(['.', ',']);
            if bare.chars().nth(1).is_none() && !bare.is_empty() || is_beside_names(bare) {
                if !bare.chars().all(char::is_alphabetic) {
                    return None;
                }
                continue;
            }
            let letter = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
            if bare.len() != word.len() || !bare.chars().all(letter) {
                return None;
            }
            *words.all[..most.min(MOST_WORDS)].get_mut(words.count)? = bare;
            words.count += 1;
        }
        Some(words)
    }

    fn list(&self) -> &[&'a str] {
        &self.all[..self.count]
    }
}

/// Titles, and what is written small between the parts of a name.
fn is_beside_names(word: &str) -> bool {
    const LONGEST: usize = 5;
    word.len() <= LONGEST && Folded::of(word).is_some_and(|folded| is_title(&folded) || is_particle(&folded))
}

fn is_title(word: &Folded) -> bool {
    matches!(
        word.bytes(),
        b"mr"
            | b"mrs"
            | b"ms"
            | b"miss"
            | b"dr"
            | b"prof"
            | b"sir"
            | b"herr"
            | b"frau"
            | b"mme"
            | b"mlle"
            | b"sr"
            | b"sra"
            | b"don"
            | b"sig"
            | b"jr"
            | b"ii"
            | b"iii"
            | b"phd"
            | b"md"
            | b"esq"
            | b"ing"
    )
}

fn is_particle(word: &Folded) -> bool {
    matches!(
        word.bytes(),
        b"de"
            | b"la"
            | b"le"
            | b"du"
            | b"des"
            | b"del"
            | b"della"
            | b"di"
            | b"da"
            | b"do"
            | b"dos"
            | b"van"
            | b"der"
            | b"den"
            | b"von"
            | b"zu"
            | b"al"
            | b"bin"
            | b"el"
            | b"y"
    )
}

pub(super) fn inspect(text: &str, summary: Summary, hits: &mut Hits) {
    let many = summary.spaces() > 5 || summary.others() > 3 || summary.separators() > 4;
    if many || text.len() > MOST_BYTES {
        return;
    }
    let (last_first, text) = match text.split_once(',') {
        Some((last, first)) => (Some(last.trim()), first.trim()),
        None => (None, text),
    };
    let small = summary.capitals() + summary.non_ascii() == 0;
    let most = if small && last_first.is_none() { MOST_SMALL_WORDS } else { MOST_WORDS };
    let Some(words) = Words::of(text, most) else { return };
    if let Some(last) = last_first {
        let Some(family) = Words::of(last, MOST_WORDS) else { return };
        if let ([family, ..], [given, ..]) = (family.list(), words.list()) {
            add_full(known(given).given, known(family).family, hits);
        }
        return;
    }
    match words.list() {
        [single] if single.len() > 1 => {
            let known = known(single);
            hits.add(Detector::GivenName, known.given);
            hits.add(Detector::FamilyName, known.family);
        }
        [first, .., last] if is_cased(words.list()) => {
            let (first, last) = (known(first), known(last));
            let (given, family) = (first.given, last.family);
            // Hungary, Japan, directories: the family's name first.
            let turned = !(given && family) && first.family && last.given;
            add_full(given || turned, family && !turned, hits);
        }
        _ => {}
    }
}

fn add_full(given: bool, family: bool, hits: &mut Hits) {
    hits.add(Detector::FullName, given && family);
    hits.add(Detector::HalfName, given != family);
}

/// Capitals in front of every word, or two words in small letters.
fn is_cased(words: &[&str]) -> bool {
    let small = words.iter().filter(|w| w.starts_with(char::is_lowercase)).count();
    small == 0 || (small == words.len() && small == MOST_SMALL_WORDS)
}

/// Of double names the first that is known.
fn known(word: &str) -> Names {
    let whole = names(word);
    if whole != Names::default() || !word.contains('-') {
        return whole;
    }
    word.split('-').map(names).find(|known| *known != Names::default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Detector> {
        let mut hits = Hits::default();
        inspect(text, Summary::of(text.as_bytes()), &mut hits);
        hits.iter().filter(|(_, valid)| *valid).map(|(detector, _)| detector).collect()
    }

    #[test]
    fn names_are_found_in_either_order() {
        for text in [
            "John Smith",
            "Smith, John",
            "Dr. John A. Smith",
            "MARIA DE LA CRUZ",
            "Ludwig van Müller",
            "Anna-Lena Schmidt",
        ] {
            assert_eq!(found(text), [Detector::FullName], "{text}");
        }
        assert_eq!(found("John Unknowable"), [Detector::HalfName]);
        assert!(found("Müller").contains(&Detector::FamilyName));
    }

    #[test]
    fn what_is_no_name_is_no_candidate() {
        for text in
            ["Smith & Sons", "regular deposits sleep furiously above", "A/S", "will work for food", "-"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
