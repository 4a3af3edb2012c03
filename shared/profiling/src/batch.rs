//! The columns of one stream, observed row by row.

use std::collections::HashMap;

use forebay_model::Value;

use crate::ColumnState;

/// A state per column of a stream.
#[derive(Debug, Clone, Default)]
pub struct BatchProfile {
    columns: Vec<(String, ColumnState)>,
}

impl BatchProfile {
    /// Columns in the order in which rows will give their values.
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|name| ((*name).to_owned(), ColumnState::new())).collect() }
    }

    /// One row. Columns that it is too short for are null in it; values beyond the columns are not looked at.
    #[inline]
    pub fn observe(&mut self, values: &[Value]) {
        let absent = self.columns.len().saturating_sub(values.len());
        for ((_, state), value) in self.columns.iter_mut().zip(values) {
            state.observe(value);
        }
        for (_, state) in self.columns.iter_mut().rev().take(absent) {
            state.observe(&Value::Null);
        }
    }

    pub fn into_columns(self) -> Vec<(String, ColumnState)> {
        self.columns
    }

    /// Joins by column name and keeps the columns of either. A column that only one side has keeps that
    /// side's rows: rows of a batch whose schema lacked a column are not nulls of it.
    pub fn merge(&mut self, other: BatchProfile) {
        let places: HashMap<String, usize> =
            self.columns.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        for (name, state) in other.columns {
            match places.get(&name) {
                Some(&at) => self.columns[at].1.merge(&state),
                None => self.columns.push((name, state)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_too_short_count_as_nulls() {
        let mut batch = BatchProfile::new(&["a", "b", "c"]);
        batch.observe(&[Value::Integer(1)]);
        batch.observe(&[Value::Integer(1), Value::Null, Value::Boolean(true), Value::Integer(9)]);
        let profiles: Vec<_> = batch.into_columns().iter().map(|(name, state)| state.finish(name)).collect();
        let seen: Vec<_> = profiles.iter().map(|p| (p.column.as_str(), p.rows, p.nulls)).collect();
        assert_eq!(seen, [("a", 2, 0), ("b", 2, 2), ("c", 2, 1)]);
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
