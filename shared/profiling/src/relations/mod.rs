//! What holds between the columns of one stream: one pass, a sample of rows by hash, states that merge.
//!
//! A row's hash decides whether it is in the sample, so a row that is outside costs its hash and a comparison.

mod association;
mod code;
mod contingency;
mod correlation;
mod dependency;
mod duplicates;
mod interval;
mod matrix;
mod part;
mod ranks;
mod row_hash;
mod sample;
mod stored;
mod table;

use forebay_model::Value;
use forebay_model::profile::{RelationsProfile, Sample};

use code::Code;
use interval::Drawn;
use row_hash::tag;
use sample::Rows;
pub use table::BatchColumn;

/// Columns that are compared: the first ones.
const MOST_COLUMNS: usize = 32;

/// Findings of one kind in a profile.
const MOST_FINDINGS: usize = 100;

/// The relations between columns: observes rows, merges with those of other rows, travels as bytes, finishes as a
/// profile. The same rows give the same bytes, whatever their order and split.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    /// Those that are compared, 32 at most.
    columns: Vec<String>,
    /// Of all columns: a row is whole.
    tags: Vec<u64>,
    rows: u64,
    sample: Rows,
}

impl Relations {
    /// Columns in the order in which rows will give their values. Rows are compared as wholes in all columns, columns
    /// with each other where they are among the first 32.
    pub fn new(columns: &[&str]) -> Self {
        Self {
            columns: columns.iter().take(MOST_COLUMNS).map(|name| (*name).to_owned()).collect(),
            tags: columns.iter().map(|name| tag(name)).collect(),
            rows: 0,
            sample: Rows::default(),
        }
    }

    /// One row. Columns that it is too short for are null; values beyond the columns are not looked at.
    #[inline]
    pub fn observe_row(&mut self, values: &[Value]) {
        self.observe_fields(values.iter().map(Some));
    }

    /// One row of which some fields are absent, which is here the same as null.
    #[inline]
    pub fn observe_fields<'a>(&mut self, fields: impl Iterator<Item = Option<&'a Value>> + Clone) {
        let hash = row_hash::of(&self.tags, fields.clone());
        self.take(hash, fields.map(|value| value.map_or(Code::Null, Code::of)));
    }

    /// As [`observe_row`](Self::observe_row), where a well-mixed hash of the row's content is known already: then a row
    /// outside the sample costs a comparison. All rows of all states that merge are hashed in the same way, and
    /// equal rows have equal hashes.
    #[inline]
    pub fn observe_hashed(&mut self, hash: u64, values: &[Value]) {
        self.take(hash, values.iter().map(Code::of));
    }

    #[inline]
    fn take(&mut self, hash: u64, codes: impl Iterator<Item = Code>) {
        self.rows = self.rows.saturating_add(1);
        if self.sample.meets(hash) {
            self.sample.add(hash, codes.chain(std::iter::repeat(Code::Null)).take(self.columns.len()));
        }
    }

    /// Rows observed.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Becomes the state of these rows and the other's. Commutative, and associative, to the byte, while all
    /// columns together are 32 at most. Columns that only one side has are absent in the other's rows, and no
    /// figure between columns looks at those; columns stand in order of their names then.
    pub fn merge(&mut self, other: &Relations) {
        if other.columns.is_empty() && other.rows == 0 {
            return;
        }
        if self.columns.is_empty() && self.rows == 0 {
            *self = other.clone();
            return;
        }
        let mut theirs = other.sample.clone();
        if self.columns != other.columns {
            let columns = joined(&self.columns, &other.columns);
            self.sample.rearrange(&self.columns, &columns);
            theirs.rearrange(&other.columns, &columns);
            self.tags = columns.iter().map(|name| tag(name)).collect();
            self.columns = columns;
        } else if self.tags.len() < other.tags.len() {
            self.tags.clone_from(&other.tags);
        }
        self.rows = self.rows.saturating_add(other.rows);
        self.sample.merge(theirs);
    }

    /// The profile of what was observed so far.
    pub fn finish(&self) -> RelationsProfile {
        let drawn = self.sample.drawn(self.rows);
        let size = self.sample.len() as u64;
        let sample = if drawn.exact { Sample::All } else { Sample::LowestHashes { size, of: self.rows } };
        self.profile(drawn, sample)
    }

    fn profile(&self, drawn: Drawn, sample: Sample) -> RelationsProfile {
        let matrix = matrix::Matrix::of(&self.columns, &self.sample);
        let duplicates = duplicates::estimate(&self.sample, self.rows);
        RelationsProfile {
            rows: self.rows,
            sample,
            columns: self.columns.clone(),
            correlations: correlation::find(&matrix, drawn),
            associations: association::find(&matrix, drawn),
            dependencies: dependency::find(&matrix, drawn.exact),
            duplicate_rows: duplicates.rows,
            repeated_rows: duplicates.repeated,
        }
    }
}

/// In order of their names, because neither side's order goes before the other's.
fn joined(left: &[String], right: &[String]) -> Vec<String> {
    let mut all: Vec<String> = left.iter().chain(right).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all.truncate(MOST_COLUMNS);
    all
}
