//! The head of a transaction.

use anyhow::Result;
use rusqlite::params;
use tpchgen::generators::{Order, OrderStatus};

use super::super::entities::{clerks, customer_id, employee_id, suppliers, vendor_id};
use super::super::lists::period_of;
use super::super::moments::{SHIFT_DAYS, created, modified};
use super::super::{Mix, World};
use super::Sink;
use crate::calendar::DAY;

/// A kind of transaction and the names it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub kind: &'static str,
    pub record: &'static str,
    pub short: &'static str,
    pub prefix: &'static str,
    /// Whether it posts to the ledger, and so has accounting lines.
    pub posting: bool,
}

const INVOICE: Sort =
    Sort { kind: "CustInvc", record: "invoice", short: "INV", prefix: "INV", posting: true };
const SALES_ORDER: Sort =
    Sort { kind: "SalesOrd", record: "salesorder", short: "SALESORD", prefix: "SO", posting: false };
const PURCHASE_ORDER: Sort =
    Sort { kind: "PurchOrd", record: "purchaseorder", short: "PURCHORD", prefix: "PO", posting: false };
const ESTIMATE: Sort =
    Sort { kind: "Estimate", record: "estimate", short: "EST", prefix: "EST", posting: false };
const FULFILMENT: Sort =
    Sort { kind: "ItemShip", record: "itemfulfillment", short: "ITEMSHIP", prefix: "IF", posting: false };

/// What the lines need to know of their transaction.
pub struct Head {
    pub id: i64,
    pub sort: Sort,
    pub entity: i64,
    pub employee: i64,
    pub subsidiary: i64,
    pub currency: i64,
    pub rate: f64,
    pub day: i64,
    pub created: i64,
    pub modified: i64,
    pub total: f64,
    pub closed: bool,
    mix: Mix,
}

impl Head {
    /// `number` counts the orders from 0 and decides what kind of transaction the order becomes.
    pub fn new(world: &World, order: &Order<'_>, number: i64) -> Self {
        let id = order.o_orderkey;
        let sort = match number % 8 {
            0 | 4 => INVOICE,
            3 => PURCHASE_ORDER,
            6 => FULFILMENT,
            7 => ESTIMATE,
            _ => SALES_ORDER,
        };
        let day = (i64::from(order.o_orderdate.to_unix_epoch()) + SHIFT_DAYS) * DAY;
        let created = created(world, "transaction.created", id, day);
        let clerk = order.o_clerk.to_string();
        let clerk: i64 = clerk.rsplit('#').next().and_then(|digits| digits.parse().ok()).unwrap_or(1);
        let foreign = world.mix.percent("transaction.foreign", id, 20);
        Self {
            id,
            sort,
            entity: if sort == PURCHASE_ORDER {
                vendor_id(1 + world.mix.below("transaction.vendor", id, suppliers(world.scale)))
            } else {
                customer_id(order.o_custkey)
            },
            employee: employee_id(1 + clerk % clerks(world.scale)),
            subsidiary: order.o_custkey % 5 + 2,
            currency: if foreign { 2 } else { 1 },
            rate: if foreign { 1.08 } else { 1.0 },
            day,
            created,
            modified: modified(world, "transaction", id, created),
            total: order.o_totalprice.as_f64(),
            closed: order.o_orderstatus == OrderStatus::Fulfilled,
            mix: world.mix,
        }
    }

    pub(super) fn put(&self, sink: &mut Sink<'_>, order: &Order<'_>) -> Result<()> {
        let Self { id, sort, mix, .. } = self;
        let status = match (order.o_orderstatus, sort.posting) {
            (OrderStatus::Fulfilled, true) => "B",
            (_, true) => "A",
            (OrderStatus::Fulfilled, false) => "G",
            (OrderStatus::Open, false) => "B",
            (OrderStatus::Pending, false) => "D",
        };
        let reviewed = mix.percent("transaction.reviewed", *id, 30);
        let reviewed = reviewed
            .then(|| self.created + mix.below("transaction.review", *id, self.modified - self.created + 1));
        let closing = self.day + 30 * DAY;
        sink.transactions.put(params![
            id,
            format!("{}{id}", sort.prefix),
            format!("{}{id}", sort.short),
            sort.kind,
            sort.record,
            sort.short,
            self.day,
            self.entity,
            status,
            self.currency,
            self.rate,
            self.total,
            mix.percent("transaction.memo", *id, 85).then_some(order.o_comment),
            mix.percent("transaction.ref", *id, 25).then(|| format!("PO-{id}")),
            mix.percent("transaction.web", *id, 10).then_some("Web Services"),
            if sort.posting { "T" } else { "F" },
            "F",
            sort.posting.then(|| period_of(self.day)),
            self.employee,
            sort.posting.then_some(closing),
            self.closed.then_some(closing),
            self.created,
            self.employee,
            self.employee,
            self.modified,
            mix.percent("transaction.external", *id, 10).then(|| format!("TPCH-{id}")),
            order.o_orderpriority,
            order.o_shippriority,
            reviewed
        ])
    }
}
