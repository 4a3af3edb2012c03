//! What the app may see.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Serialize;

use crate::catalog;

/// A property of an object type, written `contacts.email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PropertyName {
    pub object: &'static str,
    pub property: String,
}

impl FromStr for PropertyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (object, property) =
            text.split_once('.').ok_or_else(|| format!("{text:?} is not written object.property"))?;
        let object = catalog::object(object).ok_or_else(|| format!("the portal has no object {object:?}"))?;
        let property = object
            .property(property)
            .ok_or_else(|| format!("{} have no property {property:?}", object.name))?;
        Ok(Self { object: object.name, property: property.name.clone() })
    }
}

impl std::fmt::Display for PropertyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.object, self.property)
    }
}

impl Serialize for PropertyName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Permissions taken away and properties deleted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Access {
    /// Object types (or `owners`) whose scope is missing.
    pub denied: BTreeSet<String>,
    /// Properties deleted from the portal.
    pub rejected: BTreeSet<PropertyName>,
}

impl Access {
    pub fn is_rejected(&self, object: &str, property: &str) -> bool {
        self.rejected.iter().any(|name| name.object == object && name.property == property)
    }
}
