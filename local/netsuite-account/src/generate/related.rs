//! Contacts, messages, system notes and the small lists beside them.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use tpchgen::generators::CustomerGenerator;

use super::entities::{clerks, customer_id, employee_id, suppliers};
use super::lists::set_up;
use super::moments::{created, modified};
use super::{Inserter, World};
use crate::calendar::DAY;
use crate::catalog;
use crate::pacific::to_wall;

const TERMS: [(&str, i64, Option<f64>, Option<i64>); 4] = [
    ("Net 15", 15, None, None),
    ("Net 30", 30, None, None),
    ("Net 60", 60, None, None),
    ("2% 10 Net 30", 30, Some(2.0), Some(10)),
];
const PRICE_LEVELS: [(&str, Option<f64>); 4] =
    [("Base Price", None), ("Dealer", Some(-20.0)), ("Employee", Some(-35.0)), ("Online Price", Some(-5.0))];
const UNITS: [&str; 5] = ["Each", "Length", "Weight", "Volume", "Box"];
const CHANNELS: [&str; 3] = ["Email", "Phone", "Post"];

/// How system notes name the kind of record that changed.
pub mod note_type {
    pub const TRANSACTION: i64 = -30;
    pub const ENTITY: i64 = -9;
    pub const ITEM: i64 = -10;
}

fn inserter<'db>(db: &'db Connection, name: &str) -> Result<Inserter<'db>> {
    Inserter::new(db, catalog::table(name).with_context(|| format!("no table {name}"))?)
}

fn customers(scale: f64) -> i64 {
    CustomerGenerator::calculate_row_count(scale, 1, 1).max(1)
}

/// The first id of the contacts: above those of all other entities.
fn contacts_from(scale: f64) -> i64 {
    let most = customers(scale).max(clerks(scale)).max(suppliers(scale));
    customer_id(most) + 1_000
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    terms(db)?;
    price_levels(db, world)?;
    units(db, world)?;
    contacts(db, world)?;
    messages(db, world)?;
    notes(db, world)
}

fn terms(db: &Connection) -> Result<()> {
    let mut out = inserter(db, "term")?;
    for (id, (name, days, percent, expiry)) in (1_i64..).zip(TERMS) {
        out.put(params![id, name, days, percent, expiry, "F", "F"])?;
    }
    Ok(())
}

fn price_levels(db: &Connection, world: &World) -> Result<()> {
    let mut out = inserter(db, "pricelevel")?;
    for (id, (name, percent)) in (1_i64..).zip(PRICE_LEVELS) {
        let online = if id == 4 { "T" } else { "F" };
        let at = modified(world, "pricelevel", id, created(world, "pricelevel", id, set_up()));
        out.put(params![id, name, percent, online, "F", at])?;
    }
    Ok(())
}

fn units(db: &Connection, world: &World) -> Result<()> {
    let mut out = inserter(db, "unitstype")?;
    for (id, name) in (1_i64..).zip(UNITS) {
        let at = modified(world, "unitstype", id, created(world, "unitstype", id, set_up()));
        out.put(params![id, name, None::<String>, "F", at])?;
    }
    Ok(())
}

/// Three of five customers have a contact.
fn contacts(db: &Connection, world: &World) -> Result<()> {
    let mut out = inserter(db, "contact")?;
    let (mix, first) = (&world.mix, contacts_from(world.scale));
    for key in (1..=customers(world.scale)).filter(|key| mix.percent("contact", *key, 60)) {
        let day = set_up() + mix.below("contact.day", key, 2_000) * DAY;
        let made = created(world, "contact.created", key, day);
        let at = modified(world, "contact", key, made);
        let channel = mix.below("contact.channel", key, 4);
        out.put(params![
            first + key,
            format!("Contact#{key:09}"),
            format!("First {key}"),
            mix.percent("contact.last", key, 95).then(|| format!("Last {key}")),
            mix.percent("contact.title", key, 40).then_some("Buyer"),
            mix.percent("contact.mail", key, 80).then(|| format!("contact{key}@example.com")),
            mix.percent("contact.phone", key, 60).then_some("10-555-0100"),
            mix.percent("contact.company", key, 95).then(|| customer_id(key)),
            None::<String>,
            mix.flag("contact.private", key, 5),
            None::<String>,
            made,
            mix.flag("contact.inactive", key, 4),
            at,
            usize::try_from(channel).ok().and_then(|c| CHANNELS.get(c)).copied(),
            mix.percent("contact.called", key, 30).then_some(made)
        ])?;
    }
    Ok(())
}

/// One message for a fifth of the customers.
fn messages(db: &Connection, world: &World) -> Result<()> {
    let mut out = inserter(db, "message")?;
    let mix = &world.mix;
    for (id, key) in
        (1_i64..).zip((1..=customers(world.scale)).filter(|key| mix.percent("message", *key, 20)))
    {
        let day = set_up() + mix.below("message.day", key, 2_000) * DAY;
        let made = created(world, "message.created", key, day);
        out.put(params![
            id,
            format!("About your order, no. {id}"),
            mix.percent("message.text", key, 90).then(|| format!("Dear customer {key}, \"all\" is well.\n")),
            employee_id(1 + mix.below("message.author", key, clerks(world.scale))),
            customer_id(key),
            None::<i64>,
            mix.flag("message.emailed", key, 80),
            mix.flag("message.incoming", key, 30),
            to_wall(made).div_euclid(DAY) * DAY,
            made,
            modified(world, "message", key, made)
        ])?;
    }
    Ok(())
}

/// That customers were created. What happens later is noted as it happens.
fn notes(db: &Connection, world: &World) -> Result<()> {
    let mut out = inserter(db, "systemnote")?;
    let mut customers =
        db.prepare("SELECT id, datecreated, entityid FROM customer ORDER BY datecreated, id")?;
    let mut rows = customers.query([])?;
    let mut id = 0_i64;
    while let Some(row) = rows.next()? {
        id += 1;
        let (record, at, name): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let by = employee_id(1 + world.mix.below("note.by", record, clerks(world.scale)));
        let (kind, nothing) = (note_type::ENTITY, None::<String>);
        out.put(params![id, record, kind, "ENTITY.SNAME", by, at, nothing, name, 1, "UIF", None::<i64>])?;
    }
    Ok(())
}
