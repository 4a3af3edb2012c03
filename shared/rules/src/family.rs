//! Column types by what their values can be compared with.

use forebay_model::ColumnType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Boolean,
    /// Integers and decimals: compared by value, without rounding.
    Exact,
    Float,
    Date,
    Timestamp,
    Text,
    Json,
}

impl Family {
    pub fn of(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Boolean => Family::Boolean,
            ColumnType::Integer | ColumnType::Decimal { .. } => Family::Exact,
            ColumnType::Float => Family::Float,
            ColumnType::Date => Family::Date,
            ColumnType::Timestamp => Family::Timestamp,
            ColumnType::Text => Family::Text,
            ColumnType::Json => Family::Json,
        }
    }

    /// Whether one value can be called less than another.
    pub fn is_ordered(self) -> bool {
        !matches!(self, Family::Boolean | Family::Json)
    }

    /// Whether `<` has a meaning between values of the two: numbers of any kind, days and instants.
    pub fn compares_with(self, other: Family) -> bool {
        use Family::*;
        self == other && self != Json
            || matches!(
                (self, other),
                (Exact, Float) | (Float, Exact) | (Date, Timestamp) | (Timestamp, Date)
            )
    }

    /// Whether values of the two can be the same key. Floats are none: 0.1 is not one tenth there. A text can be a
    /// number's.
    pub fn joins_with(self, other: Family) -> bool {
        self == other && !matches!(self, Family::Json | Family::Float) || self.is_spelt_by(other)
    }

    /// Whether one is a number and the other one a text, which may be that number.
    pub fn is_spelt_by(self, other: Family) -> bool {
        matches!((self, other), (Family::Exact, Family::Text) | (Family::Text, Family::Exact))
    }
}

/// For messages.
pub(crate) fn named(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Boolean => "boolean",
        ColumnType::Integer => "integer",
        ColumnType::Decimal { .. } => "decimal",
        ColumnType::Float => "float",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "timestamp",
        ColumnType::Text => "text",
        ColumnType::Json => "JSON",
    }
}
