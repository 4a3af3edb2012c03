//! The columns of a table while their rows pass.

use forebay_model::Instant;
use forebay_model::profile::{ColumnProfile, RelationsProfile, Sample};
use forebay_profiling::{ColumnState, Ends, Exposure, Relations};

use crate::of_sample;
use crate::rows::{Cells, Rows};

/// A state for every column met so far, and one of what holds between them.
pub struct Table {
    columns: Vec<(String, ColumnState)>,
    relations: Relations,
    ends: Ends,
    rows: u64,
    as_of: Instant,
}

impl Table {
    /// Times later than `as_of` are in the future.
    pub fn new(as_of: Instant) -> Self {
        Self { columns: Vec::new(), relations: Relations::default(), ends: Ends::default(), rows: 0, as_of }
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes in a batch, column by column, so that a column's state stays in the cache for all its values.
    pub fn observe(&mut self, batch: &Rows) {
        for cells in batch.columns().iter().skip(self.columns.len()) {
            let mut state = ColumnState::among(batch.columns().len()).as_of(self.as_of);
            state.observe_missing_rows(self.rows);
            self.columns.push((cells.name().to_owned(), state));
            self.relations.add_column(cells.name());
        }
        for (cells, (_, state)) in batch.columns().iter().zip(&mut self.columns) {
            let values = cells.values();
            values.iter().for_each(|value| state.observe(value));
            state.observe_missing_rows(u64::from(batch.rows()) - values.len() as u64);
        }
        self.observe_ends(batch);
        let columns: Vec<_> = batch.columns().iter().map(Cells::as_batch).collect();
        self.relations.observe_columns(batch.rows(), &columns);
        self.rows += u64::from(batch.rows());
    }

    /// Rows beyond what an address holds count as its last one.
    fn observe_ends(&mut self, batch: &Rows) {
        let origin = batch.origin();
        for (place, cells) in batch.columns().iter().enumerate() {
            let values = cells.placed().map(|(value, row)| {
                let row = u32::try_from(origin.row.saturating_add(row.into())).unwrap_or(u32::MAX);
                (value, row, "")
            });
            self.ends.observe_column(place, cells.name(), values, &origin.file);
        }
    }

    /// In the order in which the columns appeared.
    pub fn states(&self) -> impl Iterator<Item = &ColumnState> {
        self.columns.iter().map(|(_, state)| state)
    }

    /// The profiles, in the order in which the columns appeared, as what they are: of a sample.
    pub fn finish(&self, sample: &Sample, exposure: Exposure) -> Vec<ColumnProfile> {
        let finished = |(name, state): &(String, ColumnState)| {
            let mut profile = state.finish_with(name, exposure);
            self.ends.explain_with(&mut profile, false, exposure);
            of_sample::marked(profile, sample)
        };
        self.columns.iter().map(finished).collect()
    }

    /// What holds between columns: the first 32, and of repeated rows all.
    pub fn relations(&self, sample: &Sample) -> RelationsProfile {
        if of_sample::is_everything(sample, self.rows) {
            self.relations.finish()
        } else {
            self.relations.finish_part(sample)
        }
    }

    /// The profiles with no value masked and no figure marked, for who compares the rows that were profiled.
    pub fn unmasked(&self) -> Vec<ColumnProfile> {
        self.columns.iter().map(|(name, state)| state.finish_with(name, Exposure::Shown)).collect()
    }
}
