//! Deletions. Only the record itself is noted in `deletedrecord`; its lines and links vanish without a trace.

use anyhow::{Context, Result};
use rusqlite::params;

use super::{Change, Changed, add, links};
use crate::catalog;
use crate::generate::Inserter;
use crate::store::quoted;

/// What `deletedrecord` says about a kind of record.
struct Trace {
    type_id: i64,
    script: Option<&'static str>,
    shown: &'static str,
    name: Option<String>,
    custom: bool,
}

/// Deletes one record: seven times in ten a transaction.
pub fn delete(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    match change.choose("delete.table", 10) {
        0 => custom(change, "customrecord_shipment_route", changed),
        1 => custom(change, "customrecord_quality_check", changed),
        2 if change.number % 2 == 0 => simple(change, "contact", "entityid", (-7, "Contact"), changed),
        2 => simple(change, "message", "subject", (-20, "Message"), changed),
        _ => transaction(change, changed),
    }
}

fn transaction(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let Some(id) = change.pick("transaction")? else { return Ok(()) };
    let id = links::last_of(change, id)?;
    let db = change.db;
    let (record, name): (String, String) =
        db.query_row("SELECT recordtype, tranid FROM \"transaction\" WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    links::cut_document(change, id, changed)?;
    for table in ["transactionaccountingline", "transactionline"] {
        let rows = db.execute(&format!("DELETE FROM {table} WHERE \"transaction\" = ?1"), [id])?;
        add(&mut changed.deleted, table, rows);
    }
    remove(change, "transaction", id, changed)?;
    let (type_id, shown) = match record.as_str() {
        "invoice" => (7, "Invoice"),
        "purchaseorder" => (15, "Purchase Order"),
        "estimate" => (6, "Estimate"),
        "itemfulfillment" => (32, "Item Fulfillment"),
        _ => (31, "Sales Order"),
    };
    note(change, id, Trace { type_id, script: None, shown, name: Some(name), custom: false }, changed)
}

fn remove(change: &Change<'_>, table: &'static str, id: i64, changed: &mut Changed) -> Result<()> {
    let sql = format!("DELETE FROM {} WHERE id = ?1", quoted(table));
    add(&mut changed.deleted, table, change.db.execute(&sql, [id])?);
    Ok(())
}

fn custom(change: &Change<'_>, table: &'static str, changed: &mut Changed) -> Result<()> {
    let kind = catalog::record_type_of(table).with_context(|| format!("no type of {table}"))?;
    let (type_id, script, shown) = kind;
    let Some((id, name)) = named(change, table, "name")? else { return transaction(change, changed) };
    remove(change, table, id, changed)?;
    note(change, id, Trace { type_id, script: Some(script), shown, name, custom: true }, changed)
}

fn simple(
    change: &Change<'_>,
    table: &'static str,
    shows: &str,
    (type_id, shown): (i64, &'static str),
    changed: &mut Changed,
) -> Result<()> {
    let Some((id, name)) = named(change, table, shows)? else { return transaction(change, changed) };
    remove(change, table, id, changed)?;
    note(change, id, Trace { type_id, script: None, shown, name, custom: false }, changed)
}

/// Some row's id and the name it goes by.
fn named(change: &Change<'_>, table: &str, shows: &str) -> Result<Option<(i64, Option<String>)>> {
    let Some(id) = change.pick(table)? else { return Ok(None) };
    let sql = format!("SELECT {shows} FROM {} WHERE id = ?1", quoted(table));
    let name = change.db.query_row(&sql, [id], |row| row.get(0))?;
    Ok(Some((id, name)))
}

fn note(change: &Change<'_>, id: i64, trace: Trace, changed: &mut Changed) -> Result<()> {
    let table = catalog::table("deletedrecord").context("no deletedrecord table")?;
    let by = change.pick("employee")?;
    let custom = if trace.custom { "T" } else { "F" };
    add(&mut changed.inserted, "deletedrecord", 1);
    Inserter::new(change.db, table)?.put(params![
        id,
        trace.type_id,
        trace.script,
        trace.shown,
        trace.name,
        change.now,
        by,
        "UIF",
        custom,
        "F",
        "F"
    ])
}
