//! `SqlRepository`: every trait of `forebay_ports::repository`, one file each.

mod accounts;
mod claims;
mod dead_letters;
mod discovery;
mod lineage;
mod notices;
mod pages;
mod periods;
mod profiles;
mod quality;
mod records;
mod retry;
mod run_steps;
mod runs;
mod schemas;
mod secret_audit;
mod sources;

use std::borrow::Cow;
use std::sync::Arc;

use forebay_model::TenantId;
use forebay_ports::PortError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::driver::{Database, Scope, Transaction};
use crate::layouts::Layouts;
use crate::value::{Row, SqlValue};

#[doc(hidden)]
pub use samples::statements;
mod samples;

/// The repository over any database.
pub struct SqlRepository {
    db: Arc<dyn Database>,
    layouts: Layouts,
}

impl std::fmt::Debug for SqlRepository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqlRepository({:?})", self.db.dialect())
    }
}

impl SqlRepository {
    /// Over a database whose migrations have been applied.
    pub fn new(db: Arc<dyn Database>) -> Self {
        Self { db, layouts: Layouts::default() }
    }

    async fn query(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        self.db.query(Scope::Tenant(tenant), &self.text(sql), params).await
    }

    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, PortError> {
        self.db.begin(Scope::Tenant(tenant)).await
    }

    fn text<'s>(&self, sql: &'s str) -> Cow<'s, str> {
        self.db.dialect().text(sql)
    }
}

/// JSON text of a value of ours, which always has one.
fn to_json<T: Serialize>(value: &T) -> Result<String, PortError> {
    serde_json::to_string(value).map_err(|e| rejected(e.to_string()))
}

/// The word that stands for an enum's variant in a column.
fn word<T: Serialize>(value: T) -> Result<String, PortError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(rejected(format!("{other} is no word"))),
        Err(error) => Err(rejected(error.to_string())),
    }
}

fn from_word<T: DeserializeOwned>(word: String) -> Result<T, PortError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|e| rejected(e.to_string()))
}

/// Texts as the JSON array that `Dialect::texts` reads.
fn json_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> SqlValue {
    let list: Vec<serde_json::Value> = texts.into_iter().map(Into::into).collect();
    SqlValue::Text(serde_json::Value::Array(list).to_string())
}

fn rejected(detail: String) -> PortError {
    PortError::Rejected { service: "database", detail }
}
