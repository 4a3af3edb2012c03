//! What `POST /_control/faults` takes.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Deserialize;

use super::Refused;
use crate::FaultOrder;

/// An order: faults and permissions in the words that every account knows, and the vendor's own beside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order<O> {
    #[serde(flatten)]
    pub faults: FaultOrder,
    #[serde(flatten)]
    pub permissions: PermissionOrder,
    #[serde(flatten)]
    pub own: O,
}

/// Permissions to take away or to give back. What is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct PermissionOrder {
    /// The integration may not read this table any more.
    pub deny_table: Option<String>,
    /// It may again.
    pub allow_table: Option<String>,
    /// This `table.column` is gone or hidden.
    pub reject_column: Option<String>,
    /// It is there again, with its values.
    pub allow_column: Option<String>,
}

/// A [`PermissionOrder`] whose names the account knows.
#[derive(Debug, PartialEq, Eq)]
pub struct PermissionChange<C> {
    pub deny: Option<String>,
    pub allow: Option<String>,
    pub reject: Option<C>,
    pub restore: Option<C>,
}

impl PermissionOrder {
    /// Reads the names; `table` gives the account's own spelling.
    ///
    /// # Errors
    /// [`Refused::Wrong`] with the first name that is unknown.
    pub fn read<C: FromStr<Err: std::fmt::Display>>(
        &self,
        table: fn(&str) -> Result<String, String>,
    ) -> Result<PermissionChange<C>, Refused> {
        let table = |name: &Option<String>| name.as_deref().map(table).transpose().map_err(Refused::Wrong);
        let column =
            |name: &Option<String>| name.as_deref().map(str::parse::<C>).transpose().map_err(Refused::wrong);
        Ok(PermissionChange {
            deny: table(&self.deny_table)?,
            allow: table(&self.allow_table)?,
            reject: column(&self.reject_column)?,
            restore: column(&self.allow_column)?,
        })
    }
}

impl<C: Ord> PermissionChange<C> {
    /// Applies the change to the tables denied and the columns rejected so far. What is given back wins.
    pub fn apply(self, denied: &mut BTreeSet<String>, rejected: &mut BTreeSet<C>) {
        denied.extend(self.deny);
        rejected.extend(self.reject);
        if let Some(table) = self.allow {
            denied.remove(&table);
        }
        if let Some(column) = self.restore {
            rejected.remove(&column);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Own {
        lag: Option<u32>,
    }

    fn known(name: &str) -> Result<String, String> {
        if name.eq_ignore_ascii_case("orders") { Ok("orders".to_owned()) } else { Err(format!("no {name}")) }
    }

    #[test]
    fn every_part_of_an_order_is_read_and_nothing_else() {
        let text = r#"{"skip":2,"throttle":1,"deny_table":"orders","lag":7}"#;
        let order: Order<Own> = serde_json::from_str(text).unwrap();
        assert_eq!((order.faults.skip, order.faults.throttle, order.own.lag), (Some(2), Some(1), Some(7)));
        assert_eq!(order.permissions.deny_table.as_deref(), Some("orders"));
        let none: Order<Own> = serde_json::from_str("{}").unwrap();
        assert_eq!((none.faults.skip, none.own.lag), (None, None));
        for wrong in [r#"{"lagg":7}"#, r#"{"throtle":1}"#, r#"{"deny_tables":"orders"}"#] {
            assert!(serde_json::from_str::<Order<Own>>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn permissions_go_and_come_back_under_the_accounts_spelling() {
        let (mut denied, mut rejected) = (BTreeSet::new(), BTreeSet::new());
        let mut apply = |order: PermissionOrder| {
            order.read::<String>(known).unwrap().apply(&mut denied, &mut rejected);
            (denied.len(), rejected.len())
        };
        let name = |text: &str| Some(text.to_owned());
        let taken = PermissionOrder {
            deny_table: name("ORDERS"),
            reject_column: name("orders.id"),
            ..PermissionOrder::default()
        };
        assert_eq!(apply(taken), (1, 1));
        let given = PermissionOrder {
            allow_table: name("orders"),
            allow_column: name("orders.id"),
            ..PermissionOrder::default()
        };
        assert_eq!(apply(given), (0, 0));
        let wrong = PermissionOrder { deny_table: name("nothing"), ..PermissionOrder::default() };
        assert!(matches!(wrong.read::<String>(known), Err(Refused::Wrong(reason)) if reason == "no nothing"));
    }
}
