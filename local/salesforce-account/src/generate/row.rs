//! A row in the making.

use anyhow::Result;
use forebay_simulation::Mix;
use rusqlite::types::Value;
use rusqlite::{Statement, params_from_iter};

use super::Moments;
use crate::catalog::{Field, Object};
use crate::ids;
use crate::instant;
use crate::store::quoted;

/// Finds a record of an object to refer to, chosen for a purpose.
pub type Refer<'a> = dyn Fn(&'static str, &str) -> Result<Option<String>> + 'a;

/// What a row is made from.
pub struct Context<'a> {
    pub mix: Mix,
    /// The row's number among those of its object.
    pub number: i64,
    pub moments: Moments,
    pub refer: &'a Refer<'a>,
}

impl Context<'_> {
    pub fn below(&self, purpose: &str, bound: i64) -> i64 {
        self.mix.below(purpose, self.number, bound)
    }

    pub fn percent(&self, purpose: &str, percent: i64) -> bool {
        self.mix.percent(purpose, self.number, percent)
    }

    pub fn one_of(&self, purpose: &str, list: &[&'static str]) -> &'static str {
        let index = self.below(purpose, i64::try_from(list.len()).unwrap_or(0));
        usize::try_from(index).ok().and_then(|i| list.get(i)).copied().unwrap_or("")
    }

    /// An amount in whole cents, below `bound` units.
    pub fn amount(&self, purpose: &str, bound: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "amounts are small")]
        let cents = self.below(purpose, bound * 100) as f64;
        cents / 100.0
    }

    /// A day so many days at most after the row was created.
    pub fn day(&self, purpose: &str, days: i64) -> String {
        instant::date(self.moments.created + self.below(purpose, days) * instant::DAY)
    }

    pub fn refer(&self, object: &'static str, purpose: &str) -> Result<Option<String>> {
        (self.refer)(object, purpose)
    }
}

/// One row; what is not set is null.
pub struct Row {
    object: &'static Object,
    /// Behind the number of the row, one for each stored field.
    values: Vec<Value>,
}

impl Row {
    /// A row with its id and instants.
    pub fn new(object: &'static Object, context: &Context<'_>) -> Self {
        let mut row = Self { object, values: vec![Value::Null; 1 + object.stored().count()] };
        row.values[0] = Value::Integer(context.number);
        row.set("Id", ids::id(object.prefix, context.number));
        let Moments { created, modified, stamp } = context.moments;
        row.set_if_there("CreatedDate", created);
        row.set_if_there("LastModifiedDate", modified);
        row.set_if_there("SystemModstamp", stamp);
        let user = ids::id("005", 1);
        row.set_if_there("CreatedById", user.clone());
        row.set_if_there("LastModifiedById", user);
        row.set_if_there("IsDeleted", false);
        row
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.object.stored().position(|f: &Field| f.name == name)
    }

    fn set_if_there(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(place) = self.place(name) {
            self.values[place + 1] = value.into();
        }
    }

    /// Sets a stored field.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        debug_assert!(self.place(name).is_some(), "{} has no column {name}", self.object.name);
        self.set_if_there(name, value);
    }

    /// Sets a text, the empty one as null.
    pub fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.set(name, value.to_owned());
        }
    }

    pub fn put(&self, statement: &mut Statement<'_>) -> Result<()> {
        statement.execute(params_from_iter(&self.values))?;
        Ok(())
    }

    /// The statement that [`put`](Self::put) runs.
    pub fn insert_sql(object: &Object) -> String {
        let columns: String = object.stored().map(|f| format!(", {}", quoted(f.name))).collect();
        let marks: String = (2..=1 + object.stored().count()).map(|n| format!(", ?{n}")).collect();
        format!("INSERT INTO {} (_seq{columns}) VALUES (?1{marks})", quoted(object.name))
    }
}
