//! Texts: character classes, casing, spaces around, encoding faults, and generalised patterns. All counts
//! are exact but those of the patterns, which say their error. One pass over the bytes finds all of it.

mod casing;
mod faults;
mod generalise;
mod patterns;
mod shape;

use forebay_model::Value;
use forebay_model::profile::{Casing, CharacterClasses, ColumnProfile, EncodingFaults};
use forebay_stored::{Reader, StateError, Writer};

use self::casing::Case;
use self::faults::Fault;
use self::generalise::Pattern;
use self::patterns::Patterns;
use self::shape::{Flag, Runs, Shape};
use super::Statistic;
use crate::scan::Kind;
use crate::seen::Seen;

const TALLIES: usize = Tally::Texts as usize + 1;

/// What is counted. The order is part of stored states: add at the end.
#[derive(Debug, Clone, Copy)]
enum Tally {
    Uppercase,
    Lowercase,
    Digits,
    Spaces,
    Punctuation,
    Control,
    NonAscii,
    CaseUpper,
    CaseLower,
    CaseTitle,
    CaseMixed,
    LeadingSpaces,
    TrailingSpaces,
    FaultReplacement,
    FaultMojibake,
    FaultControl,
    FaultEntities,
    Texts,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    tallies: [u64; TALLIES],
    patterns: Patterns,
    /// Taken out while a text is looked at.
    scratch: Option<Box<Scratch>>,
}

/// Where a text's runs and its pattern are noted.
#[derive(Debug, Clone, Default)]
struct Scratch {
    runs: Runs,
    pattern: Pattern,
}

impl Texts {
    #[inline]
    fn count(&mut self, tally: Tally, weight: u64) {
        let count = &mut self.tallies[tally as usize];
        *count = count.saturating_add(weight);
    }

    fn of(&self, tally: Tally) -> u64 {
        self.tallies[tally as usize]
    }

    /// Adds the weight without a branch: which classes a text has is not predictable.
    #[inline]
    fn count_if(&mut self, tally: Tally, weight: u64, condition: bool) {
        self.count(tally, weight * u64::from(condition));
    }

    fn tally(&mut self, text: &str, shape: Shape, weight: u64) {
        use Tally::{
            Control, Digits, LeadingSpaces, Lowercase, NonAscii, Punctuation, Spaces, TrailingSpaces,
            Uppercase,
        };
        self.count(Tally::Texts, weight);
        let classes = [
            (Uppercase, Flag::UPPER),
            (Lowercase, Flag::LOWER),
            (Digits, Flag::DIGIT),
            (Spaces, Flag::SPACE),
            (Punctuation, Flag::PUNCTUATION),
            (Control, Flag::CONTROL),
            (NonAscii, Flag::NON_ASCII),
        ];
        for (tally, flag) in classes {
            self.count_if(tally, weight, shape.has(flag));
        }
        self.count_if(LeadingSpaces, weight, text.starts_with(char::is_whitespace));
        self.count_if(TrailingSpaces, weight, text.ends_with(char::is_whitespace));
        let case = match casing::of(text, shape) {
            None => None,
            Some(Case::Upper) => Some(Tally::CaseUpper),
            Some(Case::Lower) => Some(Tally::CaseLower),
            Some(Case::Title) => Some(Tally::CaseTitle),
            Some(Case::Mixed) => Some(Tally::CaseMixed),
        };
        if let Some(case) = case {
            self.count(case, weight);
        }
        if shape.may_be_faulty() {
            self.tally_faults(text, shape, weight);
        }
    }

    fn tally_faults(&mut self, text: &str, shape: Shape, weight: u64) {
        for fault in faults::of(text, shape) {
            let tally = match fault {
                Fault::Replacement => Tally::FaultReplacement,
                Fault::Mojibake => Tally::FaultMojibake,
                Fault::Control => Tally::FaultControl,
                Fault::Entity => Tally::FaultEntities,
            };
            self.count(tally, weight);
        }
    }
}

impl Statistic for Texts {
    /// Documents have classes and faults; a generalised pattern would say nothing of them.
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(text) = seen.text else { return };
        let mut scratch = self.scratch.take().unwrap_or_default();
        let Scratch { runs, pattern } = &mut *scratch;
        let ascii = text.characters == text.full.len() as u64;
        let shape = if ascii { shape::of_ascii(text.full, runs) } else { shape::of_any(text.full, runs) };
        self.tally(text.full, shape, seen.weight);
        let document = seen.kind == Kind::Json || matches!(seen.value, Value::Json(_));
        if !document && !text.full.is_empty() {
            pattern.generalise(runs);
            self.patterns.add(pattern, seen.weight);
        }
        self.scratch = Some(scratch);
    }

    fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.tallies.iter_mut().zip(other.tallies) {
            *ours = ours.saturating_add(theirs);
        }
        self.patterns.merge(&other.patterns);
    }

    fn is_default(&self) -> bool {
        self.of(Tally::Texts) == 0
    }

    fn write(&self, to: &mut Writer) {
        self.tallies.iter().for_each(|count| to.u64(*count));
        self.patterns.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut tallies = [0; TALLIES];
        for count in &mut tallies {
            *count = from.u64()?;
        }
        let texts = tallies[Tally::Texts as usize];
        if texts == 0 || tallies.iter().any(|count| *count > texts) {
            return Err(from.damaged());
        }
        Ok(Self { tallies, patterns: Patterns::read(from)?, scratch: None })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.is_default() {
            return;
        }
        let texts = super::texts(profile);
        texts.count = self.of(Tally::Texts);
        texts.classes = CharacterClasses {
            uppercase: self.of(Tally::Uppercase),
            lowercase: self.of(Tally::Lowercase),
            digits: self.of(Tally::Digits),
            spaces: self.of(Tally::Spaces),
            punctuation: self.of(Tally::Punctuation),
            control: self.of(Tally::Control),
            non_ascii: self.of(Tally::NonAscii),
        };
        texts.casing = Casing {
            upper: self.of(Tally::CaseUpper),
            lower: self.of(Tally::CaseLower),
            title: self.of(Tally::CaseTitle),
            mixed: self.of(Tally::CaseMixed),
        };
        texts.leading_spaces = self.of(Tally::LeadingSpaces);
        texts.trailing_spaces = self.of(Tally::TrailingSpaces);
        texts.faults = EncodingFaults {
            replacement: self.of(Tally::FaultReplacement),
            mojibake: self.of(Tally::FaultMojibake),
            control: self.of(Tally::FaultControl),
            entities: self.of(Tally::FaultEntities),
        };
        texts.patterns = self.patterns.shown(texts.count);
    }
}
