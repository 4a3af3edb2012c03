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

/// Where columns share little room.
pub(crate) const FEWEST_SLOTS: usize = 16;
/// Where a table begins, if it may.
const LEAST_SLOTS: usize = 128;
/// Some 250 kB.
pub(crate) const MOST_SLOTS: usize = 4_096;
/// After so many the share of hits is judged: 1,024 in the smallest table.
const LOOKUPS_PER_PAIR: usize = 16;
/// Values that pass by after too few hits, per look-up until then.
const REST: usize = 32;
/// Longer texts are not held, in bytes: a column of documents would keep all that there are slots for.
const LONGEST: usize = 1_024;
const CREDIT: u8 = 4;
const MOST_CREDIT: u8 = 64;

#[derive(Debug, Clone)]
pub(crate) struct Repeats {
    /// Empty until the first value, then a power of two.
    pairs: Vec<Pair>,
    /// What there may be slots for.
    most_slots: usize,
    lookups: usize,
    hits: usize,
    rest: usize,
}

/// Two slots, the keeping one first. A free slot holds a null no times.
#[derive(Debug, Clone, Default)]
struct Pair {
    quicks: [u64; 2],
    held: [Held; 2],
}

/// A value and how often it was seen since it entered.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub value: Value,
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
    /// What is held here, with its quick hash; the offered value then takes its place: [`Held::replace`].
    Displaced(&'a mut Held, u64),
}

impl Default for Repeats {
    fn default() -> Self {
        Self { pairs: Vec::new(), most_slots: MOST_SLOTS, lookups: 0, hits: 0, rest: 0 }
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
        if self.lookups >= self.pairs.len() * LOOKUPS_PER_PAIR {
            self.judge();
        }
        self.lookups += 1;
        let quick = hash::quick(value);
        let at = quick as usize & (self.pairs.len() - 1);
        let Some(pair) = self.pairs.get_mut(at) else { return Offer::Direct(Some(quick)) };
        // Which of two slots it is, nobody can predict: no branch.
        let slot = usize::from(pair.quicks[0] != quick);
        if pair.quicks[slot] == quick && pair.held[slot].count(value) {
            self.hits += 1;
            if slot == 1 && pair.held[0].credit == 0 {
                pair.swap();
            }
            return Offer::Counted;
        }
        if is_long(value) { Offer::Direct(Some(quick)) } else { pair.enter(value, quick) }
    }

    /// Rows that are counted here and not observed yet.
    pub fn pending(&self) -> u64 {
        self.pairs.iter().flat_map(|pair| &pair.held).map(Held::weight).sum()
    }

    /// All values with their quick hashes, in the order of [`Repeats::drain`].
    pub fn held(&self) -> impl Iterator<Item = (&Held, u64)> {
        let slots = self.pairs.iter().flat_map(|pair| pair.held.iter().zip(pair.quicks));
        slots.filter(|(held, _)| held.weight > 0)
    }

    /// Hands out all values with their quick hashes, and starts anew.
    pub fn drain(&mut self) -> impl Iterator<Item = (Held, u64)> + use<> {
        let most_slots = self.most_slots;
        let before = std::mem::replace(self, Self { most_slots, ..Self::default() });
        before.pairs.into_iter().flat_map(Pair::into_filled)
    }

    /// Grows, steps aside, or goes on as before.
    #[cold]
    fn judge(&mut self) {
        if self.pairs.is_empty() {
            self.pairs.resize_with(LEAST_SLOTS.min(self.most_slots) / 2, Pair::default);
            return;
        }
        let (hits, lookups, before) = (self.hits, self.lookups, self.pairs.len() * 2);
        (self.hits, self.lookups) = (0, 0);
        if hits * 4 >= lookups * 3 {
            return;
        }
        // Values that are all equally likely are met as often as the table has room for them.
        let slots = (before * lookups / hits.max(1)).next_power_of_two().min(self.most_slots);
        // At least three in ten.
        if slots > before && slots * hits * 10 >= before * lookups * 3 {
            self.grow(slots / 2);
        } else if hits * 10 < lookups {
            self.rest = REST * lookups;
        }
    }

    /// A pair of the larger table takes values of one pair of the smaller, so all find a slot.
    fn grow(&mut self, pairs: usize) {
        let before = std::mem::take(&mut self.pairs);
        self.pairs.resize_with(pairs, Pair::default);
        for (held, quick) in before.into_iter().flat_map(Pair::into_filled) {
            let pair = &mut self.pairs[quick as usize & (pairs - 1)];
            let slot = usize::from(pair.held[0].weight > 0);
            (pair.quicks[slot], pair.held[slot]) = (quick, held);
        }
    }
}

impl Pair {
    #[inline]
    fn enter(&mut self, value: &Value, quick: u64) -> Offer<'_> {
        let [kept, recent] = &mut self.held;
        let [kept_quick, recent_quick] = &mut self.quicks;
        if kept.weight > 0 && recent.weight > 0 {
            kept.credit = kept.credit.saturating_sub(1);
            return Offer::Displaced(recent, std::mem::replace(recent_quick, quick));
        }
        let (free, free_quick) = if kept.weight == 0 { (kept, kept_quick) } else { (recent, recent_quick) };
        free.replace(value);
        *free_quick = quick;
        Offer::Counted
    }

    #[cold]
    fn swap(&mut self) {
        self.quicks.swap(0, 1);
        self.held.swap(0, 1);
    }

    fn into_filled(self) -> impl Iterator<Item = (Held, u64)> {
        self.held.into_iter().zip(self.quicks).filter(|(held, _)| held.weight > 0)
    }
}

impl Default for Held {
    fn default() -> Self {
        Self { value: Value::Null, weight: 0, credit: 0 }
    }
}

impl Held {
    pub fn weight(&self) -> u64 {
        self.weight.into()
    }

    /// Counts the value once more if it is this one. A count that is full counts no more.
    #[inline]
    fn count(&mut self, value: &Value) -> bool {
        if self.weight == u32::MAX || !is_same(&self.value, value) {
            return false;
        }
        self.weight += 1;
        self.credit = (self.credit + CREDIT).min(MOST_CREDIT);
        true
    }

    /// Holds another value from now on; a text in the same buffer.
    #[inline]
    pub fn replace(&mut self, value: &Value) {
        match (&mut self.value, value) {
            (Value::Text(ours), Value::Text(text)) => text.clone_into(ours),
            (ours, _) => *ours = value.clone(),
        }
        (self.weight, self.credit) = (1, CREDIT);
    }
}

fn is_long(value: &Value) -> bool {
    matches!(value, Value::Text(text) | Value::Json(text) if text.len() > LONGEST)
}

/// Equal to the bit: 1.0 and 1.00 differ, a NaN is itself.
#[inline]
fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Decimal(a), Value::Decimal(b)) => a.mantissa() == b.mantissa() && a.scale() == b.scale(),
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
                    held.replace(&value);
                    assert_ne!(quick, hash::quick(&value));
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
        let weights: Vec<u64> = repeats.drain().map(|(held, _)| held.weight()).collect();
        assert_eq!(weights, [5_000, 5_000]);
        assert_eq!(repeats.pending(), 0);
    }

    #[test]
    fn no_value_is_lost_where_all_differ_and_the_table_steps_aside() {
        let mut repeats = Repeats::default();
        let fed = feed(&mut repeats, 0..100_000);
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 100_000);
        assert!(fed.direct > 95_000, "{}", fed.direct);
        assert_eq!(repeats.pairs.len() * 2, LEAST_SLOTS);
    }

    #[test]
    fn the_table_grows_to_hold_a_few_thousand_values_and_loses_none() {
        let mut repeats = Repeats::default();
        let values = (0..200_000_u64).map(|i| hash::quick(&Value::Integer(i as i64)) % 2_500);
        let fed = feed(&mut repeats, values);
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 200_000);
        assert!(fed.direct == 0 && fed.displacements < 60_000, "{}", fed.displacements);
        assert_eq!(repeats.pairs.len() * 2, MOST_SLOTS);
    }

    #[test]
    fn a_limited_table_does_not_grow() {
        let mut repeats = Repeats::default();
        repeats.limit(LEAST_SLOTS);
        feed(&mut repeats, (0..100_000).map(|i| i * 7_919 % 1_000));
        assert_eq!(repeats.pairs.len() * 2, LEAST_SLOTS);
    }

    #[test]
    fn a_table_of_little_room_begins_with_little() {
        let mut repeats = Repeats::default();
        repeats.limit(FEWEST_SLOTS);
        let fed = feed(&mut repeats, (0..10_000).map(|i| i % 5));
        assert_eq!(repeats.pairs.len() * 2, FEWEST_SLOTS);
        assert_eq!(fed.direct + fed.displaced + repeats.pending(), 10_000);
    }

    #[test]
    fn long_texts_are_not_held() {
        let mut repeats = Repeats::default();
        for (length, held) in [(LONGEST, true), (LONGEST + 1, false)] {
            let text = "x".repeat(length);
            for value in [Value::Text(text.clone()), Value::Json(text)] {
                assert_eq!(matches!(repeats.offer(&value), Offer::Counted), held, "{length}");
            }
        }
        assert_eq!(repeats.pending(), 2);
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
        assert!(repeats.drain().all(|(held, _)| held.weight() == 1));
        repeats.offer(&Value::Float(f64::NAN));
        repeats.offer(&Value::Float(f64::NAN));
        assert!(repeats.drain().all(|(held, _)| held.weight() == 2));
    }
}
