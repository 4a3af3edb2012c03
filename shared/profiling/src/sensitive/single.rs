//! Personal data that one value proves by itself, alone or within a longer text: what is masked wherever it is
//! shown, also in columns that hold nothing of the kind otherwise.
//!
//! Looked for are addresses of e-mail, payment cards, IBANs, telephone numbers that begin with `+`, and national
//! ids whose check digits or form few other values have. Not looked for, because nothing in one value tells them
//! from others: names, postal and IP addresses, dates of birth, national phone numbers, and ids of which one bare
//! number in ten passes the check.

use forebay_model::profile::SensitiveKind;

use super::numeric::{MOST_DIGITS, Numeric};
use super::{COMPACT, Detector, Hits, card, compacted, email, iban, national, phone};
use crate::seen::SHOWN_CHARACTERS;

/// A part of a text that is personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: SensitiveKind,
}

/// Fewer digits are no id, card, account or phone.
const LEAST_DIGITS: usize = 6;
/// Digits that are left of a number at the end of a cut text.
const LEAST_DIGITS_OF_CUT: usize = 5;
/// A phone has the most groups of digits.
const MOST_GROUPS: usize = 8;
/// Between two groups of digits, as in `(0) 30 / 12`.
const MOST_BETWEEN: usize = 3;

/// What of a text is personal data, in its order and without overlaps. `ordinary` has a bit for each detector
/// whose check the column's values pass no more often than by chance: it proves nothing there. A text of 128
/// characters counts as one that was cut, whose end may be the beginning of something.
pub(crate) fn spans(text: &str, ordinary: u64) -> Vec<Span> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let mut all = Spans { text, bytes: text.as_bytes(), ordinary, found: Vec::new() };
    if text.contains('@') {
        all.emails();
    }
    if digits >= LEAST_DIGITS && !is_amount(text) {
        all.whole();
        all.words(FIRST);
        all.words(THEN);
    }
    if text.chars().take(SHOWN_CHARACTERS + 1).count() == SHOWN_CHARACTERS {
        all.cut_end();
    }
    all.found.sort_by_key(|span| span.start);
    all.found
}

/// Whether it is a number below zero or with a fraction, as no id is written.
fn is_amount(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && are_digits(whole) && are_digits(fraction) && (digits != text || !fraction.is_empty())
}

/// On which sides of some groups of digits no other stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    Both,
    OneSide,
    Neither,
}

struct Spans<'a> {
    text: &'a str,
    bytes: &'a [u8],
    ordinary: u64,
    found: Vec<Span>,
}

/// Looks for something that begins at a place; says what and where it ends.
type Look = fn(&Spans<'_>, usize) -> Option<(usize, SensitiveKind)>;

/// Cards and accounts first, so that no phone takes their first digits.
const FIRST: [Look; 2] = [|spans, at| spans.iban(at), |spans, at| spans.card(at)];
const THEN: [Look; 2] = [|spans, at| spans.number(at), |spans, at| spans.lettered(at)];

impl Spans<'_> {
    fn add(&mut self, start: usize, end: usize, kind: SensitiveKind) {
        if start < end && !self.found.iter().any(|other| start < other.end && other.start < end) {
            self.found.push(Span { start, end, kind });
        }
    }

    fn proves(&self, detector: Detector) -> bool {
        self.ordinary >> detector as u8 & 1 == 0
    }

    fn emails(&mut self) {
        for (at, _) in self.text.match_indices('@') {
            let local = self.bytes[..at].iter().rev().take_while(|b| email::is_local(**b)).count();
            let of_host = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'.') || **b >= 0x80;
            let host = self.bytes[at + 1..].iter().take_while(of_host).count();
            let host = self.text[at + 1..at + 1 + host].trim_end_matches(['.', '-']);
            if local > 0 && email::is_host(host) {
                self.add(at - local, at + 1 + host.len(), SensitiveKind::Email);
            }
        }
    }

    /// Ids of several words, as `QQ 12 34 56 C`.
    fn whole(&mut self) {
        let (from, text) = (self.text.len() - self.text.trim_start().len(), self.text.trim());
        if let Some(kind) = self.id_with_letters(text) {
            self.add(from, from + text.len(), kind);
        }
    }

    /// Asks at every place where a word begins, and goes on behind what is found.
    fn words(&mut self, looks: [Look; 2]) {
        let mut at = 0;
        while at < self.bytes.len() {
            let taken = self.found.iter().find(|span| (span.start..span.end).contains(&at)).map(|s| s.end);
            if let Some(end) = taken {
                at = end;
                continue;
            }
            let found = if self.begins(at) { looks.iter().find_map(|look| look(self, at)) } else { None };
            match found {
                Some((end, kind)) => {
                    self.add(at, end, kind);
                    at = end;
                }
                None => at += 1,
            }
        }
    }

    /// Whether a word can begin here: not within one, and not behind a sign that joins it to one.
    fn begins(&self, at: usize) -> bool {
        if !(self.bytes[at].is_ascii_alphanumeric() || matches!(self.bytes[at], b'+' | b'(')) {
            return false;
        }
        match at.checked_sub(1).map(|before| self.bytes[before]) {
            None => true,
            Some(b'-' | b'.' | b'/') => at == 1 || !self.bytes[at - 2].is_ascii_alphanumeric(),
            // Of a time of day.
            Some(b':') => at == 1 || !self.bytes[at - 2].is_ascii_digit(),
            Some(before) => !(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'@' | b'+')),
        }
    }

    fn ends(&self, end: usize) -> bool {
        let behind = self.bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
        match self.bytes.get(end) {
            Some(b'-' | b'.' | b'/') => !behind,
            Some(next) => !(next.is_ascii_alphanumeric() || matches!(next, b'_' | b'@')),
            None => true,
        }
    }

    /// Alone or in groups; a space may stand between any two characters.
    fn iban(&self, at: usize) -> Option<(usize, SensitiveKind)> {
        let mut compact = [0; COMPACT];
        let mut length = 0;
        let mut longest = None;
        for (end, byte) in self.bytes.iter().enumerate().skip(at) {
            match byte {
                b' ' | b'-' if length > 0 && self.bytes[end - 1].is_ascii_alphanumeric() => continue,
                _ if !byte.is_ascii_alphanumeric() || length == COMPACT => break,
                _ => compact[length] = byte.to_ascii_uppercase(),
            }
            length += 1;
            let mut hits = Hits::default();
            if length >= 15 && self.ends(end + 1) {
                iban::inspect(&compact[..length], &mut hits);
            }
            if hits.iter().any(|(detector, valid)| valid && self.proves(detector)) {
                longest = Some((end + 1, SensitiveKind::Iban));
            }
        }
        longest
    }

    fn card(&self, at: usize) -> Option<(usize, SensitiveKind)> {
        self.digits(at, |n, hits, alone| {
            if alone != Alone::Neither {
                card::inspect(n, hits);
            }
        })
    }

    fn number(&self, at: usize) -> Option<(usize, SensitiveKind)> {
        self.digits(at, |n, hits, alone| {
            phone::inspect(n, hits);
            if alone == Alone::Both {
                national::inspect_digits(n, hits);
            }
        })
    }

    /// Groups with spaces between them may be some of a longer number's.
    fn alone(&self, at: usize, end: usize) -> Alone {
        let digit = |place: usize| self.bytes.get(place).is_some_and(u8::is_ascii_digit);
        let spaced = self.bytes[at..end].contains(&b' ');
        let before = spaced && at >= 2 && self.bytes[at - 1] == b' ' && digit(at - 2);
        let behind = spaced && self.bytes.get(end) == Some(&b' ') && digit(end + 1);
        match (before, behind) {
            (false, false) => Alone::Both,
            (true, true) => Alone::Neither,
            _ => Alone::OneSide,
        }
    }

    /// The most groups of digits from here that are something.
    fn digits(&self, at: usize, inspect: fn(&Numeric, &mut Hits, Alone)) -> Option<(usize, SensitiveKind)> {
        let ends = self.groups(at)?;
        ends.iter().rev().filter(|end| self.ends(**end)).find_map(|end| {
            let n = Numeric::parse(&self.bytes[at..*end])?;
            let mut hits = Hits::default();
            inspect(&n, &mut hits, self.alone(at, *end));
            let proven = |(detector, valid): &(Detector, bool)| {
                *valid && self.proves(*detector) && number_proves(*detector, &n)
            };
            let (detector, _) = hits.iter().find(proven)?;
            Some((*end, detector.spec().kind))
        })
    }

    /// Where each of the groups of digits ends that begin here, as long as separators join them.
    fn groups(&self, at: usize) -> Option<Vec<usize>> {
        let mut ends = Vec::new();
        let (mut digits, mut between) = (0, 0);
        for (place, byte) in self.bytes.iter().enumerate().skip(at) {
            if byte.is_ascii_digit() {
                (digits, between) = (digits + 1, 0);
                if !self.bytes.get(place + 1).is_some_and(u8::is_ascii_digit) {
                    ends.push(place + 1);
                }
            } else {
                between += 1;
                let joins = matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')') || place == at;
                if !joins || between > MOST_BETWEEN {
                    break;
                }
            }
            if digits > MOST_DIGITS || ends.len() == MOST_GROUPS {
                break;
            }
        }
        (!ends.is_empty()).then_some(ends)
    }

    /// A word of letters and digits.
    fn lettered(&self, at: usize) -> Option<(usize, SensitiveKind)> {
        let of_word = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'.');
        let length = self.bytes[at..].iter().take_while(of_word).count();
        let word = self.text[at..at + length].trim_end_matches(['-', '.']);
        Some((at + word.len(), self.id_with_letters(word)?))
    }

    fn id_with_letters(&self, text: &str) -> Option<SensitiveKind> {
        let mut compact = [0; COMPACT];
        let length = compacted(text.as_bytes(), &mut compact)?;
        let compact = &compact[..length];
        let mixed = compact.iter().any(u8::is_ascii_alphabetic) && compact.iter().any(u8::is_ascii_digit);
        let mut hits = Hits::default();
        if mixed && compact.is_ascii() {
            national::inspect_letters(compact, &mut hits);
        }
        let proven = |(detector, valid): &(Detector, bool)| {
            *valid && self.proves(*detector) && !matches!(detector, Detector::InPan | Detector::ClRut)
        };
        hits.iter().find(proven).map(|(detector, _)| detector.spec().kind)
    }

    /// The last word of a cut text where it could be the beginning of an address or of a number.
    fn cut_end(&mut self) {
        let separates = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | ',' | ';');
        let start = self
            .text
            .rfind(separates)
            .map_or(0, |at| at + self.text[at..].chars().next().map_or(0, char::len_utf8));
        if self.text[start..].contains('@') {
            return self.add(start, self.text.len(), SensitiveKind::Email);
        }
        let of_number =
            |b: &&u8| b.is_ascii_digit() || matches!(**b, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+');
        let length = self.bytes.iter().rev().take_while(of_number).count();
        let from = self.bytes.len() - length;
        let from = from + self.bytes[from..].iter().take_while(|b| !b.is_ascii_digit()).count();
        let digits = self.bytes[from..].iter().filter(|b| b.is_ascii_digit()).count();
        if digits >= LEAST_DIGITS_OF_CUT && length <= COMPACT {
            // An IBAN's country stands before its digits.
            let letters = self.bytes[..from].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
            self.add(from - letters.min(2), self.text.len(), SensitiveKind::NationalId);
        }
    }
}

/// Whether a number that passes is proof enough: one in a hundred others may pass, not one in ten.
fn number_proves(detector: Detector, n: &Numeric) -> bool {
    use Detector::*;
    match detector {
        // One in ten passes Luhn; of random numbers with that many digits one or two in a hundred have an issuer's
        // first digits too.
        Card | PhoneInternational | UsSsn | UsItin => true,
        // Two check digits, or one and a date.
        FrNir | BrCpf | BeNationalNumber | NoFodselsnummer | TrKimlik | PlPesel | SePersonnummer | ZaId
        | CnResident | ChAhv => true,
        // Written as no other number is.
        DeSteuerId | InAadhaar | JpMyNumber | ArCuil | ClRut | FiHetu => !n.is_bare(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
