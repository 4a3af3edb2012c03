//! From a description to a stream's schema. Pure.

use forebay_model::schema::TombstoneTarget;
use forebay_model::{
    Column, ColumnType, ConnectorKind, HistoryMode, RecordsAt, StreamName, StreamSchema, Tombstones,
};

use super::KIND;
use super::config::{Settings, is_identifier};
use super::describe::{Described, Field};

/// The stream of deletions that no row shows any more.
pub const DELETED: &str = "deletedrecord";

/// The fields that say when a row last changed, the best first.
const MODIFIED: [&str; 4] = ["SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime"];

/// The schema of an object. The error says what is missing.
pub fn assemble(object: &Described, settings: &Settings) -> Result<StreamSchema, String> {
    let stream = StreamName::new(&object.name).map_err(|e| e.to_string())?;
    let prefix = object.name.to_ascii_lowercase();
    let wanted = |field: &&Field| {
        let excluded = format!("{prefix}.{}", field.name.to_ascii_lowercase());
        !field.deprecated_and_hidden
            && is_identifier(&field.name)
            && (field.name == "Id" || !settings.exclude_fields.contains(&excluded))
    };
    let columns: Vec<Column> = object.fields.iter().filter(wanted).filter_map(column).collect();
    let has = |name: &str| columns.iter().any(|column| column.source_field.eq_ignore_ascii_case(name));
    if !has("Id") {
        return Err(format!("{} has no field Id that the user may see", object.name));
    }
    let ordered = |name: &&&str| {
        let field = object.field(name).filter(|field| field.kind.eq_ignore_ascii_case("datetime"));
        has(name) && field.is_some_and(|field| field.filterable && field.sortable)
    };
    let modified = MODIFIED.iter().find(ordered).map(|name| name.to_ascii_lowercase());
    let deleted = has("IsDeleted").then(|| "isdeleted".to_owned());
    Ok(StreamSchema {
        connector: kind()?,
        stream,
        columns,
        key: vec!["id".into()],
        modified,
        // Rows over REST say their type and address beside their fields; rows of Bulk results do not.
        records_at: RecordsAt::Wrapped { records: "records".into(), ignored: vec!["attributes".into()] },
        tombstones: None,
        parent: None,
        deleted,
        history: HistoryMode::Full,
    })
}

fn kind() -> Result<ConnectorKind, String> {
    ConnectorKind::new(KIND).map_err(|e| e.to_string())
}

fn column(field: &Field) -> Option<Column> {
    Some(Column {
        name: field.name.to_ascii_lowercase(),
        source_field: field.name.clone(),
        column_type: field.column_type()?,
        nullable: field.name != "Id",
        title: field.label.clone(),
        custom: field.custom,
    })
}

/// The schema of the log of deletions, which reaches `objects`.
pub fn deletions(objects: &[StreamName]) -> Result<StreamSchema, String> {
    let column = |name: &str, source: &str, column_type, title: &str| Column {
        name: name.into(),
        source_field: source.into(),
        column_type,
        nullable: false,
        title: Some(title.into()),
        custom: false,
    };
    let target = |stream: &StreamName| TombstoneTarget {
        stream: stream.clone(),
        record_types: vec![stream.as_str().to_owned()],
        children: Vec::new(),
    };
    Ok(StreamSchema {
        connector: kind()?,
        stream: StreamName::new(DELETED).map_err(|e| e.to_string())?,
        columns: vec![
            column("id", "id", ColumnType::Text, "Record ID"),
            column("object", "object", ColumnType::Text, "Object"),
            column("deleteddate", "deletedDate", ColumnType::Timestamp, "Deleted Date"),
        ],
        key: vec!["id".into()],
        modified: Some("deleteddate".into()),
        records_at: RecordsAt::Field("deletedRecords".into()),
        tombstones: Some(Tombstones {
            key_column: "id".into(),
            type_column: "object".into(),
            deleted_column: "deleteddate".into(),
            targets: objects.iter().map(target).collect(),
        }),
        parent: None,
        deleted: None,
        history: HistoryMode::Full,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::testing;

    #[test]
    fn a_description_becomes_typed_columns() {
        let schema = testing::account();
        let names: Vec<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
        insta::assert_snapshot!(
            names.join(" "),
            @"id isdeleted name billingcity annualrevenue numberofemployees createddate systemmodstamp rank__c score__c"
        );
        assert_eq!((schema.key, schema.modified.as_deref()), (vec!["id".to_owned()], Some("systemmodstamp")));
        assert_eq!(schema.deleted.as_deref(), Some("isdeleted"));
        let rank = schema.columns.iter().find(|c| c.name == "rank__c").unwrap();
        assert_eq!((rank.custom, rank.title.as_deref()), (true, Some("Rank")));
    }

    #[test]
    fn an_excluded_field_is_no_column_but_the_key_always_is() {
        let settings = testing::settings(&[("exclude_fields", "Account.Rank__c, Account.Id, Lead.Name")]);
        let schema = assemble(&testing::described(), &settings).unwrap();
        assert!(schema.column("rank__c").is_none());
        assert!(schema.column("id").is_some() && schema.column("name").is_some());
    }

    #[test]
    fn the_next_best_time_is_taken_and_none_where_there_is_none() {
        let mut object = testing::described();
        object.fields.retain(|f| f.name != "SystemModstamp");
        let of = |object: &Described| assemble(object, &testing::settings(&[])).unwrap().modified;
        assert_eq!(of(&object).as_deref(), Some("createddate"));
        object.fields.retain(|f| f.name != "CreatedDate");
        assert_eq!(of(&object), None);
    }
}
