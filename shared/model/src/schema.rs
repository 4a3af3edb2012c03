//! A stream's columns, its key, its version column, and how deletes reach it.

use serde::{Deserialize, Serialize};

use crate::ids::{ConnectorKind, StreamName};
use crate::page::RecordsAt;

/// What a column is stored as. Ordered from narrow to wide along [`ColumnType::widen`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ColumnType {
    Boolean,
    /// 64-bit signed.
    Integer,
    Decimal {
        precision: u8,
        scale: u8,
    },
    /// IEEE 754 double.
    Float,
    Date,
    /// An instant in UTC, microseconds.
    Timestamp,
    Text,
    Json,
}

impl ColumnType {
    /// The narrowest type that holds the values of both. Text holds everything.
    pub fn widen(self, other: ColumnType) -> ColumnType {
        use ColumnType::*;
        match (self, other) {
            (a, b) if a == b => a,
            (Decimal { precision: p1, scale: s1 }, Decimal { precision: p2, scale: s2 }) => {
                let scale = s1.max(s2);
                let whole = (p1 - s1.min(p1)).max(p2 - s2.min(p2));
                Decimal { precision: (whole + scale).min(38), scale }
            }
            (Integer, Decimal { precision, scale }) | (Decimal { precision, scale }, Integer) => {
                Decimal { precision: precision.max((19 + scale).min(38)), scale }
            }
            (Integer | Decimal { .. }, Float) | (Float, Integer | Decimal { .. }) => Float,
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            _ => Text,
        }
    }
}

/// One column of a stream, and the mapping that fills it: the field `source_field` of the raw record,
/// read as `column_type`. Lineage is read from here and from nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Lower-case name in the typed table; also what APIs call it.
    pub name: String,
    /// The field of the raw record it is read from; may differ in case.
    ///
    /// A dot steps into an object: `properties.email` is the field `email` of the object `properties`.
    pub source_field: String,
    pub column_type: ColumnType,
    /// False where a record without it is dead-lettered.
    pub nullable: bool,
    /// The vendor's label, where discovery gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// True for a field the account's own administrators added.
    #[serde(default)]
    pub custom: bool,
}

/// Everything needed to turn a page of a stream into typed records, as of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamSchema {
    pub connector: ConnectorKind,
    pub stream: StreamName,
    pub columns: Vec<Column>,
    /// Names of the columns that together identify a record; none nullable, none changing.
    pub key: Vec<String>,
    /// Name of the timestamp column that says when the record last changed at the source. `None` for
    /// a stream that is read in full each time: then the run's bound is the version.
    pub modified: Option<String>,
    /// Where in the raw page the records are.
    pub records_at: RecordsAt,
    /// Set on a stream whose records announce deletes of other streams' records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tombstones: Option<Tombstones>,
    /// The parent whose deletion deletes these records too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Name of a boolean column whose true value says that the record itself was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<String>,
    #[serde(default, skip_serializing_if = "HistoryMode::is_full")]
    pub history: HistoryMode,
}

/// How much of a stream's past is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryMode {
    /// Every version, valid from and to.
    #[default]
    Full,
    /// The current version only.
    Current,
}

impl HistoryMode {
    pub fn is_full(&self) -> bool {
        *self == HistoryMode::Full
    }
}

impl StreamSchema {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The typed table's name: connector and stream, with every character SQL would need quoted
    /// replaced by `_`.
    pub fn table(&self) -> String {
        table_name(&self.connector, &self.stream)
    }
}

/// See [`StreamSchema::table`].
pub fn table_name(connector: &ConnectorKind, stream: &StreamName) -> String {
    let tidy = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    format!("{connector}_{stream}").chars().map(tidy).collect()
}

/// How a stream of deletions (NetSuite's `deletedrecord`) names what was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstones {
    /// Column with the deleted record's key.
    pub key_column: String,
    /// Column with the deleted record's type, compared with the targets' `record_types` without case.
    pub type_column: String,
    /// Column with the time of the deletion.
    pub deleted_column: String,
    pub targets: Vec<TombstoneTarget>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TombstoneTarget {
    pub stream: StreamName,
    /// The vendor's names for the record types that live in `stream`. `*` takes what no other target
    /// names.
    pub record_types: Vec<String>,
    /// Streams whose records go with the deleted one, and the column there that holds its key.
    #[serde(default)]
    pub children: Vec<TombstoneChild>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TombstoneChild {
    pub stream: StreamName,
    pub parent_column: String,
}

/// A stream whose records are part of another stream's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub stream: StreamName,
    /// The column of this stream that holds the parent's key.
    pub column: String,
    /// The column of this stream that holds the parent's modification time, where the source gives it. A
    /// record's version is then the later of its own and its parent's, because a parent's change
    /// replaces its children as a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_type() -> impl Strategy<Value = ColumnType> {
        prop_oneof![
            Just(ColumnType::Boolean),
            Just(ColumnType::Integer),
            (0u8..10, 1u8..19)
                .prop_map(|(scale, whole)| ColumnType::Decimal { precision: whole + scale, scale }),
            Just(ColumnType::Float),
            Just(ColumnType::Date),
            Just(ColumnType::Timestamp),
            Just(ColumnType::Text),
            Just(ColumnType::Json),
        ]
    }

    proptest! {
        #[test]
        fn widening_is_commutative_and_idempotent(a in any_type(), b in any_type()) {
            let wide = a.widen(b);
            prop_assert_eq!(wide, b.widen(a));
            prop_assert_eq!(wide.widen(a), wide);
            prop_assert_eq!(wide.widen(b), wide);
        }
    }

    #[test]
    fn a_table_name_needs_no_quotes() {
        let name =
            table_name(&ConnectorKind::new("netsuite").unwrap(), &StreamName::new("custom.Rec-1").unwrap());
        assert_eq!(name, "netsuite_custom_rec_1");
    }
}
