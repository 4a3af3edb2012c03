//! Fills a new portal. At scale 1 it has about 3 million records.

mod links;
mod moments;
mod owners;
mod records;
mod values;

pub use records::{NewRecord, computed};

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use forebay_simulation::Mix;
use rusqlite::Connection;

use crate::catalog::ObjectType;
use crate::store::{Meta, create_indexes, create_tables};

/// What every generator needs.
pub struct World {
    pub scale: f64,
    pub mix: Mix,
}

impl World {
    /// How many records of a type there are.
    pub fn count(&self, object: &ObjectType) -> i64 {
        self.scaled(object.per_million).max(20)
    }

    /// How many owners there are.
    pub fn owners(&self) -> i64 {
        130 + self.scaled(1_000)
    }

    fn scaled(&self, at_one: i64) -> i64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "counts are far below 2^53"
        )]
        let count = (self.scale * at_one as f64).round() as i64;
        count
    }
}

/// The id of a type's record of that number, from 0.
pub fn record_id(object: &ObjectType, number: i64) -> i64 {
    object.ids.0 + number * object.ids.1
}

/// The id of an owner of that number, from 0.
pub fn owner_id(number: i64) -> i64 {
    40_100_003 + number * 91
}

/// Makes sure `path` holds records generated from `meta`; returns whether they had to be made.
pub fn ensure(path: &Path, meta: &Meta) -> Result<bool> {
    if path.exists() && Connection::open(path).is_ok_and(|db| meta.matches(&db)) {
        return Ok(false);
    }
    let partial = path.with_extension("partial");
    for stale in [path.to_owned(), partial.clone(), side(path, "-wal"), side(path, "-shm")] {
        if stale.exists() {
            std::fs::remove_file(&stale).with_context(|| format!("cannot replace {}", stale.display()))?;
        }
    }
    fill(&partial, meta)?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot put {} in place", path.display()))?;
    Ok(true)
}

fn side(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn fill(path: &Path, meta: &Meta) -> Result<()> {
    let db = Connection::open(path).with_context(|| format!("cannot write {}", path.display()))?;
    // The file counts only once it is complete and renamed, so nothing has to survive a crash until then.
    db.pragma_update(None, "journal_mode", "OFF")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -32_768)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let world = World { scale: meta.scale, mix: Mix::new(meta.seed) };
    db.execute_batch("BEGIN")?;
    create_tables(&db)?;
    owners::fill(&db, &world)?;
    records::fill(&db, &world)?;
    links::fill(&db, &world)?;
    create_indexes(&db)?;
    meta.save(&db)?;
    db.execute_batch("COMMIT")?;
    Ok(())
}
