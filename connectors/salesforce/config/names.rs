//! Names that go into queries.

use std::collections::BTreeSet;

use crate::settings::entries;

/// Whether `name` can be an object's or a field's API name: a letter, then letters, digits and underscores.
/// Nothing else goes into a query unquoted.
pub fn is_identifier(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && name.len() <= 100
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// API names, by comma.
pub fn list(text: &str) -> Result<Vec<String>, String> {
    let name = |name: &str| match is_identifier(name) {
        true => Ok(name.to_owned()),
        false => Err(format!("'{name}' is no API name; use names such as Account or Invoice__c, by comma")),
    };
    entries(text).map(name).collect()
}

/// `Object.Field`, by comma; in lower case.
pub fn fields(text: &str) -> Result<BTreeSet<String>, String> {
    let field = |part: &str| match part.split_once('.') {
        Some((object, field)) if is_identifier(object) && is_identifier(field) => {
            Ok(part.to_ascii_lowercase())
        }
        _ => Err(format!(
            "setting 'exclude_fields': '{part}' is no field; use Object.Field, such as Account.Rank__c"
        )),
    };
    entries(text).map(field).collect()
}
