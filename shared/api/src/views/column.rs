use forebay_model::{Column, ColumnType, StreamSchema};
use serde::Serialize;
use utoipa::ToSchema;

/// What a column is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ColumnType)]
pub enum ColumnTypeName {
    Boolean,
    /// 64-bit signed.
    Integer,
    /// Exact, with a precision and a scale.
    Decimal,
    /// IEEE 754 double.
    Float,
    Date,
    /// An instant in UTC, microseconds.
    Timestamp,
    Text,
    Json,
}

/// One column of a stream, and the mapping that fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Column)]
pub struct ColumnView {
    pub name: String,
    /// Place among the stream's columns, from 0.
    pub ordinal: u32,
    /// The field of the raw record it is read from.
    pub source_field: String,
    #[serde(rename = "type")]
    pub column_type: ColumnTypeName,
    /// Decimals only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Decimals only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    /// False where a record without it is dead-lettered.
    pub nullable: bool,
    /// The vendor's label, where discovery gave one.
    #[schema(required = true)]
    pub title: Option<String>,
    /// True for a field the account's own administrators added.
    pub custom: bool,
    /// Part of the record's key.
    pub key: bool,
    /// Says when the record last changed.
    pub modified: bool,
}

impl ColumnView {
    pub fn all(schema: &StreamSchema) -> Vec<Self> {
        let numbered = schema.columns.iter().zip(0..);
        numbered.map(|(column, ordinal)| Self::new(schema, column, ordinal)).collect()
    }

    fn new(schema: &StreamSchema, column: &Column, ordinal: u32) -> Self {
        let (precision, scale) = match column.column_type {
            ColumnType::Decimal { precision, scale } => (Some(precision), Some(scale)),
            _ => (None, None),
        };
        Self {
            name: column.name.clone(),
            ordinal,
            source_field: column.source_field.clone(),
            column_type: name(column.column_type),
            precision,
            scale,
            nullable: column.nullable,
            title: column.title.clone(),
            custom: column.custom,
            key: schema.key.contains(&column.name),
            modified: schema.modified.as_ref() == Some(&column.name),
        }
    }
}

fn name(column_type: ColumnType) -> ColumnTypeName {
    match column_type {
        ColumnType::Boolean => ColumnTypeName::Boolean,
        ColumnType::Integer => ColumnTypeName::Integer,
        ColumnType::Decimal { .. } => ColumnTypeName::Decimal,
        ColumnType::Float => ColumnTypeName::Float,
        ColumnType::Date => ColumnTypeName::Date,
        ColumnType::Timestamp => ColumnTypeName::Timestamp,
        ColumnType::Text => ColumnTypeName::Text,
        ColumnType::Json => ColumnTypeName::Json,
    }
}
