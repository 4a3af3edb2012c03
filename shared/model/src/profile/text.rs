//! The public shape of statistics on texts.

use serde::{Deserialize, Serialize};

use super::OutlierExample;

/// Lengths in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LengthStatistics {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

/// Texts of `low` to `high` characters, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LengthBin {
    pub low: u64,
    pub high: u64,
    pub count: u64,
}

/// Texts that hold at least one character of a class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharacterClasses {
    pub uppercase: u64,
    pub lowercase: u64,
    pub digits: u64,
    /// ASCII white space within or around the text.
    pub spaces: u64,
    /// ASCII punctuation and symbols.
    pub punctuation: u64,
    pub control: u64,
    /// Anything beyond ASCII.
    pub non_ascii: u64,
}

/// Texts by the case of their letters; a text without ASCII or Unicode letters is in none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Casing {
    pub upper: u64,
    pub lower: u64,
    /// Every word begins with a capital and goes on small.
    pub title: u64,
    pub mixed: u64,
}

/// Texts with marks of a wrong decoding on their way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodingFaults {
    /// U+FFFD: a byte was lost where an earlier program decoded.
    pub replacement: u64,
    /// UTF-8 read as Windows-1252 or Latin-1, as in "MÃ¼ller".
    pub mojibake: u64,
    /// NUL or another control character other than tab and line ends.
    pub control: u64,
    /// HTML entities, as in "A &amp; B".
    pub entities: u64,
}

/// A generalised pattern and how often it occurs: `A` an uppercase letter, `a` a lowercase one (or one
/// without case), `9` a digit, everything else as it is; 40 characters at most, with `…` where the text
/// goes on. `ABC-1234` is `AAA-9999`; a run of more than eight is written once with `+`.
///
/// A text with two words of three letters or more is written with a `+` for every run of letters, digits or more than
/// three other signs, and of equal words in a row two are written: `Aa+ Aa+` is any name of two parts or more, `a+ a+` any text of small words.
///
/// The true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatternCount {
    pub pattern: String,
    pub count: u64,
    pub error: u64,
    /// Of all texts.
    pub share: f64,
}

/// Texts far longer than the others: longer than four times the upper quartile of the lengths, and beyond Tukey's outer
/// fence of their logarithms, three times the distance of the quartiles, since lengths are skewed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LongTexts {
    /// In characters; longer texts are meant.
    pub fence: u64,
    pub count: u64,
    /// False of a sample of the records, and where a part of them was profiled by a program that did not keep lengths.
    pub exact: bool,
    /// Records that hold them, the longest first, three at most, each with the first 128 characters. Only where records
    /// have addresses, and none of personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<OutlierExample>,
}

/// Statistics of a column's texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TextStatistics {
    pub count: u64,
    /// Exact counts by length: one bin per length up to 64, then two per doubling (65 to 96, 97 to 128, 129
    /// to 192, …); bins without a text are left out.
    pub lengths: Vec<LengthBin>,
    pub classes: CharacterClasses,
    pub casing: Casing,
    pub leading_spaces: u64,
    pub trailing_spaces: u64,
    pub faults: EncodingFaults,
    /// Most frequent first.
    pub patterns: Vec<PatternCount>,
    /// `None` where no text is far longer than the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long: Option<LongTexts>,
}
