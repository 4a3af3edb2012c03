//! Personal data: how many values each detector accepts, and how many different ones at least.
//!
//! Detectors cost more than other statistics do, so they see every value of a column only while it has few
//! different ones (about 350); from then on they see the one in eight whose hash says so. Which values those
//! are depends on the values alone: order and split never matter, and counts are exact for what they cover.

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::scan::Kind;
use crate::seen::Seen;
use crate::sensitive::evidence::{ColumnCounts, findings, is_chance};
use crate::sensitive::{Leaves, inspect};

mod tallies;

use tallies::Tallies;

/// Values whose hash ends in three zero bits are always looked at.
const SAMPLE_MASK: u64 = 7;
/// A bit set per value by its hash; half of them set means about 355 different values (linear counting,
/// Whang et al. 1990).
const SPREAD_BITS: usize = 512;
const SPREAD_WORDS: usize = SPREAD_BITS / 64;
const MOST_SET: u32 = SPREAD_BITS as u32 / 2;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sensitive {
    /// The values that are always looked at.
    sample: Tallies,
    /// The others; empty once `thinned`.
    rest: Tallies,
    /// Which hashes occurred; zero once `thinned`.
    spread: [u64; SPREAD_WORDS],
    /// Bits set in `spread`.
    set: u32,
    thinned: bool,
}

impl Sensitive {
    #[inline]
    fn mark(&mut self, hash: u64) {
        let at = (hash >> 3) as usize % SPREAD_BITS;
        let (word, bit) = (&mut self.spread[at / 64], 1_u64 << (at % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.set += 1;
            if self.set >= MOST_SET {
                self.thin();
            }
        }
    }

    fn thin(&mut self) {
        self.thinned = true;
        self.rest = Tallies::default();
        self.spread = [0; SPREAD_WORDS];
        self.set = 0;
    }

    fn all(&self) -> Tallies {
        let mut all = self.sample.clone();
        all.merge(&self.rest);
        all
    }

    fn counts(&self) -> ColumnCounts {
        let all = self.all();
        let of = |tallies: &[_]| tallies::counts(tallies, all.filled, !self.thinned);
        ColumnCounts { whole: of(&all.all), plain: of(&all.plain), named: of(&all.named) }
    }

    /// A bit for each detector whose check the column's values pass no more often than by chance.
    pub fn ordinary(&self) -> u64 {
        let by_chance =
            |tally: &&tallies::Tally| is_chance(tally.detector, tally.count(), tally.failing.count_ones());
        self.all().all.iter().filter(by_chance).fold(0, |all, tally| all | 1 << tally.detector as u8)
    }
}

impl Statistic for Sensitive {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let sampled = seen.hash & SAMPLE_MASK == 0;
        if (self.thinned && !sampled) || seen.kind == Kind::Empty {
            return;
        }
        if !self.thinned {
            self.mark(seen.hash);
        }
        let tallies = match (sampled, self.thinned) {
            (true, _) => &mut self.sample,
            (false, false) => &mut self.rest,
            (false, true) => return,
        };
        tallies.filled = tallies.filled.saturating_add(seen.weight);
        if let (Kind::Json, Some(text)) = (seen.kind, &seen.text) {
            return tallies.add_leaves(&Leaves::of(text.full), seen.hash, seen.weight);
        }
        let hits = inspect(seen);
        if !hits.is_empty() {
            tallies.add(&hits, seen.hash, seen.weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.sample.merge(&other.sample);
        if self.thinned || other.thinned {
            return self.thin();
        }
        self.rest.merge(&other.rest);
        for (ours, theirs) in self.spread.iter_mut().zip(other.spread) {
            *ours |= theirs;
        }
        self.set = self.spread.iter().map(|word| word.count_ones()).sum();
        if self.set >= MOST_SET {
            self.thin();
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn write(&self, to: &mut Writer) {
        to.u8(self.thinned.into());
        self.sample.write(to);
        if self.thinned {
            return self.sample.write_more(to);
        }
        self.rest.write(to);
        // Few bits are shorter as distances.
        let mut previous = 0;
        to.u64(self.set.into());
        for at in (0..SPREAD_BITS).filter(|at| self.set < 64 && self.spread[at / 64] >> (at % 64) & 1 == 1) {
            to.u64((at - previous) as u64);
            previous = at;
        }
        if self.set >= 64 {
            self.spread.iter().for_each(|word| to.raw(&word.to_le_bytes()));
        }
        self.sample.write_more(to);
        self.rest.write_more(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let thinned = match from.u8()? {
            0 => false,
            1 => true,
            _ => return Err(from.damaged()),
        };
        let mut sample = Tallies::read(from)?;
        if thinned {
            sample.read_more(from)?;
            return Ok(Self { sample, thinned, ..Self::default() });
        }
        let mut rest = Tallies::read(from)?;
        let set = from.length(MOST_SET as usize - 1)?;
        let mut spread = [0_u64; SPREAD_WORDS];
        if set < 64 {
            let mut at = 0;
            for _ in 0..set {
                at += from.length(SPREAD_BITS)?;
                *spread.get_mut(at / 64).ok_or(from.damaged())? |= 1 << (at % 64);
            }
        } else {
            for word in &mut spread {
                *word = u64::from_le_bytes(from.array()?);
            }
        }
        let found: u32 = spread.iter().map(|word| word.count_ones()).sum();
        if found as usize != set {
            return Err(from.damaged());
        }
        sample.read_more(from)?;
        rest.read_more(from)?;
        Ok(Self { sample, rest, spread, set: found, thinned })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        profile.sensitive = findings(&self.counts(), &profile.column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Value;

    fn bytes(digits: u64, values: u64) -> usize {
        let mut state = Sensitive::default();
        for i in 0..values {
            let number = crate::hash::mix(i) % (9 * digits) + digits;
            state.observe(&Seen::new(&Value::Text(number.to_string()), 1_000, None));
        }
        let mut to = Writer::default();
        state.write(&mut to);
        to.into_bytes().len()
    }

    /// Numbers of eleven digits are candidates of the most detectors.
    #[test]
    fn a_state_is_small_before_and_after_thinning() {
        for digits in [10_000_000, 100_000_000, 10_000_000_000, 100_000_000_000, 1_000_000_000_000_000] {
            assert!(bytes(digits, 200) < 400, "{}", bytes(digits, 200));
            assert!(bytes(digits, 5_000) < 300, "{}", bytes(digits, 5_000));
        }
    }
}
