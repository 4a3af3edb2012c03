//! Creating and widening typed tables.

use forebay_model::{ColumnType, StreamName, StreamSchema, Value, value::parse_date};
use rust_decimal::Decimal;

use super::super::assert_error;
use super::super::given::{World, at, column, key, schema, typed, unique, version};
use crate::repository::{Repository, StoredRecord};

pub(super) async fn suite(repo: &dyn Repository) {
    every_type_is_read_back_as_written(repo).await;
    callers_at_once_make_one_table(repo).await;
    a_table_widens_and_keeps_its_values(repo).await;
    a_tenant_that_widens_a_table_keeps_the_others_values(repo).await;
    a_page_with_an_older_schema_fits_a_wider_table(repo).await;
    streams_cannot_share_a_table(repo).await;
}

fn values(record: &StoredRecord) -> Vec<Value> {
    record.values.iter().map(|(_, value)| value.clone()).collect()
}

async fn every_type_is_read_back_as_written(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut schema = schema("types");
    let types = [
        ("yes", ColumnType::Boolean, Value::Boolean(true)),
        ("no", ColumnType::Boolean, Value::Boolean(false)),
        ("least", ColumnType::Integer, Value::Integer(i64::MIN)),
        (
            "money",
            ColumnType::Decimal { precision: 28, scale: 4 },
            Value::Decimal(Decimal::new(-123_456_789_012_345, 4)),
        ),
        ("rate", ColumnType::Float, Value::Float(0.1 + 0.2)),
        ("tiny", ColumnType::Float, Value::Float(-1.5e-300)),
        ("day", ColumnType::Date, Value::Date(parse_date("0004-02-29").unwrap())),
        ("moment", ColumnType::Timestamp, Value::Timestamp(forebay_model::Instant::from_micros(-1))),
        ("text", ColumnType::Text, Value::Text("it's \"quoted\" \\ \u{1f} [x] ?1 @P1 \n\u{1F600} äß".into())),
        ("empty", ColumnType::Text, Value::Text(String::new())),
        ("digits", ColumnType::Text, Value::Text("007".into())),
        ("long", ColumnType::Text, Value::Text("x".repeat(20_000))),
        ("json", ColumnType::Json, Value::Json("{\"a\":[1,null]}".into())),
        ("nothing", ColumnType::Integer, Value::Null),
    ];
    schema.columns = types.iter().map(|(name, t, _)| column(name, *t)).collect();
    schema.modified = Some("moment".into());
    let expected: Vec<Value> = types.iter().map(|(_, _, value)| value.clone()).collect();
    let page = world.page("run-1", "types", 0, "x");
    let record = typed(key(1), version(1, 2), expected.clone(), 0);
    repo.apply_page(world.batch(&page, &schema, vec![record])).await.unwrap();
    for found in [world.current(&schema).await, world.history(&schema).await] {
        assert_eq!(values(&found[0]), expected);
        assert_eq!((&found[0].key, found[0].version), (&key(1), version(1, 2)));
    }
}

async fn callers_at_once_make_one_table(repo: &dyn Repository) {
    let name = unique("race");
    let with = |extra: &str| {
        let mut schema = schema(&name);
        schema.columns.push(column(extra, ColumnType::Text));
        schema
    };
    let schemas = [with("a"), with("b"), with("c"), with("a")];
    let prepare = |n: usize| repo.prepare_table(&schemas[n]);
    let (a, b, c, d) = tokio::join!(prepare(0), prepare(1), prepare(2), prepare(3));
    for result in [a, b, c, d] {
        result.unwrap();
    }
    let world = World::new(repo);
    let page = world.page("run-1", &name, 0, "x");
    let record = super::super::given::record(1, "n", None, version(1, 1));
    let record = typed(key(1), record.version, [record.values, vec![Value::Text("a".into())]].concat(), 0);
    repo.apply_page(world.batch(&page, &schemas[0], vec![record])).await.unwrap();
    for (schema, extra) in schemas.iter().zip(["a", "b", "c", "a"]) {
        let found = world.current(schema).await;
        let names: Vec<&str> = found[0].values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "name", "parent_id", "lastmodified", extra], "no column is lost");
    }
}

type Widening = (ColumnType, ColumnType, Value, Value);

/// For each pair of types: a value of the narrow one, and how it looks once the column is as wide as both.
fn widenings() -> Vec<Widening> {
    use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
    let decimal = |precision, scale| ColumnType::Decimal { precision, scale };
    let text = |t: &str| Value::Text(t.into());
    let day = parse_date("2026-03-01").unwrap();
    vec![
        (Integer, decimal(10, 2), Value::Integer(7), Value::Decimal(Decimal::from(7))),
        (Integer, Float, Value::Integer(7), Value::Float(7.0)),
        (Integer, Text, Value::Integer(7), text("7")),
        (
            decimal(10, 2),
            decimal(12, 4),
            Value::Decimal(Decimal::new(150, 2)),
            Value::Decimal(Decimal::new(15, 1)),
        ),
        (decimal(10, 2), Float, Value::Decimal(Decimal::new(150, 2)), Value::Float(1.5)),
        (Boolean, Text, Value::Boolean(true), text("true")),
        (Boolean, Integer, Value::Boolean(false), text("false")),
        (
            Date,
            Timestamp,
            Value::Date(day),
            Value::Timestamp(forebay_model::Instant::parse("2026-03-01T00:00:00Z").unwrap()),
        ),
        (Date, Text, Value::Date(day), text("2026-03-01")),
        (Timestamp, Text, Value::Timestamp(at(0)), text(&at(0).to_string())),
        (ColumnType::Json, Text, Value::Json("{}".into()), text("{}")),
    ]
}

/// A column per widening, `c0` and on.
fn columns_of(name: &str, cases: &[Widening], pick: fn(&Widening) -> ColumnType) -> StreamSchema {
    let columns = cases.iter().zip(0..).map(|(case, n)| column(&format!("c{n}"), pick(case)));
    StreamSchema { columns: columns.collect(), modified: Some("none".into()), ..schema(name) }
}

async fn a_table_widens_and_keeps_its_values(repo: &dyn Repository) {
    let world = World::new(repo);
    let name = unique("wide");
    let cases = widenings();
    let (narrow, wide) = (columns_of(&name, &cases, |c| c.0), columns_of(&name, &cases, |c| c.1));
    let before: Vec<Value> = cases.iter().map(|c| c.2.clone()).collect();
    let after: Vec<Value> = cases.iter().map(|c| c.3.clone()).collect();
    let page = world.page("run-1", &name, 0, "x");
    let record = typed(key(1), version(1, 1), before, 0);
    repo.apply_page(world.batch(&page, &narrow, vec![record])).await.unwrap();
    repo.prepare_table(&wide).await.unwrap();
    repo.prepare_table(&narrow).await.unwrap();
    for found in [world.current(&wide).await, world.history(&narrow).await] {
        assert_eq!(values(&found[0]), after, "the old values as the wider types");
    }
    let nulls = typed(key(2), version(1, 1), vec![Value::Null; cases.len()], 0);
    let page = world.page("run-1", &name, 1, "x");
    repo.apply_page(world.batch(&page, &wide, vec![nulls])).await.unwrap();
    assert_eq!(world.count(&wide).await, 2);
}

/// Tables are shared: who widens a column rewrites rows that it may not read.
async fn a_tenant_that_widens_a_table_keeps_the_others_values(repo: &dyn Repository) {
    let (owner, other) = (World::new(repo), World::new(repo));
    let name = unique("shared");
    let cases = widenings();
    let (narrow, wide) = (columns_of(&name, &cases, |c| c.0), columns_of(&name, &cases, |c| c.1));
    let before: Vec<Value> = cases.iter().map(|c| c.2.clone()).collect();
    let after: Vec<Value> = cases.iter().map(|c| c.3.clone()).collect();
    let page = owner.page("run-1", &name, 0, "x");
    let record = typed(key(1), version(1, 1), before, 0);
    repo.apply_page(owner.batch(&page, &narrow, vec![record])).await.unwrap();
    let page = other.page("run-1", &name, 0, "x");
    let record = typed(key(2), version(1, 1), after.clone(), 0);
    repo.apply_page(other.batch(&page, &wide, vec![record])).await.unwrap();
    for (world, id) in [(&owner, 1), (&other, 2)] {
        for found in [world.current(&wide).await, world.history(&wide).await] {
            let found: Vec<_> = found.iter().map(|r| (r.key.clone(), values(r))).collect();
            assert_eq!(found, [(key(id), after.clone())], "each its own, as the wider types");
        }
    }
}

async fn a_page_with_an_older_schema_fits_a_wider_table(repo: &dyn Repository) {
    let world = World::new(repo);
    let name = unique("older");
    let mut old = schema(&name);
    old.columns = vec![column("id", ColumnType::Integer), column("flag", ColumnType::Boolean)];
    let mut new = old.clone();
    new.columns = vec![
        column("id", ColumnType::Integer),
        column("extra", ColumnType::Text),
        column("flag", ColumnType::Text),
    ];
    let full = vec![Value::Integer(1), Value::Text("x".into()), Value::Text("f".into())];
    let page = world.page("run-1", &name, 0, "x");
    let record = typed(key(1), version(1, 1), full, 0);
    repo.apply_page(world.batch(&page, &new, vec![record])).await.unwrap();
    let page = world.page("run-1", &name, 1, "x");
    let later = typed(key(1), version(2, 2), vec![Value::Integer(1), Value::Boolean(true)], 0);
    repo.apply_page(world.batch(&page, &old, vec![later])).await.unwrap();
    let found = world.current(&new).await;
    let expected = [
        ("id".to_owned(), Value::Integer(1)),
        ("extra".to_owned(), Value::Null),
        ("flag".to_owned(), Value::Text("true".into())),
    ];
    assert_eq!(found[0].values, expected, "what the newer version does not have is null");
}

async fn streams_cannot_share_a_table(repo: &dyn Repository) {
    let name = unique("share");
    repo.prepare_table(&schema(&name)).await.unwrap();
    let mut other = schema(&name);
    other.stream = StreamName::new(name.replace('-', ".")).unwrap();
    assert_error!(repo.prepare_table(&other).await, Rejected);
}
