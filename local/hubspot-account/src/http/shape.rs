//! Records as the API shows them.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::problem::Problem;
use crate::access::Access;
use crate::account::Account;
use crate::catalog::{self, ObjectType};
use crate::moment;
use crate::store::Record;

/// The object type of a path segment, when the app has its scope.
pub fn readable(account: &Account, name: &str) -> Result<&'static ObjectType, Problem> {
    let object = catalog::object(name).ok_or_else(|| Problem::unknown_type(name))?;
    if account.access().denied.contains(object.name) {
        return Err(Problem::missing_scope(object.scope));
    }
    Ok(object)
}

/// The properties to answer with: those asked for that exist, or the defaults, and the three that are always there.
/// Unknown ones are left out without a word, as the vendor does.
pub fn wanted(object: &'static ObjectType, access: &Access, asked: &[String]) -> Vec<&'static str> {
    let always = [object.created, "hs_object_id", object.modified];
    let defaults = object.defaults.iter().copied().filter(|_| asked.is_empty());
    let known = asked.iter().filter_map(|name| object.property(name)).map(|p| p.name.as_str());
    let mut seen = HashSet::new();
    defaults
        .chain(known)
        .chain(always)
        .filter(|name| seen.insert(*name) && !access.is_rejected(object.name, name))
        .collect()
}

/// A record with the wanted properties; those without a value are null.
pub fn shown(object: &ObjectType, record: &Record, wanted: &[&str]) -> Value {
    let properties: Map<String, Value> = wanted
        .iter()
        .map(|name| ((*name).to_owned(), record.value(object, name).map_or(Value::Null, Value::String)))
        .collect();
    let mut out = json!({
        "id": record.id.to_string(),
        "properties": properties,
        "createdAt": moment::vendor(record.created),
        "updatedAt": moment::vendor(record.modified),
        "archived": record.archived.is_some(),
    });
    if let (Some(at), Some(fields)) = (record.archived, out.as_object_mut()) {
        fields.insert("archivedAt".to_owned(), moment::vendor(at).into());
    }
    out
}

/// `paging.next` with a link to the same address and another `after`.
pub fn next_page(account: &Account, path: &str, pairs: &[(String, String)], after: &str) -> Value {
    let query: Vec<String> = pairs
        .iter()
        .filter(|(name, _)| name != "after")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("after", after)])
        .map(|(name, value)| format!("{name}={}", forebay_simulation::form::encode(value)))
        .collect();
    let link = format!("{}{path}?{}", account.base_url(), query.join("&"));
    json!({ "next": { "after": after, "link": link } })
}

/// What a query asks for, by name.
pub struct Query(pub Vec<(String, String)>);

impl Query {
    pub fn read(query: Option<String>) -> Self {
        Self(forebay_simulation::form::query_pairs(&query.unwrap_or_default()))
    }

    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Values given one by one or separated by commas.
    pub fn many(&self, name: &str) -> Vec<String> {
        let given = self.0.iter().filter(|(n, _)| n == name);
        given
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A number from 1 to `most`.
    pub fn limit(&self, default: u32, most: u32) -> Result<u32, Problem> {
        let Some(text) = self.one("limit") else { return Ok(default) };
        text.parse()
            .ok()
            .filter(|limit| (1..=most).contains(limit))
            .ok_or_else(|| Problem::validation(format!("Invalid limit {text}: it must be from 1 to {most}")))
    }

    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name) {
            None | Some("" | "false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Problem::validation(format!("Invalid value for {name}: {other}"))),
        }
    }
}
