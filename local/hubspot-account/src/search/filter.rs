//! Filters as SQL over a record's columns.

use rusqlite::types::Value as Sql;
use serde_json::Value;

use super::{Filter, FilterGroup, Refusal};
use crate::access::Access;
use crate::catalog::{Kind, ObjectType, Property};
use crate::moment;

/// A condition and the values bound in it, in their order.
#[derive(Debug, Default)]
pub struct Condition {
    pub sql: String,
    pub values: Vec<Sql>,
}

/// How a property is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// The record's id.
    Whole,
    Number,
    /// An instant, compared a millisecond too generously.
    Instant,
    /// A day.
    Day,
    Text,
    /// Options joined with `;`.
    Options,
}

/// The property of that name, unless it is deleted.
pub fn known<'o>(object: &'o ObjectType, access: &Access, name: &str) -> Result<&'o Property, Refusal> {
    object
        .property(name)
        .filter(|_| !access.is_rejected(object.name, name))
        .ok_or_else(|| Refusal::UnknownProperty(name.to_owned(), object.type_id))
}

/// The SQL that a property is compared and sorted as.
pub fn expression(object: &ObjectType, property: &Property) -> String {
    if property.name == object.modified {
        return "modified".to_owned();
    }
    if property.name == object.created {
        return "created".to_owned();
    }
    if property.name == "hs_object_id" {
        return "id".to_owned();
    }
    let held = format!("NULLIF(json_extract(properties, '$.\"{}\"'), '')", property.name);
    match scale(property) {
        Scale::Whole | Scale::Number => format!("CAST({held} AS REAL)"),
        Scale::Instant | Scale::Day => format!("hs_ms({held})"),
        Scale::Text | Scale::Options => held,
    }
}

fn scale(property: &Property) -> Scale {
    match property.kind {
        _ if property.name == "hs_object_id" => Scale::Whole,
        Kind::Number => Scale::Number,
        Kind::DateTime => Scale::Instant,
        Kind::Date => Scale::Day,
        Kind::Choices => Scale::Options,
        Kind::Text | Kind::Flag | Kind::Choice => Scale::Text,
    }
}

/// Groups of which one has to hold; all records when there is none.
pub fn condition(object: &ObjectType, access: &Access, groups: &[FilterGroup]) -> Result<Condition, Refusal> {
    let mut out = Condition::default();
    let mut alternatives = Vec::new();
    for group in groups {
        let mut all = Vec::new();
        for filter in &group.filters {
            all.push(one(object, known(object, access, &filter.property_name)?, filter, &mut out.values)?);
        }
        if all.is_empty() {
            return Err(Refusal::Invalid("A filter group needs at least one filter".to_owned()));
        }
        alternatives.push(format!("({})", all.join(" AND ")));
    }
    out.sql =
        if alternatives.is_empty() { "1".to_owned() } else { format!("({})", alternatives.join(" OR ")) };
    Ok(out)
}

fn one(
    object: &ObjectType,
    property: &Property,
    filter: &Filter,
    bound: &mut Vec<Sql>,
) -> Result<String, Refusal> {
    let (left, scale) = (expression(object, property), scale(property));
    let slack = i64::from(scale == Scale::Instant);
    let mut bind = |value: &Option<Value>, field: &str, shift: i64| -> Result<(), Refusal> {
        let value = value.as_ref().ok_or_else(|| {
            Refusal::Invalid(format!("Operator {} needs '{field}' for {}", filter.operator, property.name))
        })?;
        bound.push(literal(property, scale, value, shift)?);
        Ok(())
    };
    let ordered = |sql: String| match scale {
        Scale::Text | Scale::Options => Err(Refusal::Invalid(format!(
            "Operator {} is not valid for property {} of type {}",
            filter.operator,
            property.name,
            property.kind.type_name()
        ))),
        _ => Ok(sql),
    };
    match filter.operator.as_str() {
        "HAS_PROPERTY" => Ok(format!("{left} IS NOT NULL")),
        "NOT_HAS_PROPERTY" => Ok(format!("{left} IS NULL")),
        "EQ" => {
            bind(&filter.value, "value", 0)?;
            Ok(equal(&left, scale))
        }
        "GT" => bind(&filter.value, "value", -slack).and_then(|()| ordered(format!("{left} > ?"))),
        "GTE" => bind(&filter.value, "value", -slack).and_then(|()| ordered(format!("{left} >= ?"))),
        "LT" => bind(&filter.value, "value", slack).and_then(|()| ordered(format!("{left} < ?"))),
        "LTE" => bind(&filter.value, "value", slack).and_then(|()| ordered(format!("{left} <= ?"))),
        "BETWEEN" => {
            bind(&filter.value, "value", -slack)?;
            bind(&filter.high_value, "highValue", slack)?;
            ordered(format!("{left} BETWEEN ? AND ?"))
        }
        "IN" => any_of(property, scale, filter, &left, bound),
        other => Err(Refusal::Invalid(format!("Invalid operator: {other}"))),
    }
}

fn equal(left: &str, scale: Scale) -> String {
    match scale {
        Scale::Text => format!("{left} = ? COLLATE NOCASE"),
        Scale::Options => format!("instr(';' || {left} || ';', ';' || ? || ';') > 0"),
        _ => format!("{left} = ?"),
    }
}

fn any_of(
    property: &Property,
    scale: Scale,
    filter: &Filter,
    left: &str,
    bound: &mut Vec<Sql>,
) -> Result<String, Refusal> {
    let values = filter.values.as_deref().unwrap_or(&[]);
    if values.is_empty() {
        return Err(Refusal::Invalid(format!("Operator IN needs 'values' for {}", property.name)));
    }
    for value in values {
        bound.push(literal(property, scale, value, 0)?);
    }
    if scale == Scale::Options {
        let each = vec![equal(left, scale); values.len()];
        return Ok(format!("({})", each.join(" OR ")));
    }
    let marks = vec!["?"; values.len()].join(",");
    // Texts are compared in lower case, and the vendor wants the values so: `Ada` finds nothing.
    Ok(if scale == Scale::Text {
        format!("lower({left}) IN ({marks})")
    } else {
        format!("{left} IN ({marks})")
    })
}

fn literal(property: &Property, scale: Scale, value: &Value, shift: i64) -> Result<Sql, Refusal> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(Refusal::Invalid(format!("Invalid filter value for {}", property.name))),
    };
    let wrong = || {
        Refusal::Invalid(format!("Invalid {} value for {}: {text}", property.kind.type_name(), property.name))
    };
    Ok(match scale {
        Scale::Whole => Sql::Integer(text.parse().map_err(|_| wrong())?),
        Scale::Number => Sql::Real(text.parse().map_err(|_| wrong())?),
        Scale::Instant | Scale::Day => Sql::Integer(moment::parse(&text).ok_or_else(wrong)? + shift),
        Scale::Text | Scale::Options => Sql::Text(text),
    })
}
