//! The columns of one stream, observed row by row.

use std::collections::HashMap;

use forebay_model::{Instant, Value};

use crate::ColumnState;

/// Columns of one table that are profiled: the first ones. More are most likely data in the place of names, and would
/// take memory without end.
pub const MOST_COLUMNS: usize = 10_000;

/// A state per column of a stream.
#[derive(Debug, Clone, Default)]
pub struct BatchProfile {
    columns: Vec<(String, ColumnState)>,
}

impl BatchProfile {
    /// Columns in the order in which rows will give their values; those beyond [`MOST_COLUMNS`] are not profiled.
    pub fn new(columns: &[&str]) -> Self {
        Self {
            columns: columns
                .iter()
                .take(MOST_COLUMNS)
                .map(|name| ((*name).to_owned(), ColumnState::among(columns.len())))
                .collect(),
        }
    }

    /// Says at which moment the rows to come are observed, so that times later than it count as future.
    pub fn as_of(self, now: Instant) -> Self {
        let columns = self.columns.into_iter().map(|(name, state)| (name, state.as_of(now))).collect();
        Self { columns }
    }

    /// One row. Columns that it is too short for are missing in it; values beyond the columns are not looked
    /// at.
    #[inline]
    pub fn observe(&mut self, values: &[Value]) {
        let absent = self.columns.len().saturating_sub(values.len());
        for ((_, state), value) in self.columns.iter_mut().zip(values) {
            state.observe(value);
        }
        for (_, state) in self.columns.iter_mut().rev().take(absent) {
            state.observe_missing();
        }
    }

    /// One row of which some fields are absent (`None`), which is not the same as null. Columns that the row
    /// is too short for are missing in it, too.
    #[inline]
    pub fn observe_fields<'a>(&mut self, fields: impl IntoIterator<Item = Option<&'a Value>>) {
        let mut fields = fields.into_iter();
        for (_, state) in &mut self.columns {
            match fields.next().flatten() {
                Some(value) => state.observe(value),
                None => state.observe_missing(),
            }
        }
    }

    pub fn into_columns(self) -> Vec<(String, ColumnState)> {
        self.columns
    }

    /// Joins by column name and keeps the columns of either. A column that only one side has keeps that
    /// side's rows: rows of a batch whose schema lacked a column are not nulls of it. Of new ones so many are kept that
    /// there are no more than [`MOST_COLUMNS`].
    pub fn merge(&mut self, other: BatchProfile) {
        let places: HashMap<String, usize> =
            self.columns.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        for (name, state) in other.columns {
            match places.get(&name) {
                Some(&at) => self.columns[at].1.merge(&state),
                None if self.columns.len() < MOST_COLUMNS => self.columns.push((name, state)),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_too_short_and_absent_fields_count_as_missing_and_as_nulls() {
        let (one, null) = (Value::Integer(1), Value::Null);
        let mut batch = BatchProfile::new(&["a", "b", "c"]);
        batch.observe(&[Value::Integer(1)]);
        batch.observe(&[Value::Integer(1), Value::Null, Value::Boolean(true), Value::Integer(9)]);
        batch.observe_fields([None, Some(&null), Some(&one)]);
        batch.observe_fields([Some(&one)]);
        let profiles: Vec<_> = batch.into_columns().iter().map(|(name, state)| state.finish(name)).collect();
        let seen: Vec<_> = profiles.iter().map(|p| (p.column.as_str(), p.rows, p.nulls, p.missing)).collect();
        assert_eq!(seen, [("a", 4, 1, 1), ("b", 4, 4, 2), ("c", 4, 2, 2)]);
    }

    #[test]
    fn columns_beyond_the_most_are_left_out() {
        let names: Vec<String> = (0..MOST_COLUMNS + 5).map(|i| format!("c{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut batch = BatchProfile::new(&names);
        batch.observe(&vec![Value::Integer(1); names.len()]);
        let columns = batch.into_columns();
        assert_eq!(columns.len(), MOST_COLUMNS);
        assert!(columns.iter().all(|(_, state)| state.rows() == 1));
    }

    #[test]
    fn times_later_than_the_moment_of_observation_are_future() {
        let at = |seconds| Instant::EPOCH.plus_seconds(seconds);
        let mut batch = BatchProfile::new(&["a"]).as_of(at(100));
        batch.observe(&[Value::Timestamp(at(100))]);
        batch.observe(&[Value::Timestamp(at(101))]);
        let mut batch = batch.as_of(at(101));
        batch.observe(&[Value::Timestamp(at(101))]);
        let future = |batch: BatchProfile| batch.into_columns()[0].1.finish("a").times.unwrap().future;
        assert_eq!(future(batch), Some(1));
        let mut unknown = BatchProfile::new(&["a"]);
        unknown.observe(&[Value::Timestamp(at(101))]);
        assert_eq!(future(unknown), None);
    }

    #[test]
    fn batches_merge_by_column_name() {
        let mut left = BatchProfile::new(&["a", "b"]);
        left.observe(&[Value::Integer(1), Value::Integer(2)]);
        let mut right = BatchProfile::new(&["b", "c"]);
        right.observe(&[Value::Integer(3), Value::Integer(4)]);
        left.merge(right);
        let seen: Vec<_> =
            left.into_columns().into_iter().map(|(name, state)| (name, state.rows())).collect();
        assert_eq!(seen, [("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 1)]);
    }
}
