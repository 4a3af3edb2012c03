//! Edits of existing records.

use anyhow::{Context, Result};

use super::{Change, Changed, add, links};
use crate::catalog::{ObjectType, object};
use crate::generate::computed;
use crate::store::{Record, put};

/// Which types people edit, of a hundred edits of records.
const EDITED: [(&str, i64); 12] = [
    ("contacts", 34),
    ("deals", 24),
    ("companies", 14),
    ("tickets", 6),
    ("line_items", 5),
    ("products", 3),
    ("notes", 2),
    ("calls", 2),
    ("meetings", 2),
    ("tasks", 3),
    ("emails", 1),
    ("p_shipment", 4),
];

/// The type that a choice in `0..100` falls on.
pub fn chosen(shares: &[(&'static str, i64)], mut choice: i64) -> Result<&'static ObjectType> {
    for (name, share) in shares {
        if choice < *share {
            return object(name).with_context(|| format!("no object {name}"));
        }
        choice -= share;
    }
    object("contacts").context("no contacts")
}

/// One in five changes an association, two in a hundred an owner, the rest a record.
pub fn update(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    match change.choose("update.kind", 100) {
        0..20 => links::change_one(change, changed),
        20..22 => owner(change, changed),
        _ => record(change, changed),
    }
}

fn record(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let object = chosen(&EDITED, change.choose("update.object", 100))?;
    let Some(old) = change.pick("update", object)? else { return Ok(()) };
    let mut new = old.clone();
    let (words, figure) = object.edited;
    new.set(words, format!("edited by change {}", change.number));
    // A cleared property is the empty text, where one never set is null.
    let cleared = change.choose("update.clear", 6) == 0;
    let number = 1 + change.choose("update.number", 5_000);
    new.set(figure, if cleared { String::new() } else { number.to_string() });
    computed(object, &mut new);
    new.modified = change.when.now;
    change.save(object, Some(&old), &new)?;
    add(&mut changed.updated, object.name, 1);
    Ok(())
}

fn owner(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let Some(mut owner) = change.pick_from("update", "owners", 0)? else { return Ok(()) };
    owner.set("lastName", format!("Renamed {}", change.number));
    owner.modified = change.when.now;
    put(change.db, "owners", &owner)?;
    add(&mut changed.updated, "owners", 1);
    Ok(())
}

/// Moves the modification of a record without changing anything else.
pub fn touch(
    change: &Change<'_>,
    object: &'static ObjectType,
    old: &Record,
    changed: &mut Changed,
) -> Result<()> {
    let new = Record { modified: change.when.now, ..old.clone() };
    change.save(object, Some(old), &new)?;
    add(&mut changed.updated, object.name, 1);
    Ok(())
}
