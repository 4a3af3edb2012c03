//! Fills a new portal. At scale 1 it has about 3 million records.

mod links;
mod moments;
mod owners;
mod records;
mod values;

pub use records::{NewRecord, computed};

use std::path::Path;

use anyhow::Result;
use forebay_simulation::Mix;
use forebay_simulation::dataset::{self, Meta};
use rusqlite::Connection;

use crate::catalog::ObjectType;
use crate::store::{FORMAT, create_indexes, create_tables};

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

/// Makes sure `path` holds records generated from scale and seed; returns whether they had to be made.
pub fn ensure(path: &Path, scale: f64, seed: u64) -> Result<bool> {
    let meta = Meta { format: FORMAT, scale, seed };
    dataset::ensure(path, meta, |db| fill(db, &meta))
}

fn fill(db: &Connection, meta: &Meta) -> Result<()> {
    let world = World { scale: meta.scale, mix: Mix::new(meta.seed) };
    create_tables(db)?;
    owners::fill(db, &world)?;
    records::fill(db, &world)?;
    links::fill(db, &world)?;
    create_indexes(db)?;
    Ok(())
}
