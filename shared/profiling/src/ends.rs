//! The records at both ends of each column's numbers and those with its longest texts, with their addresses: examples
//! for what the fences call outliers. Exact: a record is among them if fewer than five (of texts three) are further out.

mod best;
mod column;
mod reading;
mod stored;

use std::collections::{BTreeMap, HashMap};

use forebay_model::Value;
use forebay_model::profile::{ColumnProfile, OutlierExample};

use self::column::{Column, Held, Room};
use crate::mask::{Exposure, Screen};

/// Columns of which some examples are kept: five at each end of their numbers, and three of long texts. Where more
/// columns have any, one of each is kept.
const MANY_COLUMNS: usize = 256;

/// Columns that are looked at.
const MOST_COLUMNS: usize = crate::MOST_COLUMNS;

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
pub struct RecordAddress<'a> {
    /// Empty where records have none.
    pub key: &'a str,
    /// The page that brought it, or the file.
    pub page: &'a str,
    /// Its place there, from 0.
    pub ordinal: u32,
}

/// Examples of one stream's records by column: observes rows, merges, travels as bytes. The same rows give the same
/// bytes, whatever their order and split.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// In the order in which they are met; stored and merged in order of name.
    columns: Vec<(String, Column)>,
    places: HashMap<String, usize>,
    /// Columns that have examples.
    filled: usize,
}

impl Ends {
    /// Takes in a record's values, in the order of `columns`.
    pub fn observe(&mut self, columns: &[&str], values: &[Value], at: RecordAddress<'_>) {
        for (place, (column, value)) in columns.iter().zip(values).enumerate() {
            self.observe_column(place, column, std::iter::once((value, at.ordinal, at.key)), at.page);
        }
    }

    /// Takes in a column's values of one page, each with its record's place there and key. Cheapest in the order of
    /// the records. `place` is that of the column in its table, which finds it fastest.
    pub fn observe_column<'a>(
        &mut self,
        place: usize,
        column: &str,
        values: impl Iterator<Item = (&'a Value, u32, &'a str)>,
        page: &str,
    ) {
        let Some(at) = self.place(place, column) else { return };
        let room = self.room();
        let held = &mut self.columns[at].1;
        let was_empty = held.is_empty();
        held.observe(values, page, room);
        if was_empty && !held.is_empty() {
            self.fill();
        }
    }

    /// Columns come in one order, so the place is nearly always right.
    #[inline]
    fn place(&mut self, place: usize, name: &str) -> Option<usize> {
        if self.columns.get(place).is_some_and(|(held, _)| held == name) {
            return Some(place);
        }
        if let Some(place) = self.places.get(name) {
            return Some(*place);
        }
        if self.columns.len() >= MOST_COLUMNS {
            return None;
        }
        self.places.insert(name.to_owned(), self.columns.len());
        self.columns.push((name.to_owned(), Column::default()));
        Some(self.columns.len() - 1)
    }

    fn room(&self) -> Room {
        if self.filled > MANY_COLUMNS { Room::LITTLE } else { Room::FULL }
    }

    /// One more column has examples.
    fn fill(&mut self) {
        self.filled += 1;
        if self.filled == MANY_COLUMNS + 1 {
            self.columns.iter_mut().for_each(|(_, column)| column.shrink(Room::LITTLE));
        }
    }

    /// Becomes the examples of both. Commutative and associative, as long as there are no more than 10,000 columns.
    pub fn merge(&mut self, other: &Ends) {
        let mut joined = std::mem::take(self).by_name();
        for (name, theirs) in other.columns.iter().filter(|(_, column)| !column.is_empty()) {
            joined.entry(name.clone()).or_default().merge(theirs, Room::FULL);
        }
        *self = Self::of(joined);
    }

    fn of(columns: BTreeMap<String, Column>) -> Self {
        let mut ends = Self::default();
        for (name, column) in columns.into_iter().take(MOST_COLUMNS) {
            ends.places.insert(name.clone(), ends.columns.len());
            ends.columns.push((name, column));
            ends.fill();
        }
        let room = ends.room();
        ends.columns.iter_mut().for_each(|(_, column)| column.shrink(room));
        ends
    }

    /// Those with examples.
    fn by_name(self) -> BTreeMap<String, Column> {
        self.columns.into_iter().filter(|(_, column)| !column.is_empty()).collect()
    }

    /// Gives the profile's outliers their examples: records beyond the fences, the furthest first. Masked columns get
    /// none; `hide_keys` leaves keys out, where they are personal data themselves. Single values and keys that prove to
    /// be personal data are masked.
    pub fn explain(&self, profile: &mut ColumnProfile, hide_keys: bool) {
        if !profile.masked {
            self.explain_with(profile, hide_keys, Exposure::Masked);
        }
    }

    /// The same with the values of personal data masked or shown.
    pub fn explain_with(&self, profile: &mut ColumnProfile, hide_keys: bool, exposure: Exposure) {
        if exposure == Exposure::Masked && profile.masked {
            return;
        }
        let Some(place) = self.places.get(&profile.column) else { return };
        let held = &self.columns[*place].1;
        let shown = |held: &Held| held.shown(hide_keys, exposure);
        if let Some(outliers) = profile.numbers.as_mut().and_then(|numbers| numbers.outliers.as_mut()) {
            let (low, high) = (outliers.low_fence, outliers.high_fence);
            let below = held.lowest.iter().filter(|held| held.number < low);
            let above = held.highest.iter().filter(|held| held.number > high);
            outliers.examples = below.chain(above).map(shown).collect();
        }
        if let Some(long) = profile.texts.as_mut().and_then(|texts| texts.long.as_mut()) {
            let beyond = held.longest.iter().filter(|held| held.number > long.fence as f64);
            long.examples = beyond.map(shown).collect();
        }
    }
}

impl Held {
    fn shown(&self, hide_key: bool, exposure: Exposure) -> OutlierExample {
        let show = |text: &str| match exposure {
            Exposure::Masked => Screen::default().show(text).into_owned(),
            Exposure::Shown => text.to_owned(),
        };
        OutlierExample {
            value: show(&self.value),
            key: (!hide_key && !self.key.is_empty()).then(|| show(&self.key)),
            page: self.page.clone(),
            ordinal: self.ordinal,
        }
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

    #[test]
    fn numbers_in_texts_are_kept_with_their_records() {
        let mut state = crate::ColumnState::new();
        let mut ends = Ends::default();
        let texts: Vec<Value> = (0..200_u32)
            .map(|row| match row {
                40 => "1,234,567.00".to_owned(),
                90 => "-99,000.5".to_owned(),
                _ => format!("{}.50", 100 + row),
            })
            .map(Value::Text)
            .collect();
        texts.iter().for_each(|text| state.observe(text));
        ends.observe_column(0, "amount", texts.iter().zip(0..).map(|(text, at)| (text, at, "")), "f.csv");
        let mut profile = state.finish("amount");
        ends.explain(&mut profile, false);
        let found = profile.numbers.and_then(|n| n.outliers).map(|o| o.examples).unwrap_or_default();
        let found: Vec<_> = found.iter().map(|e| (e.value.as_str(), e.key.as_deref(), e.ordinal)).collect();
        assert_eq!(found, [("-99,000.5", None, 90), ("1,234,567.00", None, 40)]);
    }

    #[test]
    fn dates_far_outside_and_texts_far_too_long_are_named() {
        let examples = |texts: Vec<String>| {
            let (mut state, mut ends) = (crate::ColumnState::new(), Ends::default());
            for (row, text) in (0..).zip(&texts) {
                let value = Value::Text(text.clone());
                state.observe(&value);
                ends.observe(&["c"], &[value], RecordAddress { key: "", page: "f", ordinal: row });
            }
            let mut profile = state.finish("c");
            ends.explain(&mut profile, false);
            let far = profile.numbers.and_then(|n| n.outliers).map(|o| o.examples).unwrap_or_default();
            let long = profile.texts.and_then(|t| t.long).map(|l| l.examples).unwrap_or_default();
            let ordinals = |of: Vec<OutlierExample>| of.iter().map(|e| e.ordinal).collect::<Vec<_>>();
            (ordinals(far), ordinals(long))
        };
        let day = |row: u32| format!("2026-03-{:02}", 1 + row % 28);
        let dates = (0..90).map(|row| if row == 7 { "1900-01-01".to_owned() } else { day(row) }).collect();
        assert_eq!(examples(dates), (vec![7], vec![]));
        let notes = (0..90)
            .map(|row| if row == 5 { "x".repeat(5_000) } else { "word ".repeat(2 + row % 9) })
            .collect();
        assert_eq!(examples(notes), (vec![], vec![5]));
    }

    #[test]
    fn a_state_of_many_columns_or_long_texts_is_small() {
        let names: Vec<String> = (0..300).map(|i| format!("c{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let size = |columns: usize| {
            let mut ends = Ends::default();
            for ordinal in 0..20 {
                let values = vec![Value::Text("\u{1f980}".repeat(1_000 + ordinal)); columns];
                let (key, page) = ("\u{1f980}".repeat(300), "p".repeat(300));
                let at = RecordAddress { key: &key, page: &page, ordinal: ordinal as u32 };
                ends.observe(&names[..columns], &values, at);
                ends.observe(&names[..columns], &vec![Value::Integer(ordinal as i64); columns], at);
            }
            ends.to_bytes().len() / columns
        };
        assert!(size(256) < 12 * 1_024, "{}", size(256));
        assert!(size(300) < 3 * 1_024, "{}", size(300));
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

        /// Texts and numbers, more columns than have room for all, and pages in any order.
        #[test]
        fn merging_is_commutative_and_associative_at_any_number_of_columns(
            columns in 200_usize..300,
            texts in prop::collection::vec("[a-z]{0,6}|[0-9]{1,4}|20[0-9]{2}-0[1-9]-1[0-9]", 1..24),
            cuts in (0_usize..24, 0_usize..24),
        ) {
            let names: Vec<String> = (0..columns).map(|i| format!("c{i}")).collect();
            let part = |rows: std::ops::Range<usize>| {
                let mut ends = Ends::default();
                for row in rows {
                    // Later rows have more columns.
                    let width = columns.min(100 + 30 * row);
                    let names: Vec<&str> = names[..width].iter().map(String::as_str).collect();
                    let values: Vec<Value> = (0..width).map(|i| Value::Text(texts[(row + i) % texts.len()].clone())).collect();
                    let page = format!("p{}", row % 3);
                    ends.observe(&names, &values, RecordAddress { key: "k", page: &page, ordinal: row as u32 });
                }
                ends
            };
            let rows = texts.len();
            let (first, second) = (cuts.0.min(cuts.1).min(rows), cuts.0.max(cuts.1).min(rows));
            let (a, b, c) = (part(0..first), part(first..second), part(second..rows));
            let joined = |parts: [&Ends; 3]| {
                let mut all = parts[0].clone();
                all.merge(parts[1]);
                all.merge(parts[2]);
                all.to_bytes()
            };
            let mut right = b.clone();
            right.merge(&c);
            let mut bracketed = a.clone();
            bracketed.merge(&right);
            let whole = part(0..rows).to_bytes();
            prop_assert_eq!(&joined([&a, &b, &c]), &whole);
            prop_assert_eq!(&joined([&c, &a, &b]), &whole);
            prop_assert_eq!(&bracketed.to_bytes(), &whole);
            prop_assert_eq!(&Ends::from_bytes(&whole).unwrap().to_bytes(), &whole);
        }
    }
}
