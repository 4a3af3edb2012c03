//! Two tables of files, compared, for people and for programs.

mod report;

use forebay_anomalies::compare::Table;
pub use forebay_anomalies::compare::{Comparison, Standing};

use crate::profile::TableProfile;
pub use report::{write_json, write_terminal};

/// What changed from the earlier to the later table.
pub fn compare(before: &TableProfile, after: &TableProfile) -> Comparison {
    forebay_anomalies::compare::compare(&side(before), &side(after))
}

fn side(table: &TableProfile) -> Table<'_> {
    Table { name: &table.name, rows: table.rows, columns: &table.columns, unmasked: &table.unmasked }
}
