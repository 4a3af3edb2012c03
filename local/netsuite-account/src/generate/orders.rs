//! Orders become transactions, line items their lines; invoices also get accounting lines.

mod lines;
mod links;
mod transaction;

pub use lines::Posting;

use anyhow::{Context, Result};
use rusqlite::Connection;
use tpchgen::generators::{LineItemGenerator, OrderGenerator};

use super::{Inserter, World};
use crate::catalog;

/// NetSuite fills the accounting lines' lastmodifieddate since release 2023.1; older rows have none.
/// 2023-03-01T08:00:00Z.
pub const ACCOUNTING_LINES_SINCE: i64 = 1_677_657_600;

/// Internal ids of the accounts that postings touch.
pub mod accounts {
    pub const RECEIVABLE: i64 = 3;
    pub const SALES: i64 = 15;
    pub const SERVICE_INCOME: i64 = 16;
}

/// Where the rows of a transaction go.
struct Sink<'db> {
    transactions: Inserter<'db>,
    lines: Inserter<'db>,
    accounting: Inserter<'db>,
    links: Inserter<'db>,
    line_links: Inserter<'db>,
    last_key: i64,
}

/// Transactions at a scale: two thirds of TPC-H's orders, so that records of all kinds add up to 9.5 million.
fn transactions(scale: f64) -> i64 {
    (OrderGenerator::calculate_row_count(scale, 1, 1) * 2 / 3).max(1)
}

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    let inserter = |name: &str| -> Result<Inserter<'_>> {
        Inserter::new(db, catalog::table(name).with_context(|| format!("no table {name}"))?)
    };
    let mut sink = Sink {
        transactions: inserter("transaction")?,
        lines: inserter("transactionline")?,
        accounting: inserter("transactionaccountingline")?,
        links: inserter("nexttransactionlink")?,
        line_links: inserter("nexttransactionlinelink")?,
        last_key: 0,
    };
    let (dist, text) = (world.distributions, &world.text);
    let orders = OrderGenerator::new_with_distributions_and_text_pool(world.scale, 1, 1, dist, text);
    let items = LineItemGenerator::new_with_distributions_and_text_pool(world.scale, 1, 1, dist, text);
    let mut items = items.iter().peekable();
    let mut open = links::Open::default();
    let wanted = usize::try_from(transactions(world.scale))?;
    for (order, number) in orders.iter().take(wanted).zip(0_i64..) {
        let head = transaction::Head::new(world, &order, number);
        head.put(&mut sink, &order)?;
        lines::put_main(&mut sink, &head)?;
        let mut count = 0;
        while let Some(line) = items.next_if(|line| line.l_orderkey == order.o_orderkey) {
            lines::put_item(&mut sink, world, &head, &line)?;
            count += 1;
        }
        open.link(&mut sink, &head, count)?;
    }
    Ok(())
}
