//! A batch of rows, held column by column.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use forebay_model::Value;
use forebay_profiling::{BatchColumn, MOST_COLUMNS};

use crate::further::Further;

/// A text longer than this is let go after its batch; shorter ones leave their memory to the next.
const KEPT_TEXT_BYTES: usize = 16 * 1024;

/// The place of a column that is not profiled: what is put there is gone.
pub const NOWHERE: usize = usize::MAX;

/// Rows on their way from a reader to the columns' states. Memory is reused from batch to batch: a text that
/// takes the place of a text costs a copy and no allocation.
#[derive(Debug, Default)]
pub struct Rows {
    columns: Vec<Cells>,
    places: HashMap<String, usize>,
    rows: u32,
    /// Columns that were there when the open row began.
    settled_columns: usize,
    further: Further,
    /// The objects that columns are within, once no column is added any more.
    objects: Option<HashSet<String>>,
    holds_long_text: bool,
    origin: Origin,
}

/// Where a batch's first row lies.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub file: Arc<str>,
    /// Rows of the file before it, bad ones left out.
    pub row: u64,
}

/// The values of one column in a batch. Rows that it has no value for are missing in it.
#[derive(Debug, Default)]
pub struct Cells {
    name: String,
    /// Longer than `rows` where earlier batches needed more.
    values: Vec<Value>,
    /// The row of each value, ascending.
    rows: Vec<u32>,
}

impl Cells {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The objects it is within: `a` and `a.b` for `a.b.c`.
    fn objects(&self) -> impl Iterator<Item = String> {
        self.name.match_indices('.').map(|(end, _)| self.name[..end].to_owned())
    }

    pub fn values(&self) -> &[Value] {
        &self.values[..self.rows.len()]
    }

    /// The values with their rows in the batch.
    pub fn placed(&self) -> impl Iterator<Item = (&Value, u32)> {
        self.values().iter().zip(self.rows.iter().copied())
    }

    /// As relations between columns read it.
    pub fn as_batch(&self) -> BatchColumn<'_> {
        BatchColumn { rows: &self.rows, values: self.values() }
    }

    /// The value in a row of the batch; `None` where it is missing.
    pub fn at(&self, row: u32) -> Option<&Value> {
        self.as_batch().at(row)
    }

    /// Where the open row's value goes: its second value takes the place of its first.
    #[inline]
    fn slot(&mut self, row: u32) -> &mut Value {
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
            if self.values.len() < self.rows.len() {
                self.values.push(Value::Null);
            }
        }
        &mut self.values[self.rows.len() - 1]
    }
}

impl Rows {
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no further column is profiled.
    pub fn is_full(&self) -> bool {
        self.columns.len() >= MOST_COLUMNS
    }

    /// How many columns were met and are not profiled; `further::MOST_FURTHER` stands for as many or more.
    pub fn further(&self) -> usize {
        self.further.count()
    }

    /// Whether some column is within an object of this name, as `owner.mail` is within `owner`. Asked only once
    /// [`is_full`](Self::is_full) holds.
    pub fn has_within(&mut self, name: &str) -> bool {
        let columns = &self.columns;
        let objects = self.objects.get_or_insert_with(|| columns.iter().flat_map(Cells::objects).collect());
        objects.contains(name)
    }

    /// The place of a column, which is added where it is new; [`NOWHERE`] for a new one beyond the most.
    pub fn column(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        if self.is_full() {
            self.further.meet(name);
            return NOWHERE;
        }
        let place = self.columns.len();
        self.columns.push(Cells { name: name.to_owned(), ..Cells::default() });
        self.places.insert(name.to_owned(), place);
        place
    }

    /// The open row's value in a column.
    #[inline]
    pub fn put(&mut self, column: usize, value: Value) {
        if let Some(cells) = self.columns.get_mut(column) {
            *cells.slot(self.rows) = value;
        }
    }

    /// The same for a text, into memory that is there already where it can be.
    #[inline]
    pub fn put_text(&mut self, column: usize, text: &str) {
        self.put_text_at(column, self.rows, text);
    }

    #[inline]
    fn put_text_at(&mut self, column: usize, row: u32, text: &str) {
        let Some(cells) = self.columns.get_mut(column) else { return };
        if text.len() > KEPT_TEXT_BYTES {
            self.holds_long_text = true;
        }
        match cells.slot(row) {
            Value::Text(held) => {
                held.clear();
                held.push_str(text);
            }
            other => *other = Value::Text(text.to_owned()),
        }
    }

    /// A value of a row at or behind the open one, for readers that go column by column; rows ascend.
    #[inline]
    pub fn put_ahead(&mut self, column: usize, row: u32, value: Value) {
        if let Some(cells) = self.columns.get_mut(column) {
            *cells.slot(self.rows + row) = value;
        }
    }

    /// The same for a text.
    #[inline]
    pub fn put_text_ahead(&mut self, column: usize, row: u32, text: &str) {
        self.put_text_at(column, self.rows + row, text);
    }

    /// So many rows are complete.
    pub fn end_rows(&mut self, rows: u32) {
        self.rows += rows;
        self.settle_columns();
    }

    /// The open row is complete.
    #[inline]
    pub fn end_row(&mut self) {
        self.rows += 1;
        self.settle_columns();
    }

    #[inline]
    fn settle_columns(&mut self) {
        self.settled_columns = self.columns.len();
        self.further.settle();
    }

    /// The open row, which put values into these columns, was never there, and neither were the columns it
    /// brought.
    pub fn abandon_row(&mut self, touched: impl IntoIterator<Item = usize>) {
        for cells in self.columns.drain(self.settled_columns..) {
            self.places.remove(&cells.name);
        }
        self.further.forget();
        for column in touched {
            let Some(cells) = self.columns.get_mut(column) else { continue };
            if cells.rows.last() == Some(&self.rows) {
                cells.rows.pop();
            }
        }
    }

    /// Declares columns that exist whether or not a row follows.
    pub fn declare(&mut self, names: &[String]) -> Vec<usize> {
        let places = names.iter().map(|name| self.column(name)).collect();
        self.settle_columns();
        places
    }

    /// Says where the rows of this batch come from.
    pub fn come_from(&mut self, origin: Origin) {
        self.origin = origin;
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub fn rows(&self) -> u32 {
        self.rows
    }

    pub fn columns(&self) -> &[Cells] {
        &self.columns
    }

    /// Only the first `rows` rows stay.
    pub fn truncate(&mut self, rows: u32) {
        if rows >= self.rows {
            return;
        }
        self.rows = rows;
        for cells in &mut self.columns {
            let kept = cells.rows.partition_point(|row| *row < rows);
            cells.rows.truncate(kept);
        }
    }

    /// Ready for the next batch of the same columns.
    pub fn clear(&mut self) {
        self.rows = 0;
        for cells in &mut self.columns {
            cells.rows.clear();
            if self.holds_long_text {
                cells.values.retain(|value| !is_long(value));
            }
        }
        self.holds_long_text = false;
    }
}

fn is_long(value: &Value) -> bool {
    matches!(value, Value::Text(t) | Value::Json(t) if t.capacity() > KEPT_TEXT_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &Rows, column: usize) -> Vec<Option<String>> {
        (0..rows.rows()).map(|row| rows.columns()[column].at(row).and_then(Value::to_text)).collect()
    }

    #[test]
    fn a_column_that_appears_late_is_missing_before() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, "1");
        rows.end_row();
        let b = rows.column("b");
        rows.put_text(b, "2");
        rows.end_row();
        assert_eq!(texts(&rows, a), [Some("1".into()), None]);
        assert_eq!(texts(&rows, b), [None, Some("2".into())]);
    }

    #[test]
    fn an_abandoned_row_leaves_nothing_behind() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, "1");
        rows.end_row();
        rows.put_text(a, "broken");
        let new = rows.column("never seen");
        rows.put_text(new, "broken");
        rows.abandon_row([a, new]);
        rows.put_text(a, "2");
        rows.end_row();
        assert_eq!(rows.columns().len(), 1);
        assert_eq!(texts(&rows, a), [Some("1".into()), Some("2".into())]);
    }

    #[test]
    fn columns_beyond_the_most_are_counted_once_and_hold_nothing() {
        let mut rows = Rows::new();
        (0..MOST_COLUMNS).for_each(|i| assert_eq!(rows.column(&format!("c{i}")), i));
        for _ in 0..2 {
            let further = rows.column("further");
            rows.put(further, Value::Integer(1));
            rows.put_text(further, "x");
            rows.put_ahead(further, 0, Value::Null);
            rows.end_row();
        }
        rows.column("only in a bad row");
        rows.abandon_row([NOWHERE]);
        rows.end_row();
        assert_eq!((rows.columns().len(), rows.further()), (MOST_COLUMNS, 1));
        assert_eq!(rows.column("c7"), 7);
    }

    #[test]
    fn the_objects_that_columns_are_within_are_known_once_there_are_the_most_columns() {
        let mut rows = Rows::new();
        rows.column("owner.mail.home");
        (1..MOST_COLUMNS).for_each(|i| assert_eq!(rows.column(&format!("c{i}")), i));
        let within = ["owner", "owner.mail", "owner.mail.home", "own", "c1"];
        assert_eq!(within.map(|name| rows.has_within(name)), [true, true, false, false, false]);
    }

    #[test]
    fn the_last_of_two_values_in_one_row_counts() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, "first");
        rows.put(a, Value::Integer(2));
        rows.end_row();
        assert_eq!(texts(&rows, a), [Some("2".into())]);
    }

    #[test]
    fn a_batch_starts_empty_after_one_with_long_texts() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, &"x".repeat(KEPT_TEXT_BYTES + 1));
        rows.end_row();
        rows.clear();
        rows.put_text(a, "y");
        rows.end_row();
        assert_eq!(texts(&rows, a), [Some("y".into())]);
    }
}
