//! Lines of living transactions come, go and change. None of it is noted in `deletedrecord`.

use anyhow::Result;
use rusqlite::{OptionalExtension as _, params};

use super::notes::Note;
use super::{Change, Changed, add, links};
use crate::generate::{Inserter, Posting, accounts, note_type};
use crate::store::next_above;

/// A line that is there already.
struct Line {
    key: i64,
    id: i64,
}

/// Removes one item line with its accounting lines; false if the transaction has none to spare. Lines that a
/// later document follows stay, as in NetSuite.
pub fn remove(change: &Change<'_>, transaction: i64, changed: &mut Changed) -> Result<bool> {
    let sql = "SELECT uniquekey, id FROM transactionline t WHERE \"transaction\" = ?1 AND mainline = 'F'
               AND NOT EXISTS (SELECT 1 FROM nexttransactionlinelink l
                               WHERE l.previousdoc = ?1 AND l.previousline = t.id)
               ORDER BY id";
    let mut statement = change.db.prepare_cached(sql)?;
    let rows = statement.query_map([transaction], |row| Ok(Line { key: row.get(0)?, id: row.get(1)? }))?;
    let lines = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let all: i64 = change.db.query_row(
        "SELECT COUNT(*) FROM transactionline WHERE \"transaction\" = ?1 AND mainline = 'F'",
        [transaction],
        |row| row.get(0),
    )?;
    let chosen = change.choose("remove.line", i64::try_from(lines.len())?);
    let Some(line) = usize::try_from(chosen).ok().and_then(|n| lines.get(n)).filter(|_| all > 1) else {
        return Ok(false);
    };
    // So that the removed line's id is not given again.
    highest_line(change, transaction)?;
    links::cut_line(change, transaction, line.id, changed)?;
    let sql = "DELETE FROM transactionaccountingline WHERE \"transaction\" = ?1 AND transactionline = ?2";
    add(
        &mut changed.deleted,
        "transactionaccountingline",
        change.db.execute(sql, params![transaction, line.id])?,
    );
    let rows = change.db.execute("DELETE FROM transactionline WHERE uniquekey = ?1", [line.key])?;
    add(&mut changed.deleted, "transactionline", rows);
    let removed = Some(line.id.to_string());
    note(transaction, "TRANLINE.NKEY", (removed, None), "UIF", Some(line.id)).write(change, changed)?;
    Ok(true)
}

/// Counts up the number that the next line of a transaction gets.
fn highest_line(change: &Change<'_>, transaction: i64) -> Result<i64> {
    let sql = "SELECT COALESCE(MAX(id), 0) FROM transactionline WHERE \"transaction\" = ?1";
    let highest: i64 = change.db.query_row(sql, [transaction], |row| row.get(0))?;
    let name = format!("last line of {transaction}");
    next_above(change.db, &name, highest, 1)
}

/// Adds one item line, with its accounting line if the transaction posts.
pub fn add_one(change: &Change<'_>, transaction: i64, changed: &mut Changed) -> Result<()> {
    let sql = "SELECT t.posting, t.exchangerate, l.entity, l.subsidiary FROM \"transaction\" t
               JOIN transactionline l ON l.\"transaction\" = t.id AND l.mainline = 'T' WHERE t.id = ?1";
    type Head = (String, f64, Option<i64>, i64);
    let head = change
        .db
        .query_row(sql, [transaction], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    let Some((posting, rate, entity, subsidiary)): Option<Head> = head.optional()? else { return Ok(()) };
    let line = highest_line(change, transaction)?;
    #[expect(clippy::cast_precision_loss, reason = "prices are small")]
    let price = 5.0 + change.choose("add.price", 50_000) as f64 / 100.0;
    let amount = (-price * rate * 100.0).round() / 100.0;
    let new = NewLine { transaction, line, entity, subsidiary, price, amount };
    new.put(change, changed)?;
    if posting == "T" {
        post(change, &new, accounts::SALES, rate, changed)?;
    }
    let added = Some(line.to_string());
    note(transaction, "TRANLINE.NKEY", (None, added), "UIF", Some(line)).write(change, changed)
}

/// An item line that is about to be.
pub struct NewLine {
    pub transaction: i64,
    pub line: i64,
    pub entity: Option<i64>,
    pub subsidiary: i64,
    /// In the transaction's currency.
    pub price: f64,
    /// In the base currency, as it is posted: income is negative.
    pub amount: f64,
}

impl NewLine {
    pub(super) fn put(&self, change: &Change<'_>, changed: &mut Changed) -> Result<()> {
        let item = change.pick_for("item", &format!("item of line {}", self.line))?;
        let key = change.next_id("transactionline", "uniquekey")?;
        change.insert(
            "transactionline",
            &[
                ("uniquekey", &key),
                ("transaction", &self.transaction),
                ("id", &self.line),
                ("linesequencenumber", &self.line),
                ("mainline", &"F"),
                ("taxline", &"F"),
                ("iscogs", &"F"),
                ("item", &item),
                ("itemtype", &"InvtPart"),
                ("quantity", &-1.0),
                ("rate", &self.price),
                ("netamount", &self.amount),
                ("foreignamount", &-self.price),
                ("entity", &self.entity),
                ("subsidiary", &self.subsidiary),
                ("isclosed", &"F"),
                ("linecreateddate", &change.now),
                ("linelastmodifieddate", &change.now),
            ],
            changed,
        )
    }
}

/// Posts a line to the ledger.
pub fn post(
    change: &Change<'_>,
    line: &NewLine,
    account: i64,
    rate: f64,
    changed: &mut Changed,
) -> Result<()> {
    let table = crate::catalog::table("transactionaccountingline");
    let Some(table) = table else { return Ok(()) };
    let mut out = Inserter::new(change.db, table)?;
    let (transaction, amount, modified) = (line.transaction, line.amount, change.now);
    Posting { transaction, line: line.line, account, amount, rate, modified }.put(&mut out)?;
    add(&mut changed.inserted, "transactionaccountingline", 1);
    Ok(())
}

/// Some line of a transaction, the main line included.
fn some_line(change: &Change<'_>, transaction: i64, condition: &str) -> Result<Option<Line>> {
    let sql = format!(
        "SELECT uniquekey, id FROM transactionline WHERE \"transaction\" = ?1 AND id <= ?2 AND {condition}
         ORDER BY id DESC LIMIT 1"
    );
    let upto = 1 + change.choose("update.line", 7);
    let row = |row: &rusqlite::Row<'_>| Ok(Line { key: row.get(0)?, id: row.get(1)? });
    Ok(change.db.query_row(&sql, params![transaction, upto], row).optional()?)
}

/// Edits one line.
pub fn edit(change: &Change<'_>, transaction: i64, changed: &mut Changed) -> Result<()> {
    let Some(line) = some_line(change, transaction, "1")? else { return Ok(()) };
    let rows = change.db.execute(
        "UPDATE transactionline SET memo = ?1, isclosed = 'T', linelastmodifieddate = ?2 WHERE uniquekey = ?3",
        params![change.remark("edited"), change.now, line.key],
    )?;
    add(&mut changed.updated, "transactionline", rows);
    Ok(())
}

/// What scheduled processes do: a quantity is filled in, the head stays as it is. False if there is no line.
pub fn touch(change: &Change<'_>, transaction: i64, changed: &mut Changed) -> Result<bool> {
    let Some(line) = some_line(change, transaction, "mainline = 'F'")? else { return Ok(false) };
    let sql = "SELECT quantityshiprecv FROM transactionline WHERE uniquekey = ?1";
    let old: Option<f64> = change.db.query_row(sql, [line.key], |row| row.get(0))?;
    let new = old.unwrap_or(0.0) + 1.0;
    let rows = change.db.execute(
        "UPDATE transactionline SET quantityshiprecv = ?1, linelastmodifieddate = ?2 WHERE uniquekey = ?3",
        params![new, change.now, line.key],
    )?;
    add(&mut changed.updated, "transactionline", rows);
    let values = (old.map(|n| n.to_string()), Some(new.to_string()));
    let field = "TRANLINE.RQTYSHIPRECV";
    note(transaction, field, values, "SCH", Some(line.id)).write(change, changed)?;
    Ok(true)
}

fn note<'a>(
    record: i64,
    field: &'a str,
    (old, new): (Option<String>, Option<String>),
    context: &'a str,
    line: Option<i64>,
) -> Note<'a> {
    Note { record, kind: note_type::TRANSACTION, field, old, new, context, line }
}
