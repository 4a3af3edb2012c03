//! Which names mean what inside a SELECT.

use super::Access;
use super::fragment::{Flavour, Fragment, OutputColumn, Type};
use super::refusal::Refusal;
use crate::catalog::{Column, Exposure, Kind, Table};

/// What a source's columns are.
pub enum Columns {
    Table(&'static Table),
    /// A subquery's columns, named `c0`, `c1` … in SQLite.
    Derived(Vec<OutputColumn>),
}

/// One entry of FROM.
pub struct Source {
    /// The name SQLite knows it by.
    pub alias: String,
    /// The name the query uses, lower case.
    pub name: String,
    pub columns: Columns,
    /// On the optional side of an outer join.
    pub optional: bool,
}

/// The sources of a SELECT, and those of the SELECT around it.
pub struct Scope<'p> {
    pub sources: Vec<Source>,
    pub parent: Option<&'p Scope<'p>>,
}

impl Scope<'_> {
    /// Resolves `name` or `qualifier.name`.
    pub fn resolve(&self, access: &Access, qualifier: Option<&str>, name: &str) -> Result<Fragment, Refusal> {
        let mut scope = Some(self);
        while let Some(current) = scope {
            if let Some(found) = current.resolve_here(access, qualifier, name)? {
                return Ok(found);
            }
            scope = current.parent;
        }
        Err(self.unknown(name))
    }

    fn resolve_here(
        &self,
        access: &Access,
        qualifier: Option<&str>,
        name: &str,
    ) -> Result<Option<Fragment>, Refusal> {
        let mut found = None;
        for source in &self.sources {
            if qualifier.is_some_and(|q| q != source.name) {
                continue;
            }
            if let Some(fragment) = source.column(access, name)? {
                if found.is_some() {
                    return Err(Refusal::search(format_args!("Column '{name}' is ambiguously defined")));
                }
                found = Some(fragment);
            }
        }
        Ok(found)
    }

    /// The vendor's words for a name that is no column.
    pub fn unknown(&self, name: &str) -> Refusal {
        let known: Vec<String> = self
            .sources
            .iter()
            .map(|s| match s.columns {
                Columns::Table(table) => format!("{}={}", s.name, table.name),
                Columns::Derived(_) => format!("{0}={0}", s.name),
            })
            .collect();
        Refusal::search(format_args!(
            "Unknown identifier '{name}'. Available identifiers are: {{{}}}.",
            known.join(", ")
        ))
    }
}

impl Source {
    fn column(&self, access: &Access, name: &str) -> Result<Option<Fragment>, Refusal> {
        match &self.columns {
            Columns::Table(table) => self.table_column(access, table, name),
            Columns::Derived(columns) => Ok(columns
                .iter()
                .position(|c| c.name == name)
                .map(|index| Fragment::new(format!("{}.c{index}", self.alias), columns[index].ty, false))),
        }
    }

    fn table_column(
        &self,
        access: &Access,
        table: &'static Table,
        name: &str,
    ) -> Result<Option<Fragment>, Refusal> {
        let Some(column) = table.column(name).filter(|_| !access.rejects(table.name, name)) else {
            return Ok(None);
        };
        match column.exposure {
            Exposure::RecordOnly => Err(Refusal::not_exposed(column.name, table.name)),
            Exposure::Breaks => Err(Refusal::Unexpected),
            _ => Ok(Some(self.fragment(access, table, column))),
        }
    }

    fn fragment(&self, access: &Access, table: &Table, column: &Column) -> Fragment {
        let ty = type_of(access.kind(table, column));
        let mut fragment = Fragment::new(format!("{}.\"{}\"", self.alias, column.name), ty, false);
        fragment.nullable = column.nullable || self.optional;
        fragment.reference = column.reference;
        fragment
    }

    /// What `*` stands for. Columns of single item types are there only when the rows are limited to one type.
    pub fn star(&self, access: &Access, one_type: bool) -> Vec<(String, Fragment)> {
        match &self.columns {
            Columns::Table(table) => table
                .columns
                .iter()
                .filter(|c| match c.exposure {
                    Exposure::Both | Exposure::QueryOnly => true,
                    Exposure::Subtype => one_type,
                    Exposure::RecordOnly | Exposure::Breaks => false,
                })
                .filter(|c| !access.rejects(table.name, c.name))
                .map(|c| (c.name.to_owned(), self.fragment(access, table, c)))
                .collect(),
            Columns::Derived(columns) => columns
                .iter()
                .enumerate()
                .map(|(index, c)| {
                    (c.name.clone(), Fragment::new(format!("{}.c{index}", self.alias), c.ty, false))
                })
                .collect(),
        }
    }
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Integer | Kind::Decimal => Type::Number,
        Kind::Text | Kind::Flag => Type::Text,
        Kind::Date => Type::Wall(Flavour::Date),
        Kind::DateTime => Type::Instant,
    }
}
