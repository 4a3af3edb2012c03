//! Edits of existing records. Every one leaves a system note.

use anyhow::Result;
use rusqlite::{OptionalExtension as _, params};

use super::notes::Note;
use super::{Change, Changed, add, lines, widen};
use crate::catalog::record_type_of;
use crate::generate::note_type;
use crate::store::quoted;

/// How often another transaction is tried before an order for one of its lines is given up.
const TRIES: u32 = 200;

/// Edits one record: thirteen times in twenty a transaction.
pub fn update(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    match change.choose("update.table", 20) {
        0..13 => transaction(change, changed),
        13 | 14 => simple(change, &CUSTOMER, changed),
        15 => simple(change, &ITEM, changed),
        16 => simple(change, &VENDOR, changed),
        17 => simple(change, &CONTACT, changed),
        18 => simple(change, &MESSAGE, changed),
        _ => simple(change, &CHECK, changed),
    }
}

/// What an edit of a simple record touches.
struct Edit {
    table: &'static str,
    words: &'static str,
    number: Option<&'static str>,
    modified: &'static str,
    field: &'static str,
    kind: i64,
}

const fn edit(table: &'static str, words: &'static str, field: &'static str, kind: i64) -> Edit {
    Edit { table, words, number: None, modified: "lastmodifieddate", field, kind }
}

const CUSTOMER: Edit = Edit {
    number: Some("custentity_credit_score"),
    ..edit("customer", "comments", "ENTITY.SCOMMENTS", note_type::ENTITY)
};
const ITEM: Edit =
    Edit { number: Some("cost"), ..edit("item", "description", "INVTITEM.SDESCRIPTION", note_type::ITEM) };
const VENDOR: Edit =
    Edit { number: Some("balance"), ..edit("vendor", "comments", "ENTITY.SCOMMENTS", note_type::ENTITY) };
const CONTACT: Edit = edit("contact", "comments", "ENTITY.SCOMMENTS", note_type::ENTITY);
const MESSAGE: Edit = edit("message", "subject", "MESSAGE.SSUBJECT", note_type::ENTITY);
const CHECK: Edit = Edit {
    number: Some("custrecord_check_score"),
    modified: "lastmodified",
    ..edit("customrecord_quality_check", "custrecord_check_result", "CUSTRECORD_CHECK_RESULT", 0)
};

fn simple(change: &Change<'_>, edit: &Edit, changed: &mut Changed) -> Result<()> {
    let Some(id) = change.pick(edit.table)? else { return Ok(()) };
    let table = quoted(edit.table);
    let sql = format!("SELECT {} FROM {table} WHERE id = ?1", edit.words);
    let old: Option<String> = change.db.query_row(&sql, [id], |row| row.get(0))?;
    let new = change.remark("edited");
    let sql = format!("UPDATE {table} SET {} = ?1, {} = ?2 WHERE id = ?3", edit.words, edit.modified);
    add(&mut changed.updated, edit.table, change.db.execute(&sql, params![new, change.now, id])?);
    if let Some(column) = edit.number {
        let value = widen::value(change, edit.table, column, 300 + change.choose("update.number", 551))?;
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE id = ?2");
        change.db.execute(&sql, params![value, id])?;
    }
    let kind = record_type_of(edit.table).map_or(edit.kind, |(id, _, _)| id);
    Note { record: id, kind, field: edit.field, old, new: Some(new), context: "UIF", line: None }
        .write(change, changed)
}

/// An edit of a transaction touches its head and one line, or brings one or takes one away. One in ten is no
/// edit but a background update of a line.
fn transaction(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let Some(id) = change.pick("transaction")? else { return Ok(()) };
    match change.choose("update.lines", 10) {
        0 | 1 => {
            if !lines::remove(change, id, changed)? {
                lines::edit(change, id, changed)?;
            }
        }
        2 | 3 => lines::add_one(change, id, changed)?,
        4 => {
            if lines::touch(change, id, changed)? {
                return Ok(());
            }
        }
        _ => lines::edit(change, id, changed)?,
    }
    head(change, id, changed)
}

/// What every edit of a transaction does to its head and, if it posts, its accounting lines.
fn head(change: &Change<'_>, id: i64, changed: &mut Changed) -> Result<()> {
    let db = change.db;
    let sql = "SELECT memo FROM \"transaction\" WHERE id = ?1";
    let old: Option<String> = db.query_row(sql, [id], |row| row.get(0)).optional()?.flatten();
    let new = change.remark("edited");
    let rows = db.execute(
        "UPDATE \"transaction\" SET memo = ?1, lastmodifieddate = ?2 WHERE id = ?3",
        params![new, change.now, id],
    )?;
    add(&mut changed.updated, "transaction", rows);
    let rows = db.execute(
        "UPDATE transactionaccountingline SET lastmodifieddate = ?1 WHERE \"transaction\" = ?2",
        params![change.now, id],
    )?;
    add(&mut changed.updated, "transactionaccountingline", rows);
    let (kind, field) = (note_type::TRANSACTION, "TRANDOC.SMEMO");
    Note { record: id, kind, field, old, new: Some(new), context: "UIF", line: None }.write(change, changed)
}

/// Some transaction that `attempt` can do something with.
fn some_transaction(
    change: &Change<'_>,
    mut attempt: impl FnMut(i64) -> Result<bool>,
) -> Result<Option<i64>> {
    for n in 0..TRIES {
        let Some(id) = change.pick_for("transaction", &format!("try {n}"))? else { return Ok(None) };
        if attempt(id)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// An edit that removes a line.
pub fn remove_line(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    match some_transaction(change, |id| lines::remove(change, id, changed))? {
        Some(id) => head(change, id, changed),
        None => Ok(()),
    }
}

/// An edit that adds a line.
pub fn add_line(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let Some(id) = change.pick("transaction")? else { return Ok(()) };
    lines::add_one(change, id, changed)?;
    head(change, id, changed)
}

/// A background update of a line.
pub fn touch_line(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    some_transaction(change, |id| lines::touch(change, id, changed)).map(|_| ())
}
