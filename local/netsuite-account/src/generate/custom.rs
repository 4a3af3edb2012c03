//! Custom fields as the account lists them, and its custom record type: ship modes crossed with nations.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};

use super::entities::{clerks, employee_id};
use super::lists::set_up;
use super::moments::{created, modified};
use super::{Inserter, World};
use crate::calendar::DAY;
use crate::catalog::{self, Kind, TABLES};

const MODES: [&str; 7] = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"];
const NATIONS: i64 = 25;
/// The internal id of the custom record type.
pub const ROUTE_TYPE: i64 = 101;

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    fields(db, world)?;
    let mut types =
        Inserter::new(db, catalog::table("customrecordtype").context("no customrecordtype table")?)?;
    types.put(params![ROUTE_TYPE, "CUSTOMRECORD_SHIPMENT_ROUTE", "Shipment Route", None::<String>, "F"])?;
    routes(db, world)
}

fn fields(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("customfield").context("no customfield table")?)?;
    let columns = TABLES.iter().flat_map(|t| t.columns.iter().filter(|c| c.custom).map(move |c| (t, c)));
    for (id, (table, column)) in (1_i64..).zip(columns) {
        let kind = match table.name {
            "customer" | "vendor" | "employee" => "ENTITY",
            "item" => "ITEM",
            "transaction" => "BODY",
            "transactionline" => "COLUMN",
            _ => "RECORD",
        };
        let shown = match (column.reference, column.kind) {
            (Some(_), _) => "List/Record",
            (None, Kind::Integer) => "Integer Number",
            (None, Kind::Decimal) => "Decimal Number",
            (None, Kind::Text) => "Free-Form Text",
            (None, Kind::Flag) => "Check Box",
            (None, Kind::Date) => "Date",
            (None, Kind::DateTime) => "Date/Time",
        };
        let of = (kind == "RECORD").then_some(ROUTE_TYPE);
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
