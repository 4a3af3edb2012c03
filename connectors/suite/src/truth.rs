//! What was loaded, compared with what the account truly holds: row by row, value by value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use anyhow::{Context as _, Result, bail, ensure};
use forebay_model::{Instant, RecordsAt, StreamSchema, Value as Typed};
use forebay_ports::repository::{RecordPage, Slice, StoredRecord};
use forebay_transform::read_page;
use serde_json::{Map, Value, json};

use crate::history::holds_together;
use crate::world::World;

/// Differences that are named; there may be many.
const NAMED: usize = 5;

/// Key to values, in the schema's order.
type Table = BTreeMap<String, Vec<Typed>>;

impl World {
    /// Compares every stream that was read with the account, and each record's history with the record;
    /// gives the rows compared. Where it is known which streams there are, those are compared and no others.
    pub async fn equals_the_source(&self) -> Result<u64> {
        let (mut rows_compared, mut compared) = (0, BTreeSet::new());
        let mut leeway = self.leeway.load(Ordering::Relaxed);
        let skipped = self.skipped().await?;
        for stored in self.repository.schemas(&self.source.tenant, &self.source.id).await? {
            let schema = stored.schema;
            if skipped.contains(&schema.stream) {
                continue;
            }
            compared.insert(schema.stream.clone());
            let current = self.loaded(&schema, RecordPage::Current).await?;
            let history = self.loaded(&schema, RecordPage::History).await?;
            holds_together(&schema, &current, &history)?;
            let Some(table) = self.account.table(schema.stream.as_str()) else { continue };
            let rows = self.control.rows(&table).await?;
            let (truth, told) = self.typed(&schema, rows)?;
            rows_compared += truth.len() as u64;
            same(&schema, &told, &truth, &by_key(&schema, current), &mut leeway)?;
        }
        if let Some(expected) = &self.expected {
            let missing: Vec<_> = expected.difference(&compared).collect();
            let odd: Vec<_> = compared.difference(expected).collect();
            ensure!(
                missing.is_empty() && odd.is_empty(),
                "not loaded: {missing:?}; not known before: {odd:?}; {}",
                self.why().await
            );
        }
        Ok(rows_compared)
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

    async fn loaded(&self, schema: &StreamSchema, page: RecordPage) -> Result<Vec<StoredRecord>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let slice = Slice { after: after.take(), limit: 5_000 };
            let records =
                self.repository.records(&self.source.tenant, &self.source.id, schema, page, slice).await?;
            let Some(last) = records.last() else { return Ok(all) };
            after = Some(last.key.as_str().to_owned());
            all.extend(records);
        }
    }
}

fn by_key(schema: &StreamSchema, records: Vec<StoredRecord>) -> Table {
    let row = |record: StoredRecord| {
        let mut named: BTreeMap<String, Typed> = record.values.into_iter().collect();
        let values = schema.columns.iter().map(|c| named.remove(&c.name).unwrap_or(Typed::Null));
        (record.key.as_str().to_owned(), values.collect())
    };
    records.into_iter().map(row).collect()
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

/// Rows that are no more are forgiven as far as `leeway` goes.
fn same(schema: &StreamSchema, told: &[bool], truth: &Table, loaded: &Table, leeway: &mut u32) -> Result<()> {
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
    let modified = schema.columns.iter().position(|column| Some(&column.name) == schema.modified.as_ref());
    for (key, mine) in loaded.iter().filter(|(key, _)| !truth.contains_key(*key)) {
        let as_of = modified.and_then(|place| mine.get(place));
        match leeway.checked_sub(1) {
            Some(left) => *leeway = left,
            None => wrong.push(format!("{key} is no more (loaded as of {as_of:?})")),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let named = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    bail!("{}: {} differences from the source ({} rows): {named}", schema.stream, wrong.len(), truth.len())
}
