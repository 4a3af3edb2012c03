//! New records.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::params;

use super::{Change, add};
use crate::calendar::DAY;
use crate::catalog;
use crate::generate::{Inserter, Posting, accounts};
use crate::pacific::to_wall;
use crate::store::next_above;

/// Adds one record: three times in four a transaction with its lines, else a customer.
pub fn insert(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    if change.choose("insert.table", 4) == 0 { customer(change, counts) } else { transaction(change, counts) }
}

fn inserter<'db>(change: &Change<'db>, table: &str) -> Result<Inserter<'db>> {
    Inserter::new(change.db, catalog::table(table).with_context(|| format!("no table {table}"))?)
}

/// Entities share one sequence of ids; customers take theirs above all that any entity has.
fn next_entity(change: &Change<'_>) -> Result<i64> {
    let sql = "SELECT MAX((SELECT MAX(id) FROM customer), (SELECT MAX(id) FROM vendor), (SELECT MAX(id) FROM employee))";
    let highest: i64 = change.db.query_row(sql, [], |row| row.get(0))?;
    Ok(i64::try_from(next_above(change.db, "last entity", highest.unsigned_abs())?)?)
}

fn customer(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let id = next_entity(change)?;
    let name = format!("Customer#{id:09}");
    let (now, none) = (change.now, None::<String>);
    inserter(change, "customer")?.put(params![
        id,
        name,
        name,
        name,
        "F",
        none,
        "10-555-0100",
        none,
        none,
        none,
        13,
        none,
        none,
        1,
        none,
        none,
        0.0,
        "F",
        format!("added by change {}", change.number),
        none,
        now,
        "F",
        now,
        "MACHINERY",
        none,
        "F",
        none,
        none,
        1
    ])?;
    add(counts, "customer", 1);
    Ok(())
}

/// One order or invoice of one to four lines.
fn transaction(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let posts = change.choose("insert.posts", 3) == 0;
    let id = change.next_id("transaction", "id")?;
    let customer = change.pick("customer")?;
    let (kind, record, short, prefix) = if posts {
        ("CustInvc", "invoice", "INV", "INV")
    } else {
        ("SalesOrd", "salesorder", "SALESORD", "SO")
    };
    let (now, none) = (change.now, None::<String>);
    let day = to_wall(now).div_euclid(DAY) * DAY;
    let lines = 1 + change.choose("insert.lines", 4);
    #[expect(clippy::cast_precision_loss, reason = "prices are small")]
    let price = 100.0 + change.choose("insert.price", 90_000) as f64 / 100.0;
    #[expect(clippy::cast_precision_loss, reason = "lines are few")]
    let total = (price * lines as f64 * 100.0).round() / 100.0;
    let flag = if posts { "T" } else { "F" };
    inserter(change, "transaction")?.put(params![
        id,
        format!("{prefix}{id}"),
        format!("{short}{id}"),
        kind,
        record,
        short,
        day,
        customer,
        "A",
        1,
        1.0,
        total,
        format!("added by change {}", change.number),
        none,
        none,
        flag,
        "F",
        none,
        none,
        none,
        none,
        now,
        none,
        none,
        now,
        none,
        "3-MEDIUM",
        0,
        none
    ])?;
    add(counts, "transaction", 1);
    let mut rows = inserter(change, "transactionline")?;
    let mut postings = inserter(change, "transactionaccountingline")?;
    for line in 0..=lines {
        let main = line == 0;
        let amount = if main { total } else { -price };
        let item = if main { None } else { change.pick("item")? };
        let key = change.next_id("transactionline", "uniquekey")?;
        rows.put(params![
            key,
            id,
            line,
            line,
            if main { "T" } else { "F" },
            "F",
            "F",
            item,
            (!main).then_some("InvtPart"),
            (!main).then_some(-1.0),
            (!main).then_some(price),
            amount,
            amount,
            none,
            customer,
            2,
            none,
            none,
            none,
            none,
            none,
            "F",
            now,
            now,
            none,
            none,
            none,
            none
        ])?;
        if posts {
            let account = if main { accounts::RECEIVABLE } else { accounts::SALES };
            Posting { transaction: id, line, account, amount, rate: 1.0, modified: now }
                .put(&mut postings)?;
            add(counts, "transactionaccountingline", 1);
        }
        add(counts, "transactionline", 1);
    }
    Ok(())
}
