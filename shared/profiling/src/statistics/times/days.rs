//! Which days have a value: a bitmap over periods of 1, 2, 4, 8, … days. The period is the shortest with
//! which the days from first to last fit the bitmap, and periods are counted from 1970: both are functions
//! of the set of days alone, so neither order nor split matters.

use forebay_model::profile::{Gap, Gaps, Granularity};
use forebay_model::value::date_text;
use forebay_stored::{Reader, StateError, Writer};
use time::Date;

/// Periods from first to last at most: a day each for 16 years.
const MOST_PERIODS: i64 = 6_144;
/// Places in the ring, where a period is at its number modulo this.
const RING_BITS: usize = 8_192;
const SHOWN: usize = 5;
/// Julian day of 1970-01-01.
const EPOCH_JULIAN_DAY: i64 = 2_440_588;
/// What 64-bit microseconds reach, about.
const MOST_DAY: i64 = 107_000_000;

#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    /// Days since 1970; meaningful once the ring is there.
    first: i64,
    last: i64,
    /// A period has two to the power of this many days.
    coarseness: u32,
    /// Empty until the first day.
    ring: Vec<u64>,
}

impl Days {
    #[inline]
    pub fn add(&mut self, day: i64) {
        if self.ring.is_empty() {
            (self.first, self.last) = (day, day);
            self.ring = vec![0; RING_BITS / 64];
        } else if day < self.first || day > self.last {
            self.widen(day.min(self.first), day.max(self.last));
        }
        self.set(day >> self.coarseness);
    }

    #[inline]
    fn set(&mut self, period: i64) {
        let place = period as usize % RING_BITS;
        self.ring[place / 64] |= 1 << (place % 64);
    }

    fn has(&self, period: i64) -> bool {
        let place = period as usize % RING_BITS;
        self.ring.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn periods(&self) -> std::ops::RangeInclusive<i64> {
        self.first >> self.coarseness..=self.last >> self.coarseness
    }

    fn widen(&mut self, first: i64, last: i64) {
        let mut coarseness = self.coarseness;
        while !fits(first, last, coarseness) {
            coarseness += 1;
        }
        if coarseness > self.coarseness {
            let coarser = coarseness - self.coarseness;
            let occupied: Vec<i64> = self.occupied().map(|period| period >> coarser).collect();
            self.ring.fill(0);
            self.coarseness = coarseness;
            occupied.into_iter().for_each(|period| self.set(period));
        }
        (self.first, self.last) = (first, last);
    }

    fn occupied(&self) -> impl Iterator<Item = i64> {
        let periods = if self.ring.is_empty() { None } else { Some(self.periods()) };
        periods.into_iter().flatten().filter(|period| self.has(*period))
    }

    pub fn merge(&mut self, other: &Self) {
        if other.ring.is_empty() {
            return;
        }
        if self.ring.is_empty() {
            *self = other.clone();
            return;
        }
        let mut other = other.clone();
        let (first, last) = (self.first.min(other.first), self.last.max(other.last));
        self.widen(first, last);
        other.widen(first, last);
        self.ring.iter_mut().zip(&other.ring).for_each(|(ours, theirs)| *ours |= theirs);
    }

    /// First, last, and then either the lengths of the alternating runs of occupied and empty periods, or
    /// the bits: whichever is shorter.
    pub fn write(&self, to: &mut Writer) {
        to.i64(self.first);
        to.u64((self.last - self.first) as u64);
        let mut runs = Writer::default();
        let lengths = self.runs();
        runs.u64(lengths.len() as u64);
        lengths.iter().for_each(|length| runs.u64(*length));
        let runs = runs.into_bytes();
        let bits = self.bits();
        to.u8((bits.len() < runs.len()).into());
        to.raw(if bits.len() < runs.len() { &bits } else { &runs });
    }

    /// The first run is occupied, the next empty, and so on.
    fn runs(&self) -> Vec<u64> {
        let mut lengths: Vec<u64> = Vec::new();
        let mut before = false;
        for period in self.periods() {
            let now = self.has(period);
            match lengths.last_mut() {
                Some(length) if now == before => *length += 1,
                _ => lengths.push(1),
            }
            before = now;
        }
        lengths
    }

    fn bits(&self) -> Vec<u8> {
        let start = *self.periods().start();
        let mut bits = vec![0; bytes_of(&self.periods())];
        for period in self.occupied() {
            let at = (period - start) as usize;
            bits[at / 8] |= 1 << (at % 8);
        }
        bits
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let first = from.i64()?;
        let span = i64::try_from(from.u64()?).map_err(|_| from.damaged())?;
        if first.abs() > MOST_DAY || span > 2 * MOST_DAY {
            return Err(from.damaged());
        }
        let mut read = Self::default();
        read.add(first);
        read.widen(first, first + span);
        if from.u8()? == 0 {
            read.read_runs(from)?
        } else {
            read.read_bits(from)?
        }
        let ends = read.has(*read.periods().start()) && read.has(*read.periods().end());
        if ends { Ok(read) } else { Err(from.damaged()) }
    }

    fn read_runs(&mut self, from: &mut Reader<'_>) -> Result<(), StateError> {
        let (mut next, end) = self.periods().into_inner();
        for run in 0..from.length(MOST_PERIODS as usize)? {
            let length = from.length(MOST_PERIODS as usize)? as i64;
            if next + length > end + 1 {
                return Err(from.damaged());
            }
            if run % 2 == 0 {
                (next..next + length).for_each(|period| self.set(period));
            }
            next += length;
        }
        if next == end + 1 { Ok(()) } else { Err(from.damaged()) }
    }

    fn read_bits(&mut self, from: &mut Reader<'_>) -> Result<(), StateError> {
        let periods = self.periods();
        let bits = from.raw(bytes_of(&periods))?;
        for (at, period) in periods.enumerate() {
            if bits[at / 8] >> (at % 8) & 1 == 1 {
                self.set(period);
            }
        }
        Ok(())
    }

    pub fn gaps(&self) -> Gaps {
        if self.ring.is_empty() {
            return Gaps::default();
        }
        let mut gaps = Gaps { period_days: 1 << self.coarseness, ..Gaps::default() };
        let (mut longest, mut next) = (Vec::new(), *self.periods().start());
        for length in self.runs().chunks(2) {
            let (occupied, empty) = (length[0], length.get(1).copied().unwrap_or(0));
            let start = next + occupied as i64;
            next = start + empty as i64;
            gaps.periods += occupied + empty;
            gaps.empty_periods += empty;
            if empty > 0 {
                longest.push((empty, start));
            }
            if self.coarseness == 0 {
                gaps.empty_working_periods += working_days(start, next);
            }
        }
        if self.coarseness > 0 {
            gaps.empty_working_periods = gaps.empty_periods;
        }
        longest.sort_unstable_by_key(|(length, start)| (std::cmp::Reverse(*length), *start));
        longest.truncate(SHOWN);
        gaps.longest = longest.into_iter().map(|(length, start)| self.gap(start, length)).collect();
        gaps
    }

    fn gap(&self, start: i64, periods: u64) -> Gap {
        let from = start << self.coarseness;
        let days = periods << self.coarseness;
        Gap { from: text(from), to: text(from + days as i64 - 1), days }
    }
}

fn fits(first: i64, last: i64, coarseness: u32) -> bool {
    (last >> coarseness) - (first >> coarseness) < MOST_PERIODS
}

fn bytes_of(periods: &std::ops::RangeInclusive<i64>) -> usize {
    ((periods.end() - periods.start() + 1) as usize).div_ceil(8)
}

/// Days of `from..to` that are no Saturday or Sunday.
fn working_days(from: i64, to: i64) -> u64 {
    (from..to).filter(|day| (day + 3).rem_euclid(7) < 5).count() as u64
}

/// Clamped to what a calendar date can say.
fn date(day: i64) -> Date {
    let julian = i32::try_from(day + EPOCH_JULIAN_DAY).ok();
    let nearest = if day < 0 { Date::MIN } else { Date::MAX };
    julian.and_then(|day| Date::from_julian_day(day).ok()).unwrap_or(nearest)
}

/// `YYYY-MM-DD` of days since 1970.
pub(super) fn text(day: i64) -> String {
    date_text(date(day))
}

/// The coarsest unit that a midnight begins.
pub(super) fn granularity(day: i64) -> Granularity {
    match date(day).to_calendar_date() {
        (_, time::Month::January, 1) => Granularity::Year,
        (_, _, 1) => Granularity::Month,
        _ => Granularity::Day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn days(days: &[i64]) -> Days {
        let mut all = Days::default();
        days.iter().for_each(|day| all.add(*day));
        all
    }

    fn bytes(days: &Days) -> Vec<u8> {
        let mut to = Writer::default();
        days.write(&mut to);
        to.into_bytes()
    }

    #[test]
    fn days_without_a_value_are_gaps_and_weekends_are_no_working_days() {
        // 2026-03-02 is a Monday: two weeks of working days, then ten days of nothing.
        let monday = 20_514;
        let mut there: Vec<i64> = (0..14).filter(|day| day % 7 < 5).map(|day| monday + day).collect();
        there.push(monday + 21);
        let gaps = days(&there).gaps();
        assert_eq!((gaps.period_days, gaps.periods, gaps.empty_periods), (1, 22, 11));
        assert_eq!(gaps.empty_working_periods, 5);
        let shown: Vec<_> = gaps.longest.iter().map(|g| (g.from.as_str(), g.to.as_str(), g.days)).collect();
        assert_eq!(shown, [("2026-03-14", "2026-03-22", 9), ("2026-03-07", "2026-03-08", 2)]);
    }

    #[test]
    fn sixteen_years_are_looked_at_by_day() {
        assert_eq!(days(&[0, 6_143]).gaps().period_days, 1);
        assert_eq!(days(&[0, 6_144]).gaps().period_days, 2);
        assert_eq!(days(&[-719_162, 2_932_896]).gaps().period_days, 1_024);
    }

    proptest! {
        #[test]
        fn periods_are_those_that_have_a_day(
            near in prop::collection::vec(-4_000_i64..4_000, 1..40), far in prop::collection::vec(-800_000_i64..3_000_000, 0..4), cut: prop::sample::Index,
        ) {
            let mut all = near;
            all.extend(far);
            let whole = days(&all);
            let expected: BTreeSet<i64> = all.iter().map(|day| day >> whole.coarseness).collect();
            prop_assert_eq!(whole.occupied().collect::<BTreeSet<i64>>(), expected.clone());
            let gaps = whole.gaps();
            prop_assert_eq!(gaps.periods - gaps.empty_periods, expected.len() as u64);

            let (left, right) = all.split_at(cut.index(all.len()));
            let (mut left, right) = (days(left), days(right));
            left.merge(&right);
            prop_assert_eq!(bytes(&left), bytes(&whole));
            all.reverse();
            prop_assert_eq!(bytes(&days(&all)), bytes(&whole));

            let stored = bytes(&whole);
            prop_assert!(stored.len() <= 8 + MOST_PERIODS as usize / 8);
            let read = Days::read(&mut Reader::new(&stored, "days")).unwrap();
            prop_assert_eq!(bytes(&read), stored);
        }
    }
}
