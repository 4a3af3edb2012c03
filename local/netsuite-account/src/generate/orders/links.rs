//! Which document came of which: invoices of orders and estimates, fulfilments of orders.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::params;

use super::Sink;
use super::transaction::Head;

/// A document that others may follow.
#[derive(Debug, Clone, Copy)]
pub struct Document {
    id: i64,
    kind: &'static str,
    day: i64,
    total: f64,
    lines: i64,
}

/// Documents that were not followed yet, by kind. Each is followed once.
#[derive(Default)]
pub struct Open(BTreeMap<&'static str, Document>);

/// What a document may follow, and what the link is called.
fn ancestors(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "CustInvc" => &[("SalesOrd", "OrdBill")],
        "ItemShip" => &[("SalesOrd", "ShipRcpt")],
        "SalesOrd" => &[("Estimate", "EstInvc")],
        _ => &[],
    }
}

impl Open {
    /// Links a document of `lines` items with the last one it may follow.
    pub(super) fn link(&mut self, sink: &mut Sink<'_>, head: &Head, lines: i64) -> Result<()> {
        let next = Document { id: head.id, kind: head.sort.kind, day: head.day, total: head.total, lines };
        for (kind, link) in ancestors(next.kind) {
            if let Some(previous) = self.0.remove(kind) {
                put(sink, &previous, &next, link, head.created)?;
            }
        }
        self.0.insert(next.kind, next);
        Ok(())
    }
}

fn put(sink: &mut Sink<'_>, previous: &Document, next: &Document, link: &str, at: i64) -> Result<()> {
    let (p, n) = (previous, next);
    sink.links.put(params![p.id, p.kind, p.day, n.id, n.kind, n.day, link, n.total, at])?;
    for line in 1..=p.lines.min(n.lines) {
        sink.line_links.put(params![p.id, line, p.kind, n.id, line, n.kind, link, None::<f64>, at])?;
    }
    Ok(())
}
