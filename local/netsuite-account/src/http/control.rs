//! The account's part of the control plane: what tests order and what they compare with.

use std::collections::BTreeMap;

use anyhow::Result;
use forebay_simulation::{Counters, Faults, Gate, PermissionChange, Refused, Rows, RowsQuery, Simulated};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use super::faults::OwnFaults;
use crate::account::Account;
use crate::auth::Credentials;
use crate::calendar::{iso_date, iso_utc};
use crate::catalog::{self, Column, Kind, TABLES, Table};
use crate::changes::{ChangeOrder, Changed, WidenError, apply, widen};
use crate::suiteql::{Access, ColumnName};

impl Simulated for Account {
    const NAME: &'static str = "NetSuite account";

    type Credentials<'a> = &'a Credentials;
    type Changes = ChangeOrder;
    type Changed = Changed;
    type Faults = OwnFaults;
    type Column = ColumnName;

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
        self.now() * 1_000
    }

    /// SuiteQL reads what is committed, and changes commit with their second.
    fn visible_until(&self) -> Result<i64> {
        Ok(self.clock())
    }

    fn some_changes(updates: u32, inserts: u32, deletes: u32) -> ChangeOrder {
        ChangeOrder { updates, inserts, deletes, ..ChangeOrder::default() }
    }

    fn make_changes(&self, order: ChangeOrder) -> Result<Changed> {
        apply(&self.store, self.mix, order, self.now())
    }

    fn true_counts(&self) -> Result<BTreeMap<&'static str, i64>> {
        self.store.read(|db| {
            let mut counts = BTreeMap::new();
            for table in TABLES {
                let sql = format!("SELECT COUNT(*) FROM \"{}\"", table.name);
                counts.insert(table.name, db.query_row(&sql, [], |row| row.get::<_, i64>(0))?);
            }
            Ok(counts)
        })
    }

    fn true_rows(&self, query: &RowsQuery) -> Result<Rows, Refused> {
        let table = catalog::table(&query.table).ok_or_else(|| Refused::wrong("no such table"))?;
        let access = self.access();
        Ok(self.store.read(|db| true_rows(db, &access, table, query))?)
    }

    fn table(name: &str) -> Result<String, String> {
        crate::settings::table(name)
    }

    fn change_permissions(&self, change: PermissionChange<ColumnName>) {
        self.change_access(|access| {
            if let Some(table) = &change.allow {
                access.silenced.remove(table);
            }
            change.apply(&mut access.denied, &mut access.rejected);
        });
    }

    fn end_sessions(&self) {
        self.tokens.expire_all();
    }

    fn order_faults(&self, order: OwnFaults) -> Result<Map<String, Value>, Refused> {
        let known = |name: &str| Self::table(name).map_err(Refused::Wrong);
        let silence = order.silence_table.as_deref().map(known).transpose()?;
        for after in [&order.deny_after, &order.silence_after].into_iter().flatten() {
            known(&after.table)?;
        }
        if let Some(name) = &order.widen_column {
            widen_now(self, name.parse().map_err(Refused::Wrong)?)?;
        }
        self.change_access(|access| access.silenced.extend(silence));
        self.faults.order(&order);
        Ok(Map::new())
    }

    fn ordered(&self) -> Value {
        let access = self.access();
        let rejected: Vec<String> = access.rejected.iter().map(ColumnName::to_string).collect();
        let widened: BTreeMap<String, String> = access
            .widened
            .iter()
            .map(|(column, kind)| (column.to_string(), format!("{kind:?}").to_lowercase()))
            .collect();
        json!({
            "pending": self.faults.pending(),
            "denied": access.denied,
            "silenced": access.silenced,
            "rejected": rejected,
            "widened": widened,
        })
    }

    fn reset_faults(&self) {
        self.faults.reset();
    }
}

fn widen_now(account: &Account, name: ColumnName) -> Result<(), Refused> {
    let made = widen(&account.store, account.mix, &name, account.now());
    let (kind, _) = made.map_err(|error| match error {
        WidenError::Failed(error) => Refused::Failed(error),
        other => Refused::wrong(other),
    })?;
    account.change_access(|access| {
        access.widened.insert(name, kind);
    });
    Ok(())
}

fn true_rows(db: &Connection, access: &Access, table: &Table, query: &RowsQuery) -> Result<Rows> {
    let sql = format!("SELECT rowid, * FROM \"{}\" WHERE rowid > ?1 ORDER BY rowid LIMIT ?2", table.name);
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query((query.after, query.limit))?;
    let mut page = Rows::default();
    while let Some(row) = rows.next()? {
        let mut item = Map::new();
        for (index, column) in table.columns.iter().filter(|c| c.stored()).enumerate() {
            item.insert(
                column.name.to_owned(),
                true_value(column, access.kind(table, column), row.get_ref(index + 1)?),
            );
        }
        page.push(row.get(0)?, Value::Object(item));
    }
    Ok(page)
}

fn true_value(column: &Column, kind: Kind, held: ValueRef<'_>) -> Value {
    match (kind, held) {
        (Kind::Text, ValueRef::Integer(n)) if column.kind != Kind::Text => n.to_string().into(),
        (Kind::Text, ValueRef::Real(n)) if column.kind != Kind::Text => n.to_string().into(),
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
        (Kind::Date, ValueRef::Integer(wall)) => iso_date(wall).into(),
        (Kind::DateTime, ValueRef::Integer(utc)) => iso_utc(utc).into(),
        (_, ValueRef::Integer(n)) => n.into(),
        (_, ValueRef::Real(n)) => n.into(),
        (Kind::Flag, ValueRef::Text(text)) => (text == b"T").into(),
        (_, ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned().into(),
    }
}
