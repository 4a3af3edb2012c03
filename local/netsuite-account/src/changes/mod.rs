//! Changes that people make in the account: repeatable by seed and by how many were made before.

mod deletes;
mod inserts;
mod lines;
mod links;
mod notes;
mod updates;
mod widen;

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, ToSql};
use serde::{Deserialize, Serialize};

use crate::generate::Mix;
use crate::store::{Store, next_above, quoted};

pub use widen::{WidenError, widen, widened};

/// How many changes of each kind to make.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeOrder {
    /// Edits of records. Of those of transactions a fifth removes a line, a fifth adds one, and a tenth touches
    /// nothing but a line.
    pub updates: u32,
    pub inserts: u32,
    pub deletes: u32,
    /// Edits of transactions that remove a line.
    pub remove_lines: u32,
    /// Edits of transactions that add a line.
    pub add_lines: u32,
    /// Background updates of a line, which leave its transaction's head as it is.
    pub touch_lines: u32,
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

/// One kind of change.
type Make = fn(&Change<'_>, &mut Changed) -> Result<()>;

/// Makes the ordered changes in one transaction, all at the second `now`.
pub fn apply(store: &Store, mix: Mix, order: ChangeOrder, now: i64) -> Result<Changed> {
    store.write(|db| {
        let mut changed = Changed { at: now, ..Changed::default() };
        let change = || -> Result<Change<'_>> {
            Ok(Change { db, mix, number: next_above(db, "changes", 0, 1)?, now })
        };
        let kinds: [(u32, Make); 6] = [
            (order.inserts, inserts::insert),
            (order.updates, updates::update),
            (order.remove_lines, updates::remove_line),
            (order.add_lines, updates::add_line),
            (order.touch_lines, updates::touch_line),
            (order.deletes, deletes::delete),
        ];
        for (count, make) in kinds {
            for _ in 0..count {
                make(&change()?, &mut changed)?;
            }
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
        self.pick_for(table, table)
    }

    /// The same; other purposes pick others.
    pub fn pick_for(&self, table: &str, purpose: &str) -> Result<Option<i64>> {
        let table = quoted(table);
        let end = |which: &str| -> Result<Option<i64>> {
            Ok(self.db.query_row(&format!("SELECT {which}(id) FROM {table}"), [], |row| row.get(0))?)
        };
        let (Some(lowest), Some(highest)) = (end("MIN")?, end("MAX")?) else { return Ok(None) };
        let from = lowest + self.choose(purpose, highest - lowest + 1);
        let sql = format!("SELECT id FROM {table} WHERE id >= ?1 ORDER BY id LIMIT 1");
        Ok(self.db.query_row(&sql, [from], |row| row.get(0)).optional()?)
    }

    /// The next id of a table. Ids of deleted rows are never given again.
    pub fn next_id(&self, table: &str, column: &str) -> Result<i64> {
        let sql = format!("SELECT COALESCE(MAX({}), 0) FROM {}", quoted(column), quoted(table));
        let highest: i64 = self.db.query_row(&sql, [], |row| row.get(0))?;
        next_above(self.db, &format!("last {table}"), highest, 1)
    }

    /// Adds a row; columns that are not named are NULL.
    pub fn insert(
        &self,
        table: &'static str,
        row: &[(&str, &dyn ToSql)],
        changed: &mut Changed,
    ) -> Result<()> {
        let names: Vec<String> = row.iter().map(|(name, _)| quoted(name)).collect();
        let marks: Vec<String> = (1..=row.len()).map(|n| format!("?{n}")).collect();
        let (table_name, names, marks) = (quoted(table), names.join(","), marks.join(","));
        let values: Vec<&dyn ToSql> = row.iter().map(|(_, value)| *value).collect();
        let sql = format!("INSERT INTO {table_name} ({names}) VALUES ({marks})");
        add(&mut changed.inserted, table, self.db.prepare_cached(&sql)?.execute(values.as_slice())?);
        Ok(())
    }

    /// What the change writes where there is room for words.
    pub fn remark(&self, what: &str) -> String {
        format!("{what} by change {}", self.number)
    }
}

/// Adds to a count.
pub(crate) fn add(counts: &mut BTreeMap<&'static str, u64>, table: &'static str, rows: usize) {
    if rows > 0 {
        *counts.entry(table).or_default() += u64::try_from(rows).unwrap_or(u64::MAX);
    }
}
