//! What differs between the two databases, named once.
//!
//! Statements are written with `?1` parameters and `[quoted]` names, which both understand after
//! [`Dialect::text`]; the rest of the difference is here, in [`sqlite`] and in [`tsql`].

pub mod sqlite;
pub mod tsql;

use std::borrow::Cow;

use forebay_model::ColumnType;

/// The longest record key in characters: what an index of SQL Server holds beside tenant and source.
pub const MAX_KEY: usize = 450;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    TSql,
}

/// What a column is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// An identifier, at most 128 characters, compared by code point.
    Id,
    /// Text of at most 450 characters that can be indexed, compared by code point.
    Key,
    /// A content hash: 32 hexadecimal digits.
    Hash,
    /// Text of any length.
    Text,
    /// 32-bit signed.
    Small,
    Integer,
    Boolean,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Float,
    Date,
    Instant,
    Bytes,
}

impl From<ColumnType> for SqlType {
    fn from(column: ColumnType) -> Self {
        match column {
            ColumnType::Boolean => Self::Boolean,
            ColumnType::Integer => Self::Integer,
            ColumnType::Decimal { precision, scale } => Self::Decimal { precision, scale },
            ColumnType::Float => Self::Float,
            ColumnType::Date => Self::Date,
            ColumnType::Timestamp => Self::Instant,
            ColumnType::Text | ColumnType::Json => Self::Text,
        }
    }
}

impl Dialect {
    /// Brings a statement's parameters into the dialect's form.
    pub fn text(self, sql: &str) -> Cow<'_, str> {
        match self {
            Self::Sqlite => Cow::Borrowed(sql),
            Self::TSql => Cow::Owned(sql.replace('?', "@P")),
        }
    }

    /// Ends a statement that has an `ORDER BY`: at most as many rows as the parameter says.
    pub fn limit(self, parameter: usize) -> String {
        match self {
            Self::Sqlite => format!(" LIMIT ?{parameter}"),
            Self::TSql => format!(" OFFSET 0 ROWS FETCH NEXT ?{parameter} ROWS ONLY"),
        }
    }

    /// The texts of a JSON array in a parameter, as a set for `IN`. One statement for any number of keys.
    pub fn texts(self, parameter: usize) -> String {
        match self {
            Self::Sqlite => format!("(SELECT value FROM json_each(?{parameter}))"),
            Self::TSql => format!(
                "(SELECT [value] COLLATE {collation} FROM OPENJSON(?{parameter}) WITH ([value] NVARCHAR({MAX_KEY}) '$'))",
                collation = tsql::COLLATION
            ),
        }
    }
}

/// A name in brackets, which both dialects read as quotes. Names come from our schemas and hold no `]`;
/// one that does loses it rather than leave its quotes.
pub fn quote(name: &str) -> String {
    format!("[{}]", name.replace(']', ""))
}

pub(crate) fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}
