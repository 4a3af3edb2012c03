//! Accounting lists. Regions become subsidiaries, nations become locations.

use anyhow::Result;
use rusqlite::{Connection, params};
use tpchgen::generators::{NationGenerator, RegionGenerator};

use super::moments::{created, modified};
use super::{Inserter, World};
use crate::calendar::{DAY, wall_date};
use crate::catalog;
use anyhow::Context;

const CURRENCIES: [(&str, &str, f64); 6] = [
    ("US Dollar", "USD", 1.0),
    ("Euro", "EUR", 1.08),
    ("British Pound", "GBP", 1.27),
    ("Canadian Dollar", "CAD", 0.73),
    ("Japanese Yen", "JPY", 0.0067),
    ("Chinese Yuan", "CNY", 0.138),
];
const DEPARTMENTS: [&str; 6] = ["Sales", "Purchasing", "Operations", "Finance", "Support", "Logistics"];
const CLASSES: [&str; 6] = ["STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"];
const COUNTRIES: [&str; 6] = ["US", "KE", "US", "CN", "DE", "JO"];
const ACCOUNTS: [(&str, &str, &str); 20] = [
    ("1000", "Checking", "Bank"),
    ("1010", "Savings", "Bank"),
    ("1100", "Accounts Receivable", "AcctRec"),
    ("1200", "Inventory", "OthCurrAsset"),
    ("1210", "Inventory in Transit", "OthCurrAsset"),
    ("1300", "Prepaid Expenses", "OthCurrAsset"),
    ("1500", "Equipment", "FixedAsset"),
    ("1510", "Accumulated Depreciation", "FixedAsset"),
    ("2000", "Accounts Payable", "AcctPay"),
    ("2100", "Sales Tax Payable", "OthCurrLiab"),
    ("2200", "Deferred Revenue", "DeferRevenue"),
    ("2500", "Long Term Debt", "LongTermLiab"),
    ("3000", "Common Stock", "Equity"),
    ("3100", "Retained Earnings", "Equity"),
    ("4000", "Sales", "Income"),
    ("4010", "Service Income", "Income"),
    ("4020", "Discounts", "Income"),
    ("5000", "Cost of Goods Sold", "COGS"),
    ("6000", "Freight", "Expense"),
    ("6100", "Office Expense", "Expense"),
];
/// First month of the account's books.
const BOOKS_OPEN: i64 = 2019;
const BOOK_YEARS: i64 = 8;

/// The day the account was set up, as a wall second.
pub fn set_up() -> i64 {
    wall_date(BOOKS_OPEN, 1, 1)
}

/// A list entry's last change.
fn touched(world: &World, list: &str, id: i64) -> i64 {
    modified(world, list, id, created(world, list, id, set_up()))
}

fn table(name: &str) -> Result<&'static catalog::Table> {
    catalog::table(name).with_context(|| format!("no table {name} in the catalog"))
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    subsidiaries(db, world)?;
    currencies(db, world)?;
    segments(db, world, "department", &DEPARTMENTS)?;
    segments(db, world, "classification", &CLASSES)?;
    locations(db, world)?;
    accounts(db, world)?;
    periods(db, world)
}

fn subsidiaries(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, table("subsidiary")?)?;
    let at = touched(world, "subsidiary", 1);
    out.put(params![1, "Parent Company", "Parent Company", None::<i64>, 1, "US", "F", "F", at])?;
    let regions = RegionGenerator::new_with_distributions_and_text_pool(world.distributions, &world.text);
    for region in regions.iter() {
        let id = region.r_regionkey + 2;
        let full = format!("Parent Company : {}", region.r_name);
        let country = usize::try_from(id - 1).ok().and_then(|n| COUNTRIES.get(n)).copied().unwrap_or("US");
        let currency = id.rem_euclid(6) + 1;
        let at = touched(world, "subsidiary", id);
        out.put(params![id, region.r_name, full, 1, currency, country, "F", "F", at])?;
    }
    Ok(())
}

fn currencies(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, table("currency")?)?;
    for (id, (name, symbol, rate)) in (1_i64..).zip(CURRENCIES) {
        let base = if id == 1 { "T" } else { "F" };
        out.put(params![id, name, symbol, rate, base, "F", touched(world, "currency", id)])?;
    }
    Ok(())
}

fn segments(db: &Connection, world: &World, name: &str, entries: &[&str]) -> Result<()> {
    let mut out = Inserter::new(db, table(name)?)?;
    for (id, entry) in (1_i64..).zip(entries) {
        out.put(params![id, entry, entry, None::<String>, "F", touched(world, name, id)])?;
    }
    Ok(())
}

fn locations(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, table("location")?)?;
    let nations = NationGenerator::new_with_distributions_and_text_pool(world.distributions, &world.text);
    for nation in nations.iter() {
        let id = nation.n_nationkey + 1;
        let at = touched(world, "location", id);
        let stocked = world.mix.flag("location.stock", id, 80);
        out.put(params![id, nation.n_name, nation.n_name, nation.n_regionkey + 2, stocked, "F", at])?;
    }
    Ok(())
}

fn accounts(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, table("account")?)?;
    for (id, (number, name, kind)) in (1_i64..).zip(ACCOUNTS) {
        let shown = format!("{number} {name}");
        let at = touched(world, "account", id);
        let none = None::<i64>;
        out.put(params![
            id,
            number,
            shown,
            shown,
            name,
            kind,
            none,
            none,
            None::<String>,
            "Current",
            "F",
            "F",
            "F",
            at
        ])?;
    }
    Ok(())
}

fn periods(db: &Connection, world: &World) -> Result<()> {
    let mut out = Inserter::new(db, table("accountingperiod")?)?;
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let months =
        (BOOKS_OPEN..BOOKS_OPEN + BOOK_YEARS).flat_map(|y| (1_i64..).zip(names).map(move |m| (y, m)));
    for (id, (year, (month, name))) in (1_i64..).zip(months) {
        let start = wall_date(year, month, 1);
        let end = crate::calendar::add_months(start, 1) - DAY;
        let closed = if year < BOOKS_OPEN + 6 { "T" } else { "F" };
        let at = touched(world, "accountingperiod", id);
        out.put(params![id, format!("{name} {year}"), start, end, closed, "F", "F", at])?;
    }
    Ok(())
}

/// The posting period of a business day.
pub fn period_of(day_wall: i64) -> i64 {
    let (year, month, _) = crate::calendar::civil_from_days(day_wall.div_euclid(DAY));
    ((year - BOOKS_OPEN) * 12 + month).clamp(1, BOOK_YEARS * 12)
}
