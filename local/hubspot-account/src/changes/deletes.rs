//! Records archived, and those gone for good.

use anyhow::Result;
use rusqlite::{Connection, params};
use serde_json::Value;

use super::{Change, Changed, add, links, merges, updates::chosen};
use crate::catalog::{ObjectType, PAIRS, objects};
use crate::store::{Record, put, quoted};

/// Which types people delete, of a hundred deletions.
const DELETED: [(&str, i64); 12] = [
    ("contacts", 36),
    ("deals", 18),
    ("companies", 10),
    ("tickets", 5),
    ("line_items", 10),
    ("products", 2),
    ("notes", 5),
    ("calls", 4),
    ("meetings", 2),
    ("tasks", 4),
    ("emails", 1),
    ("p_shipment", 3),
];

/// Archives a record; one contact in four is merged instead, and three in a hundred deletions are of owners.
pub fn delete(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    if change.choose("delete.owner", 100) < 3 {
        return owner(change, changed);
    }
    let object = chosen(&DELETED, change.choose("delete.object", 100))?;
    if object.name == "contacts" && change.choose("delete.merge", 4) == 0 {
        return merges::merge(change, changed);
    }
    match change.pick("delete", object)? {
        Some(record) => archive(change, object, &record, changed),
        None => Ok(()),
    }
}

fn archive(
    change: &Change<'_>,
    object: &'static ObjectType,
    old: &Record,
    changed: &mut Changed,
) -> Result<()> {
    let new = Record { archived: Some(change.when.now), ..old.clone() };
    change.save(object, Some(old), &new)?;
    add(&mut changed.deleted, object.name, 1);
    for pair in PAIRS.iter().filter(|pair| pair.from == object.name) {
        let rows = change
            .db
            .execute("DELETE FROM links WHERE pair = ?1 AND from_id = ?2", params![pair.name, old.id])?;
        add(&mut changed.deleted, pair.name, rows);
    }
    for pair in PAIRS.iter().filter(|pair| pair.to == object.name) {
        let others = links::kept_at(change, pair, old.id)?;
        let rows = change
            .db
            .execute("DELETE FROM links WHERE pair = ?1 AND to_id = ?2", params![pair.name, old.id])?;
        add(&mut changed.deleted, pair.name, rows);
        for other in others {
            links::touch_from(change, pair, other, changed)?;
        }
    }
    Ok(())
}

fn owner(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let Some(mut owner) = change.pick_from("delete", "owners", 0)? else { return Ok(()) };
    owner.archived = Some(change.when.now);
    owner.modified = change.when.now;
    owner.properties.insert("userId".to_owned(), Value::Null);
    put(change.db, "owners", &owner)?;
    add(&mut changed.deleted, "owners", 1);
    Ok(())
}

/// Removes every archived record; returns how many there were.
pub fn purge(db: &Connection) -> Result<u64> {
    let mut rows = 0;
    for object in objects() {
        rows += db.execute(&format!("DELETE FROM {} WHERE archived IS NOT NULL", quoted(object.name)), [])?;
    }
    Ok(u64::try_from(rows)?)
}
