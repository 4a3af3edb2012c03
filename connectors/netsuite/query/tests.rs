use forebay_model::schema::Parent;
use forebay_model::{ConnectorKind, RecordsAt, StreamName};

use super::*;

fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        source_field: name.into(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    }
}

fn customer() -> StreamSchema {
    StreamSchema {
        connector: ConnectorKind::new("netsuite").unwrap(),
        stream: StreamName::new("customer").unwrap(),
        columns: vec![
            column("id", ColumnType::Integer),
            column("lastmodifieddate", ColumnType::Timestamp),
            column("custentity_last_review", ColumnType::Date),
            column("email", ColumnType::Text),
        ],
        key: vec!["id".into()],
        modified: Some("lastmodifieddate".into()),
        records_at: RecordsAt::Field("items".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

fn accounting_line() -> StreamSchema {
    let key = ["transaction", "transactionline", "accountingbook"];
    let mut columns: Vec<Column> = key.iter().map(|k| column(k, ColumnType::Integer)).collect();
    columns.push(column("lastmodifieddate", ColumnType::Timestamp));
    columns.push(column(PARENT_MODIFIED, ColumnType::Timestamp));
    StreamSchema {
        stream: StreamName::new("transactionaccountingline").unwrap(),
        columns,
        key: key.map(String::from).to_vec(),
        parent: Some(Parent {
            stream: StreamName::new("transaction").unwrap(),
            column: "transaction".into(),
            modified: Some(PARENT_MODIFIED.into()),
        }),
        ..customer()
    }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

const UPPER: &str = "2026-03-02T09:40:12.750Z";

fn slice<'a>(
    schema: &'a StreamSchema,
    phase: Phase,
    lower: Option<&str>,
    after: Option<&'a Position>,
) -> Slice<'a> {
    Slice { schema, phase, span: Span { lower: lower.map(at), upper: at(UPPER) }, part: None, after }
}

fn position(modified: Option<&str>, key: &[&str]) -> Position {
    Position { modified: modified.map(str::to_owned), key: key.iter().map(|k| (*k).to_owned()).collect() }
}

#[test]
fn a_first_load_walks_the_key_and_leaves_out_what_changed_since() {
    let schema = customer();
    insta::assert_snapshot!(slice(&schema, Phase::ByKey, None, None).rows());
    let after = position(None, &["123"]);
    insta::assert_snapshot!(slice(&schema, Phase::ByKey, None, Some(&after)).rows());
}

#[test]
fn an_increment_walks_the_utc_instant_and_then_the_key() {
    let schema = customer();
    let lower = Some("2026-03-02T01:00:00Z");
    insta::assert_snapshot!(slice(&schema, Phase::Changed, lower, None).rows());
    let after = position(Some("2026-03-02T08:30:00Z"), &["123"]);
    insta::assert_snapshot!(slice(&schema, Phase::Changed, lower, Some(&after)).rows());
}

#[test]
fn accounting_lines_are_found_by_their_own_time_or_their_transactions() {
    let schema = accounting_line();
    let lower = Some("2026-03-02T01:00:00Z");
    let after = position(None, &["7", "2", "1"]);
    insta::assert_snapshot!(slice(&schema, Phase::OfChangedParents, lower, None).rows());
    insta::assert_snapshot!(slice(&schema, Phase::OfChangedParents, lower, Some(&after)).rows());
    let after = position(Some("2026-03-02T08:30:00Z"), &["7", "2", "1"]);
    insta::assert_snapshot!(slice(&schema, Phase::Changed, lower, Some(&after)).rows());
}

#[test]
fn a_count_has_the_same_window_and_emptied_parents_are_found() {
    let schema = accounting_line();
    insta::assert_snapshot!(
        slice(&schema, Phase::OfChangedParents, Some("2026-03-02T01:00:00Z"), None).count()
    );
    insta::assert_snapshot!(slice(&schema, Phase::Childless, None, None).rows());
}

#[test]
fn a_table_without_a_modification_time_is_walked_by_its_key_alone() {
    let mut schema = customer();
    schema.modified = None;
    schema.columns = vec![column("code", ColumnType::Text)];
    schema.key = vec!["code".into()];
    let after = position(None, &["O'Brien"]);
    insta::assert_snapshot!(slice(&schema, Phase::ByKey, None, Some(&after)).rows());
}

#[test]
fn a_name_that_could_change_a_query_is_found() {
    let mut schema = customer();
    assert_eq!(bad_name(&schema), None);
    schema.columns.push(column("x FROM y", ColumnType::Text));
    assert_eq!(bad_name(&schema), Some("x FROM y"));
}
