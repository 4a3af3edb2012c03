//! Regular expressions of tenants: linear time, and a small constant too.
//!
//! The `regex` crate takes time in proportion to pattern times text (its documentation, "Untrusted input"), where the
//! pattern counts with its repetitions written out. That product is bounded here by [`MOST_STEPS`]: a pattern of a
//! hundred characters is matched against texts of 20 KiB, one of two thousand against texts of 1 KiB.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest pattern that is taken.
pub const MOST_PATTERN_BYTES: usize = 1_000;

/// The longest text that is matched by any pattern; by large patterns it is shorter. A longer one is not looked
/// into: it does not match.
pub const MOST_TEXT_BYTES: usize = 64 * 1_024;

/// Characters and classes of a pattern with its repetitions written out.
const MOST_WIDTH: u64 = 2_000;
/// Width of a pattern times bytes of a text.
const MOST_STEPS: u64 = 2_000_000;
/// Memory of the compiled program: enough for `\w{1,60}` over all of Unicode.
const PROGRAM_BYTES: usize = 4 * 1_024 * 1_024;
const CACHE_BYTES: usize = 1_024 * 1_024;
const MOST_NESTING: u32 = 50;

#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
    most_text: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternFault {
    TooLong,
    /// Its repetitions multiply over the bound.
    TooLarge,
    /// Look-around and back-references included, which have no linear-time matcher.
    Syntax,
}

impl Pattern {
    /// Matches whole texts. The pattern has to stand on its own, so that a stray parenthesis cannot reach out of
    /// the group that is put around it.
    pub fn new(pattern: &str) -> Result<Self, PatternFault> {
        if pattern.len() > MOST_PATTERN_BYTES {
            return Err(PatternFault::TooLong);
        }
        let mut parser = ParserBuilder::new().nest_limit(MOST_NESTING).build();
        let width = width(&parser.parse(pattern).map_err(|_| PatternFault::Syntax)?).max(1);
        if width > MOST_WIDTH {
            return Err(PatternFault::TooLarge);
        }
        let regex = match build(&format!(r"\A(?:{pattern})\z")) {
            // In verbose mode a comment may end the pattern; a line break ends the comment.
            Err(PatternFault::Syntax) => build(&format!("\\A(?:{pattern}\n)\\z")),
            built => built,
        }?;
        let most_text = usize::try_from(MOST_STEPS / width).unwrap_or(MOST_TEXT_BYTES).min(MOST_TEXT_BYTES);
        Ok(Self { regex, most_text })
    }

    pub fn matches(&self, text: &str) -> bool {
        text.len() <= self.most_text && self.regex.is_match(text)
    }
}

fn build(pattern: &str) -> Result<Regex, PatternFault> {
    let mut builder = RegexBuilder::new(pattern);
    // The group, the anchors and their sequence nest deeper than the pattern on its own.
    builder.size_limit(PROGRAM_BYTES).dfa_size_limit(CACHE_BYTES).nest_limit(MOST_NESTING + 5);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternFault::TooLarge,
        _ => PatternFault::Syntax,
    })
}

/// How many places of the pattern a matcher can be at. A class is one place, however many ranges it has: of its
/// byte sequences a text takes one. Recursion is bounded by the parser's limit on nesting.
fn width(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(_) | Class::Bytes(_)) => 1,
        HirKind::Capture(capture) => width(&capture.sub).saturating_add(1),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            width(&repetition.sub).saturating_add(1).saturating_mul(copies.into())
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(parts.len() as u64, |sum, part| sum.saturating_add(width(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(text)
    }

    #[test]
    fn the_whole_text_must_match() {
        assert!(matches("a|ab", "ab"));
        assert!(!matches("a", "ab"));
        assert!(!matches("a", "a\n"));
        assert!(!matches("^a$|b", "ab"));
        assert!(matches("(?m)^a$", "a"));
        assert!(matches("", "") && !matches("", "a"));
    }

    #[test]
    fn verbose_patterns_may_end_in_a_comment() {
        assert!(matches("(?x) a+ # letters", "aaa"));
        assert!(!matches("(?x) a+ # letters", "aaa\n"));
        assert!(matches("(?x) a # )(", "a"));
    }

    #[test]
    fn what_does_not_stand_on_its_own_is_refused() {
        for pattern in ["a)|(?:b", "(", "(?=a)b", r"(a)\1", "[z-a]", &"(".repeat(400)] {
            assert_eq!(Pattern::new(pattern).unwrap_err(), PatternFault::Syntax, "{pattern}");
        }
        assert_eq!(Pattern::new(&"a".repeat(1_001)).unwrap_err(), PatternFault::TooLong);
        for pattern in ["(a{1000}){1000}", "a{2001}", r"\w{1,1000}", "((((a{9}){9}){9}){9}){9}"] {
            assert_eq!(Pattern::new(pattern).unwrap_err(), PatternFault::TooLarge, "{pattern}");
        }
    }

    #[test]
    fn ordinary_patterns_fit() {
        let long = format!("(?:{})", vec!["status"; 100].join("|"));
        for pattern in [
            r"\w{1,40}",
            r"[\p{L}' -]{2,40}",
            r"\d{4}-\d{2}-\d{2}",
            r"[A-Z]{2}[0-9A-Z]{13,32}",
            ".{1,255}",
            r"[^@\s]{1,64}@[^@\s]{1,255}",
            &long,
        ] {
            assert!(Pattern::new(pattern).is_ok(), "{pattern}");
        }
    }
}
