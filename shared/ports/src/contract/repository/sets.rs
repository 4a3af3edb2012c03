//! Questions to whole tables.

use forebay_model::rule::{SetAnswer, SetQuery};
use forebay_model::{Column, ColumnType, Delete, RecordKey, SourceId, StreamSchema, TypedRecord, Value};
use rust_decimal::Decimal;

use super::super::assert_error;
use super::super::given::{World, column, schema, stream, typed, unique, version};
use crate::repository::Repository;

pub(super) async fn suite(repo: &dyn Repository) {
    values_that_another_has_are_not_unique(repo).await;
    texts_are_told_apart_to_the_last_space(repo).await;
    a_foreign_key_is_found_whatever_its_type(repo).await;
    lines_add_up_to_the_last_digit(repo).await;
    what_cannot_be_asked_is_said(repo).await;
}

/// A stream of these columns, with a key of its own.
fn shaped(name: &str, columns: &[(&str, ColumnType)]) -> StreamSchema {
    let columns: Vec<Column> = columns.iter().map(|(name, of)| column(name, *of)).collect();
    StreamSchema { columns, modified: None, ..schema(name) }
}

fn record(key: &str, values: Vec<Value>) -> TypedRecord {
    typed(RecordKey::from_text(key.to_owned()), version(1, 1), values, 0)
}

async fn load(world: &World<'_>, schema: &StreamSchema, records: Vec<TypedRecord>) {
    let page = world.page("run-1", schema.stream.as_str(), 0, "x");
    world.repo.apply_page(world.batch(&page, schema, records)).await.unwrap();
}

async fn delete(world: &World<'_>, schema: &StreamSchema, key: &str) {
    let page = world.page("run-2", schema.stream.as_str(), 0, "x");
    let mut batch = world.batch(&page, schema, Vec::new());
    let mut gone = version(9, 9);
    gone.deleted = true;
    batch.deletes = vec![Delete {
        stream: schema.stream.clone(),
        key: RecordKey::from_text(key.to_owned()),
        version: gone,
    }];
    world.repo.apply_page(batch).await.unwrap();
}

async fn ask(world: &World<'_>, schema: &StreamSchema, query: &SetQuery) -> SetAnswer {
    world.repo.answer(&world.tenant, &world.source, schema, query).await.unwrap()
}

fn keys(answer: &SetAnswer) -> Vec<&str> {
    answer.examples.iter().map(|e| e.key.as_str()).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::from_str_exact(text).unwrap())
}

const MONEY: ColumnType = ColumnType::Decimal { precision: 18, scale: 2 };

fn unique_of(columns: &[&str]) -> SetQuery {
    SetQuery::Unique { columns: columns.iter().map(|c| (*c).to_owned()).collect() }
}

async fn values_that_another_has_are_not_unique(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = shaped(
        &unique("unique"),
        &[("id", ColumnType::Integer), ("name", ColumnType::Text), ("total", MONEY)],
    );
    let row = |id: i64, name: Option<&str>, total: &str| {
        let name = name.map_or(Value::Null, text);
        record(&format!("k{id:02}"), vec![Value::Integer(id), name, decimal(total)])
    };
    let rows = vec![
        row(1, Some("a"), "5.00"),
        row(2, Some("a"), "5"),
        row(3, Some("b"), "5.00"),
        row(4, None, "5.00"),
        row(5, None, "7.10"),
        row(6, Some("a"), "5.00"),
        row(7, Some("c"), "8.00"),
    ];
    load(&world, &schema, rows).await;
    delete(&world, &schema, "k06").await;
    let answer = ask(&world, &schema, &unique_of(&["name"])).await;
    assert_eq!((answer.checked, answer.violations, keys(&answer)), (4, 2, vec!["k01", "k02"]));
    assert_eq!(answer.examples[0].values, [("name".to_owned(), Some("a".to_owned()))]);
    let answer = ask(&world, &schema, &unique_of(&["total"])).await;
    assert_eq!((answer.checked, answer.violations), (6, 4), "5 and 5.00 are one number");
    let answer = ask(&world, &schema, &unique_of(&["name", "total"])).await;
    assert_eq!((answer.checked, answer.violations), (4, 2));
    let answer = ask(&world, &schema, &unique_of(&["id"])).await;
    assert_eq!(answer, SetAnswer { checked: 6, violations: 0, examples: Vec::new() });
    let many = (0..30).map(|n| row(100 + n, Some("many"), "1.00")).collect();
    let page = world.page("run-3", schema.stream.as_str(), 0, "x");
    repo.apply_page(world.batch(&page, &schema, many)).await.unwrap();
    let answer = ask(&world, &schema, &unique_of(&["name"])).await;
    assert_eq!((answer.checked, answer.violations, answer.examples.len()), (34, 32, 10));

    let mut elsewhere = world.clone();
    elsewhere.source = SourceId::new("source-2").unwrap();
    assert_eq!(ask(&elsewhere, &schema, &unique_of(&["name"])).await, SetAnswer::default());
    let stranger = World::new(repo);
    assert_eq!(ask(&stranger, &schema, &unique_of(&["name"])).await, SetAnswer::default());
}

async fn texts_are_told_apart_to_the_last_space(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = shaped(&unique("texts"), &[("name", ColumnType::Text)]);
    let rows = ["a", "A", "a ", "ä", "a\u{308}", "", " "];
    let rows = rows.iter().zip(0..).map(|(name, n)| record(&format!("k{n}"), vec![text(name)])).collect();
    load(&world, &schema, rows).await;
    assert_eq!(ask(&world, &schema, &unique_of(&["name"])).await.violations, 0);
}

async fn a_foreign_key_is_found_whatever_its_type(repo: &dyn Repository) {
    let world = World::new(repo);
    let keys_of = |of| shaped(&unique("keys"), &[("id", of)]);
    let (numbers, texts, money) = (keys_of(ColumnType::Integer), keys_of(ColumnType::Text), keys_of(MONEY));
    let days = keys_of(ColumnType::Date);
    load(&world, &numbers, vec![record("1", vec![Value::Integer(1)]), record("2", vec![Value::Integer(2)])])
        .await;
    delete(&world, &numbers, "2").await;
    load(&world, &texts, vec![record("1", vec![text("1")]), record("2", vec![text("x")])]).await;
    load(&world, &money, vec![record("1", vec![decimal("1.00")])]).await;
    let day = forebay_model::value::parse_date("2026-03-02").map(Value::Date).unwrap();
    load(&world, &days, vec![record("1", vec![day.clone()])]).await;
    let own = shaped(
        &unique("facts"),
        &[("i", ColumnType::Integer), ("t", ColumnType::Text), ("m", MONEY), ("d", ColumnType::Date)],
    );
    let rows = vec![
        record("a", vec![Value::Integer(1), text("1"), decimal("1.00"), day]),
        record("b", vec![Value::Integer(2), text("2"), decimal("1.50"), Value::Null]),
        record("c", vec![Value::Null, text("x"), Value::Null, Value::Null]),
        record("d", vec![Value::Null, text("1.0"), Value::Null, Value::Null]),
    ];
    load(&world, &own, rows).await;
    let of = async |column: &str, to: &StreamSchema| {
        let query =
            SetQuery::ForeignKey { column: column.into(), references: to.stream.clone(), key: "id".into() };
        let answer = ask(&world, &own, &query).await;
        (answer.checked, keys(&answer).concat())
    };
    assert_eq!(of("i", &numbers).await, (2, "b".into()), "what was deleted is no key");
    assert_eq!(of("i", &texts).await, (2, "b".into()));
    assert_eq!(of("i", &money).await, (2, "b".into()));
    assert_eq!(of("t", &numbers).await, (4, "bc".into()), "a text that is the same number");
    assert_eq!(of("t", &texts).await, (4, "bd".into()), "as texts they differ");
    assert_eq!(of("m", &numbers).await, (2, "b".into()));
    assert_eq!(of("d", &days).await, (1, String::new()));
    let query =
        SetQuery::ForeignKey { column: "d".into(), references: numbers.stream.clone(), key: "id".into() };
    assert_error!(repo.answer(&world.tenant, &world.source, &own, &query).await, Rejected);
}

async fn lines_add_up_to_the_last_digit(repo: &dyn Repository) {
    let world = World::new(repo);
    let headers = shaped(&unique("headers"), &[("id", ColumnType::Integer), ("total", MONEY)]);
    let exact = ColumnType::Decimal { precision: 28, scale: 8 };
    let lines = shaped(&unique("lines"), &[("header", ColumnType::Text), ("amount", exact)]);
    let header = |id: i64, total: Option<&str>| {
        record(&format!("h{id}"), vec![Value::Integer(id), total.map_or(Value::Null, decimal)])
    };
    load(
        &world,
        &headers,
        vec![
            header(1, Some("1.00")),
            header(2, Some("12345678901234.56")),
            header(3, Some("0.00")),
            header(4, Some("4.00")),
            header(5, None),
            header(6, Some("2.00")),
        ],
    )
    .await;
    let line = |key: &str, of: Option<&str>, amount: Option<&str>| {
        record(key, vec![of.map_or(Value::Null, text), amount.map_or(Value::Null, decimal)])
    };
    let tenths = (0..10).map(|n| line(&format!("t{n}"), Some("1"), Some("0.1")));
    let rest = [
        line("a", Some("2"), Some("12345678901234.55999999")),
        line("b", Some("2"), Some("0.00000001")),
        line("c", Some("5"), Some("9")),
        line("d", None, Some("9")),
        line("e", Some("6"), Some("2.005")),
        line("f", Some("6"), None),
        line("g", Some("1"), Some("100")),
    ];
    load(&world, &lines, tenths.chain(rest).collect()).await;
    delete(&world, &lines, "g").await;
    let of = |tolerance: &str| SetQuery::SumOfLines {
        parent_key: "id".into(),
        total: "total".into(),
        lines: lines.stream.clone(),
        line_parent: "header".into(),
        amount: "amount".into(),
        tolerance: Decimal::from_str_exact(tolerance).unwrap(),
    };
    let answer = ask(&world, &headers, &of("0")).await;
    assert_eq!((answer.checked, answer.violations, keys(&answer)), (5, 2, vec!["h4", "h6"]));
    let names: Vec<&str> = answer.examples[0].values.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, of("0").shown());
    assert_eq!(answer.examples[0].values[0].1.as_deref(), Some("4"));
    assert_eq!(keys(&ask(&world, &headers, &of("0.005")).await), ["h4"]);
    assert_eq!(ask(&world, &headers, &of("4")).await.violations, 0);
}

async fn what_cannot_be_asked_is_said(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = shaped(&unique("asked"), &[("id", ColumnType::Integer), ("name", ColumnType::Text)]);
    let of = |query: SetQuery| {
        let (world, schema) = (world.clone(), schema.clone());
        async move { world.repo.answer(&world.tenant, &world.source, &schema, &query).await }
    };
    assert_error!(of(unique_of(&["id"])).await, NotFound);
    load(&world, &schema, vec![record("1", vec![Value::Integer(1), text("x")])]).await;
    assert_eq!(of(unique_of(&["id"])).await.unwrap().checked, 1);
    assert_error!(of(unique_of(&["unknown"])).await, Rejected);
    assert_error!(of(unique_of(&["_tenant"])).await, Rejected);
    assert_error!(of(unique_of(&[])).await, Rejected);
    let key = |references: &str| SetQuery::ForeignKey {
        column: "id".into(),
        references: stream(references),
        key: "id".into(),
    };
    assert_error!(of(key("nowhere")).await, NotFound);
    let own = schema.stream.clone();
    let sum = SetQuery::SumOfLines {
        parent_key: "id".into(),
        total: "name".into(),
        lines: own,
        line_parent: "id".into(),
        amount: "id".into(),
        tolerance: Decimal::ZERO,
    };
    assert_error!(of(sum).await, Rejected);
    a_long_sum_is_exact(repo).await;
}

async fn a_long_sum_is_exact(repo: &dyn Repository) {
    let world = World::new(repo);
    let wide = ColumnType::Decimal { precision: 28, scale: 8 };
    let schema = shaped(&unique("wide"), &[("id", ColumnType::Integer), ("amount", wide)]);
    let row = |key: &str, amount: &str| record(key, vec![Value::Integer(1), decimal(amount)]);
    load(&world, &schema, vec![row("a", "99999999999999999999.99999999"), row("b", "0.00000001")]).await;
    let sum = SetQuery::SumOfLines {
        parent_key: "id".into(),
        total: "amount".into(),
        lines: schema.stream.clone(),
        line_parent: "id".into(),
        amount: "amount".into(),
        tolerance: Decimal::ZERO,
    };
    let answer = ask(&world, &schema, &sum).await;
    assert_eq!((answer.checked, answer.violations), (2, 2), "100000000000000000000 to the last digit");
}
