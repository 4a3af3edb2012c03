//! Which column a field fills: by its path, without regard to case, because vendors change the case of
//! names between releases.

use std::collections::{BTreeSet, HashMap, HashSet};

use forebay_model::{RecordsAt, StreamSchema, Value};

use crate::convert::{convert, convert_text};
use crate::raw::for_each_field;

/// The columns of one object, and of the objects in it that have columns.
#[derive(Debug, Default)]
struct Level {
    columns: HashMap<String, usize>,
    nested: HashMap<String, Level>,
    /// Fields that are known to be no part of the record.
    ignored: HashSet<String>,
}

impl Level {
    fn place(&mut self, path: &str, column: usize) {
        match path.split_once('.') {
            Some((object, rest)) => self.nested.entry(object.to_owned()).or_default().place(rest, column),
            None => {
                self.columns.insert(path.to_owned(), column);
            }
        }
    }
}

impl Level {
    fn ignore(&mut self, path: &str) {
        match path.split_once('.') {
            Some((object, rest)) => self.nested.entry(object.to_owned()).or_default().ignore(rest),
            None => {
                self.ignored.insert(path.to_owned());
            }
        }
    }

    fn ignores(&self, name: &str) -> bool {
        self.ignored.contains(name)
            || (!self.ignored.is_empty() && self.ignored.contains(&name.to_ascii_lowercase()))
    }
}

/// By name as it stands, then in lower case.
fn find<'l, T>(known: &'l HashMap<String, T>, name: &str) -> Option<&'l T> {
    known.get(name).or_else(|| known.get(&name.to_ascii_lowercase()))
}

fn is_empty(json: &str) -> bool {
    matches!(json, "null" | "[]" | "{}" | "\"\"")
}

/// Reads the fields of records into values in the order of the schema's columns.
pub struct Fields<'s> {
    schema: &'s StreamSchema,
    top: Level,
    /// Fields that hold something and that the schema does not know.
    pub unknown: BTreeSet<String>,
}

/// The values of one record while it is read.
struct Reading {
    values: Vec<Value>,
    refused: Option<String>,
}

impl<'s> Fields<'s> {
    pub fn new(schema: &'s StreamSchema) -> Self {
        let mut top = Level::default();
        for (place, column) in schema.columns.iter().enumerate() {
            top.place(&column.source_field.to_ascii_lowercase(), place);
        }
        if let RecordsAt::Wrapped { ignored, .. } = &schema.records_at {
            ignored.iter().for_each(|path| top.ignore(&path.to_ascii_lowercase()));
        }
        Self { schema, top, unknown: BTreeSet::new() }
    }

    fn reading(&self) -> Reading {
        Reading { values: vec![Value::Null; self.schema.columns.len()], refused: None }
    }

    /// A record in JSON. The error is a code and a sentence.
    pub fn of_json(&mut self, record: &str) -> Result<Vec<Value>, (&'static str, String)> {
        let mut reading = self.reading();
        if !object(self.schema, &self.top, "", record, &mut reading, &mut self.unknown) {
            let got = crate::shape::of_json(record);
            return Err(("not_an_object", format!("expected a record as an object, got {got}")));
        }
        reading.done()
    }

    /// A row of a CSV page. An empty field is null, as its vendors write it.
    pub fn of_row<'f>(
        &mut self,
        row: impl Iterator<Item = (&'f str, &'f str)>,
    ) -> Result<Vec<Value>, (&'static str, String)> {
        let mut reading = self.reading();
        for (name, text) in row.filter(|(_, text)| !text.is_empty()) {
            match self.column_at(name) {
                Some(place) => {
                    let value = convert_text(&self.schema.columns[place], text);
                    reading.keep(place, value);
                }
                None => {
                    self.unknown.insert(name.to_owned());
                }
            }
        }
        reading.done()
    }

    fn column_at(&self, path: &str) -> Option<usize> {
        let mut level = &self.top;
        let mut rest = path;
        while let Some((object, below)) = rest.split_once('.') {
            level = find(&level.nested, object)?;
            rest = below;
        }
        find(&level.columns, rest).copied()
    }
}

impl Reading {
    fn keep(&mut self, place: usize, value: Result<Value, String>) {
        match value {
            Ok(value) => self.values[place] = value,
            Err(reason) => self.refused = self.refused.take().or(Some(reason)),
        }
    }

    fn done(self) -> Result<Vec<Value>, (&'static str, String)> {
        match self.refused {
            Some(reason) => Err(("type_mismatch", reason)),
            None => Ok(self.values),
        }
    }
}

/// False where `json` is no object.
fn object(
    schema: &StreamSchema,
    level: &Level,
    path: &str,
    json: &str,
    reading: &mut Reading,
    unknown: &mut BTreeSet<String>,
) -> bool {
    for_each_field(json, |name, json| {
        if let Some(place) = find(&level.columns, name) {
            reading.keep(*place, convert(&schema.columns[*place], json));
            return;
        }
        if is_empty(json) || level.ignores(name) {
            return;
        }
        let full = || if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match find(&level.nested, name) {
            Some(inner) => {
                if !object(schema, inner, &full(), json, reading, unknown) {
                    unknown.insert(full());
                }
            }
            None if path.is_empty() && unknown.contains(name) => {}
            None => {
                unknown.insert(full());
            }
        }
    })
}
