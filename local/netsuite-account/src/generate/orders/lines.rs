//! Lines and accounting lines of a transaction.

use anyhow::Result;
use rusqlite::params;
use tpchgen::generators::LineItem;

use super::super::items::{cents, item_type};
use super::super::moments::SHIFT_DAYS;
use super::super::{Inserter, World};
use super::transaction::Head;
use super::{ACCOUNTING_LINES_SINCE, Sink, accounts};
use crate::calendar::DAY;

/// One row of the general ledger.
pub struct Posting {
    pub transaction: i64,
    pub line: i64,
    pub account: i64,
    /// Positive debits, negative credits, in the base currency.
    pub amount: f64,
    pub rate: f64,
    /// UTC seconds.
    pub modified: i64,
}

impl Posting {
    pub fn put(&self, out: &mut Inserter<'_>) -> Result<()> {
        let amount = self.amount;
        out.put(params![
            self.transaction,
            self.line,
            1,
            self.account,
            amount,
            (amount >= 0.0).then_some(amount),
            (amount < 0.0).then_some(-amount),
            amount,
            self.rate,
            "T",
            "F",
            (self.modified >= ACCOUNTING_LINES_SINCE).then_some(self.modified)
        ])
    }
}

/// The line that repeats the head: every join that forgets `mainline` counts the total twice.
pub(super) fn put_main(sink: &mut Sink<'_>, head: &Head) -> Result<()> {
    let none = None::<i64>;
    sink.last_key += 1;
    sink.lines.put(params![
        sink.last_key,
        head.id,
        0,
        0,
        "T",
        "F",
        "F",
        none,
        none,
        none,
        none,
        none,
        cents(head.total * head.rate),
        head.total,
        None::<String>,
        head.entity,
        head.subsidiary,
        head.id % 6 + 1,
        none,
        none,
        none,
        none,
        if head.closed { "T" } else { "F" },
        head.created,
        head.modified,
        none,
        none,
        none,
        none
    ])?;
    post(sink, head, 0, accounts::RECEIVABLE, cents(head.total * head.rate))
}

pub(super) fn put_item(sink: &mut Sink<'_>, world: &World, head: &Head, item: &LineItem<'_>) -> Result<()> {
    let line = i64::from(item.l_linenumber);
    let day = |date: tpchgen::dates::TPCHDate| (i64::from(date.to_unix_epoch()) + SHIFT_DAYS) * DAY;
    let amount = item.l_extendedprice.as_f64();
    #[expect(clippy::cast_precision_loss, reason = "quantities are at most 50")]
    let quantity = item.l_quantity as f64;
    let key = head.id * 8 + line;
    // Some lines were not touched by their transaction's last change.
    let modified = if world.mix.percent("line.older", key, 25) {
        head.created + world.mix.below("line.modified", key, head.modified - head.created + 1)
    } else {
        head.modified
    };
    sink.last_key += 1;
    sink.lines.put(params![
        sink.last_key,
        head.id,
        line,
        line,
        "F",
        "F",
        "F",
        item.l_partkey,
        item_type(item.l_partkey),
        -quantity,
        (item.l_linestatus == "F").then_some(quantity),
        cents(amount / quantity),
        cents(-amount * head.rate),
        -amount,
        world.mix.percent("line.memo", key, 60).then_some(item.l_comment),
        head.entity,
        head.subsidiary,
        item.l_partkey % 6 + 1,
        item.l_partkey % 6 + 1,
        item.l_suppkey % 25 + 1,
        day(item.l_shipdate),
        (item.l_linestatus == "F").then(|| day(item.l_receiptdate)),
        if item.l_linestatus == "F" { "T" } else { "F" },
        head.created,
        modified,
        item.l_returnflag,
        item.l_discount.as_f64() * 100.0,
        item.l_shipmode,
        day(item.l_commitdate)
    ])?;
    let account =
        if item_type(item.l_partkey) == "Service" { accounts::SERVICE_INCOME } else { accounts::SALES };
    post(sink, head, line, account, cents(-amount * head.rate))
}

fn post(sink: &mut Sink<'_>, head: &Head, line: i64, account: i64, amount: f64) -> Result<()> {
    if !head.sort.posting {
        return Ok(());
    }
    let (transaction, rate, modified) = (head.id, head.rate, head.modified);
    Posting { transaction, line, account, amount, rate, modified }.put(&mut sink.accounting)
}
