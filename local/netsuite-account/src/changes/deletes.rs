//! Deletions. Only the record itself is noted in `deletedrecord`; its lines vanish without a trace.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::params;

use super::{Change, add};
use crate::catalog;
use crate::generate::Inserter;

/// What `deletedrecord` says about a kind of record.
struct Trace {
    type_id: i64,
    script: Option<&'static str>,
    shown: String,
    name: String,
    custom: bool,
}

/// Deletes one record: nine times in ten a transaction, else a row of the custom record type.
pub fn delete(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    if change.choose("delete.table", 10) > 0 { transaction(change, counts) } else { route(change, counts) }
}

fn transaction(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let Some(id) = change.pick("transaction")? else { return Ok(()) };
    let db = change.db;
    let (record, name): (String, String) =
        db.query_row("SELECT recordtype, tranid FROM \"transaction\" WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    for table in ["transactionaccountingline", "transactionline"] {
        add(counts, table, db.execute(&format!("DELETE FROM {table} WHERE \"transaction\" = ?1"), [id])?);
    }
    add(counts, "transaction", db.execute("DELETE FROM \"transaction\" WHERE id = ?1", [id])?);
    let (type_id, shown) = match record.as_str() {
        "invoice" => (7, "Invoice"),
        "purchaseorder" => (15, "Purchase Order"),
        "estimate" => (6, "Estimate"),
        _ => (31, "Sales Order"),
    };
    note(change, id, &Trace { type_id, script: None, shown: shown.to_owned(), name, custom: false })
}

fn route(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let Some(id) = change.pick("customrecord_shipment_route")? else { return transaction(change, counts) };
    let db = change.db;
    let name: String =
        db.query_row("SELECT name FROM customrecord_shipment_route WHERE id = ?1", [id], |row| row.get(0))?;
    let rows = db.execute("DELETE FROM customrecord_shipment_route WHERE id = ?1", [id])?;
    add(counts, "customrecord_shipment_route", rows);
    let script = Some("CUSTOMRECORD_SHIPMENT_ROUTE");
    note(change, id, &Trace { type_id: 101, script, shown: "Shipment Route".to_owned(), name, custom: true })
}

fn note(change: &Change<'_>, id: i64, trace: &Trace) -> Result<()> {
    let table = catalog::table("deletedrecord").context("no deletedrecord table")?;
    let by = change.pick("employee")?;
    let custom = if trace.custom { "T" } else { "F" };
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
