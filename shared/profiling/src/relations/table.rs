//! Rows that come column by column, of a table whose columns appear as they come.

use forebay_model::Value;

use super::code::Code;
use super::row_hash::{self, tag};
use super::{MOST_COLUMNS, Relations};

/// The values of one column in a batch of rows.
#[derive(Debug, Clone, Copy)]
pub struct BatchColumn<'a> {
    /// The rows that have a value, ascending.
    pub rows: &'a [u32],
    /// One for each of those rows.
    pub values: &'a [Value],
}

impl<'a> BatchColumn<'a> {
    /// The value in a row of the batch; `None` where it is missing.
    pub fn at(self, row: u32) -> Option<&'a Value> {
        let place = match self.rows.get(row as usize) {
            Some(held) if *held == row => row as usize,
            _ => self.rows.binary_search(&row).ok()?,
        };
        self.values.get(place)
    }
}

impl Relations {
    /// One column more, behind the others; it is null in the rows so far.
    pub fn add_column(&mut self, name: &str) {
        self.tags.push(tag(name));
        if self.columns.len() < MOST_COLUMNS {
            self.columns.push(name.to_owned());
            self.sample.widen();
        }
    }

    /// As [`observe_row`](Self::observe_row) for each of so many rows. Rows that a column has no value for are null in
    /// it; columns beyond those known are not looked at. Texts that are plain numbers, dates or instants count as such.
    pub fn observe_columns(&mut self, rows: u32, columns: &[BatchColumn<'_>]) {
        let mut sums = vec![0_u64; rows as usize];
        for (tag, column) in self.tags.iter().zip(columns) {
            for (row, value) in column.rows.iter().zip(column.values) {
                if let Some(sum) = sums.get_mut(*row as usize) {
                    *sum = sum.wrapping_add(row_hash::term(*tag, value));
                }
            }
        }
        let compared = &columns[..columns.len().min(self.columns.len())];
        for (row, sum) in (0..rows).zip(sums) {
            let code = |column: &BatchColumn<'_>| column.at(row).map_or(Code::Null, Code::read_of);
            self.take(row_hash::finished(sum), compared.iter().map(code));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_come_by_columns_are_the_rows_that_come_one_by_one() {
        let value = |row: u32, column: u32| Value::Integer(i64::from(row * 7 % (3 + column)));
        let mut by_rows = Relations::new(&["a", "b", "c"]);
        let mut by_columns = Relations::default();
        by_columns.add_column("a");
        for batch in 0..9_u32 {
            if batch == 1 {
                ["b", "c"].iter().for_each(|name| by_columns.add_column(name));
            }
            let known = if batch == 0 { 1 } else { 3 };
            // Columns have gaps: `b` in every third row, `c` in every second.
            let has =
                |row: u32, column: u32| column < known && (column == 0 || !row.is_multiple_of(4 - column));
            let rows: Vec<Vec<u32>> =
                (0..known).map(|column| (0..500).filter(|row| has(*row, column)).collect()).collect();
            let values: Vec<Vec<Value>> = rows
                .iter()
                .zip(0..)
                .map(|(rows, column)| rows.iter().map(|row| value(batch * 500 + row, column)).collect())
                .collect();
            let columns: Vec<BatchColumn<'_>> =
                rows.iter().zip(&values).map(|(rows, values)| BatchColumn { rows, values }).collect();
            by_columns.observe_columns(500, &columns);
            for row in 0..500 {
                let field =
                    |column| if has(row, column) { value(batch * 500 + row, column) } else { Value::Null };
                by_rows.observe_row(&[0, 1, 2].map(field));
            }
        }
        assert_eq!(by_columns.to_bytes(), by_rows.to_bytes());
        assert_eq!(by_columns.rows(), 4_500);
    }
}
