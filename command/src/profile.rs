//! Files in, profiles out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use forebay_model::Instant;
use forebay_model::profile::{ColumnProfile, RelationsProfile, Sample};
use forebay_profiling::Exposure;
use serde::Serialize;

use crate::input::progress::Progress;
use crate::input::{Compression, Input};
use crate::of_sample;
use crate::problem::{BadRows, Problem, Tolerance};
use crate::readers::{FormatKind, Options, format_of};
use crate::rows::{Origin, Rows};
use crate::sample::{Sampler, Sampling};
use crate::sketches;
use crate::table::Table;

/// How files are profiled.
#[derive(Debug, Clone)]
pub struct How {
    pub format: Option<FormatKind>,
    pub options: Options,
    pub sampling: Sampling,
    pub bad_rows: Tolerance,
    /// Times later than this are in the future.
    pub as_of: Instant,
    /// Whether values of personal data are shown.
    pub exposure: Exposure,
    /// Whether profiles are to be compared, which needs them unmasked too.
    pub for_comparison: bool,
    /// The folder that the columns' sketches are written to.
    pub sketches: Option<PathBuf>,
}

/// A table: one file, or several with the same columns.
#[derive(Debug, Clone, Serialize)]
pub struct TableProfile {
    /// The file's name, or the first one's with the number of others.
    pub name: String,
    /// Rows that were profiled.
    pub rows: u64,
    pub sample: Sample,
    /// Whether figures are of the sample and not of all rows, of which they then only are estimates.
    pub estimated: bool,
    pub files: Vec<FileFacts>,
    pub columns: Vec<ColumnProfile>,
    /// What holds between the first 32 columns, and how many rows repeat.
    pub relations: RelationsProfile,
    /// Columns beyond the 10,000 that are profiled; 100,000 stands for as many or more.
    pub further_columns: usize,
    /// The same with no value masked, to compare by; never shown, and empty where nothing is compared.
    #[serde(skip)]
    pub unmasked: Vec<ColumnProfile>,
}

/// What was met in one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileFacts {
    pub name: String,
    pub format: FormatKind,
    pub compression: Compression,
    pub encoding: &'static str,
    /// As it lies on disk; `None` for standard input.
    pub bytes: Option<u64>,
    /// Rows that were read.
    pub rows: u64,
    pub bad_rows: u64,
    /// The first few bad rows: where they are and what was expected.
    pub bad_examples: Vec<String>,
    /// What was found out about the format, as in `"delimiter": "semicolon"`.
    pub details: BTreeMap<&'static str, String>,
}

/// Profiles files as one table. Columns go by name; a file that lacks one has it missing in its rows.
pub fn profile(files: &[String], how: &How, progress: &Progress) -> Result<TableProfile, Problem> {
    let mut pass =
        Pass { rows: Rows::new(), table: Table::new(how.as_of), sampler: Sampler::new(how.sampling.clone()) };
    let mut facts = Vec::with_capacity(files.len());
    let mut ended = true;
    for name in files {
        if pass.sampler.is_full() {
            ended = false;
            break;
        }
        let (file, file_ended) = pass.file(name, how, progress)?;
        facts.push(file);
        ended &= file_ended;
    }
    let Pass { mut rows, mut table, sampler } = pass;
    let sample = sampler.finish(&mut rows, &mut table, ended)?;
    let columns = table.finish(&sample, how.exposure);
    if let Some(folder) = &how.sketches {
        sketches::write(folder, table.states().zip(&columns), how.exposure)?;
    }
    let unmasked = if how.for_comparison { table.unmasked() } else { Vec::new() };
    Ok(TableProfile {
        name: table_name(files),
        relations: table.relations(&sample),
        rows: table.rows(),
        estimated: !of_sample::is_everything(&sample, table.rows()),
        sample,
        files: facts,
        columns,
        further_columns: rows.further(),
        unmasked,
    })
}

struct Pass {
    rows: Rows,
    table: Table,
    sampler: Sampler,
}

impl Pass {
    /// Reads a file to its end, or until the sample is full.
    fn file(&mut self, name: &str, how: &How, progress: &Progress) -> Result<(FileFacts, bool), Problem> {
        progress.file(crate::input::shown(name));
        let input = Input::open(name, progress)?;
        let format = format_of(&input, how.format)?;
        let mut facts = FileFacts {
            name: input.name.clone(),
            format: format.kind,
            compression: input.compression,
            encoding: input.encoding,
            bytes: input.bytes,
            rows: 0,
            bad_rows: 0,
            bad_examples: Vec::new(),
            details: BTreeMap::new(),
        };
        let mut bad = BadRows::new(how.bad_rows);
        let mut reader = format.open(input, &how.options)?;
        let before = self.sampler.seen();
        let shown: Arc<str> = address(crate::input::shown(name)).into();
        let mut ended = false;
        while !ended && !self.sampler.is_full() {
            self.rows.clear();
            self.rows.come_from(Origin { file: Arc::clone(&shown), row: self.sampler.seen() - before });
            ended = !reader.next(&mut self.rows, &mut bad)?;
            // A header makes columns without a row.
            self.sampler.take(&mut self.rows, &mut self.table)?;
        }
        facts.rows = self.sampler.seen() - before;
        facts.bad_rows = bad.count;
        facts.bad_examples = bad.examples.iter().map(ToString::to_string).collect();
        facts.details = reader.details().into_iter().collect();
        Ok((facts, ended))
    }
}

/// Examples name files by so many characters at most.
const LONGEST_NAME: usize = 120;

/// A file as examples name it: of a long path its end, which tells it from its neighbours.
fn address(name: &str) -> String {
    let more = name.chars().count().saturating_sub(LONGEST_NAME);
    if more == 0 { name.to_owned() } else { std::iter::once('…').chain(name.chars().skip(more)).collect() }
}

fn table_name(files: &[String]) -> String {
    match files {
        [] => String::new(),
        [only] => crate::input::shown(only).to_owned(),
        [first, others @ ..] => {
            let plural = if others.len() == 1 { "" } else { "s" };
            format!("{} and {} other{plural}", crate::input::shown(first), others.len())
        }
    }
}
