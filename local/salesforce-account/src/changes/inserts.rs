//! New records.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::params;

use super::{Change, add, object};
use crate::catalog::Object;
use crate::generate::{Context, Moments, Row, make};

/// Adds one record; an opportunity comes with one to three lines.
pub fn insert(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let name = match change.choose("insert.object", 8) {
        0 | 1 => "Opportunity",
        2 => "Account",
        3 => "Contact",
        4 => "Lead",
        5 => "Case",
        6 => "Task",
        _ => "Shipment__c",
    };
    let added = one(change, object(name)?)?;
    add(counts, object(name)?);
    if name != "Opportunity" {
        return Ok(());
    }
    for _ in 0..=change.choose("insert.lines", 3) {
        let line = one(change, object("OpportunityLineItem")?)?;
        let sql = "UPDATE \"OpportunityLineItem\" SET \"OpportunityId\" =
                   (SELECT \"Id\" FROM \"Opportunity\" WHERE _seq = ?1) WHERE _seq = ?2";
        change.db.execute(sql, params![added, line])?;
        add(counts, object("OpportunityLineItem")?);
    }
    Ok(())
}

/// Adds a row and returns its number.
fn one(change: &Change<'_>, object: &'static Object) -> Result<i64> {
    let number = change.next_number(object)?;
    let refer = |to: &'static str, purpose: &str| {
        Ok(change
            .pick(super::object(to)?, &format!("insert {} {number} {purpose}", object.name))?
            .map(|(_, id)| id))
    };
    let now = change.now;
    let moments = Moments { created: now, modified: now, stamp: now };
    let row = make(object, &Context { mix: change.mix, number, moments, refer: &refer })?;
    change.keep(object, number)?;
    row.put(&mut change.db.prepare(&Row::insert_sql(object))?)?;
    Ok(number)
}
