//! Which field of a record belongs to which column.

use std::collections::{HashMap, HashSet};

use forebay_model::Value;

use super::dialect::{CsvOptions, Dialect};
use super::record::{Field, Fields};
use crate::rows::Rows;

/// The columns of a file, once its first record is read.
pub struct Layout {
    pub dialect: Dialect,
    /// Unquoted texts that stand for no value.
    nulls: Vec<String>,
    empty_is_null: bool,
    /// `None` until the first record is read.
    names: Option<Vec<String>>,
    /// The place of each field's column.
    columns: Vec<usize>,
}

impl Layout {
    pub fn new(dialect: Dialect, options: &CsvOptions) -> Self {
        Self {
            dialect,
            nulls: options.null_texts.clone(),
            empty_is_null: options.empty_is_null,
            names: None,
            columns: Vec::new(),
        }
    }

    /// Columns are there even while no row is.
    pub fn declare(&mut self, rows: &mut Rows) {
        if let Some(names) = &self.names {
            self.columns = rows.declare(names);
        }
    }

    /// Puts a record into the batch: as the names of the columns if it is the header, else as a row.
    pub fn record(&mut self, text: &str, fields: &Fields, rows: &mut Rows) -> Result<(), String> {
        let found = fields.as_slice().len();
        if self.names.is_none() {
            // Empty lines above a table name nothing.
            if fields.is_blank() {
                return Ok(());
            }
            let names = if self.dialect.header {
                fields.texts(text, self.dialect.quote)
            } else {
                vec![String::new(); found]
            };
            self.names = Some(distinct(names));
            self.declare(rows);
            if self.dialect.header {
                return Ok(());
            }
        }
        let expected = self.columns.len();
        if found != expected {
            // In a table of one column an empty line is a row without a value.
            if fields.is_blank() {
                return Ok(());
            }
            let plural = if expected == 1 { "" } else { "s" };
            return Err(format!("expected {expected} field{plural}, found {found}"));
        }
        for (field, &column) in fields.as_slice().iter().zip(&self.columns) {
            put(text, *field, column, &self.nulls, self.empty_is_null, self.dialect.quote, rows);
        }
        rows.end_row();
        Ok(())
    }
}

#[inline]
fn put(
    text: &str,
    field: Field,
    column: usize,
    nulls: &[String],
    empty_is_null: bool,
    quote: Option<u8>,
    rows: &mut Rows,
) {
    let Some(plain) = field.plain(text) else {
        rows.put(column, Value::Text(field.owned(text, quote)));
        return;
    };
    let is_null = !field.is_quoted()
        && (plain.is_empty() && empty_is_null || !nulls.is_empty() && nulls.iter().any(|null| null == plain));
    if is_null { rows.put(column, Value::Null) } else { rows.put_text(column, plain) }
}

/// Names without space around them; `column_3` for the third that has none, `name_2` for the second `name`.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    // Where to go on counting, so that many equal names do not count from 2 each.
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut result = Vec::with_capacity(names.len());
    for (at, name) in names.into_iter().enumerate() {
        let name = name.trim();
        let wanted = if name.is_empty() { format!("column_{}", at + 1) } else { name.to_owned() };
        let mut chosen = wanted.clone();
        while !taken.insert(chosen.clone()) {
            let number = next.entry(wanted.clone()).or_insert(2);
            chosen = format!("{wanted}_{number}");
            *number += 1;
        }
        result.push(chosen);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let names = ["a", "", " a ", "a_2", "a"].map(str::to_owned).to_vec();
        assert_eq!(distinct(names), ["a", "column_2", "a_2", "a_2_2", "a_3"]);
        // In a moment, not in minutes.
        assert_eq!(distinct(vec!["a".to_owned(); 50_000])[49_999], "a_50000");
    }
}
