//! The records at both ends of each column's numbers, with their addresses: examples for what the fences call
//! outliers. Exact: a record is among them if fewer than five are further out.

mod stored;

use std::collections::BTreeMap;

use forebay_model::Value;
use forebay_model::profile::{ColumnProfile, OutlierExample};

use crate::mask::Screen;
use crate::seen::Number;

/// Examples kept at each end of a column.
const MOST_EXAMPLES: usize = 5;

/// Columns that are looked at: the first ones with numbers.
const MOST_COLUMNS: usize = 256;

/// Longer keys are cut in an address.
const MOST_KEY_CHARACTERS: usize = 128;

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
pub struct RecordAddress<'a> {
    pub key: &'a str,
    /// The page that brought it.
    pub page: &'a str,
    /// Its place there, from 0.
    pub ordinal: u32,
}

/// Examples of one stream's records by column: observes rows, merges, travels as bytes. The same rows give the same
/// bytes, whatever their order and split.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// In the order of the rows that are observed; stored and merged in order of name.
    columns: Vec<(String, Column)>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Column {
    /// Smallest first.
    lowest: Vec<Held>,
    /// Largest first.
    highest: Vec<Held>,
}

#[derive(Debug, Clone, PartialEq)]
struct Held {
    /// What fences are compared with; dates and instants are seconds since 1970.
    number: f64,
    value: String,
    key: String,
    page: String,
    ordinal: u32,
}

impl Ends {
    /// Takes in a record's values, in the order of `columns`.
    pub fn observe(&mut self, columns: &[&str], values: &[Value], at: RecordAddress<'_>) {
        for (place, (column, value)) in columns.iter().zip(values).enumerate() {
            let Some(number) = Number::of(value) else { continue };
            if let Some(held) = self.column(place, column) {
                held.offer(number.value, value, at);
            }
        }
    }

    /// Rows come with their columns in one order, so the place is nearly always right.
    #[inline]
    fn column(&mut self, place: usize, name: &str) -> Option<&mut Column> {
        let there = self.columns.get(place).is_some_and(|(held, _)| held == name);
        let place = if there { Some(place) } else { self.columns.iter().position(|(held, _)| held == name) };
        match place {
            Some(place) => Some(&mut self.columns[place].1),
            None if self.columns.len() < MOST_COLUMNS => {
                self.columns.push((name.to_owned(), Column::default()));
                self.columns.last_mut().map(|(_, column)| column)
            }
            None => None,
        }
    }

    /// Becomes the examples of both. Commutative and associative, as long as there are no more than 256 columns.
    pub fn merge(&mut self, other: &Ends) {
        let mut joined = std::mem::take(self).by_name();
        for (name, theirs) in &other.columns {
            let ours = joined.entry(name.clone()).or_default();
            theirs.lowest.iter().for_each(|held| keep(&mut ours.lowest, held.clone(), f64::total_cmp));
            theirs.highest.iter().for_each(|held| keep(&mut ours.highest, held.clone(), descending));
        }
        self.columns = joined.into_iter().take(MOST_COLUMNS).collect();
    }

    fn by_name(self) -> BTreeMap<String, Column> {
        self.columns.into_iter().collect()
    }

    /// Gives the profile's outliers their examples: records beyond the fences, the furthest first. Masked figures get
    /// none; `hide_keys` leaves keys out, where they are personal data themselves. Single values and keys that prove to
    /// be personal data are masked.
    pub fn explain(&self, profile: &mut ColumnProfile, hide_keys: bool) {
        if profile.masked {
            return;
        }
        let Some((_, held)) = self.columns.iter().find(|(name, _)| *name == profile.column) else { return };
        let Some(outliers) = profile.numbers.as_mut().and_then(|numbers| numbers.outliers.as_mut()) else {
            return;
        };
        let (low, high) = (outliers.low_fence, outliers.high_fence);
        let below = held.lowest.iter().filter(|held| held.number < low);
        let above = held.highest.iter().filter(|held| held.number > high);
        outliers.examples = below.chain(above).map(|held| held.shown(hide_keys)).collect();
    }
}

impl Column {
    #[inline]
    fn offer(&mut self, number: f64, value: &Value, at: RecordAddress<'_>) {
        if is_wanted(&self.lowest, number, f64::total_cmp) {
            keep(&mut self.lowest, Held::new(number, value, at), f64::total_cmp);
        }
        if is_wanted(&self.highest, number, descending) {
            keep(&mut self.highest, Held::new(number, value, at), descending);
        }
    }
}

impl Held {
    fn new(number: f64, value: &Value, at: RecordAddress<'_>) -> Self {
        Self {
            number,
            value: value.to_text().unwrap_or_default(),
            key: at.key.chars().take(MOST_KEY_CHARACTERS).collect(),
            page: at.page.to_owned(),
            ordinal: at.ordinal,
        }
    }

    fn shown(&self, hide_key: bool) -> OutlierExample {
        OutlierExample {
            value: Screen::default().show(&self.value).into_owned(),
            key: (!hide_key).then(|| Screen::default().show(&self.key).into_owned()),
            page: self.page.clone(),
            ordinal: self.ordinal,
        }
    }

    fn address(&self) -> (&str, u32) {
        (&self.page, self.ordinal)
    }
}

fn descending(a: &f64, b: &f64) -> std::cmp::Ordering {
    b.total_cmp(a)
}

/// Whether a number could be among the kept; ties are settled by [`keep`].
#[inline]
fn is_wanted(kept: &[Held], number: f64, order: fn(&f64, &f64) -> std::cmp::Ordering) -> bool {
    kept.len() < MOST_EXAMPLES || kept.last().is_none_or(|last| order(&number, &last.number).is_le())
}

/// Of equal numbers, those of the lower address; a record that is there already is not kept twice.
fn keep(kept: &mut Vec<Held>, held: Held, order: fn(&f64, &f64) -> std::cmp::Ordering) {
    let place = kept.binary_search_by(|other| {
        order(&other.number, &held.number).then_with(|| other.address().cmp(&held.address()))
    });
    if let Err(at) = place {
        kept.insert(at, held);
        kept.truncate(MOST_EXAMPLES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::profile::{NumberStatistics, Outliers};
    use proptest::prelude::*;

    fn ends(rows: &[(i64, u32)]) -> Ends {
        let mut ends = Ends::default();
        for (value, ordinal) in rows {
            let at = RecordAddress { key: "k", page: "p", ordinal: *ordinal };
            ends.observe(&["a", "t"], &[Value::Integer(*value), Value::Text("x".into())], at);
        }
        ends
    }

    fn profile(low_fence: f64, high_fence: f64, masked: bool) -> ColumnProfile {
        let outliers =
            Outliers { low_fence, high_fence, below: 1.0, above: 1.0, exact: true, examples: Vec::new() };
        let numbers = NumberStatistics { outliers: Some(outliers), ..NumberStatistics::default() };
        ColumnProfile { column: "a".into(), numbers: Some(numbers), masked, ..ColumnProfile::default() }
    }

    fn explained(mut profile: ColumnProfile, hide_keys: bool) -> Vec<(String, Option<String>, u32)> {
        ends(&[(1, 0), (-900, 1), (2, 2), (5_000, 3), (7_000, 4)]).explain(&mut profile, hide_keys);
        let examples = profile.numbers.and_then(|n| n.outliers).map(|o| o.examples).unwrap_or_default();
        examples.into_iter().map(|e| (e.value, e.key, e.ordinal)).collect()
    }

    #[test]
    fn records_beyond_the_fences_are_named_and_no_others() {
        let key = || Some("k".to_owned());
        let all =
            [("-900".to_owned(), key(), 1), ("7000".to_owned(), key(), 4), ("5000".to_owned(), key(), 3)];
        assert_eq!(explained(profile(-10.0, 10.0, false), false), all);
        assert_eq!(explained(profile(-1e9, 1e9, false), false), []);
    }

    #[test]
    fn personal_data_is_no_example() {
        assert_eq!(explained(profile(-10.0, 10.0, true), false), []);
        assert!(explained(profile(-10.0, 10.0, false), true).iter().all(|(_, key, _)| key.is_none()));
        let mut ends = Ends::default();
        let at = RecordAddress { key: "ada.l@example.org", page: "p", ordinal: 0 };
        ends.observe(&["a"], &[Value::Integer(4_111_111_111_111_111)], at);
        let mut profile = profile(-10.0, 10.0, false);
        ends.explain(&mut profile, false);
        let examples = profile.numbers.and_then(|n| n.outliers).map(|o| o.examples).unwrap_or_default();
        assert_eq!(examples[0].value, "************1111");
        assert_eq!(examples[0].key.as_deref(), Some("a***@e***.o***"));
    }

    proptest! {
        #[test]
        fn examples_depend_on_the_records_alone(
            values in prop::collection::vec(-20_i64..20, 0..60),
            split in 0_usize..60,
        ) {
            let rows: Vec<(i64, u32)> = values.iter().copied().zip(0..).collect();
            let (left, right) = rows.split_at(split.min(rows.len()));
            let (mut a, mut b) = (ends(left), ends(right));
            let copy = a.clone();
            a.merge(&b);
            b.merge(&copy);
            prop_assert_eq!(a.to_bytes(), b.to_bytes());
            prop_assert_eq!(a.to_bytes(), ends(&rows).to_bytes());
            prop_assert_eq!(Ends::from_bytes(&a.to_bytes()).unwrap().to_bytes(), a.to_bytes());
        }
    }
}
