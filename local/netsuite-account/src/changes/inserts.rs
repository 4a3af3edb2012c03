//! New records.

use anyhow::Result;
use rusqlite::types::Null;

use super::lines::{NewLine, post};
use super::notes::Note;
use super::{Change, Changed, links};
use crate::calendar::DAY;
use crate::generate::{accounts, note_type};
use crate::pacific::to_wall;
use crate::store::next_above;

/// Adds one record: five times in eight a transaction with its lines.
pub fn insert(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    match change.choose("insert.table", 8) {
        0 => customer(change, changed),
        1 => check(change, changed),
        2 => message(change, changed),
        _ => transaction(change, changed),
    }
}

/// Entities share one sequence of ids; new ones take theirs above all that any entity has.
fn next_entity(change: &Change<'_>) -> Result<i64> {
    let tables = ["customer", "vendor", "employee", "contact"];
    let parts = tables.map(|table| format!("SELECT MAX(id) AS id FROM {table}"));
    let sql = format!("SELECT MAX(id) FROM ({})", parts.join(" UNION ALL "));
    let highest: i64 = change.db.query_row(&sql, [], |row| row.get(0))?;
    next_above(change.db, "last entity", highest, 1)
}

/// A customer and the contact there.
fn customer(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let (id, now) = (next_entity(change)?, change.now);
    let name = format!("Customer#{id:09}");
    change.insert(
        "customer",
        &[
            ("id", &id),
            ("entityid", &name),
            ("companyname", &name),
            ("altname", &name),
            ("isperson", &"F"),
            ("phone", &"10-555-0100"),
            ("entitystatus", &13),
            ("currency", &1),
            ("balancesearch", &0.0),
            ("emailtransactions", &"F"),
            ("comments", &change.remark("added")),
            ("datecreated", &now),
            ("isinactive", &"F"),
            ("lastmodifieddate", &now),
            ("custentity_market_segment", &"MACHINERY"),
            ("custentity_key_account", &"F"),
            ("custentity_nation", &1),
            ("custentity_valves_tier", &"bronze"),
            ("custentity_valves_target", &change.choose("insert.target", 10_000)),
        ],
        changed,
    )?;
    created(id, note_type::ENTITY, "ENTITY.SNAME", &name).write(change, changed)?;
    let contact = next_entity(change)?;
    change.insert(
        "contact",
        &[
            ("id", &contact),
            ("entityid", &format!("Contact#{contact:09}")),
            ("company", &id),
            ("comments", &change.remark("added")),
            ("isprivate", &"F"),
            ("datecreated", &now),
            ("isinactive", &"F"),
            ("lastmodifieddate", &now),
        ],
        changed,
    )
}

fn check(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let table = "customrecord_quality_check";
    let (id, now) = (change.next_id(table, "id")?, change.now);
    change.insert(
        table,
        &[
            ("id", &id),
            ("name", &format!("Check {id}")),
            ("isinactive", &"F"),
            ("created", &now),
            ("lastmodified", &now),
            ("owner", &change.pick("employee")?),
            ("custrecord_check_item", &change.pick("item")?),
            ("custrecord_check_result", &change.remark("added")),
            ("custrecord_check_passed", &"T"),
            ("custrecord_check_at", &now),
        ],
        changed,
    )
}

fn message(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let (id, now) = (change.next_id("message", "id")?, change.now);
    change.insert(
        "message",
        &[
            ("id", &id),
            ("subject", &change.remark("added")),
            ("message", &"Dear customer,\nplease find the invoice attached."),
            ("author", &change.pick("employee")?),
            ("recipient", &change.pick("customer")?),
            ("transaction", &change.pick("transaction")?),
            ("emailed", &"T"),
            ("incoming", &"F"),
            ("messagedate", &(to_wall(now).div_euclid(DAY) * DAY)),
            ("createddate", &now),
            ("lastmodifieddate", &now),
        ],
        changed,
    )
}

/// A kind of transaction: `type`, `recordtype`, abbreviation, prefix and whether it posts.
type Kind = (&'static str, &'static str, &'static str, &'static str, bool);

const INVOICE: Kind = ("CustInvc", "invoice", "INV", "INV", true);
const ORDER: Kind = ("SalesOrd", "salesorder", "SALESORD", "SO", false);
const FULFILMENT: Kind = ("ItemShip", "itemfulfillment", "ITEMSHIP", "IF", false);

/// One order, invoice or fulfilment of one to four lines; the latter two follow an order.
fn transaction(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let kind = match change.choose("insert.kind", 6) {
        0 | 1 => INVOICE,
        2 => FULFILMENT,
        _ => ORDER,
    };
    let (short_type, _, _, prefix, posts) = kind;
    let id = change.next_id("transaction", "id")?;
    let entity = change.pick("customer")?;
    let lines = 1 + change.choose("insert.lines", 4);
    #[expect(clippy::cast_precision_loss, reason = "prices are small")]
    let price = 100.0 + change.choose("insert.price", 90_000) as f64 / 100.0;
    #[expect(clippy::cast_precision_loss, reason = "lines are few")]
    let total = (price * lines as f64 * 100.0).round() / 100.0;
    put_head(change, id, kind, entity, total, changed)?;
    put_main(change, id, entity, total, changed)?;
    let line = |line, amount| NewLine { transaction: id, line, entity, subsidiary: 2, price, amount };
    if posts {
        post(change, &line(0, total), accounts::RECEIVABLE, 1.0, changed)?;
    }
    for number in 1..=lines {
        let new = line(number, -price);
        new.put(change, changed)?;
        if posts {
            post(change, &new, accounts::SALES, 1.0, changed)?;
        }
    }
    if short_type != "SalesOrd" {
        links::follow_an_order(change, id, short_type, lines, changed)?;
    }
    created(id, note_type::TRANSACTION, "TRANDOC.STRANID", &format!("{prefix}{id}")).write(change, changed)
}

fn put_head(
    change: &Change<'_>,
    id: i64,
    (kind, record, short, prefix, posts): Kind,
    entity: Option<i64>,
    total: f64,
    changed: &mut Changed,
) -> Result<()> {
    change.insert(
        "transaction",
        &[
            ("id", &id),
            ("tranid", &format!("{prefix}{id}")),
            ("transactionnumber", &format!("{short}{id}")),
            ("type", &kind),
            ("recordtype", &record),
            ("abbrevtype", &short),
            ("trandate", &(to_wall(change.now).div_euclid(DAY) * DAY)),
            ("entity", &entity),
            ("status", &"A"),
            ("currency", &1),
            ("exchangerate", &1.0),
            ("foreigntotal", &total),
            ("memo", &change.remark("added")),
            ("posting", &if posts { "T" } else { "F" }),
            ("voided", &"F"),
            ("createddate", &change.now),
            ("lastmodifieddate", &change.now),
            ("custbody_priority", &"3-MEDIUM"),
            ("custbody_ship_priority", &0),
        ],
        changed,
    )
}

fn put_main(
    change: &Change<'_>,
    id: i64,
    entity: Option<i64>,
    total: f64,
    changed: &mut Changed,
) -> Result<()> {
    let key = change.next_id("transactionline", "uniquekey")?;
    change.insert(
        "transactionline",
        &[
            ("uniquekey", &key),
            ("transaction", &id),
            ("id", &0),
            ("linesequencenumber", &0),
            ("mainline", &"T"),
            ("taxline", &"F"),
            ("iscogs", &"F"),
            ("item", &Null),
            ("netamount", &total),
            ("foreignamount", &total),
            ("entity", &entity),
            ("subsidiary", &2),
            ("isclosed", &"F"),
            ("linecreateddate", &change.now),
            ("linelastmodifieddate", &change.now),
        ],
        changed,
    )
}

fn created<'a>(record: i64, kind: i64, field: &'a str, name: &str) -> Note<'a> {
    Note { record, kind, field, old: None, new: Some(name.to_owned()), context: "UIF", line: None }
}
