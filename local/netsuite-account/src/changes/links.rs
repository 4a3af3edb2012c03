//! Links between documents. They go with the later document or its line, and the earlier one is touched, since
//! it is open again.

use anyhow::Result;
use rusqlite::{OptionalExtension as _, params};

use super::{Change, Changed, add};
use crate::calendar::DAY;
use crate::pacific::to_wall;

/// The last document that came of `id`. NetSuite deletes none that another one follows.
pub fn last_of(change: &Change<'_>, mut id: i64) -> Result<i64> {
    let sql = "SELECT nextdoc FROM nexttransactionlink WHERE previousdoc = ?1 AND nextdoc <> ?1 LIMIT 1";
    for _ in 0..20 {
        let next = change.db.query_row(sql, [id], |row| row.get(0)).optional()?;
        let Some(next) = next else { break };
        id = next;
    }
    Ok(id)
}

/// Takes away what links a document that is being deleted with those before it.
pub fn cut_document(change: &Change<'_>, id: i64, changed: &mut Changed) -> Result<()> {
    let before = ids(change, "SELECT previousdoc FROM nexttransactionlink WHERE nextdoc = ?1", params![id])?;
    for table in ["nexttransactionlink", "nexttransactionlinelink"] {
        let rows = change.db.execute(&format!("DELETE FROM {table} WHERE nextdoc = ?1"), [id])?;
        add(&mut changed.deleted, table, rows);
    }
    reopen(change, &before, changed)
}

/// Takes away what links a line that is being removed with those before it.
pub fn cut_line(change: &Change<'_>, id: i64, line: i64, changed: &mut Changed) -> Result<()> {
    let table = "nexttransactionlinelink";
    let sql = format!("SELECT DISTINCT previousdoc FROM {table} WHERE nextdoc = ?1 AND nextline = ?2");
    let before = ids(change, &sql, params![id, line])?;
    let sql = format!("DELETE FROM {table} WHERE nextdoc = ?1 AND nextline = ?2");
    add(&mut changed.deleted, table, change.db.execute(&sql, params![id, line])?);
    reopen(change, &before, changed)
}

fn ids(change: &Change<'_>, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<i64>> {
    let mut statement = change.db.prepare_cached(sql)?;
    let ids = statement.query_map(values, |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn reopen(change: &Change<'_>, documents: &[i64], changed: &mut Changed) -> Result<()> {
    for id in documents {
        let sql =
            "UPDATE \"transaction\" SET status = 'B', closedate = NULL, lastmodifieddate = ?1 WHERE id = ?2";
        add(&mut changed.updated, "transaction", change.db.execute(sql, params![change.now, id])?);
    }
    Ok(())
}

/// Links a new document of `lines` items with an order that none follows yet, and closes that order.
pub fn follow_an_order(
    change: &Change<'_>,
    next: i64,
    next_type: &str,
    lines: i64,
    changed: &mut Changed,
) -> Result<()> {
    let Some(from) = change.pick_for("transaction", "linked order")? else { return Ok(()) };
    let sql = "SELECT id, trandate FROM \"transaction\" t WHERE type = 'SalesOrd' AND id >= ?1 AND id <> ?2
               AND NOT EXISTS (SELECT 1 FROM nexttransactionlink l WHERE l.previousdoc = t.id)
               ORDER BY id LIMIT 1";
    let found =
        change.db.query_row(sql, params![from, next], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((order, day)): Option<(i64, i64)> = found else { return Ok(()) };
    let link = if next_type == "ItemShip" { "ShipRcpt" } else { "OrdBill" };
    let (now, today) = (change.now, to_wall(change.now).div_euclid(DAY) * DAY);
    let common: [(&str, &dyn rusqlite::ToSql); 6] = [
        ("previousdoc", &order),
        ("previoustype", &"SalesOrd"),
        ("nextdoc", &next),
        ("nexttype", &next_type),
        ("linktype", &link),
        ("lastmodifieddate", &now),
    ];
    let mut row = common.to_vec();
    row.extend([("previousdate", &day as &dyn rusqlite::ToSql), ("nextdate", &today)]);
    change.insert("nexttransactionlink", &row, changed)?;
    let sql = "SELECT id FROM transactionline WHERE \"transaction\" = ?1 AND mainline = 'F' ORDER BY id";
    for (previous, line) in ids(change, sql, params![order])?.into_iter().zip(1..=lines) {
        let mut row = common.to_vec();
        row.extend([("previousline", &previous as &dyn rusqlite::ToSql), ("nextline", &line)]);
        change.insert("nexttransactionlinelink", &row, changed)?;
    }
    let sql = "UPDATE \"transaction\" SET status = 'G', closedate = ?1, lastmodifieddate = ?2 WHERE id = ?3";
    add(&mut changed.updated, "transaction", change.db.execute(sql, params![today, now, order])?);
    Ok(())
}
