//! From columns to a stream's schema. Pure.

use forebay_model::schema::{Parent, TombstoneChild, TombstoneTarget};
use forebay_model::{
    Column, ColumnType, ConnectorKind, HistoryMode, RecordsAt, StreamName, StreamSchema, Tombstones,
};

use super::KIND;
use super::query::{DELETED_TYPE, PARENT_MODIFIED};
use super::streams::{DELETED, Definition};

/// A select list longer than this can make NetSuite answer with no rows and no error.
/// Wider streams are read in parts.
pub const MAX_COLUMNS: usize = 100;

/// A plain column: SuiteQL's name is the table's.
pub fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        source_field: name.to_owned(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    }
}

/// The columns that a stream cannot be read without, typed as reading needs them.
pub fn anchors(definition: &Definition) -> Vec<Column> {
    let key_type = if definition.integer_key { ColumnType::Integer } else { ColumnType::Text };
    // What is known of a column counts more: the key of links holds a text among its numbers.
    let known = |name: &str| definition.fields.iter().find(|field| field.name == name);
    let typed = |name: &String| column(name, known(name).map_or(key_type, |field| field.column_type));
    definition.key.iter().map(|name| Column { nullable: false, ..typed(name) }).collect()
}

/// The schema of `columns`, with anchors first. `all` are the streams that are read, so that deletions
/// name only those. `None` when the connector's own name is no identifier, which a test rules out.
pub fn assemble(definition: &Definition, all: &[Definition], columns: Vec<Column>) -> Option<StreamSchema> {
    let anchors = anchors(definition);
    let titled = |anchor: &Column| {
        let title = columns.iter().find(|c| c.name == anchor.name).and_then(|c| c.title.clone());
        Column { title, ..anchor.clone() }
    };
    let first: Vec<Column> = anchors.iter().map(titled).collect();
    let rest = columns.into_iter().filter(|column| !anchors.iter().any(|anchor| anchor.name == column.name));
    let columns: Vec<Column> = first.into_iter().chain(rest).collect();
    let timed =
        |name: &String| columns.iter().any(|c| c.name == *name && c.column_type == ColumnType::Timestamp);
    let parent = definition.parent.as_ref().map(|link| Parent {
        stream: link.stream.clone(),
        column: link.column.clone(),
        modified: Some(PARENT_MODIFIED.to_owned()).filter(timed),
    });
    let modified = definition.modified.clone().filter(timed);
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let type_column = if has(DELETED_TYPE) { DELETED_TYPE } else { "type" };
    let tombstones = (definition.stream.as_str() == DELETED).then(|| tombstones(all, type_column));
    Some(StreamSchema {
        connector: ConnectorKind::new(KIND).ok()?,
        stream: definition.stream.clone(),
        modified,
        columns,
        key: definition.key.clone(),
        records_at: RecordsAt::Field("items".into()),
        tombstones,
        parent,
        deleted: None,
        history: HistoryMode::default(),
    })
}

/// A stream that deletions should reach and that `deletions`, a schema of earlier, does not name.
pub fn unreached<'d>(deletions: &StreamSchema, all: &'d [Definition]) -> Option<&'d StreamName> {
    let targets = &deletions.tombstones.as_ref()?.targets;
    let named = |stream: &StreamName| targets.iter().any(|target| target.stream == *stream);
    let reached = |definition: &&Definition| definition.record_types.is_empty() || named(&definition.stream);
    all.iter().find(|definition| !reached(definition)).map(|definition| &definition.stream)
}

fn tombstones(all: &[Definition], type_column: &str) -> Tombstones {
    let targets = all.iter().filter(|definition| !definition.record_types.is_empty());
    Tombstones {
        key_column: "recordid".into(),
        type_column: type_column.to_owned(),
        deleted_column: "deleteddate".into(),
        targets: targets.map(|definition| target(definition, all)).collect(),
    }
}

fn target(definition: &Definition, all: &[Definition]) -> TombstoneTarget {
    let child = |other: &Definition| {
        let link = other.parent.as_ref().filter(|link| link.stream == definition.stream)?;
        Some(TombstoneChild { stream: other.stream.clone(), parent_column: link.column.clone() })
    };
    TombstoneTarget {
        stream: definition.stream.clone(),
        record_types: definition.record_types.clone(),
        children: all.iter().filter_map(child).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netsuite::config::Settings;
    use crate::netsuite::streams::definitions;
    use crate::netsuite::testing;

    fn of(settings: &[(&str, &str)], stream: &str) -> StreamSchema {
        let definitions = definitions(&Settings::read(&testing::config(settings)).unwrap());
        let definition = definitions.iter().find(|d| d.stream.as_str() == stream).unwrap();
        let columns = definition.fields.iter().map(|f| column(f.name, f.column_type)).collect();
        assemble(definition, &definitions, columns).unwrap()
    }

    #[test]
    fn deletions_reach_records_and_the_lines_of_transactions() {
        let tombstones = of(&[("streams", "customrecord_route")], DELETED).tombstones.unwrap();
        assert_eq!(tombstones.type_column, "recordtype");
        let target = |name: &str| tombstones.targets.iter().find(|t| t.stream.as_str() == name);
        let children: Vec<_> =
            target("transaction").unwrap().children.iter().map(|c| c.stream.as_str()).collect();
        assert_eq!(
            children,
            [
                "transactionline",
                "transactionaccountingline",
                "nexttransactionlink",
                "nexttransactionlinelink"
            ]
        );
        assert!(target("transaction").unwrap().record_types.contains(&"salesorder".to_owned()));
        assert_eq!(target("customrecord_route").unwrap().record_types, ["customrecord_route"]);
        assert!(target("transactionline").is_none());
        assert!(tombstones.targets.iter().all(|t| !t.record_types.contains(&"*".to_owned())));
    }

    #[test]
    fn an_excluded_stream_is_no_target() {
        let tombstones = of(&[("exclude", "vendor, transactionline")], DELETED).tombstones.unwrap();
        assert!(tombstones.targets.iter().all(|t| t.stream.as_str() != "vendor"));
        let transaction = tombstones.targets.iter().find(|t| t.stream.as_str() == "transaction").unwrap();
        assert_eq!(transaction.children.len(), 3);
    }

    #[test]
    fn a_record_type_that_came_later_is_told_from_those_that_deletions_reach() {
        let settings = Settings::read(&testing::config(&[])).unwrap();
        let known = definitions(&settings);
        let deletions = of(&[], DELETED);
        assert_eq!(unreached(&deletions, &known), None);
        let found = [("customrecord_route".to_owned(), None)];
        let more = crate::netsuite::streams::with_custom_records(known, &found, &settings);
        assert_eq!(unreached(&deletions, &more).map(StreamName::as_str), Some("customrecord_route"));
    }

    #[test]
    fn a_record_type_leads_to_one_stream() {
        let targets = of(&[], DELETED).tombstones.unwrap().targets;
        let all: Vec<_> = targets.iter().flat_map(|t| &t.record_types).collect();
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn lines_are_identified_within_their_transaction() {
        let schema = of(&[], "transactionline");
        assert_eq!(schema.key, ["transaction", "id"]);
        assert_eq!(schema.modified.as_deref(), Some("linelastmodifieddate"));
        assert_eq!(schema.parent.unwrap().column, "transaction");
        assert!(schema.columns[..2].iter().all(|c| !c.nullable));
    }
}
