//! Merges what the sources of column names say. Pure.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{Column, ColumnType};
use serde::Deserialize;
use serde_json::Value;

use crate::netsuite::catalog::custom_type;
use crate::netsuite::config::is_identifier;
use crate::netsuite::schema::column;
use crate::netsuite::streams::Definition;

/// A row of `customfield`.
#[derive(Debug, Clone)]
pub struct CustomField {
    pub id: Option<i64>,
    pub script_id: Option<String>,
    name: Option<String>,
    value_type: Option<String>,
    /// The custom record type that it is a field of.
    record_type: Option<i64>,
}

/// One row, by its columns' names in lower case.
pub type AnyRow = BTreeMap<String, Value>;

/// Rows of a page, of any shape.
#[derive(Debug, Deserialize)]
pub struct Rows {
    pub items: Vec<AnyRow>,
    #[serde(default, rename = "hasMore")]
    pub has_more: bool,
}

impl Rows {
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let mut rows: Self = serde_json::from_slice(body).map_err(|e| e.to_string())?;
        for row in &mut rows.items {
            *row = std::mem::take(row)
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect();
        }
        Ok(rows)
    }
}

impl CustomField {
    pub fn of_row(row: &AnyRow) -> Self {
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        let number =
            |name: &str| row.get(name).and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()));
        let (id, record_type) = (number("internalid"), number("recordtype"));
        Self {
            id,
            record_type,
            script_id: text("scriptid"),
            name: text("name"),
            value_type: text("fieldvaluetype"),
        }
    }
}

/// All columns worth trying, the important ones first: our own list, whose types count most, then what the
/// catalog says, then custom fields, then what a sample showed.
pub fn merge(
    definition: &Definition,
    catalog: Vec<Column>,
    custom: &[CustomField],
    sampled: Vec<Column>,
) -> Vec<Column> {
    let own = definition.fields.iter().map(|field| column(field.name, field.column_type));
    let cursor = definition.modified.iter().map(|name| column(name, ColumnType::Timestamp));
    let prefix = definition.custom_prefix.unwrap_or("-");
    // Where the table is one record type and the catalog lists its custom fields, it lists them all; fields
    // of the same prefix belong to other types (a customer's are no vendor's).
    let listed: BTreeSet<String> = catalog.iter().filter(|c| c.custom).map(|c| c.name.clone()).collect();
    let settled = definition.catalog.len() == 1 && !listed.is_empty();
    let in_catalog = move |field: &&CustomField| {
        let name = field.script_id.as_deref().map(str::to_ascii_lowercase);
        !settled || name.is_some_and(|name| listed.contains(&name))
    };
    let owned = |field: &&CustomField| {
        field.record_type.is_none_or(|owner| definition.custom_record.is_none_or(|record| record == owner))
    };
    let custom =
        custom.iter().filter(in_catalog).filter(owned).filter_map(|field| custom_column(field, prefix));
    let mut all: Vec<Column> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in cursor.chain(own).chain(catalog).chain(custom).chain(sampled) {
        match places.get(&candidate.name) {
            Some(place) => complete(&mut all, *place, candidate),
            None => {
                places.insert(candidate.name.clone(), all.len());
                all.push(candidate);
            }
        }
    }
    all
}

/// A later mention adds a label, never another type.
fn complete(all: &mut [Column], place: usize, later: Column) {
    if let Some(column) = all.get_mut(place) {
        column.custom |= later.custom;
        column.title = column.title.take().or(later.title);
    }
}

fn custom_column(field: &CustomField, prefix: &str) -> Option<Column> {
    let name = field.script_id.as_deref()?.to_ascii_lowercase();
    if !name.starts_with(prefix) || !is_identifier(&name) {
        return None;
    }
    let column_type = custom_type(field.value_type.as_deref().unwrap_or_default())?;
    Some(Column { title: field.name.clone(), custom: true, ..column(&name, column_type) })
}

/// Columns that sampled rows show. Their values come as texts, so a type is taken only where no text could
/// look the same: `T`/`F` is a boolean, and a date in the user's format is a timestamp, or a date where
/// SuiteQL finds no time in it.
pub fn sampled(rows: &[AnyRow]) -> Vec<Column> {
    let mut seen: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in rows.iter().flatten() {
        if let (true, Some(text)) = (is_identifier(name), value.as_str()) {
            seen.entry(name.clone()).or_default().insert(text);
        }
    }
    seen.iter().map(|(name, values)| column(name, sampled_type(values))).collect()
}

fn sampled_type(values: &BTreeSet<&str>) -> ColumnType {
    if values.iter().all(|value| matches!(*value, "T" | "F")) {
        ColumnType::Boolean
    } else if values.iter().all(|value| is_user_date(value)) {
        ColumnType::Timestamp
    } else {
        ColumnType::Text
    }
}

/// `3/2/2026`, `02.03.2026`, `2026-03-02`: three numbers, one of them a year.
fn is_user_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(number) && parts.iter().filter(|part| part.len() == 4).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netsuite::config::Settings;
    use crate::netsuite::streams::definitions;
    use crate::netsuite::testing;

    #[test]
    fn our_own_types_count_most_and_labels_are_added() {
        let settings = Settings::read(&testing::config(&[])).unwrap();
        let all = definitions(&settings);
        let customer = all.iter().find(|d| d.stream.as_str() == "customer").unwrap();
        let labelled = |name: &str| Column { title: Some("L".into()), ..column(name, ColumnType::Text) };
        let field = CustomField {
            id: None,
            script_id: Some("CUSTENTITY_SCORE".into()),
            name: Some("Score".into()),
            value_type: Some("Integer Number".into()),
            record_type: None,
        };
        let body = CustomField { script_id: Some("CUSTBODY_X".into()), ..field.clone() };
        let merged = merge(
            customer,
            vec![labelled("id"), labelled("zeta")],
            &[field, body],
            vec![column("custentity_score", ColumnType::Text)],
        );
        let find = |name: &str| merged.iter().find(|c| c.name == name);
        assert_eq!(merged[0].name, "lastmodifieddate");
        assert_eq!(
            find("id").map(|c| (c.column_type, c.title.as_deref())),
            Some((ColumnType::Integer, Some("L")))
        );
        assert_eq!(
            find("custentity_score").map(|c| (c.column_type, c.custom)),
            Some((ColumnType::Integer, true))
        );
        assert!(find("zeta").is_some() && find("custbody_x").is_none());
    }

    #[test]
    fn a_sample_is_typed_with_caution() {
        let rows = Rows::read(
            br#"{"hasMore":false,"items":[
                {"links":[],"ID":"1","flag":"T","created":"3/2/2026","code":"10"},
                {"links":[],"id":"2","FLAG":"F","created":"12/31/2025","code":"x"}]}"#,
        );
        let rows = rows.unwrap().items;
        let types: Vec<_> = sampled(&rows).into_iter().map(|c| (c.name, c.column_type)).collect();
        let expected = [
            ("code", ColumnType::Text),
            ("created", ColumnType::Timestamp),
            ("flag", ColumnType::Boolean),
            ("id", ColumnType::Text),
        ];
        assert_eq!(types, expected.map(|(name, t)| (name.to_owned(), t)));
    }
}
