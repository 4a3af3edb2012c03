//! The sample, column by column, as the figures need it.

use std::collections::HashMap;

use super::code::Code;
use super::sample::Rows;

/// A column with more different values than this is no category.
const MOST_CATEGORIES: usize = 64;
/// Numbers are categories (codes, flags, ratings) where there are fewer of them.
const MOST_NUMBERED: usize = 20;

/// Of a row that has no value in a column.
pub(super) const NONE: u32 = u32::MAX;

pub(super) struct Matrix<'a> {
    pub columns: Vec<Column<'a>>,
    /// How often each row of the sample occurred.
    pub counts: Vec<f64>,
}

pub(super) struct Column<'a> {
    pub name: &'a str,
    /// Equal values have equal ids, from 0; null has one too. `NONE` where the row's batch had no such column.
    pub ids: Vec<u32>,
    /// How many ids there are.
    pub different: usize,
    /// As `ids`, but `NONE` for null.
    pub filled: Vec<u32>,
    /// NaN where there is no number.
    pub numbers: Vec<f64>,
    pub is_number: bool,
    pub is_category: bool,
}

impl<'a> Matrix<'a> {
    pub fn of(columns: &'a [String], rows: &Rows) -> Self {
        let counts = rows.iter().map(|row| row.count as f64).collect();
        let column = |(at, name): (usize, &'a String)| {
            let codes = rows.iter().map(|row| row.codes.get(at).copied().unwrap_or(Code::Absent));
            Column::of(name, codes.collect())
        };
        Self { columns: columns.iter().enumerate().map(column).collect(), counts }
    }

    /// Every pair of different columns once.
    pub fn pairs(&self) -> impl Iterator<Item = (&Column<'a>, &Column<'a>)> {
        let columns = &self.columns;
        columns
            .iter()
            .enumerate()
            .flat_map(move |(at, left)| columns[at + 1..].iter().map(move |right| (left, right)))
    }
}

impl<'a> Column<'a> {
    fn of(name: &'a str, codes: Vec<Code>) -> Self {
        let mut known: HashMap<Code, u32> = HashMap::new();
        let mut id = |code: Code| {
            let next = known.len() as u32;
            if code == Code::Absent { NONE } else { *known.entry(code).or_insert(next) }
        };
        let ids: Vec<u32> = codes.iter().map(|code| id(*code)).collect();
        let filled: Vec<u32> =
            ids.iter().zip(&codes).map(|(id, code)| if code.is_filled() { *id } else { NONE }).collect();
        let values = known.keys().filter(|code| code.is_filled()).count();
        let quantities = known.keys().filter(|code| code.is_quantity()).count();
        let is_number = values >= 2 && quantities == values;
        let most = if is_number { MOST_NUMBERED } else { MOST_CATEGORIES };
        Self {
            name,
            different: known.len(),
            numbers: codes.iter().map(|code| code.number().unwrap_or(f64::NAN)).collect(),
            is_number,
            is_category: (2..=most).contains(&values),
            ids,
            filled,
        }
    }
}
