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

use anyhow::Result;
use forebay_simulation::dataset::{self, Meta};
use rusqlite::Connection;
use tpchgen::distribution::Distributions;
use tpchgen::text::TextPool;

use crate::store::{FORMAT, create_indexes, create_tables};

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

/// Makes sure `path` holds rows generated from scale and seed; returns whether they had to be made.
pub fn ensure(path: &Path, scale: f64, seed: u64, now: i64) -> Result<bool> {
    let meta = Meta { format: FORMAT, scale, seed };
    dataset::ensure(path, meta, |db| fill(db, &meta, now))
}

fn fill(db: &Connection, meta: &Meta, now: i64) -> Result<()> {
    let distributions = Distributions::static_default();
    let world = World {
        scale: meta.scale,
        mix: Mix::new(meta.seed),
        distributions,
        text: TextPool::new(TEXT_POOL, distributions),
        now,
    };
    create_tables(db)?;
    lists::fill(db, &world)?;
    entities::fill(db, &world)?;
    items::fill(db, &world)?;
    custom::fill(db, &world)?;
    related::fill(db, &world)?;
    orders::fill(db, &world)?;
    create_indexes(db)?;
    Ok(())
}
