//! What an account has to give so that it is started, stopped and ordered like every other one.

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::control::{PermissionChange, Refused, Rows, RowsQuery};
use crate::{Counters, Faults, Gate};

/// A simulated account behind the shared server ([`start`](crate::start())) and the shared control plane
/// ([`control_plane`](crate::control_plane())).
///
/// Methods that answer a `Result` may block; they are called off the async threads.
pub trait Simulated: Send + Sync + Sized + 'static {
    /// As logs name it: `HubSpot portal`.
    const NAME: &'static str;

    /// What a client needs to log in.
    type Credentials<'a>
    where
        Self: 'a;
    /// The body of `POST /_control/changes`.
    type Changes: DeserializeOwned + Send + 'static;
    /// Its answer. It has `updated`, `inserted` and `deleted`, rows by table, and their UTC second `at`.
    type Changed: Serialize;
    /// What only this vendor can do wrong. Its fields stand beside those of every account, so it must neither
    /// flatten anything nor deny unknown fields, which is done for it.
    type Faults: DeserializeOwned + Send + 'static;
    /// A column's name, read from `table.column`.
    type Column: FromStr<Err: std::fmt::Display> + Ord + Send;

    /// Where the account is reached, without a trailing slash.
    fn base_url(&self) -> &str;
    fn credentials(&self) -> Self::Credentials<'_>;
    fn counters(&self) -> &Counters;
    fn gate(&self) -> &Gate;
    fn faults(&self) -> &Faults;

    /// The account's own clock in UTC milliseconds, skew included.
    fn clock(&self) -> i64;

    /// The last millisecond of the account's clock up to which queries see every change that was made.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visible_until(&self) -> Result<i64>;

    /// An order of so many changes of each kind that every account knows.
    fn some_changes(updates: u32, inserts: u32, deletes: u32) -> Self::Changes;

    /// Makes changes; they are in the store when it returns.
    ///
    /// # Errors
    /// When the store cannot be changed.
    fn make_changes(&self, order: Self::Changes) -> Result<Self::Changed>;

    /// Living rows by table: the truth.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn true_counts(&self) -> Result<BTreeMap<&'static str, i64>>;

    /// True rows of a table.
    ///
    /// # Errors
    /// [`Refused::Wrong`] when there is no such table, [`Refused::Failed`] when the store cannot be read.
    fn true_rows(&self, query: &RowsQuery) -> Result<Rows, Refused>;

    /// The account's own spelling of a table whose permission can be taken away.
    ///
    /// # Errors
    /// Says that there is none of that name.
    fn table(name: &str) -> Result<String, String>;

    /// Takes permissions away, and gives them back.
    fn change_permissions(&self, change: PermissionChange<Self::Column>);

    /// Ends every token or session that ends at all with this vendor.
    fn end_sessions(&self);

    /// Takes the vendor's own faults; returns what the answer says beyond [`ordered`](Simulated::ordered).
    ///
    /// # Errors
    /// [`Refused::Wrong`] before anything was done, [`Refused::Failed`] when the store cannot be changed.
    fn order_faults(&self, order: Self::Faults) -> Result<Map<String, Value>, Refused>;

    /// What `GET /_control/faults` answers: `pending` faults, tables `denied`, columns `rejected`, and the vendor's own.
    fn ordered(&self) -> Value;

    /// Takes the vendor's own faults back, beside those of [`Simulated::faults`].
    fn reset_faults(&self) {}

    /// What `GET /_control/requests` says beyond the counters.
    fn usage(&self) -> Map<String, Value> {
        Map::new()
    }
}
