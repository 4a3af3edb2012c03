//! Tables added by configuration.

use std::collections::BTreeSet;

use forebay_model::StreamName;

use crate::settings::{entries, names};

/// A table to read besides the built-in streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraTable {
    pub table: StreamName,
    /// Columns that identify a row, joined by `+` in the setting.
    pub key: Vec<String>,
    /// The column that says when a row changed; without it the table is read in full each time.
    pub modified: Option<String>,
}

/// Which of the account's own record types are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomRecords {
    All,
    None,
    /// By script id, in lower case.
    Only(BTreeSet<String>),
}

impl CustomRecords {
    /// Reads `all`, `none` or script ids separated by commas.
    pub fn read(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "none" | "" => Self::None,
            _ => Self::Only(names(text)),
        }
    }

    pub fn takes(&self, script_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Only(names) => names.contains(script_id),
        }
    }
}

/// Reads `table`, `table:key` and `table:key:cursor`, separated by commas. `key` is `id` unless said.
pub fn parse(text: &str) -> Result<Vec<ExtraTable>, String> {
    entries(text).map(|entry| table(&entry.to_ascii_lowercase())).collect()
}

/// Reads `type` and `type:key`, separated by commas; the key is `id` unless said.
pub fn records(text: &str) -> Result<Vec<(String, String)>, String> {
    let record = |entry: &str| {
        let (name, key) = entry.split_once(':').unwrap_or((entry, "id"));
        let (name, key) = (name.trim(), key.trim());
        if is_identifier(name) && is_identifier(key) {
            return Ok((name.to_owned(), key.to_owned()));
        }
        Err(format!("setting 'record_streams' holds '{entry}'; use type or type:key, such as message:id"))
    };
    entries(text).map(record).collect()
}

fn table(entry: &str) -> Result<ExtraTable, String> {
    let wrong = |why: String| {
        format!(
            "setting 'streams' holds '{entry}': {why}; use table:key:cursor, such as currency:id:lastmodifieddate"
        )
    };
    let mut parts = entry.split(':').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let key = parts.next().filter(|key| !key.is_empty()).unwrap_or("id");
    let modified = parts.next().filter(|column| !column.is_empty());
    if parts.next().is_some() {
        return Err(wrong("it has more than three parts".into()));
    }
    let key: Vec<String> = key.split('+').map(|part| part.trim().to_owned()).collect();
    for identifier in key.iter().map(String::as_str).chain([name]).chain(modified) {
        if !is_identifier(identifier) {
            return Err(wrong(format!("'{identifier}' is no name of a table or column")));
        }
    }
    let table = StreamName::new(name).map_err(|e| wrong(e.to_string()))?;
    Ok(ExtraTable { table, key, modified: modified.map(str::to_owned) })
}

/// What may stand in SuiteQL without quotes. Nothing else is ever put into a query as a name.
pub fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 128
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
