//! Associations made and taken away.
//!
//! The modification of the record an association is kept at moves nine times in ten; the tenth time nothing but the
//! association itself tells.

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension as _, params};

use super::updates::touch;
use super::{Change, Changed, add};
use crate::catalog::{ObjectType, PAIRS, Pair};
use crate::store::find;

/// Makes an association or takes one away.
pub fn change_one(change: &Change<'_>, changed: &mut Changed) -> Result<()> {
    let count = i64::try_from(PAIRS.len())?;
    let index = usize::try_from(change.choose("link.pair", count))?;
    let pair = PAIRS.get(index).context("no such pair")?;
    if change.choose("link.kind", 2) == 0 {
        make(change, pair, changed)
    } else {
        remove(change, pair, changed)
    }
}

fn make(change: &Change<'_>, pair: &'static Pair, changed: &mut Changed) -> Result<()> {
    let (from_type, to_type) = ends(pair)?;
    let (Some(from), Some(to)) = (change.pick("link.from", from_type)?, change.pick("link.to", to_type)?)
    else {
        return Ok(());
    };
    if pair.name == "line_items_to_deals" {
        // A line item belongs to one deal, so that it moves there.
        let rows = change
            .db
            .execute("DELETE FROM links WHERE pair = ?1 AND from_id = ?2", params![pair.name, from.id])?;
        add(&mut changed.deleted, pair.name, rows);
    }
    link(change, pair, from.id, to.id, changed)?;
    touch_from(change, pair, from.id, changed)
}

/// Associates two records the plain way; nothing happens when they were.
pub fn link(
    change: &Change<'_>,
    pair: &'static Pair,
    from: i64,
    to: i64,
    changed: &mut Changed,
) -> Result<()> {
    let plain = pair.types.first().context("a pair without types")?;
    let rows = change.db.execute(
        "INSERT OR IGNORE INTO links (pair, from_id, to_id, type_id) VALUES (?1, ?2, ?3, ?4)",
        params![pair.name, from, to, plain.forward],
    )?;
    add(&mut changed.inserted, pair.name, rows);
    Ok(())
}

fn remove(change: &Change<'_>, pair: &'static Pair, changed: &mut Changed) -> Result<()> {
    let sql = "SELECT MAX(number) FROM links WHERE pair = ?1";
    let highest: Option<i64> = change.db.query_row(sql, [pair.name], |row| row.get(0))?;
    let from = change.choose("link.number", highest.unwrap_or(0));
    let found: Option<(i64, i64)> = change
        .db
        .query_row(
            "SELECT from_id, to_id FROM links WHERE pair = ?1 AND number > ?2 ORDER BY number LIMIT 1",
            params![pair.name, from],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((from, to)) = found else { return Ok(()) };
    let rows = change.db.execute(
        "DELETE FROM links WHERE pair = ?1 AND from_id = ?2 AND to_id = ?3",
        params![pair.name, from, to],
    )?;
    add(&mut changed.deleted, pair.name, rows);
    touch_from(change, pair, from, changed)
}

/// Moves the modification of the record an association is kept at, nine times in ten.
pub fn touch_from(change: &Change<'_>, pair: &'static Pair, from: i64, changed: &mut Changed) -> Result<()> {
    if change.world.mix.below(&format!("change.silent.{from}"), change.number, 10) == 0 {
        return Ok(());
    }
    let (object, _) = ends(pair)?;
    let Some(old) = find(change.db, object.name, from)? else { return Ok(()) };
    touch(change, object, &old, changed)
}

/// Ids at the other end of the associations a record has as `to`.
pub fn kept_at(change: &Change<'_>, pair: &Pair, to: i64) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT from_id FROM links WHERE pair = ?1 AND to_id = ?2 ORDER BY from_id";
    let mut statement = change.db.prepare_cached(sql)?;
    let ids = statement.query_map(params![pair.name, to], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn ends(pair: &Pair) -> Result<(&'static ObjectType, &'static ObjectType)> {
    Ok((pair.from_object().context("no such object")?, pair.to_object().context("no such object")?))
}
