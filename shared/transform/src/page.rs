//! One pass over a page: typed records and rejections.

use std::collections::{BTreeSet, HashMap};

use forebay_model::{
    ContentHash, Delete, Instant, RecordKey, RecordVersion, RejectedRecord, StreamSchema, TypedRecord, Value,
};

use crate::convert::convert;
use crate::raw::{RawRecord, for_each_field, for_each_record};
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
#[error("the page is not the JSON that its schema describes: {0}")]
pub struct PageError(#[from] serde_json::Error);

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
    for_each_record(body, &schema.records_at, |record| {
        if wanted(ordinal) {
            reader.read(record, ordinal);
        }
        ordinal += 1;
    })?;
    Ok(reader.page)
}

struct Reader<'s> {
    schema: &'s StreamSchema,
    observed: Instant,
    /// Lower-case source field to column; vendors change the case of field names between releases.
    columns: HashMap<String, usize>,
    key: Vec<usize>,
    modified: Option<usize>,
    page: TypedPage,
}

impl<'s> Reader<'s> {
    fn new(schema: &'s StreamSchema, observed: Instant) -> Self {
        let place = |name: &String| schema.columns.iter().position(|c| c.name == *name);
        Self {
            schema,
            observed,
            columns: schema
                .columns
                .iter()
                .enumerate()
                .map(|(i, c)| (c.source_field.to_ascii_lowercase(), i))
                .collect(),
            key: schema.key.iter().filter_map(place).collect(),
            modified: schema.modified.as_ref().and_then(place),
            page: TypedPage::default(),
        }
    }

    fn read(&mut self, record: RawRecord<'_>, ordinal: u32) {
        self.page.read += 1;
        match self.typed(record, ordinal) {
            Ok(typed) => {
                self.page.deletes.extend(deletion(self.schema, &typed, self.observed));
                self.page.records.push(typed);
            }
            Err((code, reason)) => {
                self.page.rejected.push(RejectedRecord { ordinal, code: code.into(), reason });
            }
        }
    }

    fn typed(&mut self, record: RawRecord<'_>, ordinal: u32) -> Result<TypedRecord, (&'static str, String)> {
        let values = self.values(record)?;
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
        let version =
            RecordVersion { modified: self.modified(&values), observed: self.observed, deleted: false };
        Ok(TypedRecord { key, version, hash: ContentHash::of(&values), values, ordinal })
    }

    fn values(&mut self, record: RawRecord<'_>) -> Result<Vec<Value>, (&'static str, String)> {
        let mut values = vec![Value::Null; self.schema.columns.len()];
        let mut refused = None;
        let (columns, schema, unknown) = (&self.columns, self.schema, &mut self.page.unknown_fields);
        let is_object = for_each_field(record, |name, json| match find(columns, name) {
            Some(place) => match convert(&schema.columns[place], json) {
                Ok(value) => values[place] = value,
                Err(reason) => refused = refused.take().or(Some(reason)),
            },
            None if is_empty(json) || unknown.contains(name) => {}
            None => {
                unknown.insert(name.to_owned());
            }
        });
        match refused {
            _ if !is_object => Err((
                "not_an_object",
                format!("expected a record as an object, got {}", crate::shape::of_json(record.get())),
            )),
            Some(reason) => Err(("type_mismatch", reason)),
            None => Ok(values),
        }
    }

    /// A stream without a modified column is as new as the run that read it; a record without a time
    /// in that column is older than any that has one.
    fn modified(&self, values: &[Value]) -> Instant {
        match self.modified.map(|place| &values[place]) {
            None => self.observed,
            Some(Value::Timestamp(at)) => *at,
            Some(Value::Date(day)) => Instant::from_datetime(day.midnight().assume_utc()),
            Some(_) => Instant::EPOCH,
        }
    }
}

fn find(columns: &HashMap<String, usize>, name: &str) -> Option<usize> {
    columns.get(name).or_else(|| columns.get(&name.to_ascii_lowercase())).copied()
}

fn is_empty(json: &str) -> bool {
    matches!(json, "null" | "[]" | "{}" | "\"\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::schema::{TombstoneTarget, Tombstones};
    use forebay_model::{Column, ColumnType, ConnectorKind, RecordsAt, StreamName};

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
}
