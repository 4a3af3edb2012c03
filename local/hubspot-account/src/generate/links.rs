//! Associations between generated records.

use anyhow::{Context, Result};
use rusqlite::{Connection, Statement, params};

use super::{World, record_id};
use crate::catalog::{ObjectType, Pair, pair};

/// Contacts of the one deal that has more than one answer can name (500).
const CROWD: i64 = 620;

struct Linker<'db> {
    statement: Statement<'db>,
}

impl<'db> Linker<'db> {
    fn new(db: &'db Connection) -> Result<Self> {
        let sql = "INSERT INTO links (pair, from_id, to_id, type_id) VALUES (?1, ?2, ?3, ?4)";
        Ok(Self { statement: db.prepare(sql)? })
    }

    fn link(&mut self, ends: &Ends, from: i64, to: i64, kind: usize) -> Result<()> {
        let kind = ends.pair.types.get(kind).context("no such kind of association")?;
        let (from, to) = (record_id(ends.from, from), record_id(ends.to, to));
        self.statement.execute(params![ends.pair.name, from, to, kind.forward])?;
        Ok(())
    }
}

struct Ends {
    pair: &'static Pair,
    from: &'static ObjectType,
    to: &'static ObjectType,
}

fn ends(name: &str) -> Result<Ends> {
    let pair = pair(name).with_context(|| format!("no pair {name}"))?;
    Ok(Ends {
        pair,
        from: pair.from_object().context("no such object")?,
        to: pair.to_object().context("no such object")?,
    })
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    let mut linker = Linker::new(db)?;
    contacts_to_companies(&mut linker, world)?;
    deals_to_companies(&mut linker, world)?;
    deals_to_contacts(&mut linker, world)?;
    each_to_one(&mut linker, world, "line_items_to_deals", 100)?;
    each_to_one(&mut linker, world, "notes_to_contacts", 97)?;
    each_to_one(&mut linker, world, "calls_to_contacts", 90)?;
    each_to_one(&mut linker, world, "tasks_to_contacts", 80)
}

/// The first company has four in ten of all contacts, more than one answer can name.
fn contacts_to_companies(linker: &mut Linker<'_>, world: &World) -> Result<()> {
    let ends = ends("contacts_to_companies")?;
    let companies = world.count(ends.to);
    for contact in 0..world.count(ends.from) {
        if !world.mix.percent("link.employed", contact, 85) {
            continue;
        }
        let large = world.mix.percent("link.large", contact, 47);
        let company = if large { 0 } else { world.mix.below("link.company", contact, companies) };
        linker.link(&ends, contact, company, 0)?;
        linker.link(&ends, contact, company, 1)?;
        let second = world.mix.below("link.second", contact, companies);
        if second != company && world.mix.percent("link.billing", contact, 6) {
            linker.link(&ends, contact, second, 0)?;
            linker.link(&ends, contact, second, 2)?;
        }
    }
    Ok(())
}

fn deals_to_companies(linker: &mut Linker<'_>, world: &World) -> Result<()> {
    let ends = ends("deals_to_companies")?;
    for deal in 0..world.count(ends.from) {
        if world.mix.percent("link.buyer", deal, 90) {
            let company = world.mix.below("link.buying", deal, world.count(ends.to));
            linker.link(&ends, deal, company, 0)?;
            linker.link(&ends, deal, company, 1)?;
        }
    }
    Ok(())
}

fn deals_to_contacts(linker: &mut Linker<'_>, world: &World) -> Result<()> {
    let ends = ends("deals_to_contacts")?;
    let contacts = world.count(ends.to);
    for contact in 0..CROWD.min(contacts) {
        linker.link(&ends, 0, contact, 0)?;
    }
    for deal in 1..world.count(ends.from) {
        let first = world.mix.below("link.people", deal, contacts);
        for further in 0..world.mix.below("link.many", deal, 4) {
            linker.link(&ends, deal, (first + further * 7) % contacts, 0)?;
        }
    }
    Ok(())
}

fn each_to_one(linker: &mut Linker<'_>, world: &World, name: &str, percent: i64) -> Result<()> {
    let ends = ends(name)?;
    for from in 0..world.count(ends.from) {
        if world.mix.percent(name, from, percent) {
            let to = world.mix.below(name, !from, world.count(ends.to));
            linker.link(&ends, from, to, 0)?;
        }
    }
    Ok(())
}
