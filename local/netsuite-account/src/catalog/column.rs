//! A column and what may be done with it.

/// What a column holds, which decides how it is stored, compared and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number; ids are these.
    Integer,
    /// An amount or a rate.
    Decimal,
    Text,
    /// `T` or `F` in SuiteQL, a boolean in the record service.
    Flag,
    /// A day without a time, stored as the wall second of its midnight.
    Date,
    /// An instant, stored as its UTC second and shown in the account's zone.
    DateTime,
}

/// Which channel shows a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// SuiteQL and the record service.
    Both,
    /// SuiteQL only.
    QueryOnly,
    /// The metadata catalog lists it, SuiteQL answers "was not found. Reason: NOT_EXPOSED".
    RecordOnly,
    /// The metadata catalog lists it, SuiteQL answers 500 UNEXPECTED_ERROR.
    Breaks,
    /// SuiteQL knows it, but `SELECT *` leaves it out unless the rows are limited to one item type.
    Subtype,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// SuiteQL's name, lower case.
    pub name: &'static str,
    /// The record service's name, camel case.
    pub rest_name: &'static str,
    pub title: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    pub custom: bool,
    pub exposure: Exposure,
    /// The table whose ids the column holds.
    pub reference: Option<&'static str>,
}

impl Column {
    const fn new(name: &'static str, rest_name: &'static str, title: &'static str, kind: Kind) -> Self {
        Self {
            name,
            rest_name,
            title,
            kind,
            nullable: true,
            custom: false,
            exposure: Exposure::Both,
            reference: None,
        }
    }

    /// Whether SQLite stores the column; what SuiteQL cannot read is not stored.
    pub fn stored(&self) -> bool {
        !matches!(self.exposure, Exposure::RecordOnly | Exposure::Breaks)
    }

    pub const fn required(mut self) -> Self {
        self.nullable = false;
        self
    }

    pub const fn to(mut self, table: &'static str) -> Self {
        self.reference = Some(table);
        self
    }

    pub const fn exposed(mut self, exposure: Exposure) -> Self {
        self.exposure = exposure;
        self
    }
}

pub const fn integer(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::Integer)
}

pub const fn decimal(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::Decimal)
}

pub const fn text(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::Text)
}

pub const fn flag(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::Flag).required()
}

pub const fn date(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::Date)
}

pub const fn datetime(name: &'static str, rest: &'static str, title: &'static str) -> Column {
    Column::new(name, rest, title, Kind::DateTime)
}

/// A field the account added itself; its name is its script id everywhere.
pub const fn custom(name: &'static str, title: &'static str, kind: Kind) -> Column {
    let mut column = Column::new(name, name, title, kind);
    column.custom = true;
    column
}

/// The internal id that every record has.
pub const ID: Column = integer("id", "id", "Internal ID").required();
/// Whether the record is hidden from lists.
pub const INACTIVE: Column = flag("isinactive", "isInactive", "Inactive");
/// When the record changed last.
pub const MODIFIED: Column =
    datetime("lastmodifieddate", "lastModifiedDate", "Last Modified Date").required();
