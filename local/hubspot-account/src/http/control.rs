//! The portal's part of the control plane: what tests order. What they compare with is in [`super::truth`].

use std::collections::BTreeMap;

use anyhow::Result;
use forebay_simulation::{Counters, Faults, Gate, PermissionChange, Refused, Rows, RowsQuery, Simulated};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::truth;
use crate::access::PropertyName;
use crate::account::Account;
use crate::auth::Credentials;
use crate::changes::{ChangeOrder, Changed};
use crate::moment::machine_ms;

/// What only this vendor can do wrong, beside what every account takes. What is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OwnFaults {
    /// Gives the private app a new token, which is in the credentials then.
    rotate_private_app: Option<bool>,
    /// Changes are found by search this much later.
    search_lag_ms: Option<u64>,
}

impl Simulated for Account {
    const NAME: &'static str = "HubSpot portal";

    type Credentials<'a> = Credentials;
    type Changes = ChangeOrder;
    type Changed = Changed;
    type Faults = OwnFaults;
    type Column = PropertyName;

    fn base_url(&self) -> &str {
        self.base_url()
    }

    fn credentials(&self) -> Credentials {
        self.credentials()
    }

    fn counters(&self) -> &Counters {
        &self.counters
    }

    fn gate(&self) -> &Gate {
        &self.gate
    }

    fn faults(&self) -> &Faults {
        &self.faults
    }

    fn clock(&self) -> i64 {
        self.now()
    }

    fn visible_until(&self) -> Result<i64> {
        self.searchable_until()
    }

    fn some_changes(updates: u32, inserts: u32, deletes: u32) -> ChangeOrder {
        ChangeOrder { updates, inserts, deletes, ..ChangeOrder::default() }
    }

    fn make_changes(&self, order: ChangeOrder) -> Result<Changed> {
        self.change(order)
    }

    fn true_counts(&self) -> Result<BTreeMap<&'static str, i64>> {
        self.store.read(truth::counts)
    }

    fn true_rows(&self, query: &RowsQuery) -> Result<Rows, Refused> {
        truth::rows(&self.store, query)
    }

    fn table(name: &str) -> Result<String, String> {
        crate::settings::table(name)
    }

    fn change_permissions(&self, change: PermissionChange<PropertyName>) {
        self.change_access(|access| change.apply(&mut access.denied, &mut access.rejected));
    }

    /// A private app's token never ends by itself.
    fn end_sessions(&self) {
        self.tokens.expire_all(machine_ms());
    }

    fn order_faults(&self, order: OwnFaults) -> Result<Map<String, Value>, Refused> {
        if order.rotate_private_app == Some(true) {
            self.rotate_private_app()?;
        }
        if let Some(ms) = order.search_lag_ms {
            self.set_search_lag(ms);
        }
        Ok(Map::new())
    }

    fn ordered(&self) -> Value {
        let access = self.access();
        json!({
            "pending": self.faults.pending(),
            "denied": access.denied,
            "rejected": access.rejected,
            "search_lag_ms": self.search_lag_ms(),
        })
    }
}
