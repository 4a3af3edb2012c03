//! The lineage edges that follow from a stream's schema. Whatever moves a column is in the schema, so
//! lineage cannot drift from it.

use forebay_model::lineage::{DatasetKind, DatasetName, LineageEdge, Transformation};
use forebay_model::{Column, ColumnType, SourceId, StreamSchema, TenantId};

/// Namespaces of the systems that data passes, by OpenLineage's naming specification: such as
/// `netsuite://1234567`, `wasbs://raw@account` and `sqlserver://server:1433`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespaces {
    pub source: String,
    pub raw: String,
    pub tables: String,
}

/// The three datasets of a stream, in the order data passes them.
pub fn datasets(
    namespaces: &Namespaces,
    tenant: &TenantId,
    source: &SourceId,
    schema: &StreamSchema,
) -> [(DatasetName, DatasetKind); 3] {
    let name = |namespace: &String, name: String| DatasetName { namespace: namespace.clone(), name };
    [
        (name(&namespaces.source, schema.stream.to_string()), DatasetKind::Source),
        (name(&namespaces.raw, format!("raw/{tenant}/{source}/{}", schema.stream)), DatasetKind::Raw),
        (name(&namespaces.tables, schema.table()), DatasetKind::Table),
    ]
}

/// Source field to raw field to table column, for every column of the schema, and the datasets' own
/// edges; plus the tables that the stream's tombstones delete from.
pub fn edges(
    namespaces: &Namespaces,
    tenant: &TenantId,
    source: &SourceId,
    schema: &StreamSchema,
) -> Vec<LineageEdge> {
    let [from, raw, table] = datasets(namespaces, tenant, source, schema);
    let mut edges = vec![
        edge(&from, None, &raw, None, identity("pages are stored as received")),
        edge(&raw, None, &table, None, transformation("typed, versioned and loaded")),
    ];
    for column in &schema.columns {
        let field = Some(column.source_field.as_str());
        edges.push(edge(&from, field, &raw, field, identity("stored as received")));
        edges.push(edge(&raw, field, &table, Some(&column.name), mapping(column)));
    }
    for target in schema.tombstones.iter().flat_map(|t| &t.targets) {
        let name = forebay_model::schema::table_name(&schema.connector, &target.stream);
        let deleted = (DatasetName { namespace: namespaces.tables.clone(), name }, DatasetKind::Table);
        edges.push(edge(
            &table,
            None,
            &deleted,
            None,
            indirect("deletions announced here are applied there"),
        ));
    }
    edges
}

fn mapping(column: &Column) -> Transformation {
    let read_as = match column.column_type {
        ColumnType::Text | ColumnType::Json => return identity("kept as text"),
        ColumnType::Boolean => "boolean",
        ColumnType::Integer => "integer",
        ColumnType::Decimal { .. } => "decimal",
        ColumnType::Float => "float",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "timestamp in UTC",
    };
    transformation(&format!("read as {read_as}"))
}

fn edge(
    (from, from_kind): &(DatasetName, DatasetKind),
    from_field: Option<&str>,
    (to, to_kind): &(DatasetName, DatasetKind),
    to_field: Option<&str>,
    transformation: Transformation,
) -> LineageEdge {
    LineageEdge {
        from: from.clone(),
        from_kind: *from_kind,
        from_field: from_field.map(Into::into),
        to: to.clone(),
        to_kind: *to_kind,
        to_field: to_field.map(Into::into),
        transformation,
    }
}

fn named(kind: &str, subtype: &str, description: &str) -> Transformation {
    Transformation { kind: kind.into(), subtype: subtype.into(), description: description.into() }
}

fn identity(description: &str) -> Transformation {
    named("DIRECT", "IDENTITY", description)
}

fn transformation(description: &str) -> Transformation {
    named("DIRECT", "TRANSFORMATION", description)
}

fn indirect(description: &str) -> Transformation {
    named("INDIRECT", "FILTER", description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{ConnectorKind, RecordsAt, StreamName};

    #[test]
    fn every_column_is_traced_from_the_source_field_to_the_table() {
        let column = |name: &str, field: &str, column_type| Column {
            name: name.into(),
            source_field: field.into(),
            column_type,
            nullable: true,
            title: None,
            custom: false,
        };
        let schema = StreamSchema {
            connector: ConnectorKind::new("netsuite").unwrap(),
            stream: StreamName::new("customer").unwrap(),
            columns: vec![
                column("id", "id", ColumnType::Integer),
                column("name", "entityName", ColumnType::Text),
            ],
            key: vec!["id".into()],
            modified: None,
            records_at: RecordsAt::Root,
            tombstones: None,
            parent: None,
            deleted: None,
            history: Default::default(),
        };
        let namespaces =
            Namespaces { source: "netsuite://1".into(), raw: "file".into(), tables: "sqlite".into() };
        let (tenant, source) = (TenantId::new("t").unwrap(), SourceId::new("ns").unwrap());
        let edges = edges(&namespaces, &tenant, &source, &schema);
        assert_eq!(edges.len(), 2 + 2 * schema.columns.len());
        let into_name: Vec<_> = edges.iter().filter(|e| e.to_field.as_deref() == Some("name")).collect();
        assert_eq!(into_name.len(), 1);
        assert_eq!(into_name[0].from_field.as_deref(), Some("entityName"));
        assert_eq!(into_name[0].to.name, "netsuite_customer");
        assert_eq!(into_name[0].from.name, "raw/t/ns/customer");
    }
}
