//! What was loaded, compared with what the account truly holds: row by row, value by value.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail, ensure};
use forebay_model::{Instant, RecordsAt, StreamSchema, Value as Typed};
use forebay_ports::repository::{RecordPage, Slice};
use forebay_transform::read_page;
use serde_json::{Map, Value, json};

use crate::world::World;

/// Differences that are named; there may be many.
const NAMED: usize = 5;

/// Key to values, in the schema's order.
type Table = BTreeMap<String, Vec<Typed>>;

impl World {
    /// Compares every stream that was read with the account; gives the rows compared.
    pub async fn equals_the_source(&self) -> Result<u64> {
        let mut compared = 0;
        let skipped = self.skipped().await?;
        for stored in self.repository.schemas(&self.source.tenant, &self.source.id).await? {
            let schema = stored.schema;
            let Some(table) = self.account.table(schema.stream.as_str()) else { continue };
            if skipped.contains(&schema.stream) {
                continue;
            }
            let rows = self.control.rows(&table).await?;
            let (truth, told) = self.typed(&schema, rows)?;
            let loaded = self.loaded(&schema).await?;
            compared += truth.len() as u64;
            same(&schema, &told, &truth, &loaded)?;
        }
        Ok(compared)
    }

    /// True rows, typed as the stream's pages are, and the columns that they tell of.
    fn typed(&self, schema: &StreamSchema, rows: Vec<Map<String, Value>>) -> Result<(Table, Vec<bool>)> {
        let stream = schema.stream.as_str();
        let rows: Vec<Value> = rows.into_iter().map(|row| self.account.written(stream, row)).collect();
        let told = |field: &str| rows.iter().any(|row| has(row, field));
        let told = schema.columns.iter().map(|column| told(&column.source_field)).collect();
        let page = match &schema.records_at {
            RecordsAt::Field(name) | RecordsAt::Wrapped { records: name, .. } => {
                json!({ (name.as_str()): rows })
            }
            RecordsAt::Root => Value::Array(rows),
            RecordsAt::Csv => bail!("{stream}: true rows are not written as CSV"),
        };
        let page = read_page(schema, page.to_string().as_bytes(), Instant::EPOCH)?;
        ensure!(page.rejected.is_empty(), "{stream}: true rows are refused: {:?}", page.rejected.first());
        let table = page.records.into_iter().map(|r| (r.key.as_str().to_owned(), r.values)).collect();
        Ok((table, told))
    }

    async fn loaded(&self, schema: &StreamSchema) -> Result<Table> {
        let (mut table, mut after) = (Table::new(), None);
        loop {
            let slice = Slice { after: after.take(), limit: 1_000 };
            let records = self
                .repository
                .records(&self.source.tenant, &self.source.id, schema, RecordPage::Current, slice)
                .await?;
            let Some(last) = records.last() else { return Ok(table) };
            after = Some(last.key.as_str().to_owned());
            for record in records {
                let mut named: BTreeMap<String, Typed> = record.values.into_iter().collect();
                let values = schema.columns.iter().map(|c| named.remove(&c.name).unwrap_or(Typed::Null));
                table.insert(record.key.as_str().to_owned(), values.collect());
            }
        }
    }
}

/// Whether a row has a field, whose name may be a path by dots.
fn has(row: &Value, field: &str) -> bool {
    let found = |row: &Value, name: &str| {
        row.as_object()
            .and_then(|row| row.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)))
            .map(|f| f.1.clone())
    };
    if found(row, field).is_some() {
        return true;
    }
    let mut here = row.clone();
    field.split('.').all(|step| match found(&here, step) {
        Some(next) => {
            here = next;
            true
        }
        None => false,
    })
}

fn same(schema: &StreamSchema, told: &[bool], truth: &Table, loaded: &Table) -> Result<()> {
    let mut wrong = Vec::new();
    for (key, truth) in truth {
        let Some(mine) = loaded.get(key) else {
            wrong.push(format!("{key} is missing"));
            continue;
        };
        for (place, column) in schema.columns.iter().enumerate().filter(|(place, _)| told[*place]) {
            let (mine, truth) = (mine.get(place).context("values")?, truth.get(place).context("values")?);
            if mine != truth {
                wrong.push(format!("{key}.{} is {mine:?}, in truth {truth:?}", column.name));
            }
        }
    }
    let truth: BTreeSet<&String> = truth.keys().collect();
    wrong.extend(loaded.keys().filter(|key| !truth.contains(key)).map(|key| format!("{key} is no more")));
    if wrong.is_empty() {
        return Ok(());
    }
    let named = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    bail!("{}: {} differences from the source ({} rows): {named}", schema.stream, wrong.len(), truth.len())
}
