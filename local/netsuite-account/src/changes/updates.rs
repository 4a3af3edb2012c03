//! Edits of existing records.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::params;

use super::{Change, add};

/// Edits one record: seven times in ten a transaction, else a customer, an item or a vendor.
pub fn update(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    match change.choose("update.table", 10) {
        0..7 => transaction(change, counts),
        7 => simple(
            change,
            "customer",
            "UPDATE customer SET comments = ?1, custentity_credit_score = ?2, lastmodifieddate = ?3 WHERE id = ?4",
            counts,
        ),
        8 => simple(
            change,
            "item",
            "UPDATE item SET description = ?1, cost = ?2, lastmodifieddate = ?3 WHERE id = ?4",
            counts,
        ),
        _ => simple(
            change,
            "vendor",
            "UPDATE vendor SET comments = ?1, balance = ?2, lastmodifieddate = ?3 WHERE id = ?4",
            counts,
        ),
    }
}

fn remark(change: &Change<'_>) -> String {
    format!("edited by change {}", change.number)
}

fn simple(
    change: &Change<'_>,
    table: &'static str,
    sql: &str,
    counts: &mut BTreeMap<&'static str, u64>,
) -> Result<()> {
    let Some(id) = change.pick(table)? else { return Ok(()) };
    let number = 300 + change.choose("update.number", 551);
    let rows = change.db.execute(sql, params![remark(change), number, change.now, id])?;
    add(counts, table, rows);
    Ok(())
}

/// An edit of a transaction touches its head, one line and, if it posts, its accounting lines.
fn transaction(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let Some(id) = change.pick("transaction")? else { return Ok(()) };
    let db = change.db;
    let rows = db.execute(
        "UPDATE \"transaction\" SET memo = ?1, lastmodifieddate = ?2 WHERE id = ?3",
        params![remark(change), change.now, id],
    )?;
    add(counts, "transaction", rows);
    let line = 1 + change.choose("update.line", 7);
    let rows = db.execute(
        "UPDATE transactionline SET memo = ?1, isclosed = 'T', linelastmodifieddate = ?2
         WHERE uniquekey = (SELECT uniquekey FROM transactionline
                            WHERE \"transaction\" = ?3 AND id <= ?4 ORDER BY id DESC LIMIT 1)",
        params![remark(change), change.now, id, line],
    )?;
    add(counts, "transactionline", rows);
    let rows = db.execute(
        "UPDATE transactionaccountingline SET lastmodifieddate = ?1 WHERE \"transaction\" = ?2",
        params![change.now, id],
    )?;
    add(counts, "transactionaccountingline", rows);
    Ok(())
}
