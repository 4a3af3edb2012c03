//! Changes that people make in the account: repeatable by seed and by how many were made before.

mod deletes;
mod inserts;
mod updates;

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::generate::Mix;
use crate::store::{Store, next_above};

/// How many changes of each kind to make.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeOrder {
    pub updates: u32,
    pub inserts: u32,
    pub deletes: u32,
}

/// Rows changed, by table.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub updated: BTreeMap<&'static str, u64>,
    pub inserted: BTreeMap<&'static str, u64>,
    pub deleted: BTreeMap<&'static str, u64>,
    /// The UTC second that all of them carry.
    pub at: i64,
}

/// A change in the making.
pub(crate) struct Change<'db> {
    pub db: &'db Connection,
    pub mix: Mix,
    /// Counts all changes ever made to the account, so that no two choose alike.
    pub number: i64,
    /// UTC seconds.
    pub now: i64,
}

/// Makes the ordered changes in one transaction, all at the second `now`.
pub fn apply(store: &Store, mix: Mix, order: ChangeOrder, now: i64) -> Result<Changed> {
    store.write(|db| {
        let mut changed = Changed { at: now, ..Changed::default() };
        let change = || -> Result<Change<'_>> {
            Ok(Change { db, mix, number: i64::try_from(next_above(db, "changes", 0)?)?, now })
        };
        for _ in 0..order.inserts {
            inserts::insert(&change()?, &mut changed.inserted)?;
        }
        for _ in 0..order.updates {
            updates::update(&change()?, &mut changed.updated)?;
        }
        for _ in 0..order.deletes {
            deletes::delete(&change()?, &mut changed.deleted)?;
        }
        Ok(changed)
    })
}

impl Change<'_> {
    /// A choice in `0..bound`.
    pub fn choose(&self, purpose: &str, bound: i64) -> i64 {
        self.mix.below(purpose, self.number, bound)
    }

    /// The id of some row of a table whose rows have an `id`.
    pub fn pick(&self, table: &str) -> Result<Option<i64>> {
        let highest: Option<i64> =
            self.db.query_row(&format!("SELECT MAX(id) FROM \"{table}\""), [], |row| row.get(0))?;
        let Some(highest) = highest else { return Ok(None) };
        let from = 1 + self.choose(table, highest);
        let sql = format!("SELECT id FROM \"{table}\" WHERE id >= ?1 ORDER BY id LIMIT 1");
        Ok(self.db.query_row(&sql, [from], |row| row.get(0)).optional()?)
    }

    /// The next id of a table. Ids of deleted rows are never given again.
    pub fn next_id(&self, table: &str, column: &str) -> Result<i64> {
        let sql = format!("SELECT COALESCE(MAX(\"{column}\"), 0) FROM \"{table}\"");
        let highest: i64 = self.db.query_row(&sql, [], |row| row.get(0))?;
        Ok(i64::try_from(next_above(self.db, &format!("last {table}"), highest.unsigned_abs())?)?)
    }
}

/// Adds to a count.
pub(crate) fn add(counts: &mut BTreeMap<&'static str, u64>, table: &'static str, rows: usize) {
    if rows > 0 {
        *counts.entry(table).or_default() += u64::try_from(rows).unwrap_or(u64::MAX);
    }
}
