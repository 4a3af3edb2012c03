//! Repeated values cost a look-up, not a full observation.
//!
//! A small direct-mapped table holds recent values with how often they were seen since they entered. A
//! value that is met again only raises its count; when it leaves, all statistics observe it once with that
//! weight. Each slot defends its value with credit that hits earn and other values' misses spend, so that
//! frequent values stay. Where few values repeat, the table steps aside for a while.

use forebay_model::Value;

use crate::hash;

const SLOTS: usize = 128;
/// Look-ups after which the share of hits is judged.
const WINDOW: u32 = 1_024;
/// Values that pass by after a window with fewer than one hit in ten.
const REST: u32 = 32 * WINDOW;
const CREDIT: u8 = 4;
const MOST_CREDIT: u8 = 64;

#[derive(Debug, Clone, Default)]
pub(crate) struct Repeats {
    /// Empty until the first value, then [`SLOTS`] long.
    slots: Vec<Option<Held>>,
    lookups: u32,
    hits: u32,
    rest: u32,
}

/// A value and how often it was seen since it entered.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub value: Value,
    pub weight: u64,
    pub quick: u64,
    credit: u8,
}

/// What to observe now.
#[derive(Debug)]
pub(crate) enum Offer {
    /// Nothing: the table counted it.
    Counted,
    /// The offered value, once; with its quick hash where that was computed.
    Direct(Option<u64>),
    /// What the offered value displaced.
    Displaced(Held),
}

impl Repeats {
    #[inline]
    pub fn offer(&mut self, value: &Value) -> Offer {
        if self.rest > 0 {
            self.rest -= 1;
            return Offer::Direct(None);
        }
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || None);
        }
        self.judge();
        let quick = hash::quick(value);
        let slot = &mut self.slots[quick as usize % SLOTS];
        let Some(held) = slot else {
            *slot = Some(Held::new(value, quick));
            return Offer::Counted;
        };
        if held.quick == quick && held.value == *value {
            held.weight += 1;
            held.credit = (held.credit + CREDIT).min(MOST_CREDIT);
            self.hits += 1;
            return Offer::Counted;
        }
        if held.credit > 0 {
            held.credit -= 1;
            return Offer::Direct(Some(quick));
        }
        Offer::Displaced(std::mem::replace(held, Held::new(value, quick)))
    }

    /// Rows that are counted here and not observed yet.
    pub fn pending(&self) -> u64 {
        self.slots.iter().flatten().map(|held| held.weight).sum()
    }

    /// Hands out all values and starts anew.
    pub fn drain(&mut self) -> impl Iterator<Item = Held> + use<> {
        std::mem::take(&mut self.slots).into_iter().flatten()
    }

    #[inline]
    fn judge(&mut self) {
        self.lookups += 1;
        if self.lookups < WINDOW {
            return;
        }
        if self.hits * 10 < self.lookups {
            self.rest = REST;
        }
        (self.lookups, self.hits) = (0, 0);
    }
}

impl Held {
    fn new(value: &Value, quick: u64) -> Self {
        Self { value: value.clone(), weight: 1, quick, credit: CREDIT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was handed out and what is still held, as total weight.
    fn feed(repeats: &mut Repeats, values: impl Iterator<Item = i64>) -> (u64, u64) {
        let (mut direct, mut displaced) = (0, 0);
        for i in values {
            match repeats.offer(&Value::Integer(i)) {
                Offer::Counted => {}
                Offer::Direct(_) => direct += 1,
                Offer::Displaced(held) => displaced += held.weight,
            }
        }
        (direct, displaced)
    }

    #[test]
    fn few_values_are_all_counted_in_the_table() {
        let mut repeats = Repeats::default();
        assert_eq!(feed(&mut repeats, (0..10_000).map(|i| i % 2)), (0, 0));
        assert_eq!(repeats.pending(), 10_000);
        let weights: Vec<u64> = repeats.drain().map(|held| held.weight).collect();
        assert_eq!(weights, [5_000, 5_000]);
        assert_eq!(repeats.pending(), 0);
    }

    #[test]
    fn no_value_is_lost_where_all_differ_and_the_table_steps_aside() {
        let mut repeats = Repeats::default();
        let (direct, displaced) = feed(&mut repeats, 0..10_000);
        assert_eq!(direct + displaced + repeats.pending(), 10_000);
        assert!(direct > 9_000, "{direct}");
    }

    #[test]
    fn equal_numbers_written_differently_stay_apart() {
        let mut repeats = Repeats::default();
        repeats.offer(&Value::Decimal(rust_decimal::Decimal::new(10, 1)));
        repeats.offer(&Value::Decimal(rust_decimal::Decimal::new(100, 2)));
        assert!(repeats.drain().all(|held| held.weight == 1));
    }
}
