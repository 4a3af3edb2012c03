//! Which versions a page brings, to which tables: its own records, the deletions it announces, and those
//! that follow because a record's parent was deleted. A part is deleted by every deletion of its parent
//! that is not older than the part's version, whichever of the two arrives first.

use std::collections::{BTreeMap, HashMap, HashSet};

use forebay_model::{RecordVersion, StreamSchema, TypedRecord, schema::table_name};
use forebay_ports::PortError;
use forebay_ports::repository::Delete;

use super::super::json_list;
use super::{PageWork, texts};
use crate::layouts::{self, FAMILY};
use crate::plan::{Arrival, Origin};
use crate::typed::{Layout, convert::to_sql, history_of};
use crate::value::{Row, SqlValue};

/// Arrivals by table, in the order in which they are taken.
pub(super) type Arrivals = BTreeMap<String, Vec<Arrival>>;

impl PageWork<'_> {
    pub(super) async fn arrivals(
        &mut self,
        schema: &StreamSchema,
        records: Vec<TypedRecord>,
        deletes: Vec<Delete>,
    ) -> Result<Arrivals, PortError> {
        let own = schema.table();
        let dialect = self.repository.db.dialect();
        let layout = self.repository.layouts.within(self.tx, dialect, &own).await?;
        let records = own_arrivals(&layout, schema, records);
        let orphans = self.orphaned(&layout, &records).await?;
        let mut deleted: Vec<(String, Arrival)> = Vec::new();
        for delete in deletes {
            let table = table_name(&schema.connector, &delete.stream);
            deleted.push((table, Arrival::deletion(delete.key.as_str(), delete.version)));
        }
        let own_deletions = records.iter().filter(|r| r.version.deleted).chain(&orphans);
        let roots: Vec<(String, Arrival)> =
            own_deletions.map(|a| (own.clone(), Arrival::deletion(&a.key, a.version))).collect();
        let parts = self.parts_of(roots.iter().chain(&deleted)).await?;
        let mut arrivals = Arrivals::new();
        let orphans = orphans.into_iter().map(|a| (own.clone(), a));
        for (table, arrival) in orphans.chain(deleted).chain(parts) {
            arrivals.entry(table).or_default().push(arrival);
        }
        // Deletions first, so that a record that comes after its own deletion is counted as superseded.
        arrivals.entry(own).or_default().extend(records);
        Ok(arrivals)
    }

    /// Deletions of the records whose parents are known to be deleted.
    async fn orphaned(&mut self, layout: &Layout, records: &[Arrival]) -> Result<Vec<Arrival>, PortError> {
        let Some(parent) = &layout.parent_table else { return Ok(Vec::new()) };
        let keys: HashSet<&str> = records.iter().filter_map(|r| r.parent.as_deref()).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // A parent that keeps no history has its last deletion in its current table.
        let mut rows = Vec::new();
        for table in [&history_of(parent), parent] {
            let sql = texts::deletions(self.repository.db.dialect(), table);
            rows.extend(self.by_texts(&sql, keys.iter().copied()).await?);
        }
        let mut deletions: HashMap<String, Vec<RecordVersion>> = HashMap::new();
        for row in &rows {
            let mut reader = row.reader();
            let key = reader.text()?;
            let version =
                RecordVersion { modified: reader.instant()?, observed: reader.instant()?, deleted: true };
            let known = deletions.entry(key).or_default();
            if !known.contains(&version) {
                known.push(version);
            }
        }
        let mut orphans = Vec::new();
        for record in records.iter().filter(|r| !r.version.deleted) {
            let of_parent = record.parent.as_ref().and_then(|p| deletions.get(p));
            for version in of_parent.into_iter().flatten().filter(|d| **d > record.version) {
                orphans.push(Arrival::deletion(&record.key, *version));
            }
        }
        Ok(orphans)
    }

    /// Deletions of the parts of what is deleted, of their parts, and so on.
    async fn parts_of(
        &mut self,
        roots: impl Iterator<Item = &(String, Arrival)>,
    ) -> Result<Vec<(String, Arrival)>, PortError> {
        let mut open: Vec<(String, Arrival)> = roots.cloned().collect();
        let mut found: Vec<(String, Arrival)> = Vec::new();
        if open.is_empty() {
            return Ok(found);
        }
        let family = layouts::children(&self.tx.query(&self.repository.text(FAMILY), &[]).await?)?;
        let mut seen = HashSet::new();
        while !open.is_empty() {
            let mut by_parent: BTreeMap<String, Vec<Arrival>> = BTreeMap::new();
            for (table, arrival) in open.drain(..) {
                if seen.insert((table.clone(), arrival.key.clone(), arrival.version)) {
                    by_parent.entry(table).or_default().push(arrival);
                }
            }
            for (parent, deleted) in by_parent {
                for child in family.get(&parent).into_iter().flatten() {
                    let parts = self.parts_in(child, &deleted).await?;
                    open.extend(parts.into_iter().map(|part| (child.clone(), part)));
                }
            }
            found.extend(open.iter().cloned());
        }
        Ok(found)
    }

    async fn parts_in(&mut self, child: &str, deleted: &[Arrival]) -> Result<Vec<Arrival>, PortError> {
        let dialect = self.repository.db.dialect();
        let mut rows = Vec::new();
        for sql in [texts::parts(dialect, &history_of(child)), texts::children(dialect, child)] {
            rows.extend(self.by_texts(&sql, deleted.iter().map(|d| d.key.as_str())).await?);
        }
        let mut versions: HashMap<&str, Vec<RecordVersion>> = HashMap::new();
        for arrival in deleted {
            versions.entry(&arrival.key).or_default().push(arrival.version);
        }
        let mut parts = Vec::new();
        let mut seen = HashSet::new();
        for row in &rows {
            let mut reader = row.reader();
            let (key, parent) = (reader.text()?, reader.text()?);
            let part =
                RecordVersion { modified: reader.instant()?, observed: reader.instant()?, deleted: false };
            for version in versions.get(parent.as_str()).into_iter().flatten().filter(|d| **d > part) {
                if seen.insert((key.clone(), *version)) {
                    parts.push(Arrival::deletion(key.clone(), *version));
                }
            }
        }
        Ok(parts)
    }

    /// Runs a statement over the page's tenant and source, and a list of texts.
    pub(super) async fn by_texts<'k>(
        &mut self,
        sql: &str,
        texts: impl IntoIterator<Item = &'k str>,
    ) -> Result<Vec<Row>, PortError> {
        let params = [(&self.page.tenant).into(), (&self.page.source).into(), json_list(texts)];
        self.tx.query(&self.repository.text(sql), &params).await
    }
}

/// The page's records with their values in the order of the table's columns. A column that the page's
/// schema does not have is null, so that a row depends on its version alone.
fn own_arrivals(layout: &Layout, schema: &StreamSchema, records: Vec<TypedRecord>) -> Vec<Arrival> {
    let places: Vec<Option<usize>> =
        layout.columns.iter().map(|c| schema.columns.iter().position(|s| s.name == c.name)).collect();
    let parent =
        schema.parent.as_ref().and_then(|parent| schema.columns.iter().position(|c| c.name == parent.column));
    records
        .into_iter()
        .map(|record| {
            let mut values = record.values;
            let parent = parent.and_then(|i| values.get(i)?.to_text());
            let take = |(place, column): (&Option<usize>, &crate::typed::TypedColumn)| {
                let value = place.and_then(|i| values.get_mut(i));
                let value = value.map(|v| std::mem::replace(v, forebay_model::Value::Null));
                value.map_or(SqlValue::Null, |v| to_sql(v, column.column_type))
            };
            let values = if record.version.deleted {
                Vec::new()
            } else {
                places.iter().zip(&layout.columns).map(take).collect()
            };
            Arrival {
                key: record.key.as_str().to_owned(),
                version: record.version,
                hash: if record.version.deleted {
                    forebay_model::ContentHash::TOMBSTONE
                } else {
                    record.hash
                },
                origin: Origin::Record,
                parent: parent.filter(|_| !record.version.deleted),
                values,
            }
        })
        .collect()
}
