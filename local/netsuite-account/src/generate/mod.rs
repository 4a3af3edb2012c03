//! Fills a new account from TPC-H's generator.
//!
//! Two thirds of the orders become transactions, each with a main line and its items; the posting quarter of
//! them gets accounting lines. At scale 1 that is about 9.5 million records.

mod custom;
mod entities;
mod inserter;
mod items;
mod lists;
mod moments;
mod orders;
mod related;
mod wide;

pub use custom::value_type;
pub use inserter::{Inserter, insert_sql};
pub use orders::{ACCOUNTING_LINES_SINCE, Posting, accounts};
pub use related::note_type;

pub use forebay_simulation::Mix;

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;
use tpchgen::distribution::Distributions;
use tpchgen::text::TextPool;

use crate::store::{Meta, create_indexes, create_tables};

/// Bytes of running text that comments are cut from. TPC-H's own pool is 300 MiB, which would dominate start-up.
const TEXT_POOL: i32 = 1 << 20;

/// What every generator needs.
pub struct World {
    pub scale: f64,
    pub mix: Mix,
    pub distributions: &'static Distributions,
    pub text: TextPool,
    /// UTC seconds; no generated row is younger.
    pub now: i64,
}

/// Makes sure `path` holds rows generated from `meta`; returns whether they had to be made.
pub fn ensure(path: &Path, meta: &Meta, now: i64) -> Result<bool> {
    if path.exists() && Connection::open(path).is_ok_and(|db| meta.matches(&db)) {
        return Ok(false);
    }
    let partial = path.with_extension("partial");
    for stale in [path.to_owned(), partial.clone(), side(path, "-wal"), side(path, "-shm")] {
        if stale.exists() {
            std::fs::remove_file(&stale).with_context(|| format!("cannot replace {}", stale.display()))?;
        }
    }
    fill(&partial, meta, now)?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot put {} in place", path.display()))?;
    Ok(true)
}

fn side(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn fill(path: &Path, meta: &Meta, now: i64) -> Result<()> {
    let db = Connection::open(path).with_context(|| format!("cannot write {}", path.display()))?;
    // The file counts only once it is complete and renamed, so nothing has to survive a crash until then.
    db.pragma_update(None, "journal_mode", "OFF")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -32_768)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let distributions = Distributions::static_default();
    let world = World {
        scale: meta.scale,
        mix: Mix::new(meta.seed),
        distributions,
        text: TextPool::new(TEXT_POOL, distributions),
        now,
    };
    db.execute_batch("BEGIN")?;
    create_tables(&db)?;
    lists::fill(&db, &world)?;
    entities::fill(&db, &world)?;
    items::fill(&db, &world)?;
    custom::fill(&db, &world)?;
    related::fill(&db, &world)?;
    orders::fill(&db, &world)?;
    create_indexes(&db)?;
    meta.save(&db)?;
    db.execute_batch("COMMIT")?;
    Ok(())
}
