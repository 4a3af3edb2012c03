//! Changes that people make in the portal: repeatable by seed and by how many were made before.

mod deletes;
mod inserts;
mod links;
mod merges;
mod updates;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::catalog::ObjectType;
use crate::generate::World;
use crate::store::{Outdated, Record, Store, columns, keep_stale, next_above, put, quoted};

/// How many changes of each kind to make.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeOrder {
    /// Edits; one in five changes an association.
    pub updates: u32,
    pub inserts: u32,
    /// Records archived; one contact in four is merged into another instead.
    pub deletes: u32,
    /// Contacts merged, beside those of `deletes`.
    pub merges: u32,
    /// Removes every archived record for good, before the rest.
    pub purge: bool,
}

/// When changes are made.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// The portal's clock, in milliseconds UTC: what the changes are stamped with.
    pub now: i64,
    /// This machine's clock, which search's lag is counted on.
    pub machine: i64,
    /// Milliseconds until search finds the change.
    pub lag: u64,
}

/// Rows changed, by object type or pair.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub updated: BTreeMap<&'static str, u64>,
    pub inserted: BTreeMap<&'static str, u64>,
    pub deleted: BTreeMap<&'static str, u64>,
    /// Rows of archived records that are gone for good.
    pub purged: u64,
    /// The UTC second that all of them carry.
    pub at: i64,
    /// The same in milliseconds.
    pub at_ms: i64,
}

/// A change in the making.
pub(crate) struct Change<'c> {
    pub db: &'c Connection,
    pub world: &'c World,
    /// Counts all changes ever made to the portal, so that no two choose alike.
    pub number: i64,
    pub when: When,
}

/// Makes the ordered changes in one transaction, all at the same millisecond.
pub fn apply(store: &Store, world: &World, order: ChangeOrder, when: When) -> Result<Changed> {
    store.write(|db| {
        let (at, at_ms) = (when.now.div_euclid(1_000), when.now);
        let mut changed = Changed { at, at_ms, ..Changed::default() };
        db.execute("DELETE FROM stale WHERE until <= ?1", [when.machine])?;
        if order.purge {
            changed.purged = deletes::purge(db)?;
        }
        let change = || -> Result<Change<'_>> {
            Ok(Change { db, world, number: next_above(db, "changes", 0, 1)?, when })
        };
        for _ in 0..order.inserts {
            inserts::insert(&change()?, &mut changed)?;
        }
        for _ in 0..order.updates {
            updates::update(&change()?, &mut changed)?;
        }
        for _ in 0..order.deletes {
            deletes::delete(&change()?, &mut changed)?;
        }
        for _ in 0..order.merges {
            merges::merge(&change()?, &mut changed)?;
        }
        Ok(changed)
    })
}

impl Change<'_> {
    /// A choice in `0..bound`.
    pub fn choose(&self, purpose: &str, bound: i64) -> i64 {
        self.world.mix.below(&format!("change.{purpose}"), self.number, bound)
    }

    /// Some living record, but never the first of its type, which has more associations than all others.
    pub fn pick(&self, purpose: &str, object: &ObjectType) -> Result<Option<Record>> {
        self.pick_from(purpose, object.name, object.ids.0)
    }

    /// Some living row with an id above `lowest`.
    pub fn pick_from(&self, purpose: &str, table: &str, lowest: i64) -> Result<Option<Record>> {
        let highest: Option<i64> =
            self.db.query_row(&format!("SELECT MAX(id) FROM {}", quoted(table)), [], |row| row.get(0))?;
        let Some(highest) = highest else { return Ok(None) };
        let from = lowest + self.choose(&format!("{purpose}.{table}"), highest - lowest);
        let sql = format!(
            "SELECT {} FROM {} WHERE id > ?1 AND archived IS NULL ORDER BY id LIMIT 1",
            columns(),
            quoted(table)
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([from], Record::read).optional()?)
    }

    /// The next id of a type. Ids are never given again.
    pub fn next_id(&self, object: &ObjectType) -> Result<i64> {
        let sql = format!("SELECT COALESCE(MAX(id), 0) FROM {}", quoted(object.name));
        let highest: i64 = self.db.query_row(&sql, [], |row| row.get(0))?;
        next_above(self.db, &format!("last {}", object.name), highest, object.ids.1)
    }

    /// Writes a record, after keeping what search goes on finding for a while: `old`, or nothing.
    pub fn save(&self, object: &ObjectType, old: Option<&Record>, new: &Record) -> Result<()> {
        self.outdate(object, new.id, old)?;
        put(self.db, object.name, new)
    }

    /// Keeps what search goes on finding under an id until its lag has passed.
    pub fn outdate(&self, object: &ObjectType, id: i64, old: Option<&Record>) -> Result<()> {
        if self.when.lag == 0 {
            return Ok(());
        }
        let until = self.when.machine.saturating_add_unsigned(self.when.lag);
        let outdated = Outdated { object: object.name, id, until, since: self.when.now };
        keep_stale(self.db, &outdated, old.filter(|old| old.archived.is_none()))
    }
}

/// Adds to a count.
pub(crate) fn add(counts: &mut BTreeMap<&'static str, u64>, table: &'static str, rows: usize) {
    if rows > 0 {
        *counts.entry(table).or_default() += u64::try_from(rows).unwrap_or(u64::MAX);
    }
}

/// The object type of that name, which the code itself names.
pub(crate) fn object_of(name: &str) -> Result<&'static ObjectType> {
    crate::catalog::object(name).with_context(|| format!("no object {name}"))
}
