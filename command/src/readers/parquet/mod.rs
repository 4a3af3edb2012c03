//! Parquet: columns are read as they lie, a few rows of every column at a time, so that one page of each is in
//! memory. Lists and maps are put together to records first and become JSON text.

mod column;
mod convert;
mod nested;

use std::fs::File;
use std::io::{self, Seek};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::{Format, FormatKind, Options, Reader};
use crate::input::Input;
use crate::input::progress::Progress;
use crate::problem::{BadData, BadRows, Problem};
use crate::rows::{NOWHERE, Rows};
use column::Leaf;
use nested::Nested;

pub const FORMAT: Format = Format { kind: FormatKind::Parquet, name: "Parquet", recognises, open };

/// Values in a batch, all columns together, and the rows that they may make.
const BATCH_VALUES: usize = 32 * 1024;
const FEWEST_ROWS: usize = 32;
const MOST_ROWS: usize = 2 * 1024;

fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

fn open(input: Input, options: &Options) -> Result<Box<dyn Reader>, Problem> {
    let (name, progress) = (input.name.clone(), input.progress.clone());
    let (file, spooled) = seekable(input).map_err(|error| Problem::io(&name, error))?;
    let progress = if spooled { Progress::hidden() } else { progress };
    let opened = Parquet::new(name.clone(), file, progress, options.depth);
    Ok(Box::new(opened.map_err(|error| bad(&name, &error))?))
}

/// Parquet is read from its end, so what comes from a pipe or a decompressor is put into a file first, which
/// has no name and goes when it is closed.
fn seekable(mut input: Input) -> io::Result<(File, bool)> {
    if let Some(path) = &input.path {
        return Ok((File::open(path)?, false));
    }
    let mut file = tempfile::tempfile()?;
    io::copy(&mut input.content, &mut file)?;
    file.rewind()?;
    Ok((file, true))
}

struct Parquet {
    name: String,
    reader: SerializedFileReader<File>,
    progress: Progress,
    /// Columns without lists around them: their places in the file.
    flat: Vec<usize>,
    nested: Option<Nested>,
    /// Of the row group at hand.
    leaves: Vec<Leaf>,
    /// Groups are taken apart down to this one.
    depth: usize,
    next_group: usize,
    rows_left: usize,
    batch_rows: usize,
}

impl Parquet {
    fn new(name: String, file: File, progress: Progress, depth: usize) -> Result<Self, ParquetError> {
        let again = file.try_clone()?;
        let reader = SerializedFileReader::new(file)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let (flat, records) = nested::split(&schema, depth);
        let nested = if records.is_empty() { None } else { Some(Nested::open(again, &records, depth)?) };
        let batch_rows = (BATCH_VALUES / schema.num_columns().max(1)).clamp(FEWEST_ROWS, MOST_ROWS);
        let leaves = Vec::new();
        Ok(Self {
            name,
            reader,
            progress,
            flat,
            nested,
            leaves,
            depth,
            next_group: 0,
            rows_left: 0,
            batch_rows,
        })
    }

    /// Whether there is another row group; its columns are opened.
    fn open_group(&mut self, rows: &mut Rows) -> Result<bool, ParquetError> {
        if self.next_group == self.reader.num_row_groups() {
            return Ok(false);
        }
        let group = self.reader.get_row_group(self.next_group)?;
        self.next_group += 1;
        self.rows_left = checked_rows(group.metadata().num_rows(), group.num_columns())?;
        self.progress.advance(group.metadata().compressed_size().unsigned_abs());
        let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
        self.leaves.clear();
        for &at in &self.flat {
            let description = schema.column(at);
            let place = rows.column(&description.path().parts().join("."));
            if place != NOWHERE {
                self.leaves.push(Leaf::new(group.get_column_reader(at)?, &description, place));
            }
        }
        // Where no column is profiled, one is read all the same: it bears out the number of rows.
        if let (true, true, Some(&at)) = (self.leaves.is_empty(), self.nested.is_none(), self.flat.first()) {
            self.leaves.push(Leaf::new(group.get_column_reader(at)?, &schema.column(at), NOWHERE));
        }
        Ok(true)
    }

    fn batch(&mut self, rows: &mut Rows) -> Result<bool, ParquetError> {
        if self.next_group == 0 {
            nested::declare(self.reader.metadata().file_metadata().schema_descr(), self.depth, rows);
        }
        while self.rows_left == 0 {
            if !self.open_group(rows)? {
                return Ok(false);
            }
        }
        let wanted = self.rows_left.min(self.batch_rows);
        for leaf in &mut self.leaves {
            let read = leaf.read(wanted, rows)?;
            if read != wanted {
                return Err(ParquetError::EOF(format!("a column ends {} rows early", wanted - read)));
            }
        }
        if let Some(nested) = &mut self.nested {
            nested.read(wanted, rows)?;
        }
        rows.end_rows(wanted as u32);
        self.rows_left -= wanted;
        Ok(true)
    }
}

/// Rows without a column are but a number, which nothing in the file bears out.
fn checked_rows(rows: i64, columns: usize) -> Result<usize, ParquetError> {
    match usize::try_from(rows) {
        Ok(rows) if rows == 0 || columns > 0 => Ok(rows),
        Ok(rows) => Err(ParquetError::General(format!("{rows} rows without a column"))),
        Err(_) => Err(ParquetError::General(format!("{rows} rows"))),
    }
}

impl Reader for Parquet {
    fn next(&mut self, rows: &mut Rows, _: &mut BadRows) -> Result<bool, Problem> {
        self.batch(rows).map_err(|error| bad(&self.name, &error))
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        vec![("row groups", self.reader.num_row_groups().to_string())]
    }
}

/// Damage is not confined to a row, so there is nothing to pass over.
fn bad(name: &str, error: &ParquetError) -> Problem {
    let what = format!("expected Parquet: {error}");
    BadData { file: name.to_owned(), line: None, byte: None, what }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_nothing_bears_out_are_refused() {
        assert_eq!(checked_rows(i64::MAX, 1).unwrap(), i64::MAX as usize);
        assert_eq!(checked_rows(0, 0).unwrap(), 0);
        assert!(checked_rows(i64::MAX, 0).unwrap_err().to_string().contains("without a column"));
        assert!(checked_rows(-1, 1).is_err());
    }
}
