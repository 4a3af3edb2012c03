//! What a column's values are like, in one short text.

use forebay_model::profile::{ColumnProfile, NumberStatistics};

use super::figures;

/// Whether the column's numbers are seconds since 1970, and if so whether only days matter.
pub fn times(column: &ColumnProfile) -> Option<bool> {
    match column.inferred_type.name.as_str() {
        "date" => Some(true),
        "timestamp" | "timestamp_tz" => Some(false),
        _ => None,
    }
}

/// A figure of the column's numbers, as a time where they are times.
pub fn figure(column: &ColumnProfile, x: f64) -> String {
    match times(column) {
        Some(date_only) => figures::moment(x, date_only),
        None => figures::number(x),
    }
}

/// Figures of the column's numbers: not those of NaN alone, nor masked ones, of which only counts are left.
pub fn known_numbers(column: &ColumnProfile) -> Option<&NumberStatistics> {
    column.numbers.as_ref().filter(|numbers| !numbers.quantiles.is_empty())
}

/// Stands where a figure is not shown.
pub const MASKED: &str = "masked";

/// The mean of numbers, the most frequent value of others where it stands out.
pub fn typical(column: &ColumnProfile) -> String {
    let is_number =
        matches!(column.inferred_type.name.as_str(), "integer" | "decimal") || times(column).is_some();
    if is_number && column.numbers.as_ref().is_some_and(|numbers| numbers.masked) {
        return MASKED.to_owned();
    }
    if let Some(mean) = known_numbers(column).filter(|_| is_number).and_then(|numbers| numbers.mean) {
        return format!("mean {}", figure(column, mean));
    }
    let filled = column.rows.saturating_sub(column.nulls);
    match column.frequent.first() {
        Some(most) if most.count > 1 => {
            let share = figures::share(most.count as f64, filled as f64);
            format!("{share} {}", figures::value(&most.value))
        }
        _ => String::new(),
    }
}
