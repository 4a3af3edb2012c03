//! Runs a plan for one page and writes the items as the vendor does.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::fragment::{OutputColumn, Type};
use super::refusal::Refusal;
use super::translator::Plan;
use super::{ROW_CAP, number};
use crate::calendar::user_date;
use crate::pacific::to_wall;

/// Which rows of a query are wanted.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest {
    pub limit: u64,
    pub offset: u64,
}

/// The rows of a page.
#[derive(Debug)]
pub struct Page {
    /// A JSON array.
    pub items: String,
    pub count: u64,
    pub has_more: bool,
    pub total: u64,
}

/// Totals of queries that were counted before, valid while no row changes.
#[derive(Default)]
pub struct Totals {
    known: Mutex<(u64, HashMap<String, u64>)>,
}

/// Totals kept at once; a keyset reader makes a new query per page and would fill memory otherwise.
const TOTALS_KEPT: usize = 1_000;

impl Totals {
    fn get(&self, generation: u64, shape: &str) -> Option<u64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.0 == generation).then(|| known.1.get(shape).copied()).flatten()
    }

    fn put(&self, generation: u64, shape: &str, total: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != generation || known.1.len() >= TOTALS_KEPT {
            *known = (generation, HashMap::new());
        }
        known.1.insert(shape.to_owned(), total);
    }
}

/// Reads one page. Names are written lower case unless `upper_case` imitates a release that changed them.
pub fn run(
    db: &Connection,
    plan: &Plan,
    request: PageRequest,
    totals: &Totals,
    generation: u64,
    upper_case: bool,
) -> Result<Page, Refusal> {
    let reachable = ROW_CAP.saturating_sub(request.offset);
    let wanted = request.limit.min(reachable);
    let sql = format!("SELECT * FROM ({}) LIMIT {} OFFSET {}", plan.rows, wanted + 1, request.offset);
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let keys: Vec<String> = plan.columns.iter().map(|c| key(&c.name, upper_case)).collect();
    let mut items = String::with_capacity(64 * 1_024);
    items.push('[');
    let mut count = 0;
    let mut further = false;
    while let Some(row) = rows.next()? {
        if count == wanted {
            further = true;
            break;
        }
        items.push_str(if count == 0 { "{\"links\":[]" } else { ",{\"links\":[]" });
        for (index, column) in plan.columns.iter().enumerate() {
            write_value(&mut items, &keys[index], column, row.get_ref(index)?);
        }
        items.push('}');
        count += 1;
    }
    items.push(']');
    // At the cap the vendor ends in silence: nothing more, and no error.
    let has_more = further && request.offset + wanted < ROW_CAP;
    let total = match (further, count) {
        (false, read) if read > 0 || request.offset == 0 => request.offset + read,
        _ => total(db, plan, totals, generation)?,
    };
    Ok(Page { items, count, has_more, total })
}

fn total(db: &Connection, plan: &Plan, totals: &Totals, generation: u64) -> Result<u64, Refusal> {
    if let Some(known) = totals.get(generation, &plan.shape) {
        return Ok(known);
    }
    let sql = format!("SELECT COUNT(*) FROM (SELECT * FROM ({}) LIMIT {ROW_CAP})", plan.shape);
    let counted: i64 = db.query_row(&sql, [], |row| row.get(0))?;
    let total = counted.unsigned_abs();
    totals.put(generation, &plan.shape, total);
    Ok(total)
}

/// `,"name":"` ready to be written before each value.
fn key(name: &str, upper_case: bool) -> String {
    let name = if upper_case { name.to_uppercase() } else { name.to_owned() };
    format!(",{}:\"", serde_json::Value::String(name))
}

/// Writes one value; NULL and the empty text are left out, everything else is a JSON string.
fn write_value(out: &mut String, key: &str, column: &OutputColumn, value: ValueRef<'_>) {
    let is_moment = column.ty.is_moment();
    match value {
        ValueRef::Integer(seconds) if is_moment => {
            let wall = if column.ty == Type::Instant { to_wall(seconds) } else { seconds };
            out.push_str(key);
            out.push_str(&user_date(wall));
        }
        ValueRef::Integer(n) => {
            out.push_str(key);
            out.push_str(&n.to_string());
        }
        ValueRef::Real(n) => {
            out.push_str(key);
            out.push_str(&number::show(n));
        }
        ValueRef::Text(text) if !text.is_empty() => {
            out.push_str(key);
            write_escaped(out, &String::from_utf8_lossy(text));
        }
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => return,
    }
    out.push('"');
}

fn write_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}
