//! Contacts merged: the loser vanishes everywhere, its id reads as the winner, and only the winner tells.

use anyhow::{Context as _, Result};
use rusqlite::params;
use serde_json::Value;

use super::{Change, Changed, add, links, object_of};
use crate::catalog::{ObjectType, PAIRS, Pair};
use crate::store::Record;

/// Merges one contact into another.
pub fn merge(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let contacts = object_of("contacts")?;
    let (Some(winner), Some(loser)) =
        (change.pick("merge.winner", contacts)?, change.pick("merge.loser", contacts)?)
    else {
        return Ok(());
    };
    if winner.id == loser.id {
        return Ok(());
    }
    vanish(change, contacts, &loser, winner.id)?;
    add(&mut changed.deleted, contacts.name, 1);
    for pair in PAIRS {
        if pair.from == contacts.name {
            move_kept(change, pair, loser.id, winner.id, changed)?;
        } else if pair.to == contacts.name {
            move_pointing(change, pair, loser.id, winner.id, changed)?;
        }
    }
    let mut new = winner.clone();
    new.set("hs_merged_object_ids", all_merged(&winner, &loser));
    new.modified = change.when.now;
    change.save(contacts, Some(&winner), &new)?;
    add(&mut changed.updated, contacts.name, 1);
    Ok(())
}

fn vanish(change: &Change<'_>, contacts: &ObjectType, loser: &Record, winner: i64) -> Result<()> {
    change.outdate(contacts, loser.id, Some(loser))?;
    change.db.execute("DELETE FROM contacts WHERE id = ?1", [loser.id])?;
    change.db.execute(
        "INSERT OR REPLACE INTO merged VALUES (?1, ?2, ?3)",
        params![contacts.name, loser.id, winner],
    )?;
    Ok(())
}

/// Every id ever merged into the winner, the loser's own included.
fn all_merged(winner: &Record, loser: &Record) -> String {
    let held = |record: &Record| {
        record.properties.get("hs_merged_object_ids").and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let ids = [held(winner), held(loser), loser.id.to_string()];
    ids.into_iter().filter(|ids| !ids.is_empty()).collect::<Vec<_>>().join(";")
}

/// Plain associations kept at the loser move to the winner; labels are lost.
fn move_kept(
    change: &Change<'_>,
    pair: &'static Pair,
    loser: i64,
    winner: i64,
    changed: &mut Changed,
) -> Result<()> {
    let plain = pair.types.first().context("a pair without types")?.forward;
    let moved = change.db.execute(
        "UPDATE OR IGNORE links SET from_id = ?1 WHERE pair = ?2 AND from_id = ?3 AND type_id = ?4",
        params![winner, pair.name, loser, plain],
    )?;
    let lost =
        change.db.execute("DELETE FROM links WHERE pair = ?1 AND from_id = ?2", params![pair.name, loser])?;
    add(&mut changed.updated, pair.name, moved);
    add(&mut changed.deleted, pair.name, lost);
    Ok(())
}

/// Associations that pointed at the loser point at the winner, which the records they are kept at mostly tell.
fn move_pointing(
    change: &Change<'_>,
    pair: &'static Pair,
    loser: i64,
    winner: i64,
    changed: &mut Changed,
) -> Result<()> {
    let kept_at = links::kept_at(change, pair, loser)?;
    let moved = change.db.execute(
        "UPDATE OR IGNORE links SET to_id = ?1 WHERE pair = ?2 AND to_id = ?3",
        params![winner, pair.name, loser],
    )?;
    let lost =
        change.db.execute("DELETE FROM links WHERE pair = ?1 AND to_id = ?2", params![pair.name, loser])?;
    add(&mut changed.updated, pair.name, moved);
    add(&mut changed.deleted, pair.name, lost);
    for from in kept_at {
        links::touch_from(change, pair, from, changed)?;
    }
    Ok(())
}
