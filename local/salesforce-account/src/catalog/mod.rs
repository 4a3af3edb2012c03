//! The org's objects, stated once: the SQLite schema, SOQL's checks and describe are read from here.

mod access;
mod custom;
mod field;
mod people;
mod sales;
mod service;

pub use access::{Access, ColumnName};
pub use field::{Field, Kind, Origin, label};
pub use sales::STAGES;
pub use service::CASE_STATES;

/// One object.
#[derive(Debug)]
pub struct Object {
    pub name: &'static str,
    /// The first three characters of its ids.
    pub prefix: &'static str,
    pub fields: &'static [Field],
    /// Whether SOQL may read it at all.
    pub queryable: bool,
    /// Whether the Bulk API takes it.
    pub bulk: bool,
    /// Whether `deleted` and `updated` may be asked for it.
    pub replicateable: bool,
    /// Fields of which a query has to name one with `=` or `IN`; none for most objects.
    pub must_filter: &'static [&'static str],
}

const fn plain(name: &'static str, prefix: &'static str, fields: &'static [Field]) -> Object {
    Object { name, prefix, fields, queryable: true, bulk: true, replicateable: true, must_filter: &[] }
}

/// All objects, in the order of the global describe.
pub static OBJECTS: &[&Object] = &[
    &sales::ACCOUNT,
    &custom::ACCOUNT_CHANGES,
    &service::ATTACHMENT,
    &service::CASE,
    &service::CASE_STATUS,
    &people::CONTACT,
    &custom::DOCUMENT_LINK,
    &people::LEAD,
    &sales::OPPORTUNITY,
    &sales::LINE,
    &sales::PRODUCT,
    &custom::SHIPMENT,
    &service::TASK,
    &people::USER,
];

/// The object of this name, in any case.
pub fn object(name: &str) -> Option<&'static Object> {
    OBJECTS.iter().copied().find(|o| o.name.eq_ignore_ascii_case(name))
}

impl Object {
    pub fn custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// The field of this name, in any case.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name))
    }

    pub fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// The fields that are columns of the table.
    pub fn stored(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|f| f.stored())
    }

    pub fn label(&self) -> String {
        match self.name {
            "Product2" => "Product".to_owned(),
            name => label(name),
        }
    }

    pub fn label_plural(&self) -> String {
        let label = self.label();
        match label.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None if label.ends_with('s') => format!("{label}es"),
            None => format!("{label}s"),
        }
    }
}
