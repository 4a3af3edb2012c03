//! Clerks become employees, customers customers and suppliers vendors. All share one sequence of ids.

use anyhow::{Context, Result};
use rusqlite::{Connection, ToSql, params};
use tpchgen::generators::{CustomerGenerator, SupplierGenerator};

use super::lists::set_up;
use super::moments::{created, modified};
use super::wide::values;
use super::{Inserter, World};
use crate::calendar::DAY;
use crate::catalog;

/// The entity id of a clerk.
pub fn employee_id(clerk: i64) -> i64 {
    clerk * 3 + 1_000
}

/// The entity id of a customer.
pub fn customer_id(custkey: i64) -> i64 {
    custkey * 3 + 1_001
}

/// The entity id of a supplier.
pub fn vendor_id(suppkey: i64) -> i64 {
    suppkey * 3 + 1_002
}

/// Clerks at a scale: TPC-H's scale × 1,000, and ten at the least.
pub fn clerks(scale: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a scale of thousands is far below i64's range")]
    let clerks = (scale * 1_000.0) as i64;
    clerks.max(10)
}

/// Suppliers at a scale.
pub fn suppliers(scale: f64) -> i64 {
    SupplierGenerator::calculate_row_count(scale, 1, 1).max(1)
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    employees(db, world)?;
    customers(db, world)?;
    vendors(db, world)
}

/// A day in the account's first year, as a wall second.
fn joined(world: &World, purpose: &str, key: i64) -> i64 {
    set_up() + world.mix.below(purpose, key, 2_000) * DAY
}

fn employees(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("employee").context("no employee table")?)?;
    for clerk in 1..=clerks(world.scale) {
        let id = employee_id(clerk);
        let hired = joined(world, "employee.hired", clerk);
        let made = created(world, "employee.created", clerk, hired);
        let at = modified(world, "employee", clerk, made);
        let supervisor = (clerk > 1).then(|| employee_id(1 + clerk / 8));
        out.put(params![
            id,
            format!("Clerk#{clerk:09}"),
            (clerk % 3 != 0).then_some("Clerk"),
            format!("clerk{clerk}@forebay.example"),
            clerk % 6 + 1,
            clerk % 25 + 1,
            clerk % 5 + 2,
            supervisor,
            hired,
            world.mix.flag("employee.rep", clerk, 60),
            made,
            world.mix.flag("employee.inactive", clerk, 5),
            at
        ])?;
    }
    Ok(())
}

fn customers(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("customer").context("no customer table")?)?;
    let rows = CustomerGenerator::new_with_distributions_and_text_pool(
        world.scale,
        1,
        1,
        world.distributions,
        &world.text,
    );
    let clerks = clerks(world.scale);
    for c in rows.iter() {
        let key = c.c_custkey;
        let id = customer_id(key);
        let mix = &world.mix;
        let joined = joined(world, "customer.joined", key);
        let made = created(world, "customer.created", key, joined);
        let at = modified(world, "customer", key, made);
        let name = c.c_name.to_string();
        let score =
            mix.percent("customer.scored", key, 70).then(|| 300 + mix.below("customer.score", key, 551));
        let reviewed = mix
            .percent("customer.reviewed", key, 40)
            .then(|| joined + mix.below("customer.review", key, 300) * DAY);
        let contacted = mix
            .percent("customer.contacted", key, 50)
            .then(|| made + mix.below("customer.contact", key, at - made + 1));
        let own = params![
            id,
            name,
            mix.percent("customer.named", key, 95).then_some(&name),
            name,
            mix.flag("customer.person", key, 3),
            mix.percent("customer.mail", key, 85).then(|| format!("customer{key}@example.com")),
            c.c_phone.to_string(),
            None::<String>,
            c.c_address.to_string(),
            mix.percent("customer.category", key, 60).then(|| mix.below("customer.cat", key, 5) + 1),
            13,
            employee_id(1 + mix.below("customer.rep", key, clerks)),
            (key > 20 && mix.percent("customer.child", key, 4))
                .then(|| customer_id(1 + mix.below("customer.parent", key, 20))),
            c.c_nationkey % 6 + 1,
            mix.percent("customer.terms", key, 75).then(|| mix.below("customer.term", key, 4) + 1),
            mix.percent("customer.limited", key, 50)
                .then(|| (mix.below("customer.limit", key, 100) + 1) * 1_000),
            c.c_acctbal.as_f64(),
            mix.flag("customer.emails", key, 30),
            mix.percent("customer.comments", key, 90).then_some(c.c_comment),
            mix.percent("customer.external", key, 20).then(|| format!("CRM-{key}")),
            made,
            mix.flag("customer.inactive", key, 4),
            at,
            c.c_mktsegment,
            score,
            mix.flag("customer.key", key, 10),
            reviewed,
            contacted,
            c.c_nationkey + 1
        ];
        let wide = values(mix, key, joined, made);
        let row: Vec<&dyn ToSql> =
            own.iter().copied().chain(wide.iter().map(|value| value as &dyn ToSql)).collect();
        out.put(&row)?;
    }
    Ok(())
}

fn vendors(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, catalog::table("vendor").context("no vendor table")?)?;
    let rows = SupplierGenerator::new_with_distributions_and_text_pool(
        world.scale,
        1,
        1,
        world.distributions,
        &world.text,
    );
    for s in rows.iter() {
        let key = s.s_suppkey;
        let mix = &world.mix;
        let made = created(world, "vendor.created", key, joined(world, "vendor.joined", key));
        let name = s.s_name.to_string();
        #[expect(clippy::cast_precision_loss, reason = "a rating has two digits")]
        let rating =
            mix.percent("vendor.rated", key, 80).then(|| mix.below("vendor.rating", key, 50) as f64 / 10.0);
        out.put(params![
            vendor_id(key),
            name,
            name,
            mix.percent("vendor.legal", key, 30).then(|| format!("{name} Ltd.")),
            "F",
            mix.percent("vendor.mail", key, 70).then(|| format!("supplier{key}@example.com")),
            s.s_phone.to_string(),
            s.s_address.to_string(),
            s.s_nationkey % 6 + 1,
            s.s_nationkey % 5 + 2,
            s.s_acctbal.as_f64(),
            mix.flag("vendor.1099", key, 25),
            &s.s_comment,
            made,
            mix.flag("vendor.inactive", key, 3),
            modified(world, "vendor", key, made),
            rating,
            s.s_nationkey + 1
        ])?;
    }
    Ok(())
}
