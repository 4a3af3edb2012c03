//! New records, with the associations they come with.

use anyhow::{Context, Result};

use super::{Change, Changed, add, links, updates::chosen};
use crate::catalog::{ObjectType, object, pair};
use crate::generate::NewRecord;

/// Which types people add, of a hundred new records.
const ADDED: [(&str, i64); 12] = [
    ("contacts", 30),
    ("deals", 20),
    ("companies", 10),
    ("tickets", 5),
    ("line_items", 8),
    ("products", 2),
    ("notes", 7),
    ("calls", 5),
    ("meetings", 2),
    ("tasks", 4),
    ("emails", 2),
    ("p_shipment", 5),
];
/// Keys of added records are far above those of generated ones, so that no two have the same values.
const KEYS: i64 = 1_000_000_000;

/// Adds one record.
pub fn insert(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let object = chosen(&ADDED, change.choose("insert.object", 100))?;
    let id = add_one(change, object, 0, changed)?;
    match object.name {
        "contacts" => linked(change, "contacts_to_companies", id, changed),
        "deals" => {
            linked(change, "deals_to_companies", id, changed)?;
            linked(change, "deals_to_contacts", id, changed)?;
            let lines = super::object_of("line_items")?;
            let line = add_one(change, lines, 1, changed)?;
            let to_deal = pair("line_items_to_deals").context("no such pair")?;
            links::link(change, to_deal, line, id, changed)
        }
        "line_items" => linked(change, "line_items_to_deals", id, changed),
        "notes" => linked(change, "notes_to_contacts", id, changed),
        "calls" => linked(change, "calls_to_contacts", id, changed),
        "tasks" => linked(change, "tasks_to_contacts", id, changed),
        _ => Ok(()),
    }
}

fn add_one(change: &Change<'_>, object: &'static ObjectType, nth: i64, changed: &mut Changed) -> Result<i64> {
    let id = change.next_id(object)?;
    let now = change.when.now;
    let new = NewRecord { id, key: KEYS + change.number * 10 + nth, created: now, modified: now };
    change.save(object, None, &new.make(change.world, object))?;
    add(&mut changed.inserted, object.name, 1);
    Ok(id)
}

fn linked(change: &Change<'_>, name: &str, from: i64, changed: &mut Changed) -> Result<()> {
    let pair = pair(name).context("no such pair")?;
    let to = object(pair.to).context("no such object")?;
    match change.pick(&format!("insert.{name}"), to)? {
        Some(to) => links::link(change, pair, from, to.id, changed),
        None => Ok(()),
    }
}
