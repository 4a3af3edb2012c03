//! Checks a query against the catalog and the user's permissions, and plans it.

use rusqlite::types::Value;

use super::Refusal;
use super::ast::{Condition, Named, Operator, Ordering, Query, Selected};
use super::parse::parse;
use super::predicate::predicate;
use crate::catalog::{Access, Field, Kind, Object};

/// Rows that OFFSET may pass over.
const LARGEST_OFFSET: u64 = 2_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub enum Select {
    Count,
    Fields(Vec<&'static Field>),
}

/// A query that can be run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub object: &'static Object,
    pub select: Select,
    /// SQL over the row `t`, and the values it binds.
    pub filter: Option<(String, Vec<Value>)>,
    /// SQL after ORDER BY; empty when the query names no order.
    pub order: String,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// Reads and checks a query.
///
/// # Errors
/// The vendor's, when the query is wrong.
pub fn plan(text: &str, access: &Access) -> Result<Plan, Refusal> {
    let query = parse(text)?;
    let object = readable(text, &query.object, access)?;
    let select = match &query.selected {
        Selected::Count => Select::Count,
        Selected::Fields(names) => Select::Fields(selected(text, object, names, access)?),
    };
    if query.offset.is_some_and(|offset| offset > LARGEST_OFFSET) {
        let message = format!("Maximum SOQL offset allowed is {LARGEST_OFFSET}");
        return Err(Refusal::new("NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    check_required_filter(object, &query)?;
    let filter = match &query.condition {
        None => None,
        Some(condition) => {
            let mut values = Vec::new();
            let sql = predicate(text, object, access, condition, &mut values)?;
            Some((sql, values))
        }
    };
    // Sharing hides rows without a word.
    let filter =
        if access.silenced.contains(object.name) { Some(("0".to_owned(), Vec::new())) } else { filter };
    let order = order(text, object, &query.order, access)?;
    Ok(Plan { object, select, filter, order, limit: query.limit, offset: query.offset })
}

fn readable(text: &str, named: &Named, access: &Access) -> Result<&'static Object, Refusal> {
    let object = access.object(&named.name).ok_or_else(|| Refusal::no_object(text, named.at, &named.name))?;
    if !object.queryable {
        let message = format!("entity type {} does not support query", object.name);
        return Err(Refusal::new("INVALID_TYPE_FOR_OPERATION", message));
    }
    Ok(object)
}

/// The field of a name, or the refusal of a name that is none.
pub fn resolve(
    text: &str,
    object: &'static Object,
    named: &Named,
    access: &Access,
) -> Result<&'static Field, Refusal> {
    if let Some((relationship, _)) = named.name.split_once('.') {
        let message = format!("Didn't understand relationship '{relationship}' in field path.");
        return Err(Refusal::field(text, named.at, &message));
    }
    access
        .field(object, &named.name)
        .ok_or_else(|| Refusal::no_column(text, named.at, &named.name, object.name))
}

fn selected(
    text: &str,
    object: &'static Object,
    names: &[Named],
    access: &Access,
) -> Result<Vec<&'static Field>, Refusal> {
    let mut fields: Vec<&'static Field> = Vec::with_capacity(names.len());
    for named in names {
        let field = resolve(text, object, named, access)?;
        if fields.iter().any(|f| f.name == field.name) {
            let message = format!("duplicate field selected: {}", field.name);
            return Err(Refusal::new("MALFORMED_QUERY", message));
        }
        fields.push(field);
    }
    Ok(fields)
}

fn order(
    text: &str,
    object: &'static Object,
    order: &[Ordering],
    access: &Access,
) -> Result<String, Refusal> {
    let mut parts = Vec::new();
    for by in order {
        let field = resolve(text, object, &by.field, access)?;
        if !field.filterable() {
            let message = format!("field '{}' can not be sorted in a query call", field.name);
            return Err(Refusal::at(text, by.field.at, "MALFORMED_QUERY", &message));
        }
        let collate = if sorts_without_case(field) { " COLLATE NOCASE" } else { "" };
        let (way, nulls) =
            (if by.descending { "DESC" } else { "ASC" }, if by.nulls_last { "LAST" } else { "FIRST" });
        parts.push(format!("{}{collate} {way} NULLS {nulls}", field.sql()));
    }
    Ok(parts.join(", "))
}

/// Ids mind their case; all other text does not.
pub fn sorts_without_case(field: &Field) -> bool {
    matches!(field.kind, Kind::Text | Kind::Email | Kind::Phone | Kind::Url | Kind::Picklist(_))
}

fn check_required_filter(object: &Object, query: &Query) -> Result<(), Refusal> {
    let names = object.must_filter;
    if names.is_empty() || query.condition.as_ref().is_some_and(|c| pins(c, names)) {
        return Ok(());
    }
    let message = format!(
        "Implementation restriction: {} requires a filter by a single Id on {} using the equals operator or multiple \
         Id's using the IN operator.",
        object.name,
        names.join(" or ")
    );
    Err(Refusal::new("MALFORMED_QUERY", message))
}

/// Whether the condition holds one of these fields to given values.
fn pins(condition: &Condition, names: &[&str]) -> bool {
    match condition {
        Condition::Compare { field, operator, .. } => {
            matches!(operator, Operator::Equal | Operator::In)
                && names.iter().any(|name| field.name.eq_ignore_ascii_case(name))
        }
        Condition::All(parts) => parts.iter().any(|part| pins(part, names)),
        Condition::Any(_) | Condition::Not(_) => false,
    }
}
