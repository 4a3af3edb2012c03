//! A translated piece of a query: its SQLite text and what is known about its value.

use super::format::Format;

/// Whether a zone-less moment came from a DATE or a TIMESTAMP. The two compare, but not on an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Date,
    Stamp,
}

/// What a value is to SuiteQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Number,
    Text,
    /// A UTC second, read in the account's zone.
    Instant,
    /// A wall second: a reading without a zone.
    Wall(Flavour),
    Null,
}

impl Type {
    pub fn is_moment(self) -> bool {
        matches!(self, Self::Instant | Self::Wall(_))
    }
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Lower case.
    pub name: String,
    pub ty: Type,
}

/// A moment that was shown in a format that sorts as the moment does, so it need not be shown to be compared.
#[derive(Debug, Clone)]
pub struct Shown {
    pub sql: String,
    pub format: Format,
}

/// A translated expression.
#[derive(Debug, Clone)]
pub struct Fragment {
    pub sql: String,
    pub ty: Type,
    /// No column of any source is read.
    pub constant: bool,
    pub nullable: bool,
    pub aggregate: bool,
    /// The text, when it is known already.
    pub text: Option<String>,
    /// The moment in seconds, when it is known already.
    pub moment: Option<i64>,
    pub shown: Option<Shown>,
    /// The table whose ids these are.
    pub reference: Option<&'static str>,
}

impl Fragment {
    pub fn new(sql: String, ty: Type, constant: bool) -> Self {
        Self {
            sql,
            ty,
            constant,
            nullable: true,
            aggregate: false,
            text: None,
            moment: None,
            shown: None,
            reference: None,
        }
    }

    pub fn null() -> Self {
        Self::new("NULL".to_owned(), Type::Null, true)
    }

    /// A text constant. An empty text is NULL, as in Oracle.
    pub fn literal(text: &str) -> Self {
        if text.is_empty() {
            return Self::null();
        }
        let mut fragment = Self::new(format!("'{}'", text.replace('\'', "''")), Type::Text, true);
        fragment.text = Some(text.to_owned());
        fragment
    }

    pub fn moment(seconds: i64, ty: Type) -> Self {
        let mut fragment = Self::new(seconds.to_string(), ty, true);
        fragment.moment = Some(seconds);
        fragment
    }

    /// A value computed from others.
    pub fn computed(sql: String, ty: Type, from: &[&Fragment]) -> Self {
        let mut fragment = Self::new(sql, ty, from.iter().all(|f| f.constant));
        fragment.aggregate = from.iter().any(|f| f.aggregate);
        fragment
    }
}
