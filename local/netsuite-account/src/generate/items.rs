//! Parts become items of four types.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use tpchgen::generators::{Part, PartGenerator};

use super::lists::set_up;
use super::moments::{created, modified};
use super::{Inserter, World};
use crate::calendar::DAY;
use crate::catalog;

/// The item type of a part.
pub fn item_type(partkey: i64) -> &'static str {
    match partkey % 20 {
        0 => "Service",
        1 | 2 => "NonInvtPart",
        3 => "Assembly",
        _ => "InvtPart",
    }
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("item").context("no item table")?)?;
    let rows = PartGenerator::new_with_distributions_and_text_pool(
        world.scale,
        1,
        1,
        world.distributions,
        &world.text,
    );
    for part in rows.iter() {
        put(&mut out, world, &part)?;
    }
    Ok(())
}

fn put(out: &mut Inserter<'_>, world: &World, p: &Part<'_>) -> Result<()> {
    let key = p.p_partkey;
    let mix = &world.mix;
    let day = set_up() + mix.below("item.day", key, 1_500) * DAY;
    let made = created(world, "item.created", key, day);
    let at = modified(world, "item", key, made);
    let kind = item_type(key);
    let stocked = kind == "InvtPart" || kind == "Assembly";
    let price = p.p_retailprice.as_f64();
    let class = match p.p_type.split(' ').next() {
        Some("STANDARD") => 1,
        Some("SMALL") => 2,
        Some("MEDIUM") => 3,
        Some("LARGE") => 4,
        Some("ECONOMY") => 5,
        _ => 6,
    };
    let number = format!("PART-{key:07}");
    out.put(params![
        key,
        number,
        kind,
        p.p_name.to_string(),
        number,
        p.p_type,
        class,
        key % 6 + 1,
        mix.percent("item.located", key, 60).then(|| key % 25 + 1),
        mix.percent("item.costed", key, 90).then(|| cents(price * 0.6)),
        p.p_mfgr.to_string(),
        mix.percent("item.mpn", key, 40).then(|| format!("M{}-{key}", key % 5 + 1)),
        mix.flag("item.online", key, 35),
        None::<String>,
        stocked.then(|| cents(price * 0.55)),
        stocked.then(|| cents(price * 0.58)),
        stocked.then(|| f64::from(p.p_size) * 0.25),
        (kind == "InvtPart").then(|| mix.below("item.reorder", key, 500)),
        stocked.then(|| key % 25 + 1),
        stocked.then(|| mix.below("item.stock", key, 10_000)),
        made,
        mix.flag("item.inactive", key, 6),
        at,
        p.p_brand.to_string(),
        p.p_container,
        p.p_size
    ])
}

/// Rounds an amount to cents.
pub fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}
