//! The streams of an account: what each is called, what identifies its rows, and how its rows are found.

mod more;
mod record_types;

use forebay_model::StreamName;

use super::columns::{self, Field};
use super::config::{ExtraTable, Settings};

/// How the first load walks a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstLoad {
    /// In key order over all rows, also those without a modification time.
    ByKey,
    /// By modification time, where no row lacks one and the key is no index.
    ByModified,
}

/// How increments find rows that carry no modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untimed {
    /// Every row that changes has one.
    Timed,
    /// All rows without one are read again.
    Always,
}

/// A stream that belongs to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentLink {
    pub stream: StreamName,
    /// This table's column with the parent's id.
    pub column: String,
}

/// One stream, as the connector reads it.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The stream's name and the table's.
    pub stream: StreamName,
    pub key: Vec<String>,
    pub modified: Option<String>,
    pub first_load: FirstLoad,
    pub untimed: Untimed,
    pub parent: Option<ParentLink>,
    /// Record types whose metadata describes the table.
    pub catalog: Vec<String>,
    /// What custom fields of this table start with.
    pub custom_prefix: Option<&'static str>,
    /// Columns known without a catalog.
    pub fields: &'static [Field],
    /// How `deletedrecord.type` may name records of this stream.
    pub record_types: Vec<String>,
    /// Whether integers identify the rows.
    pub integer_key: bool,
    /// Not every account has it.
    pub optional: bool,
    /// The internal id of the custom record type, whose fields are the table's.
    pub custom_record: Option<i64>,
    /// The record type, where only the record service shows it.
    pub record_type: Option<String>,
}

pub const DELETED: &str = "deletedrecord";
pub const TRANSACTION: &str = "transaction";

/// A row of the table below.
struct Standard {
    name: &'static str,
    key: &'static [&'static str],
    modified: &'static str,
    catalog: &'static [&'static str],
    custom_prefix: Option<&'static str>,
    fields: &'static [Field],
    record_types: &'static [&'static str],
}

const STANDARD: [Standard; 10] = [
    Standard {
        name: "customer",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: &["customer"],
        custom_prefix: Some("custentity"),
        fields: columns::CUSTOMER,
        record_types: record_types::CUSTOMER,
    },
    Standard {
        name: "vendor",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: &["vendor"],
        custom_prefix: Some("custentity"),
        fields: columns::VENDOR,
        record_types: &["vendor"],
    },
    Standard {
        name: "item",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: record_types::ITEM_CATALOG,
        custom_prefix: Some("custitem"),
        fields: columns::ITEM,
        record_types: record_types::ITEM,
    },
    Standard {
        name: "account",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: &["account"],
        custom_prefix: None,
        fields: columns::ACCOUNT,
        record_types: &["account"],
    },
    Standard {
        name: "subsidiary",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: &["subsidiary"],
        custom_prefix: None,
        fields: columns::SUBSIDIARY,
        record_types: &["subsidiary"],
    },
    Standard {
        name: "employee",
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: &["employee"],
        custom_prefix: Some("custentity"),
        fields: columns::EMPLOYEE,
        record_types: &["employee"],
    },
    Standard {
        name: TRANSACTION,
        key: &["id"],
        modified: "lastmodifieddate",
        catalog: record_types::TRANSACTION_CATALOG,
        custom_prefix: Some("custbody"),
        fields: columns::TRANSACTION,
        record_types: record_types::TRANSACTION,
    },
    Standard {
        name: "transactionline",
        key: &["transaction", "id"],
        modified: "linelastmodifieddate",
        catalog: &[],
        custom_prefix: Some("custcol"),
        fields: columns::TRANSACTION_LINE,
        record_types: &[],
    },
    Standard {
        name: "transactionaccountingline",
        key: &["transaction", "transactionline", "accountingbook"],
        modified: "lastmodifieddate",
        catalog: &[],
        custom_prefix: None,
        fields: columns::TRANSACTION_ACCOUNTING_LINE,
        record_types: &[],
    },
    Standard {
        name: DELETED,
        key: &["recordtypeid", "recordid"],
        modified: "deleteddate",
        catalog: &[],
        custom_prefix: None,
        fields: columns::DELETED_RECORD,
        record_types: &[],
    },
];

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl Standard {
    fn definition(&self, optional: bool) -> Option<Definition> {
        let parent = match self.parent() {
            Some(column) => {
                Some(ParentLink { stream: StreamName::new(TRANSACTION).ok()?, column: column.to_owned() })
            }
            None => None,
        };
        Some(Definition {
            stream: StreamName::new(self.name).ok()?,
            key: owned(self.key),
            modified: Some(self.modified.to_owned()).filter(|name| !name.is_empty()),
            first_load: if self.name == DELETED { FirstLoad::ByModified } else { FirstLoad::ByKey },
            untimed: Untimed::Timed,
            parent,
            catalog: owned(self.catalog),
            custom_prefix: self.custom_prefix,
            fields: self.fields,
            record_types: owned(self.record_types),
            integer_key: true,
            optional,
            custom_record: None,
            record_type: None,
        })
    }

    /// The column with the transaction that the rows are part of.
    fn parent(&self) -> Option<&'static str> {
        match self.key.first() {
            Some(first @ (&TRANSACTION | &"previousdoc")) => Some(first),
            _ => None,
        }
    }
}

/// A record type that is read from the record service, as `type` or `type:key`.
fn record_service(record_type: &(String, String)) -> Option<Definition> {
    let (name, key) = record_type;
    let lower = name.to_ascii_lowercase();
    Some(Definition {
        stream: StreamName::new(&lower).ok()?,
        key: vec![key.to_ascii_lowercase()],
        modified: Some("lastmodifieddate".to_owned()),
        first_load: FirstLoad::ByKey,
        untimed: Untimed::Timed,
        parent: None,
        catalog: vec![name.clone()],
        custom_prefix: None,
        fields: &[],
        record_types: vec![lower],
        integer_key: true,
        optional: false,
        custom_record: None,
        record_type: Some(name.clone()),
    })
}

/// A record type of the account's own, by its script id in lower case.
pub fn custom_record(script_id: &str, internal_id: Option<i64>) -> Option<Definition> {
    let stream = StreamName::new(script_id).ok()?;
    Some(Definition {
        key: owned(&["id"]),
        modified: Some("lastmodified".to_owned()),
        first_load: FirstLoad::ByKey,
        untimed: Untimed::Timed,
        parent: None,
        catalog: vec![script_id.to_owned()],
        custom_prefix: Some("custrecord"),
        fields: columns::CUSTOM_RECORD,
        record_types: vec![script_id.to_owned()],
        integer_key: true,
        optional: true,
        custom_record: internal_id,
        record_type: None,
        stream,
    })
}

fn extra(table: &ExtraTable) -> Definition {
    Definition {
        stream: table.table.clone(),
        key: table.key.clone(),
        modified: table.modified.clone(),
        first_load: FirstLoad::ByKey,
        untimed: Untimed::Always,
        parent: None,
        catalog: vec![table.table.to_string()],
        custom_prefix: None,
        fields: &[],
        record_types: vec![table.table.to_string()],
        integer_key: table.key == ["id"],
        optional: false,
        custom_record: None,
        record_type: None,
    }
}

/// The streams that are read, in order. A configured table replaces the built-in stream of its name, and
/// `deletedrecord` comes last.
pub fn definitions(settings: &Settings) -> Vec<Definition> {
    let replaced = |name: &str| settings.extra.iter().any(|table| table.table.as_str() == name);
    let kept = |name: &str| name == DELETED || !replaced(name);
    let core = STANDARD.iter().filter(|s| kept(s.name)).filter_map(|s| s.definition(false));
    let more = more::OPTIONAL.iter().filter(|s| kept(s.name)).filter_map(|s| s.definition(true));
    let mut all: Vec<Definition> = core.chain(more).collect();
    let added = settings.extra.iter().filter(|table| table.table.as_str() != DELETED);
    for definition in added.map(extra) {
        if !all.iter().any(|d| d.stream == definition.stream) {
            all.push(definition);
        }
    }
    for record in settings.records.iter().filter_map(record_service) {
        // Named for this way of reading it, it is read this way.
        all.retain(|definition| definition.stream != record.stream);
        all.push(record);
    }
    all.retain(|definition| !settings.exclude.contains(definition.stream.as_str()));
    all.sort_by_key(|definition| definition.stream.as_str() == DELETED);
    all
}

/// Adds the account's own record types, before what comes last.
pub fn with_custom_records(
    mut all: Vec<Definition>,
    found: &[(String, Option<i64>)],
    settings: &Settings,
) -> Vec<Definition> {
    for (script_id, internal_id) in found {
        let taken = all.iter().any(|definition| definition.stream.as_str() == script_id);
        if taken || settings.exclude.contains(script_id) || !settings.custom_records.takes(script_id) {
            continue;
        }
        all.extend(custom_record(script_id, *internal_id));
    }
    all.sort_by_key(|definition| definition.stream.as_str() == DELETED);
    all
}
