//! One pass over a page: typed records and rejections.

use std::collections::BTreeSet;

use forebay_model::{
    ContentHash, Delete, Instant, RecordKey, RecordVersion, RecordsAt, RejectedRecord, StreamSchema,
    TypedRecord, Value,
};

use crate::csv_page::for_each_row;
use crate::fields::Fields;
use crate::raw::for_each_record;
use crate::tombstones::deletion;

/// A page, typed. `records.len() + rejected.len() == read`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypedPage {
    pub read: u64,
    pub records: Vec<TypedRecord>,
    pub rejected: Vec<RejectedRecord>,
    pub deletes: Vec<Delete>,
    /// Fields that hold something and that the schema does not know.
    pub unknown_fields: BTreeSet<String>,
}

/// The page itself cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error("the page is not the JSON that its schema describes: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the page is not the CSV that its schema describes: {0}")]
    Csv(#[from] csv::Error),
}

/// Types every record of a page. `observed` is the bound of the run that read it.
pub fn read_page(schema: &StreamSchema, body: &[u8], observed: Instant) -> Result<TypedPage, PageError> {
    read_records(schema, body, observed, |_| true)
}

/// Types the records whose place in the page `wanted` accepts.
pub fn read_records(
    schema: &StreamSchema,
    body: &[u8],
    observed: Instant,
    wanted: impl Fn(u32) -> bool,
) -> Result<TypedPage, PageError> {
    let mut reader = Reader::new(schema, observed);
    let mut ordinal = 0;
    let mut each = |values: &mut dyn FnMut(&mut Fields<'_>) -> Result<Vec<Value>, Refusal>| {
        if wanted(ordinal) {
            let values = values(&mut reader.fields);
            reader.read(values, ordinal);
        }
        ordinal += 1;
    };
    match &schema.records_at {
        RecordsAt::Csv => for_each_row(body, |row| each(&mut |fields| fields.of_row(row.iter())))?,
        at => for_each_record(body, at, |record| each(&mut |fields| fields.of_json(record.get())))?,
    }
    reader.page.unknown_fields = reader.fields.unknown;
    Ok(reader.page)
}

/// A code, and a sentence that says what was wrong.
type Refusal = (&'static str, String);

struct Reader<'s> {
    schema: &'s StreamSchema,
    observed: Instant,
    fields: Fields<'s>,
    key: Vec<usize>,
    modified: Option<usize>,
    /// The parent's modification time.
    parent_modified: Option<usize>,
    deleted: Option<usize>,
    /// What makes a record's content: each column's tag and place, in order of the tags. A change of the parent
    /// makes no other content of its children, only a newer version.
    content: Vec<(u64, usize)>,
    page: TypedPage,
}

impl<'s> Reader<'s> {
    fn new(schema: &'s StreamSchema, observed: Instant) -> Self {
        let place = |name: &String| schema.columns.iter().position(|c| c.name == *name);
        let parent_modified = schema.parent.as_ref().and_then(|p| p.modified.as_ref()).and_then(place);
        let places = (0..schema.columns.len()).filter(|place| Some(*place) != parent_modified);
        let mut content: Vec<_> =
            places.map(|place| (ContentHash::tag(&schema.columns[place].name), place)).collect();
        content.sort_unstable();
        Self {
            schema,
            observed,
            fields: Fields::new(schema),
            key: schema.key.iter().filter_map(place).collect(),
            modified: schema.modified.as_ref().and_then(place),
            parent_modified,
            deleted: schema.deleted.as_ref().and_then(place),
            content,
            page: TypedPage::default(),
        }
    }

    fn read(&mut self, values: Result<Vec<Value>, Refusal>, ordinal: u32) {
        self.page.read += 1;
        match values.and_then(|values| self.typed(values, ordinal)) {
            Ok(typed) => {
                self.page.deletes.extend(deletion(self.schema, &typed, self.observed));
                self.page.records.push(typed);
            }
            Err((code, reason)) => {
                self.page.rejected.push(RejectedRecord { ordinal, code: code.into(), reason });
            }
        }
    }

    fn typed(&self, values: Vec<Value>, ordinal: u32) -> Result<TypedRecord, Refusal> {
        if let Some(missing) =
            self.schema.columns.iter().zip(&values).find(|(c, v)| !c.nullable && v.is_null())
        {
            let field = &missing.0.source_field;
            return Err(("missing_field", format!("field '{field}': expected a value, got none")));
        }
        if self.key.len() != self.schema.key.len() {
            return Err(("missing_key", "the schema's key names a column that it does not have".into()));
        }
        let key = RecordKey::from_parts(self.key.iter().map(|i| &values[*i])).ok_or_else(|| {
            ("missing_key", format!("the key ({}) is not complete", self.schema.key.join(", ")))
        })?;
        let deleted = self.deleted.is_some_and(|place| values[place] == Value::Boolean(true));
        let version = RecordVersion { modified: self.version(&values), observed: self.observed, deleted };
        let hash = if deleted { ContentHash::TOMBSTONE } else { self.content(&values) };
        Ok(TypedRecord { key, version, hash, values, ordinal })
    }

    fn content(&self, values: &[Value]) -> ContentHash {
        ContentHash::of_columns(self.content.iter().map(|(tag, place)| (*tag, &values[*place])))
    }

    /// A child is as new as the later of itself and its parent.
    fn version(&self, values: &[Value]) -> Instant {
        let own = self.modified(values);
        let parent = self.parent_modified.and_then(|place| time_of(&values[place]));
        match (parent, self.modified) {
            (Some(parent), None) => parent,
            (parent, _) => parent.map_or(own, |parent| parent.max(own)),
        }
    }

    /// A stream without a modified column is as new as the run that read it; a record without a time
    /// in that column is older than any that has one.
    fn modified(&self, values: &[Value]) -> Instant {
        let Some(place) = self.modified else { return self.observed };
        time_of(&values[place]).unwrap_or(Instant::EPOCH)
    }
}

fn time_of(value: &Value) -> Option<Instant> {
    match value {
        Value::Timestamp(at) => Some(*at),
        Value::Date(day) => Some(Instant::from_datetime(day.midnight().assume_utc())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::schema::Parent;
    use forebay_model::schema::{TombstoneTarget, Tombstones};
    use forebay_model::{Column, ColumnType, ConnectorKind, StreamName};

    fn schema(columns: &[(&str, ColumnType)], modified: Option<&str>) -> StreamSchema {
        StreamSchema {
            connector: ConnectorKind::new("netsuite").unwrap(),
            stream: StreamName::new("customer").unwrap(),
            columns: columns
                .iter()
                .map(|(name, column_type)| Column {
                    name: (*name).into(),
                    source_field: (*name).into(),
                    column_type: *column_type,
                    nullable: *name != "id",
                    title: None,
                    custom: false,
                })
                .collect(),
            key: vec!["id".into()],
            modified: modified.map(Into::into),
            records_at: RecordsAt::Field("items".into()),
            tombstones: None,
            parent: None,
            deleted: None,
            history: Default::default(),
        }
    }

    fn customers() -> StreamSchema {
        schema(
            &[("id", ColumnType::Integer), ("name", ColumnType::Text), ("changed", ColumnType::Timestamp)],
            Some("changed"),
        )
    }

    #[test]
    fn one_bad_record_costs_one_record() {
        let body = br#"{"items":[
            {"id":"1","name":"a","changed":"2026-01-01T00:00:00Z","links":[]},
            {"id":"x","name":"b"},
            {"name":"c"},
            7,
            {"ID":"2","Name":"d","colour":"red"}]}"#;
        let page = read_page(&customers(), body, Instant::EPOCH).unwrap();
        assert_eq!(page.read, 5);
        assert_eq!(page.records.iter().map(|r| r.key.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        let codes: Vec<_> = page.rejected.iter().map(|r| (r.ordinal, r.code.as_str())).collect();
        assert_eq!(codes, [(1, "type_mismatch"), (2, "missing_field"), (3, "not_an_object")]);
        assert_eq!(page.unknown_fields.iter().collect::<Vec<_>>(), ["colour"]);
    }

    #[test]
    fn a_version_is_the_sources_time_or_the_runs_bound() {
        let bound = Instant::EPOCH.plus_seconds(100);
        let body = br#"{"items":[{"id":1,"changed":"1970-01-01T00:00:07Z"},{"id":2}]}"#;
        let with = read_page(&customers(), body, bound).unwrap();
        assert_eq!(with.records[0].version.modified, Instant::EPOCH.plus_seconds(7));
        assert_eq!(with.records[1].version.modified, Instant::EPOCH);
        let without = StreamSchema { modified: None, ..customers() };
        assert_eq!(read_page(&without, body, bound).unwrap().records[0].version.modified, bound);
    }

    #[test]
    fn a_deleted_record_names_the_stream_it_left() {
        let mut schema = schema(
            &[("id", ColumnType::Integer), ("type", ColumnType::Text), ("at", ColumnType::Timestamp)],
            Some("at"),
        );
        let target = |stream: &str, types: &[&str]| TombstoneTarget {
            stream: StreamName::new(stream).unwrap(),
            record_types: types.iter().map(|t| (*t).into()).collect(),
            children: vec![],
        };
        schema.tombstones = Some(Tombstones {
            key_column: "id".into(),
            type_column: "type".into(),
            deleted_column: "at".into(),
            targets: vec![target("customer", &["customer"]), target("transaction", &["SalesOrd"])],
        });
        let body =
            br#"{"items":[{"id":5,"type":"Customer","at":"2026-01-01T00:00:00Z"},{"id":6,"type":"folder"}]}"#;
        let page = read_page(&schema, body, Instant::EPOCH).unwrap();
        assert_eq!(page.records.len(), 2);
        assert_eq!(page.deletes.len(), 1);
        assert_eq!(page.deletes[0].stream.as_str(), "customer");
        assert!(page.deletes[0].version.deleted);
    }

    #[test]
    fn a_cut_page_is_an_error_of_the_page() {
        assert!(read_page(&customers(), br#"{"items":[{"id":1}"#, Instant::EPOCH).is_err());
    }

    #[test]
    fn only_the_wanted_records_are_read_for_a_replay() {
        let body = br#"{"items":[{"id":1},{"id":2},{"id":3}]}"#;
        let page = read_records(&customers(), body, Instant::EPOCH, |o| o == 1).unwrap();
        assert_eq!((page.read, page.records[0].key.as_str(), page.records[0].ordinal), (1, "2", 1));
    }

    #[test]
    fn a_field_within_an_object_is_reached_by_its_path() {
        let mut schema = customers();
        schema.columns[1].source_field = "properties.Name".into();
        let body =
            br#"{"items":[{"id":1,"properties":{"name":"a","shade":"red","hue":null},"changed":null}]}"#;
        let page = read_page(&schema, body, Instant::EPOCH).unwrap();
        assert_eq!(page.records[0].values[1], Value::Text("a".into()));
        assert_eq!(page.unknown_fields.iter().collect::<Vec<_>>(), ["properties.shade"]);
    }

    #[test]
    fn only_the_wrapping_that_the_schema_names_is_passed_over_in_silence() {
        let mut schema = customers();
        schema.records_at = RecordsAt::Wrapped {
            records: "records".into(),
            ignored: vec!["attributes".into(), "owner.attributes".into()],
        };
        let body = br#"{"totalSize":1,"records":[{"Attributes":{"type":"Account","url":"/x"},"id":1,
            "owner":{"attributes":{"type":"User"},"attributed":"x"},"wrapping":{"attributes":1}}]}"#;
        let page = read_page(&schema, body, Instant::EPOCH).unwrap();
        assert_eq!((page.read, page.records.len()), (1, 1));
        assert_eq!(page.unknown_fields.iter().collect::<Vec<_>>(), ["owner.attributed", "wrapping"]);
        schema.records_at = RecordsAt::Field("records".into());
        let unknown = read_page(&schema, body, Instant::EPOCH).unwrap().unknown_fields;
        assert_eq!(unknown.iter().collect::<Vec<_>>(), ["Attributes", "owner", "wrapping"]);
    }

    #[test]
    fn a_csv_page_reads_as_the_same_records_in_json() {
        let json = read_page(
            &customers(),
            br#"{"items":[{"id":1,"name":"a, \"b\"\nc","changed":"2026-01-01T00:00:00Z"},{"id":2}]}"#,
            Instant::EPOCH,
        );
        let schema = StreamSchema { records_at: RecordsAt::Csv, ..customers() };
        let csv =
            b"\"Id\",\"Name\",\"changed\"\n\"1\",\"a, \"\"b\"\"\nc\",\"2026-01-01T00:00:00.000+0000\"\n\"2\",\"\",\"\"\n";
        assert_eq!(read_page(&schema, csv, Instant::EPOCH).unwrap().records, json.unwrap().records);
        let page = read_page(&schema, b"id,name,changed\nx,a,\n2,b,\n", Instant::EPOCH).unwrap();
        assert_eq!((page.read, page.records.len(), page.rejected[0].ordinal), (2, 1, 0));
        assert!(read_page(&schema, b"id,name\n1,a\n2\n", Instant::EPOCH).is_err(), "a cut row");
        assert_eq!(read_page(&schema, b"id,name\n", Instant::EPOCH).unwrap().read, 0);
    }

    #[test]
    fn a_row_that_says_it_is_deleted_is_a_deletion_of_its_own_record() {
        let mut schema = schema(&[("id", ColumnType::Integer), ("gone", ColumnType::Boolean)], None);
        schema.deleted = Some("gone".into());
        let body = br#"{"items":[{"id":1,"gone":true},{"id":2,"gone":false},{"id":3}]}"#;
        let page = read_page(&schema, body, Instant::EPOCH).unwrap();
        assert_eq!(page.records.iter().map(|r| r.version.deleted).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(page.records[0].hash, ContentHash::TOMBSTONE);
    }

    #[test]
    fn a_child_is_as_new_as_its_parent_but_no_other_content() {
        let mut schema = schema(
            &[("id", ColumnType::Integer), ("changed", ColumnType::Timestamp), ("p", ColumnType::Timestamp)],
            Some("changed"),
        );
        let stream = StreamName::new("order").unwrap();
        schema.parent = Some(Parent { stream, column: "id".into(), modified: Some("p".into()) });
        let body = br#"{"items":[
            {"id":1,"changed":"1970-01-01T00:00:07Z","p":"1970-01-01T00:00:05Z"},
            {"id":1,"changed":"1970-01-01T00:00:07Z","p":"1970-01-01T00:00:09Z"}]}"#;
        let page = read_page(&schema, body, Instant::EPOCH).unwrap();
        let seconds: Vec<i64> =
            page.records.iter().map(|r| r.version.modified.micros() / 1_000_000).collect();
        assert_eq!(seconds, [7, 9]);
        assert_eq!(page.records[0].hash, page.records[1].hash);
    }
}
