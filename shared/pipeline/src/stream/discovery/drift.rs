//! How a stream's schema differs from what was known of it. Pure.

use forebay_model::{NoticeKind, StreamSchema};
use forebay_ports::SourceError;
use forebay_ports::repository::Discovered;

/// Names of columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Drift {
    pub added: Vec<String>,
    /// Refused before, and back: their values were missed.
    pub returned: Vec<String>,
    pub widened: Vec<String>,
    /// Not offered any more, though nothing refused them.
    pub dropped: Vec<String>,
    /// All that is missed now, to be remembered.
    pub rejected: Vec<String>,
}

impl Drift {
    /// Compares, and widens `found` where a type was wider before: a table's column never narrows.
    /// `rejected` were refused just now. The error is the evidence of what no stream survives.
    pub fn between(
        known: Option<&Discovered>,
        found: &mut StreamSchema,
        rejected: &[String],
    ) -> Result<Self, String> {
        let mut drift = Drift { rejected: rejected.to_vec(), ..Drift::default() };
        let Some(known) = known else { return Ok(drift) };
        let before = &known.schema.schema;
        if before.key != found.key {
            return Err(format!(
                "its records were identified by ({}) and now by ({}): what is loaded cannot be matched; remove \
                 the stream's data, or give the stream another name",
                before.key.join(", "),
                found.key.join(", ")
            ));
        }
        for column in &mut found.columns {
            match before.column(&column.name) {
                Some(old) => {
                    let wide = old.column_type.widen(column.column_type);
                    if wide != old.column_type {
                        drift.widened.push(column.name.clone());
                    }
                    column.column_type = wide;
                }
                None if known.rejected.contains(&column.name) => drift.returned.push(column.name.clone()),
                None => drift.added.push(column.name.clone()),
            }
        }
        let missing = |name: &&String| found.column(name).is_none();
        let names: Vec<String> = before.columns.iter().map(|column| column.name.clone()).collect();
        drift.dropped =
            names.iter().filter(missing).filter(|name| !rejected.contains(name)).cloned().collect();
        for name in drift.dropped.iter().chain(known.rejected.iter().filter(missing)) {
            if !drift.rejected.contains(name) {
                drift.rejected.push(name.clone());
            }
        }
        Ok(drift)
    }

    /// What a person should know of.
    pub fn notices(&self) -> impl Iterator<Item = (NoticeKind, &[String])> {
        let all = [
            (NoticeKind::ColumnsAdded, self.added.as_slice()),
            (NoticeKind::ColumnsReturned, self.returned.as_slice()),
            (NoticeKind::TypeWidened, self.widened.as_slice()),
            (NoticeKind::RejectedColumns, self.dropped.as_slice()),
        ];
        all.into_iter().filter(|(_, columns)| !columns.is_empty())
    }
}

/// The schema without the rejected columns. What identifies, orders or deletes records cannot be missed:
/// without it records would be lost in silence, so the stream fails instead.
pub(super) fn without(schema: &StreamSchema, rejected: &[String]) -> Result<StreamSchema, SourceError> {
    let mut schema = schema.clone();
    schema.columns.retain(|c| !rejected.contains(&c.name));
    let tombstones =
        schema.tombstones.iter().flat_map(|t| [&t.key_column, &t.type_column, &t.deleted_column]);
    let parent = schema.parent.iter().flat_map(|p| std::iter::once(&p.column).chain(&p.modified));
    let needed =
        schema.key.iter().chain(&schema.modified).chain(&schema.deleted).chain(tombstones).chain(parent);
    let missed: Vec<String> = needed.filter(|name| schema.column(name).is_none()).cloned().collect();
    if missed.is_empty() {
        return Ok(schema);
    }
    Err(SourceError::RejectedColumns {
        stream: schema.stream,
        columns: missed,
        detail: "the stream cannot be read without them; give the integration's role access to them".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{Column, ColumnType, ConnectorKind, Instant, RecordsAt, StreamName};
    use forebay_ports::repository::VersionedSchema;

    fn schema(columns: &[(&str, ColumnType)]) -> StreamSchema {
        let column = |(name, column_type): &(&str, ColumnType)| Column {
            name: (*name).into(),
            source_field: (*name).into(),
            column_type: *column_type,
            nullable: *name != "id",
            title: None,
            custom: false,
        };
        StreamSchema {
            connector: ConnectorKind::new("k").unwrap(),
            stream: StreamName::new("s").unwrap(),
            columns: columns.iter().map(column).collect(),
            key: vec!["id".into()],
            modified: None,
            records_at: RecordsAt::Root,
            tombstones: None,
            parent: None,
            deleted: None,
            history: Default::default(),
        }
    }

    fn known(columns: &[(&str, ColumnType)], rejected: &[&str]) -> Discovered {
        Discovered {
            schema: VersionedSchema { version: 1, schema: schema(columns) },
            at: Instant::EPOCH,
            settings: String::new(),
            rejected: rejected.iter().map(|name| (*name).into()).collect(),
        }
    }

    #[test]
    fn columns_come_go_return_and_widen_but_never_narrow() {
        use ColumnType::{Integer, Text};
        let before = known(
            &[("id", Integer), ("wide", Text), ("narrow", Integer), ("gone", Text)],
            &["missed", "out"],
        );
        let mut found = schema(&[
            ("id", Integer),
            ("wide", Integer),
            ("narrow", Text),
            ("missed", Text),
            ("fresh", Text),
        ]);
        let drift = Drift::between(Some(&before), &mut found, &["bad".into()]).unwrap();
        assert_eq!(drift.added, ["fresh"]);
        assert_eq!(drift.returned, ["missed"]);
        assert_eq!(drift.widened, ["narrow"]);
        assert_eq!(drift.dropped, ["gone"]);
        assert_eq!(drift.rejected, ["bad", "gone", "out"]);
        assert_eq!(found.column("wide").unwrap().column_type, Text);
        assert_eq!(drift.notices().count(), 4);
    }

    #[test]
    fn another_key_is_the_end_of_a_stream() {
        let mut found = schema(&[("id", ColumnType::Integer), ("line", ColumnType::Integer)]);
        found.key.push("line".into());
        let evidence = Drift::between(Some(&known(&[("id", ColumnType::Integer)], &[])), &mut found, &[]);
        assert!(evidence.unwrap_err().contains("(id) and now by (id, line)"));
    }

    #[test]
    fn what_identifies_records_cannot_be_left_out() {
        let schema = schema(&[("id", ColumnType::Integer), ("x", ColumnType::Text)]);
        assert_eq!(without(&schema, &["x".into()]).unwrap().columns.len(), 1);
        assert!(without(&schema, &["id".into()]).is_err());
    }
}
