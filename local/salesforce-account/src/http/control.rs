//! The org's part of the control plane: what tests order and what they compare with.

use std::collections::BTreeMap;

use anyhow::Result;
use forebay_simulation::{Counters, Faults, Gate, PermissionChange, Refused, Rows, RowsQuery, Simulated};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::faults::OwnFaults;
use super::record::value;
use crate::auth::Credentials;
use crate::catalog::{self, ColumnName, Field, Kind, OBJECTS, Object};
use crate::changes::{ChangeOrder, Changed, apply, shift_formula};
use crate::instant;
use crate::org::Org;
use crate::store::quoted;

impl Simulated for Org {
    const NAME: &'static str = "Salesforce org";

    type Credentials<'a> = &'a Credentials;
    type Changes = ChangeOrder;
    type Changed = Changed;
    type Faults = OwnFaults;
    type Column = ColumnName;

    /// Login host and instance in one.
    fn base_url(&self) -> &str {
        &self.credentials.base_url
    }

    fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    fn counters(&self) -> &Counters {
        &self.counters
    }

    fn gate(&self) -> &Gate {
        &self.gate
    }

    fn faults(&self) -> &Faults {
        &self.faults.transport
    }

    fn clock(&self) -> i64 {
        self.now()
    }

    fn visible_until(&self) -> Result<i64> {
        self.committed_until()
    }

    fn some_changes(updates: u32, inserts: u32, deletes: u32) -> ChangeOrder {
        ChangeOrder { updates, inserts, deletes, ..ChangeOrder::default() }
    }

    fn make_changes(&self, order: ChangeOrder) -> Result<Changed> {
        apply(self, order)
    }

    /// Archived rows are among them.
    fn true_counts(&self) -> Result<BTreeMap<&'static str, i64>> {
        self.store.read(|db| {
            let mut counts = BTreeMap::new();
            for object in OBJECTS.iter().filter(|o| o.queryable) {
                let sql = format!("SELECT COUNT(*) FROM {} t WHERE {}", quoted(object.name), live(object));
                counts.insert(object.name, db.query_row(&sql, [], |row| row.get::<_, i64>(0))?);
            }
            Ok(counts)
        })
    }

    fn true_rows(&self, query: &RowsQuery) -> Result<Rows, Refused> {
        let object = catalog::object(&query.table).filter(|o| o.queryable);
        let object = object.ok_or_else(|| Refused::wrong("no such table"))?;
        Ok(self.store.read(|db| true_rows(db, object, query))?)
    }

    fn table(name: &str) -> Result<String, String> {
        crate::settings::object(name)
    }

    fn change_permissions(&self, change: PermissionChange<ColumnName>) {
        self.change_access(|access| {
            if let Some(object) = &change.allow {
                access.silenced.remove(object);
            }
            change.apply(&mut access.denied, &mut access.rejected);
        });
    }

    fn end_sessions(&self) {
        self.tokens.expire_all();
    }

    fn order_faults(&self, order: OwnFaults) -> Result<Map<String, Value>, Refused> {
        let silence = order.silence_table.as_deref().map(Self::table).transpose().map_err(Refused::Wrong)?;
        self.change_access(|access| access.silenced.extend(silence));
        self.faults.order(&order);
        if order.expire_locators == Some(true) {
            self.locators.expire_all();
        }
        if let Some(seconds) = order.late_commit_seconds {
            self.set_late_commit(seconds);
        }
        if let Some(used) = order.api_usage {
            self.set_used_requests(used);
        }
        let mut more = Map::new();
        if let Some(users) = order.formula_shift {
            more.insert("formula_shifted".to_owned(), json!(shift_formula(self, users)?));
        }
        Ok(more)
    }

    fn ordered(&self) -> Value {
        let access = self.access();
        let rejected: Vec<String> = access.rejected.iter().map(ColumnName::to_string).collect();
        json!({
            "pending": self.faults.pending(),
            "late_commit_seconds": self.late_commit() / 1_000,
            "denied": access.denied,
            "silenced": access.silenced,
            "rejected": rejected,
        })
    }

    /// Late commits end as well.
    fn reset_faults(&self) {
        self.faults.reset();
        self.set_late_commit(0);
    }

    fn usage(&self) -> Map<String, Value> {
        Map::from_iter([("api_usage".to_owned(), self.used_requests().into())])
    }
}

fn live(object: &Object) -> &'static str {
    if object.has("IsDeleted") { "t.\"IsDeleted\" = 0" } else { "1" }
}

fn true_rows(db: &Connection, object: &'static Object, query: &RowsQuery) -> Result<Rows> {
    let fields: Vec<&Field> = object.fields.iter().filter(|f| f.kind != Kind::Base64).collect();
    let columns: String = fields.iter().map(|f| format!(", {}", f.sql())).collect();
    let sql = format!(
        "SELECT t._seq{columns} FROM {} t WHERE t._seq > ?1 AND {} ORDER BY t._seq LIMIT ?2",
        quoted(object.name),
        live(object)
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query((query.after, query.limit))?;
    let mut page = Rows::default();
    while let Some(row) = rows.next()? {
        let mut item = Map::new();
        for (index, field) in fields.iter().enumerate() {
            item.insert(field.name.to_owned(), value(field, row.get_ref(index + 1)?, instant::plain));
        }
        page.push(row.get(0)?, Value::Object(item));
    }
    Ok(page)
}
