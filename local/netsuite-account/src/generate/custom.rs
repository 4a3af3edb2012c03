//! Custom fields as the account lists them, and its custom records: ship modes crossed with nations, and checks
//! of items.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use tpchgen::generators::PartGenerator;

use super::entities::{clerks, employee_id};
use super::lists::set_up;
use super::moments::{created, modified};
use super::{Inserter, World};
use crate::calendar::DAY;
use crate::catalog::{self, Kind, RECORD_TYPES, TABLES, record_type_of};

const MODES: [&str; 7] = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"];
const NATIONS: i64 = 25;
const RESULTS: [&str; 4] = ["accepted", "accepted with remarks", "repeated", "rejected"];

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    fields(db, world)?;
    let mut types =
        Inserter::new(db, catalog::table("customrecordtype").context("no customrecordtype table")?)?;
    for (id, script, name) in RECORD_TYPES {
        types.put(params![id, script, name, name, None::<String>, "F"])?;
    }
    routes(db, world)?;
    checks(db, world)
}

/// How `customfield.fieldvaluetype` names a kind.
pub fn value_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "Integer Number",
        Kind::Decimal => "Decimal Number",
        Kind::Text => "Free-Form Text",
        Kind::Flag => "Check Box",
        Kind::Date => "Date",
        Kind::DateTime => "Date/Time",
    }
}

fn fields(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("customfield").context("no customfield table")?)?;
    let columns = TABLES.iter().flat_map(|t| t.columns.iter().filter(|c| c.custom).map(move |c| (t, c)));
    for (id, (table, column)) in (1_i64..).zip(columns) {
        let kind = match table.name {
            "customer" | "vendor" | "employee" | "contact" => "ENTITY",
            "item" => "ITEM",
            "transaction" => "BODY",
            "transactionline" => "COLUMN",
            _ => "RECORD",
        };
        let shown = match column.reference {
            Some(_) => "List/Record",
            None => value_type(column.kind),
        };
        let of = record_type_of(table.name).map(|(id, _, _)| id);
        let at = modified(world, "customfield", id, created(world, "customfield", id, set_up()));
        let owner = None::<String>;
        out.put(params![
            id,
            column.name.to_uppercase(),
            column.title,
            kind,
            shown,
            of,
            owner,
            None::<String>,
            "F",
            "F",
            at
        ])?;
    }
    Ok(())
}

fn routes(db: &Connection, world: &World) -> Result<()> {
    let mut out =
        Inserter::new(db, catalog::table("customrecord_shipment_route").context("no route table")?)?;
    let pairs = (1..=NATIONS).flat_map(|nation| MODES.map(|mode| (nation, mode)));
    for (id, (nation, mode)) in (1_i64..).zip(pairs) {
        let since = set_up() + world.mix.below("route.since", id, 1_800) * DAY;
        let made = created(world, "route.created", id, since);
        #[expect(clippy::cast_precision_loss, reason = "transit days are small")]
        let days = world.mix.below("route.days", id, 120) as f64 / 4.0;
        out.put(params![
            id,
            format!("{mode} to {nation}"),
            None::<String>,
            world.mix.flag("route.inactive", id, 8),
            made,
            modified(world, "route", id, made),
            employee_id(1 + world.mix.below("route.owner", id, clerks(world.scale))),
            mode,
            nation,
            days,
            since
        ])?;
    }
    Ok(())
}

/// One check for every second item.
fn checks(db: &Connection, world: &World) -> Result<()> {
    let mut out =
        Inserter::new(db, catalog::table("customrecord_quality_check").context("no table of checks")?)?;
    let (mix, items) = (&world.mix, PartGenerator::calculate_row_count(world.scale, 1, 1).max(2));
    for id in 1..=items / 2 {
        let day = set_up() + mix.below("check.day", id, 1_800) * DAY;
        let made = created(world, "check.created", id, day);
        let result = mix.below("check.result", id, 5);
        #[expect(clippy::cast_precision_loss, reason = "deviations are small")]
        let deviation = mix.below("check.deviation", id, 2_000) as f64 / 1_000.0 - 1.0;
        out.put(params![
            id,
            format!("Check {id}"),
            None::<String>,
            mix.flag("check.inactive", id, 3),
            made,
            modified(world, "check", id, made),
            employee_id(1 + mix.below("check.owner", id, clerks(world.scale))),
            id * 2,
            usize::try_from(result).ok().and_then(|r| RESULTS.get(r)).copied(),
            mix.percent("check.scored", id, 80).then(|| mix.below("check.score", id, 101)),
            mix.flag("check.passed", id, 85),
            mix.percent("check.timed", id, 70).then_some(made),
            deviation
        ])?;
    }
    Ok(())
}
