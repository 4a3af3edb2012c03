//! Which type the values would fit. Every value counts at one node of a small lattice, the most specific
//! that it fits; the column's type is the node that covers the largest share of the values, the more
//! specific of equals, or text where none covers 95%.
//!
//! ```text
//!                             text
//!   boolean  decimal  timestamp  uuid  email  url  json
//!               |         |
//!            integer     date
//! ```
//!
//! Empty and blank texts say nothing about the type and are left out of the share.

use forebay_model::profile::{ColumnProfile, InferredType};

use super::Statistic;
use crate::codec::{Reader, StateError, Writer};
use crate::scan::Kind;
use crate::seen::Seen;

/// Under this share, a column is text.
const LEAST_SHARE: f64 = 0.95;

/// Candidates, more specific ones first.
const CANDIDATES: [Kind; 9] = [
    Kind::Boolean,
    Kind::Integer,
    Kind::Date,
    Kind::Uuid,
    Kind::Email,
    Kind::Url,
    Kind::Json,
    Kind::Decimal,
    Kind::Timestamp,
];

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Types {
    /// By kind.
    counts: [u64; Kind::COUNT],
}

impl Types {
    fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    /// Values that fit a kind.
    fn covered(&self, kind: Kind) -> u64 {
        let narrower = match kind {
            Kind::Decimal => self.count(Kind::Integer),
            Kind::Timestamp => self.count(Kind::Date),
            _ => 0,
        };
        self.count(kind).saturating_add(narrower)
    }

    fn inferred(&self) -> (Kind, f64) {
        let total = self.counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let filled = total - self.count(Kind::Empty);
        if filled == 0 {
            return (Kind::Empty, if total == 0 { 0.0 } else { 1.0 });
        }
        let (mut best, mut most) = (Kind::Text, 0);
        for kind in CANDIDATES {
            if self.covered(kind) > most {
                (best, most) = (kind, self.covered(kind));
            }
        }
        let share = most as f64 / filled as f64;
        if share >= LEAST_SHARE { (best, share) } else { (Kind::Text, 1.0) }
    }
}

impl Statistic for Types {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let count = &mut self.counts[seen.kind as usize];
        *count = count.saturating_add(seen.weight);
    }

    fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.counts.iter_mut().zip(other.counts) {
            *ours = ours.saturating_add(theirs);
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn write(&self, to: &mut Writer) {
        self.counts.iter().for_each(|count| to.u64(*count));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut counts = [0; Kind::COUNT];
        for count in &mut counts {
            *count = from.u64()?;
        }
        Ok(Self { counts })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        let (kind, share) = self.inferred();
        profile.inferred_type =
            InferredType { name: kind.name().to_owned(), share, ..InferredType::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Value;

    fn inferred(texts: &[&str]) -> (&'static str, f64) {
        let mut types = Types::default();
        for text in texts {
            types.observe(&Seen::new(&Value::Text((*text).to_owned()), 1, None));
        }
        let (kind, share) = types.inferred();
        (kind.name(), share)
    }

    #[test]
    fn a_column_has_the_narrowest_type_that_covers_most_of_it() {
        assert_eq!(inferred(&["1", "2", "", " "]), ("integer", 1.0));
        assert_eq!(inferred(&["1", "2.5"]), ("decimal", 1.0));
        assert_eq!(inferred(&["2026-03-01", "2026-03-01T10:00:00Z"]), ("timestamp", 1.0));
        assert_eq!(inferred(&["1", "abc"]), ("text", 1.0));
        assert_eq!(inferred(&["A", "N", "R"]), ("text", 1.0));
        assert_eq!(inferred(&["", "  "]), ("empty", 1.0));
        assert_eq!(inferred(&[]), ("empty", 0.0));
    }

    #[test]
    fn a_few_strays_lower_the_share_and_not_the_type() {
        let mut texts = vec!["17"; 97];
        texts.extend(["n/a"; 3]);
        assert_eq!(inferred(&texts), ("integer", 0.97));
    }
}
