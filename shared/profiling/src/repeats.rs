//! Repeated values cost a look-up, not a full observation.
//!
//! A table holds recent values with how often they were seen since they entered. A value that is met again
//! only raises its count; when it leaves, all statistics observe it once with that weight. A value's hash
//! says which pair of slots may hold it: the first slot keeps a value for as long as it earns it (hits earn
//! credit, misses of the pair spend it), the second takes in every newcomer, so that values that come in
//! clusters are met again, too. Where few values repeat, the table grows if it can be expected to hold most
//! of them, else it steps aside for a while.

use forebay_model::Value;

use crate::hash;

const SLOTS: usize = 128;
/// Slots at most: some 200 kB.
pub(crate) const MOST_SLOTS: usize = 4_096;
pub(crate) const LEAST_SLOTS: usize = SLOTS;
/// Look-ups after which the share of hits is judged; eight per slot in a larger table.
const WINDOW: usize = 1_024;
/// Values that pass by after a window with too few hits, in windows.
const REST: usize = 32;
const CREDIT: u8 = 4;
const MOST_CREDIT: u8 = 64;

#[derive(Debug, Clone)]
pub(crate) struct Repeats {
    /// Empty until the first value, then a power of two.
    slots: Vec<Option<Held>>,
    /// What `slots` may grow to.
    most_slots: usize,
    lookups: usize,
    hits: usize,
    rest: usize,
}

/// A value and how often it was seen since it entered.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub value: Value,
    pub quick: u64,
    weight: u32,
    credit: u8,
}

/// What to observe now.
#[derive(Debug)]
pub(crate) enum Offer<'a> {
    /// Nothing: the table counted it.
    Counted,
    /// The offered value, once; with its quick hash where that was computed.
    Direct(Option<u64>),
    /// What is held here; after that the offered value takes its place, by [`Held::replace`].
    Displaced(&'a mut Held, u64),
}

impl Default for Repeats {
    fn default() -> Self {
        Self { slots: Vec::new(), most_slots: MOST_SLOTS, lookups: 0, hits: 0, rest: 0 }
    }
}

impl Repeats {
    /// Never grows beyond so many slots, a power of two.
    pub fn limit(&mut self, most_slots: usize) {
        self.most_slots = most_slots;
    }

    #[inline]
    pub fn offer(&mut self, value: &Value) -> Offer<'_> {
        if self.rest > 0 {
            self.rest -= 1;
            return Offer::Direct(None);
        }
        if self.lookups >= self.slots.len() * 8 {
            self.judge();
        }
        self.lookups += 1;
        let quick = hash::quick(value);
        // The lowest bit does not matter: slots come in pairs.
        let first = quick as usize & (self.slots.len() - 2);
        let [kept, recent] = &mut self.slots[first..first + 2] else { return Offer::Direct(Some(quick)) };
        if kept.as_mut().is_some_and(|held| held.count(value, quick)) {
            self.hits += 1;
            return Offer::Counted;
        }
        if recent.as_mut().is_some_and(|held| held.count(value, quick)) {
            self.hits += 1;
            if kept.as_ref().is_none_or(|held| held.credit == 0) {
                std::mem::swap(kept, recent);
            }
            return Offer::Counted;
        }
        match (kept, recent) {
            (slot @ None, _) | (_, slot @ None) => {
                *slot = Some(Held::new(value, quick));
                Offer::Counted
            }
            (Some(kept), Some(recent)) => {
                kept.credit = kept.credit.saturating_sub(1);
                Offer::Displaced(recent, quick)
            }
        }
    }

    /// Rows that are counted here and not observed yet.
    pub fn pending(&self) -> u64 {
        self.slots.iter().flatten().map(Held::weight).sum()
    }

    /// Hands out all values and starts anew.
    pub fn drain(&mut self) -> impl Iterator<Item = Held> + use<> {
        let most_slots = self.most_slots;
        let before = std::mem::replace(self, Self { most_slots, ..Self::default() });
        before.slots.into_iter().flatten()
    }

    /// Grows, steps aside, or goes on as before.
    #[cold]
    fn judge(&mut self) {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || None);
            return;
        }
        let (hits, lookups) = (self.hits, self.lookups);
        (self.hits, self.lookups) = (0, 0);
        if hits * 4 >= lookups * 3 {
            return;
        }
        // Values that are all equally likely are met as often as the table has room for them.
        let wanted = (self.slots.len() * lookups / hits.max(1)).next_power_of_two();
        let slots = wanted.min(self.most_slots);
        // At least three in ten.
        if slots > self.slots.len() && slots * hits * 10 >= self.slots.len() * lookups * 3 {
            self.grow(slots);
        } else if hits * 10 < lookups {
            self.rest = REST * lookups.max(WINDOW);
        }
    }

    /// The pairs of a larger table take values of one pair of the smaller each, so all find a slot.
    fn grow(&mut self, slots: usize) {
        let before = std::mem::take(&mut self.slots);
        self.slots.resize_with(slots, || None);
        for held in before.into_iter().flatten() {
            let first = held.quick as usize & (slots - 2);
            let place = if self.slots[first].is_none() { first } else { first + 1 };
            self.slots[place] = Some(held);
        }
    }
}

impl Held {
    fn new(value: &Value, quick: u64) -> Self {
        Self { value: value.clone(), weight: 1, quick, credit: CREDIT }
    }

    pub fn weight(&self) -> u64 {
        self.weight.into()
    }

    /// Counts the value once more if it is this one. A count that is full counts no more.
    #[inline]
    fn count(&mut self, value: &Value, quick: u64) -> bool {
        if self.quick != quick || self.weight == u32::MAX || !is_same(&self.value, value) {
            return false;
        }
        self.weight += 1;
        self.credit = (self.credit + CREDIT).min(MOST_CREDIT);
        true
    }

    /// Holds another value from now on; a text in the same buffer.
    #[inline]
    pub fn replace(&mut self, value: &Value, quick: u64) {
        match (&mut self.value, value) {
            (Value::Text(ours), Value::Text(text)) => text.clone_into(ours),
            (ours, _) => *ours = value.clone(),
        }
        (self.weight, self.quick, self.credit) = (1, quick, CREDIT);
    }
}

/// Equal to the bit: 1.0 and 1.00 differ, a NaN is itself.
#[inline]
fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Decimal(a), Value::Decimal(b)) => a.serialize() == b.serialize(),
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Fed {
        direct: u64,
        displaced: u64,
        displacements: u64,
    }

    /// What was handed out while the values were offered.
    fn feed(repeats: &mut Repeats, values: impl Iterator<Item = u64>) -> Fed {
        let mut fed = Fed::default();
        for i in values {
            let value = Value::Integer(i as i64);
            match repeats.offer(&value) {
                Offer::Counted => {}
                Offer::Direct(_) => fed.direct += 1,
                Offer::Displaced(held, quick) => {
                    fed.displaced += held.weight();
                    fed.displacements += 1;
                    held.replace(&value, quick);
                }
            }
        }
        fed
    }

    #[test]
    fn few_values_are_all_counted_in_the_table() {
        let mut repeats = Repeats::default();
        let fed = feed(&mut repeats, (0..10_000).map(|i| i % 2));
        assert_eq!((fed.direct, fed.displaced, repeats.pending()), (0, 0, 10_000));
        let weights: Vec<u64> = repeats.drain().map(|held| held.weight()).collect();
        assert_eq!(weights, [5_000, 5_000]);
        assert_eq!(repeats.pending(), 0);
    }

    #[test]
    fn no_value_is_lost_where_all_differ_and_the_table_steps_aside() {
        let mut repeats = Repeats::default();
        let fed = feed(&mut repeats, 0..100_000);
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 100_000);
        assert!(fed.direct > 95_000, "{}", fed.direct);
        assert_eq!(repeats.slots.len(), SLOTS);
    }

    #[test]
    fn the_table_grows_to_hold_a_few_thousand_values_and_loses_none() {
        let mut repeats = Repeats::default();
        let values = (0..200_000_u64).map(|i| hash::quick(&Value::Integer(i as i64)) % 2_500);
        let fed = feed(&mut repeats, values);
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 200_000);
        assert!(fed.direct == 0 && fed.displacements < 60_000, "{}", fed.displacements);
        assert_eq!(repeats.slots.len(), MOST_SLOTS);
    }

    #[test]
    fn a_limited_table_does_not_grow() {
        let mut repeats = Repeats::default();
        repeats.limit(LEAST_SLOTS);
        feed(&mut repeats, (0..100_000).map(|i| i * 7_919 % 1_000));
        assert_eq!(repeats.slots.len(), LEAST_SLOTS);
    }

    #[test]
    fn values_that_come_in_clusters_are_met_again() {
        let mut repeats = Repeats::default();
        let fed = feed(&mut repeats, (0..100_000).map(|i| i / 4));
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 100_000);
        assert!(fed.direct == 0 && fed.displacements <= 25_000, "{}", fed.displacements);
    }

    #[test]
    fn equal_numbers_written_differently_stay_apart_and_nan_is_itself() {
        let mut repeats = Repeats::default();
        repeats.offer(&Value::Decimal(rust_decimal::Decimal::new(10, 1)));
        repeats.offer(&Value::Decimal(rust_decimal::Decimal::new(100, 2)));
        assert!(repeats.drain().all(|held| held.weight() == 1));
        repeats.offer(&Value::Float(f64::NAN));
        repeats.offer(&Value::Float(f64::NAN));
        assert!(repeats.drain().all(|held| held.weight() == 2));
    }
}
