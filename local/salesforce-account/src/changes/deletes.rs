//! Deletions: into the recycle bin first, and out of it for good.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{OptionalExtension as _, params};

use super::{Change, add, object};
use crate::catalog::Object;
use crate::store::{before_table, quoted};

/// Moves one record to the recycle bin; the lines of an opportunity go with it.
pub fn delete(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let names = ["Task", "Opportunity", "Lead", "Case", "Contact", "Shipment__c", "OpportunityLineItem"];
    let from = usize::try_from(change.choose("delete.object", 7))?;
    // An object that has no rows left passes the order on to the next.
    for name in names.iter().cycle().skip(from).take(names.len()) {
        let object = object(name)?;
        let Some((row, id)) = change.pick(object, "delete")? else { continue };
        if *name == "Opportunity" {
            lines(change, &id, counts)?;
        }
        bin(change, object, row)?;
        add(counts, object);
        return Ok(());
    }
    Ok(())
}

fn lines(change: &Change<'_>, opportunity: &str, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let object = object("OpportunityLineItem")?;
    let sql = "SELECT _seq FROM \"OpportunityLineItem\" WHERE \"OpportunityId\" = ?1 AND \"IsDeleted\" = 0";
    let mut statement = change.db.prepare(sql)?;
    let rows: Vec<i64> = statement.query_map([opportunity], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for row in rows {
        bin(change, object, row)?;
        add(counts, object);
    }
    Ok(())
}

fn bin(change: &Change<'_>, object: &Object, row: i64) -> Result<()> {
    change.keep(object, row)?;
    let table = quoted(object.name);
    change.db.execute(
        &format!("UPDATE {table} SET \"IsDeleted\" = 1, \"SystemModstamp\" = ?1 WHERE _seq = ?2"),
        params![change.now, row],
    )?;
    change.db.execute(
        &format!(
            "INSERT INTO forebay_deletions (object, id, seq, at, purged, until)
             SELECT ?1, \"Id\", _seq, ?2, 0, ?3 FROM {table} WHERE _seq = ?4"
        ),
        params![object.name, change.now, change.now + change.late, row],
    )?;
    Ok(())
}

/// Empties one record out of the recycle bin: `queryAll` finds it no more, the log of deletions still does.
pub fn purge(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let sql = "SELECT rowid, object, seq FROM forebay_deletions WHERE purged = 0 AND until <= ?1 ORDER BY rowid LIMIT 1";
    let found: Option<(i64, String, i64)> = change
        .db
        .query_row(sql, [change.now], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((log, name, row)) = found else { return Ok(()) };
    let object = object(&name)?;
    for table in [quoted(object.name), before_table(object)] {
        change.db.execute(&format!("DELETE FROM {table} WHERE _seq = ?1"), [row])?;
    }
    change.db.execute("UPDATE forebay_deletions SET purged = 1 WHERE rowid = ?1", [log])?;
    add(counts, object);
    Ok(())
}
