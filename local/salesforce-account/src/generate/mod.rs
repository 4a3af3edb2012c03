//! Fills a new org. At scale 0.001 that is about 3,100 records.

mod custom;
mod moments;
mod people;
mod row;
mod sales;
mod service;
mod words;

pub use moments::Moments;
pub use row::{Context, Row};

use std::path::Path;

use anyhow::Result;
use forebay_simulation::Mix;
use forebay_simulation::dataset::{self, Meta};
use rusqlite::Connection;

use crate::catalog::{OBJECTS, Object};
use crate::ids;
use crate::store::{FORMAT, create_indexes, create_tables};

/// Rows of an object at a scale.
pub fn size(object: &str, scale: f64) -> i64 {
    let (per_thousandth, least) = match object {
        "Account" => (300.0, 3),
        "Attachment" => (30.0, 3),
        "Case" => (250.0, 3),
        "CaseStatus" => return 4,
        "Contact" => (600.0, 3),
        "ContentDocumentLink" => (10.0, 3),
        "Lead" => (300.0, 3),
        "Opportunity" => (400.0, 3),
        "OpportunityLineItem" => (600.0, 3),
        "Product2" => (50.0, 3),
        "Shipment__c" => (150.0, 3),
        "Task" => (400.0, 3),
        "User" => (20.0, 3),
        _ => return 0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "scales are small")]
    let rows = (per_thousandth * scale * 1_000.0).round() as i64;
    rows.max(least)
}

/// Makes sure `path` holds rows generated from scale and seed; returns whether they had to be made.
///
/// # Errors
/// When the file cannot be written.
pub fn ensure(path: &Path, scale: f64, seed: u64) -> Result<bool> {
    let meta = Meta { format: FORMAT, scale, seed };
    dataset::ensure(path, meta, |db| fill(db, &meta))
}

fn fill(db: &Connection, meta: &Meta) -> Result<()> {
    create_tables(db)?;
    for object in OBJECTS {
        fill_object(db, object, meta)?;
    }
    create_indexes(db)?;
    Ok(())
}

fn fill_object(db: &Connection, object: &'static Object, meta: &Meta) -> Result<()> {
    let mix = Mix::new(meta.seed);
    let count = size(object.name, meta.scale);
    let mut statement = db.prepare(&Row::insert_sql(object))?;
    for number in 1..=count {
        let refer = |to: &'static str, purpose: &str| {
            let rows = size(to, meta.scale);
            Ok(crate::catalog::object(to).map(|o| ids::id(o.prefix, 1 + mix.below(purpose, number, rows))))
        };
        let moments = moments::of(mix, object.name, number, count);
        let context = Context { mix, number, moments, refer: &refer };
        make(object, &context)?.put(&mut statement)?;
    }
    Ok(())
}

/// One row with all its values.
///
/// # Errors
/// Those of finding records to refer to.
pub fn make(object: &'static Object, context: &Context<'_>) -> Result<Row> {
    let mut row = Row::new(object, context);
    match object.name {
        "Account" => sales::account(&mut row, context)?,
        "Opportunity" => sales::opportunity(&mut row, context)?,
        "OpportunityLineItem" => sales::line(&mut row, context)?,
        "Product2" => sales::product(&mut row, context),
        "Contact" => people::contact(&mut row, context)?,
        "Lead" => people::lead(&mut row, context)?,
        "User" => people::user(&mut row, context),
        "Case" => service::case(&mut row, context)?,
        "CaseStatus" => service::case_status(&mut row, context),
        "Task" => service::task(&mut row, context)?,
        "Attachment" => service::attachment(&mut row, context)?,
        "Shipment__c" => custom::shipment(&mut row, context)?,
        "ContentDocumentLink" => custom::link(&mut row, context)?,
        _ => {}
    }
    Ok(row)
}
