//! From a portal's properties to a stream's schema. Pure.

use std::collections::BTreeSet;

use forebay_model::schema::Parent;
use forebay_model::{Column, ColumnType, ConnectorKind, HistoryMode, RecordsAt, StreamName, StreamSchema};
use serde::Deserialize;

use super::KIND;

/// SQL Server's tables have at most 1,024 columns, and ours have some of their own.
pub const MAX_COLUMNS: usize = 1_000;

/// What a property's column reads.
pub const PREFIX: &str = "properties.";

/// HubSpot's numbers have no declared scale; this holds money, weights and ratios that people enter.
const NUMBER: ColumnType = ColumnType::Decimal { precision: 28, scale: 12 };

/// The answer of `/crm/v3/properties/{type}`.
#[derive(Debug, Deserialize)]
pub struct Properties {
    pub results: Vec<Property>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Property {
    pub name: String,
    label: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    hidden: bool,
    calculated: bool,
    #[serde(rename = "hubspotDefined")]
    vendors: Option<bool>,
    #[serde(rename = "showCurrencySymbol")]
    currency: bool,
    archived: bool,
}

impl Property {
    fn column_type(&self) -> ColumnType {
        match self.kind.as_str() {
            "number" if self.name == "hs_object_id" => ColumnType::Integer,
            // HubSpot computes in doubles and prints them whole: 0.200000000000000011102230246251565404….
            "number" if self.calculated && !self.currency => ColumnType::Float,
            "number" => NUMBER,
            "bool" => ColumnType::Boolean,
            "date" => ColumnType::Date,
            "datetime" => ColumnType::Timestamp,
            _ => ColumnType::Text,
        }
    }

    /// What is left out first where a portal has too many properties.
    fn rank(&self) -> (bool, bool) {
        (self.hidden, self.calculated)
    }
}

fn column(name: &str, source_field: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        source_field: source_field.into(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    }
}

fn required(name: &str, column_type: ColumnType) -> Column {
    Column { nullable: false, ..column(name, name, column_type) }
}

fn schema(stream: &StreamName, columns: Vec<Column>, key: &[&str]) -> Option<StreamSchema> {
    Some(StreamSchema {
        connector: ConnectorKind::new(KIND).ok()?,
        stream: stream.clone(),
        columns,
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        modified: None,
        records_at: RecordsAt::Field("results".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: HistoryMode::default(),
    })
}

fn record_columns() -> Vec<Column> {
    vec![
        required("id", ColumnType::Text),
        column("createdat", "createdAt", ColumnType::Timestamp),
        column("updatedat", "updatedAt", ColumnType::Timestamp),
        column("archived", "archived", ColumnType::Boolean),
        column("archivedat", "archivedAt", ColumnType::Timestamp),
    ]
}

/// The schema of an object type, and the properties that did not fit. Columns are in the order of their
/// names, so that the same properties make the same schema.
pub fn of_object(stream: &StreamName, mut found: Vec<Property>) -> Option<(StreamSchema, Vec<String>)> {
    let usable = |name: &str| {
        !name.is_empty()
            && name.len() <= 120
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let mut columns = record_columns();
    found.retain(|p| !p.archived);
    found.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| a.name.cmp(&b.name)));
    let mut left_out: Vec<String> = Vec::new();
    let mut own = Vec::new();
    let mut taken: BTreeSet<String> = columns.iter().map(|c| c.name.clone()).collect();
    for property in &found {
        let lower = property.name.to_ascii_lowercase();
        let name = if taken.contains(&lower) { format!("property_{lower}") } else { lower };
        if !usable(&property.name) || columns.len() + own.len() >= MAX_COLUMNS || !taken.insert(name.clone())
        {
            left_out.push(property.name.clone());
            continue;
        }
        own.push(Column {
            title: property.label.clone(),
            custom: property.vendors == Some(false),
            ..column(&name, &format!("{PREFIX}{}", property.name), property.column_type())
        });
    }
    own.sort_by(|a, b| a.name.cmp(&b.name));
    columns.extend(own);
    let schema = schema(stream, columns, &["id"])?;
    Some((
        StreamSchema { modified: Some("updatedat".into()), deleted: Some("archived".into()), ..schema },
        left_out,
    ))
}

/// The schema of owners, which have fields and no properties.
pub fn of_owners(stream: &StreamName) -> Option<StreamSchema> {
    let mut columns = record_columns();
    columns.retain(|c| c.name != "archivedat");
    let texts = [("email", "email"), ("type", "type"), ("firstname", "firstName"), ("lastname", "lastName")];
    columns.extend(texts.map(|(name, field)| column(name, field, ColumnType::Text)));
    let numbers = [("userid", "userId"), ("useridincludinginactive", "userIdIncludingInactive")];
    columns.extend(numbers.map(|(name, field)| column(name, field, ColumnType::Integer)));
    columns.push(column("teams", "teams", ColumnType::Json));
    let schema = schema(stream, columns, &["id"])?;
    Some(StreamSchema { modified: Some("updatedat".into()), deleted: Some("archived".into()), ..schema })
}

/// The schema of associations, whose pages are composed here: see the README.
pub fn of_association(stream: &StreamName, from: &StreamName) -> Option<StreamSchema> {
    let columns = vec![
        required("from_id", ColumnType::Text),
        required("to_id", ColumnType::Text),
        required("type_id", ColumnType::Integer),
        column("category", "category", ColumnType::Text),
        column("label", "label", ColumnType::Text),
        column("from_modified", "from_modified", ColumnType::Timestamp),
    ];
    let parent =
        Parent { stream: from.clone(), column: "from_id".into(), modified: Some("from_modified".into()) };
    let schema = schema(stream, columns, &["from_id", "to_id", "type_id"])?;
    Some(StreamSchema { records_at: RecordsAt::Field("items".into()), parent: Some(parent), ..schema })
}

/// The properties that a schema reads, as HubSpot names them.
pub fn properties(schema: &StreamSchema) -> Vec<String> {
    schema.columns.iter().filter_map(|c| c.source_field.strip_prefix(PREFIX).map(str::to_owned)).collect()
}

/// The columns that read these properties.
pub fn columns_of(schema: &StreamSchema, gone: &BTreeSet<String>) -> Vec<String> {
    let is_gone = |c: &&Column| c.source_field.strip_prefix(PREFIX).is_some_and(|name| gone.contains(name));
    schema.columns.iter().filter(is_gone).map(|c| c.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> (StreamSchema, Vec<String>) {
        let found: Vec<Property> = serde_json::from_str(json).unwrap();
        of_object(&StreamName::new("deals").unwrap(), found).unwrap()
    }

    #[test]
    fn properties_become_typed_columns() {
        let (schema, left_out) = of(r#"[
            {"name":"hs_object_id","type":"number","hubspotDefined":true},
            {"name":"amount","type":"number","label":"Amount","hubspotDefined":true},
            {"name":"hs_deal_stage_probability","type":"number","calculated":true},
            {"name":"closed","type":"bool","hubspotDefined":false},
            {"name":"closedate","type":"datetime"},{"name":"due","type":"date"},{"name":"stage","type":"enumeration"},
            {"name":"archived","type":"string"},{"name":"a.b","type":"string"},{"name":"old","archived":true}]"#);
        let kind = |name: &str| schema.column(name).unwrap().column_type;
        assert_eq!(kind("hs_object_id"), ColumnType::Integer);
        assert_eq!((kind("amount"), kind("hs_deal_stage_probability")), (NUMBER, ColumnType::Float));
        assert_eq!(
            (kind("closed"), kind("closedate"), kind("due")),
            (ColumnType::Boolean, ColumnType::Timestamp, ColumnType::Date)
        );
        assert!(schema.column("closed").unwrap().custom && !schema.column("amount").unwrap().custom);
        assert_eq!(schema.column("property_archived").unwrap().source_field, "properties.archived");
        assert_eq!((left_out, schema.column("old")), (vec!["a.b".to_owned()], None));
        assert_eq!(
            (schema.deleted.as_deref(), schema.modified.as_deref()),
            (Some("archived"), Some("updatedat"))
        );
        assert!(
            properties(&schema).contains(&"amount".to_owned())
                && !properties(&schema).contains(&"id".to_owned())
        );
    }

    #[test]
    fn what_does_not_fit_a_table_is_hidden_or_calculated_first() {
        let many: Vec<String> = (0..990).map(|n| format!(r#"{{"name":"p{n:04}"}}"#)).collect();
        let json = format!(
            r#"[{{"name":"a_hidden","hidden":true}},{{"name":"b_hidden","hidden":true}},{{"name":"c_hidden","hidden":true}},
            {{"name":"d","calculated":true}},{{"name":"e","calculated":true}},{{"name":"f","calculated":true}},{{"name":"g","calculated":true}},{}]"#,
            many.join(",")
        );
        let (schema, left_out) = of(&json);
        assert_eq!(schema.columns.len(), MAX_COLUMNS);
        assert_eq!(left_out, ["b_hidden", "c_hidden"]);
    }

    #[test]
    fn associations_are_as_new_as_the_record_they_start_from() {
        let schema =
            of_association(&StreamName::new("a_to_b").unwrap(), &StreamName::new("a").unwrap()).unwrap();
        assert_eq!(schema.key, ["from_id", "to_id", "type_id"]);
        assert_eq!(schema.parent.unwrap().modified.as_deref(), Some("from_modified"));
        assert_eq!(schema.modified, None);
    }
}
