//! Texts.

use forebay_model::profile::{
    Casing, CharacterClasses, EncodingFaults, LengthBin, LengthStatistics, LongTexts, PatternCount,
    TextStatistics,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::numbers::OutlierExampleView;

/// Statistics of a column's texts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TextStatistics)]
pub struct TextsView {
    pub count: u64,
    /// Exact counts by length.
    pub lengths: Vec<LengthBinView>,
    pub classes: CharacterClassesView,
    pub casing: CasingView,
    /// Texts that begin with white space.
    pub leading_spaces: u64,
    /// Texts that end in white space.
    pub trailing_spaces: u64,
    pub faults: EncodingFaultsView,
    /// Most frequent first.
    pub patterns: Vec<PatternView>,
    /// Null where no text is far longer than the others.
    #[schema(required = true)]
    pub long: Option<LongTextsView>,
}

/// Texts far longer than the others: longer than four times the upper quartile of the lengths, and beyond Tukey's outer
/// fence of their logarithms.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LongTexts)]
pub struct LongTextsView {
    /// In characters; longer texts are meant.
    pub fence: u64,
    pub count: u64,
    /// False of a sample of the records.
    pub exact: bool,
    /// Records that hold them, the longest first, three at most, each with the first 128 characters; none of personal
    /// data.
    pub examples: Vec<OutlierExampleView>,
}

/// Lengths in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LengthStatistics)]
pub struct LengthsView {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

/// Texts of `low` to `high` characters, both included.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LengthBin)]
pub struct LengthBinView {
    pub low: u64,
    pub high: u64,
    pub count: u64,
}

/// Texts that hold at least one character of a class.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = CharacterClasses)]
pub struct CharacterClassesView {
    pub uppercase: u64,
    pub lowercase: u64,
    pub digits: u64,
    pub spaces: u64,
    pub punctuation: u64,
    pub control: u64,
    pub non_ascii: u64,
}

/// Texts by the case of their letters.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Casing)]
pub struct CasingView {
    pub upper: u64,
    pub lower: u64,
    pub title: u64,
    pub mixed: u64,
}

/// Texts with marks of a wrong decoding on their way.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = EncodingFaults)]
pub struct EncodingFaultsView {
    /// U+FFFD.
    pub replacement: u64,
    /// UTF-8 read as Windows-1252 or Latin-1.
    pub mojibake: u64,
    /// NUL or another control character but tabs and line ends.
    pub control: u64,
    /// HTML entities.
    pub entities: u64,
}

/// A generalised pattern: `A` an uppercase letter, `a` a lowercase one, `9` a digit. The true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PatternCount)]
pub struct PatternView {
    pub pattern: String,
    pub count: u64,
    pub error: u64,
    /// Of all texts.
    pub share: f64,
}

impl From<TextStatistics> for TextsView {
    fn from(of: TextStatistics) -> Self {
        Self {
            count: of.count,
            lengths: of.lengths.into_iter().map(Into::into).collect(),
            classes: of.classes.into(),
            casing: of.casing.into(),
            leading_spaces: of.leading_spaces,
            trailing_spaces: of.trailing_spaces,
            faults: of.faults.into(),
            patterns: of.patterns.into_iter().map(Into::into).collect(),
            long: of.long.map(Into::into),
        }
    }
}

impl From<LongTexts> for LongTextsView {
    fn from(LongTexts { fence, count, exact, examples }: LongTexts) -> Self {
        Self { fence, count, exact, examples: examples.into_iter().map(Into::into).collect() }
    }
}

impl From<LengthStatistics> for LengthsView {
    fn from(of: LengthStatistics) -> Self {
        Self { min: of.min, max: of.max, mean: of.mean }
    }
}

impl From<LengthBin> for LengthBinView {
    fn from(of: LengthBin) -> Self {
        Self { low: of.low, high: of.high, count: of.count }
    }
}

impl From<CharacterClasses> for CharacterClassesView {
    fn from(of: CharacterClasses) -> Self {
        Self {
            uppercase: of.uppercase,
            lowercase: of.lowercase,
            digits: of.digits,
            spaces: of.spaces,
            punctuation: of.punctuation,
            control: of.control,
            non_ascii: of.non_ascii,
        }
    }
}

impl From<Casing> for CasingView {
    fn from(of: Casing) -> Self {
        Self { upper: of.upper, lower: of.lower, title: of.title, mixed: of.mixed }
    }
}

impl From<EncodingFaults> for EncodingFaultsView {
    fn from(of: EncodingFaults) -> Self {
        Self {
            replacement: of.replacement,
            mojibake: of.mojibake,
            control: of.control,
            entities: of.entities,
        }
    }
}

impl From<PatternCount> for PatternView {
    fn from(of: PatternCount) -> Self {
        Self { pattern: of.pattern, count: of.count, error: of.error, share: of.share }
    }
}
