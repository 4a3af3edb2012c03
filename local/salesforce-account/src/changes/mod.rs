//! Changes that people make in the org: repeatable by seed and by how many were made before.

mod deletes;
mod inserts;
mod shift;
mod updates;

pub use shift::{Shifted, shift_formula};

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use forebay_simulation::Mix;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::catalog::{self, Object};
use crate::org::Org;
use crate::store::{keep_before, next_above, quoted};

/// How many changes of each kind to make.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeOrder {
    pub updates: u32,
    pub inserts: u32,
    pub deletes: u32,
    /// Rows of earlier orders that also leave the recycle bin; a quarter of `deletes` unless said.
    pub purges: Option<u32>,
}

/// Rows changed, by object.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub updated: BTreeMap<&'static str, u64>,
    pub inserted: BTreeMap<&'static str, u64>,
    /// Rows moved to the recycle bin.
    pub deleted: BTreeMap<&'static str, u64>,
    /// Rows that had been deleted before and now are gone from `queryAll` as well.
    pub purged: BTreeMap<&'static str, u64>,
    /// The UTC second that all of them carry.
    pub at: i64,
}

/// A change in the making.
pub(crate) struct Change<'db> {
    pub db: &'db Connection,
    pub mix: Mix,
    /// Counts all changes ever made to the org, so that no two choose alike.
    pub number: i64,
    /// Milliseconds.
    pub now: i64,
    /// Milliseconds until queries see it.
    pub late: i64,
}

/// Makes the ordered changes in one transaction, all at the org's second.
///
/// # Errors
/// When the rows cannot be changed.
pub fn apply(org: &Org, order: ChangeOrder) -> Result<Changed> {
    org.store.write(|db| {
        let now = org.now();
        let mut changed = Changed { at: now / 1_000, ..Changed::default() };
        let change = || -> Result<Change<'_>> {
            let number = next_above(db, "changes", 0, 1)?;
            Ok(Change { db, mix: org.mix, number, now, late: org.late_commit() })
        };
        for _ in 0..order.inserts {
            inserts::insert(&change()?, &mut changed.inserted)?;
        }
        for _ in 0..order.updates {
            updates::update(&change()?, &mut changed.updated)?;
        }
        // Only rows of earlier orders are purged, so that a deletion is seen at least until the next order.
        let purges: Vec<Change<'_>> =
            (0..order.purges.unwrap_or(order.deletes / 4)).map(|_| change()).collect::<Result<_>>()?;
        for purge in &purges {
            deletes::purge(purge, &mut changed.purged)?;
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

    /// Some live row of an object: its number and its id.
    pub fn pick(&self, object: &Object, purpose: &str) -> Result<Option<(i64, String)>> {
        let table = quoted(object.name);
        let live = if object.has("IsDeleted") { "\"IsDeleted\" = 0" } else { "1" };
        let sql = format!("SELECT MAX(_seq) FROM {table} WHERE {live}");
        let highest: Option<i64> = self.db.query_row(&sql, [], |row| row.get(0))?;
        let Some(highest) = highest else { return Ok(None) };
        let from = 1 + self.choose(&format!("{purpose} {}", object.name), highest);
        let sql =
            format!("SELECT _seq, \"Id\" FROM {table} WHERE _seq >= ?1 AND {live} ORDER BY _seq LIMIT 1");
        let found = self.db.query_row(&sql, [from], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found)
    }

    /// The next number of an object's rows. Numbers of purged rows are never given again.
    pub fn next_number(&self, object: &Object) -> Result<i64> {
        let sql = format!("SELECT COALESCE(MAX(_seq), 0) FROM {}", quoted(object.name));
        let highest: i64 = self.db.query_row(&sql, [], |row| row.get(0))?;
        next_above(self.db, &format!("last {}", object.name), highest, 1)
    }

    /// Called before a row changes or is added: queries go on reading what was, if commits are late.
    pub fn keep(&self, object: &Object, number: i64) -> Result<()> {
        if self.late > 0 {
            keep_before(self.db, object, number, self.now, self.now + self.late)?;
        }
        Ok(())
    }
}

fn object(name: &str) -> Result<&'static Object> {
    catalog::object(name).with_context(|| format!("the org has no object {name}"))
}

/// Adds a row to a count.
fn add(counts: &mut BTreeMap<&'static str, u64>, object: &Object) {
    *counts.entry(object.name).or_default() += 1;
}
