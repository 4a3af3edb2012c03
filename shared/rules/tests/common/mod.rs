//! Schemas, rules and records that several test programs use.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test program uses a part of it, and stops on a broken fixture"
)]

use forebay_model::rule::{Expectation, Rule, RuleId, Severity, VersionedRule};
use forebay_model::{
    Column, ColumnType, ConnectorKind, ContentHash, HistoryMode, Instant, RecordKey, RecordVersion,
    RecordsAt, SourceId, StreamName, StreamSchema, TypedRecord, Value,
};

pub const MONEY: ColumnType = ColumnType::Decimal { precision: 18, scale: 2 };

pub fn schema(stream: &str, columns: &[(&str, ColumnType)]) -> StreamSchema {
    let column = |(name, column_type): &(&str, ColumnType)| Column {
        name: (*name).to_owned(),
        source_field: (*name).to_owned(),
        column_type: *column_type,
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("netsuite").unwrap(),
        stream: name(stream),
        columns: columns.iter().map(column).collect(),
        key: vec!["id".into()],
        modified: None,
        records_at: RecordsAt::Root,
        tombstones: None,
        parent: None,
        deleted: None,
        history: HistoryMode::Full,
    }
}

/// A column of every type.
pub fn invoices() -> StreamSchema {
    schema(
        "invoice",
        &[
            ("id", ColumnType::Integer),
            ("status", ColumnType::Text),
            ("memo", ColumnType::Text),
            ("quantity", ColumnType::Integer),
            ("total", MONEY),
            ("rate", ColumnType::Float),
            ("ordered", ColumnType::Date),
            ("due", ColumnType::Date),
            ("created", ColumnType::Timestamp),
            ("paid", ColumnType::Boolean),
            ("extra", ColumnType::Json),
            ("customer", ColumnType::Integer),
        ],
    )
}

pub fn name(stream: &str) -> StreamName {
    StreamName::new(stream).unwrap()
}

pub fn rule(id: &str, expectation: Expectation) -> Rule {
    Rule {
        id: RuleId::new(id),
        source: SourceId::new("erp").unwrap(),
        stream: name("invoice"),
        description: "as the tenant expects".into(),
        severity: Severity::Warning,
        expectation,
        tolerated_share: 0.0,
    }
}

pub fn versioned(id: &str, expectation: Expectation) -> VersionedRule {
    VersionedRule {
        rule: rule(id, expectation),
        version: 1,
        since: Instant::EPOCH,
        author: "tester".into(),
        retired: false,
    }
}

pub fn record(key: &str, values: Vec<Value>) -> TypedRecord {
    TypedRecord {
        key: RecordKey::from_text(key),
        version: RecordVersion { modified: Instant::EPOCH, observed: Instant::EPOCH, deleted: false },
        hash: ContentHash::of(&values),
        values,
        ordinal: 0,
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
