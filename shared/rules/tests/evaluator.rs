//! The in-memory answers of set queries, against a second implementation that only loops.

mod common;

use std::str::FromStr;

use common::{MONEY, name, record, schema, texts};
use forebay_model::rule::{SetAnswer, SetQuery};
use forebay_model::{ColumnType, StreamName, StreamSchema, TypedRecord, Value};
use forebay_rules::{EvaluateError, Table, evaluate};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn header() -> StreamSchema {
    schema("invoice", &[("id", ColumnType::Integer), ("number", ColumnType::Text), ("total", MONEY)])
}

fn line() -> StreamSchema {
    schema("line", &[("id", ColumnType::Integer), ("invoice", ColumnType::Integer), ("amount", MONEY)])
}

fn money() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        2 => (-3_i64..4).prop_map(Value::Integer),
        4 => (-30_i64..60, 0_u32..3).prop_map(|(m, s)| Value::Decimal(Decimal::new(m, s))),
    ]
}

fn id() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        6 => (0_i64..6).prop_map(Value::Integer),
        1 => (0_i64..6).prop_map(|i| Value::Decimal(Decimal::new(i * 100, 2))),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 4 => "[aAé ]{0,2}".prop_map(Value::Text)]
}

fn rows(row: impl Strategy<Value = Vec<Value>>) -> impl Strategy<Value = Vec<TypedRecord>> {
    prop::collection::vec(row, 0..25)
        .prop_map(|rows| rows.into_iter().enumerate().map(|(at, v)| record(&at.to_string(), v)).collect())
}

fn headers() -> impl Strategy<Value = Vec<TypedRecord>> {
    rows((id(), number(), money()).prop_map(|(a, b, c)| vec![a, b, c]))
}

fn lines() -> impl Strategy<Value = Vec<TypedRecord>> {
    rows((id(), id(), money()).prop_map(|(a, b, c)| vec![a, b, c]))
}

/// Equality of texts is enough here: equal numbers print alike once they are normalised.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Decimal(d) => Some(d.normalize().to_string()),
        other => other.to_text(),
    }
}

fn expected(
    records: &[TypedRecord],
    shown: &[(&str, usize)],
    verdict: impl Fn(&TypedRecord) -> Option<bool>,
) -> SetAnswer {
    let mut answer = SetAnswer::default();
    let mut broken = Vec::new();
    for record in records {
        answer.checked += u64::from(verdict(record).is_some());
        if verdict(record) == Some(true) {
            broken.push(record);
        }
    }
    answer.violations = broken.len() as u64;
    broken.sort_by_key(|record| record.key.as_str().to_owned());
    broken.truncate(10);
    for record in broken {
        answer.examples.push(forebay_model::rule::Violation {
            key: record.key.as_str().into(),
            values: shown.iter().map(|(n, at)| ((*n).into(), record.values[*at].to_text())).collect(),
        });
    }
    answer
}

fn asked(
    query: &SetQuery,
    headers: &[TypedRecord],
    lines: &[TypedRecord],
) -> Result<SetAnswer, EvaluateError> {
    let (header, line) = (header(), line());
    let of_lines = Table { schema: &line, records: lines };
    let other = |stream: &StreamName| (stream.as_str() == "line").then_some(of_lines);
    evaluate(query, &Table { schema: &header, records: headers }, &other)
}

fn sum_query(tolerance: Decimal) -> SetQuery {
    SetQuery::SumOfLines {
        parent_key: "id".into(),
        total: "total".into(),
        lines: name("line"),
        line_parent: "invoice".into(),
        amount: "amount".into(),
        tolerance,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn uniqueness(headers in headers()) {
        let query = SetQuery::Unique { columns: texts(&["number", "total"]) };
        let same = |a: &TypedRecord, b: &TypedRecord| (1..3).all(|at| plain(&a.values[at]) == plain(&b.values[at]));
        let naive = expected(&headers, &[("number", 1), ("total", 2)], |record| {
            if record.values[1].is_null() || record.values[2].is_null() {
                return None;
            }
            Some(headers.iter().any(|other| other.key != record.key && same(record, other)))
        });
        prop_assert_eq!(asked(&query, &headers, &[]).unwrap(), naive);
    }

    #[test]
    fn foreign_keys(headers in headers(), lines in lines()) {
        let query =
            SetQuery::ForeignKey { column: "id".into(), references: name("line"), key: "invoice".into() };
        let naive = expected(&headers, &[("id", 0)], |record| {
            let own = plain(&record.values[0])?;
            Some(!lines.iter().any(|line| plain(&line.values[1]).as_ref() == Some(&own)))
        });
        prop_assert_eq!(asked(&query, &headers, &lines).unwrap(), naive);
    }

    #[test]
    fn sums_of_lines(headers in headers(), lines in lines(), tolerance in 0_i128..200) {
        let query = sum_query(Decimal::from_i128_with_scale(tolerance, 2));
        // Hundredths as integers: exact by another way.
        let cents = |value: &Value| match value {
            Value::Integer(i) => Some(i128::from(*i) * 100),
            Value::Decimal(d) => Some(d.mantissa() * 10_i128.pow(2 - d.scale())),
            _ => None,
        };
        let naive = expected(&headers, &[("id", 0), ("total", 2)], |record| {
            let own = plain(&record.values[0])?;
            let total = cents(&record.values[2])?;
            let sum: i128 = lines
                .iter()
                .filter(|line| plain(&line.values[1]).as_ref() == Some(&own))
                .filter_map(|line| cents(&line.values[2]))
                .sum();
            Some((total - sum).abs() > tolerance)
        });
        prop_assert_eq!(asked(&query, &headers, &lines).unwrap(), naive);
    }
}

#[test]
fn sums_are_exact_where_floats_are_not() {
    let cent = |key: i64| {
        record(
            &key.to_string(),
            vec![Value::Integer(key), Value::Integer(1), Value::Decimal(Decimal::new(10, 2))],
        )
    };
    let lines: Vec<_> = (0..3).map(cent).collect();
    let header = |total| [record("1", vec![Value::Integer(1), Value::Null, Value::Decimal(total)])];
    let violations = |total| asked(&sum_query(Decimal::ZERO), &header(total), &lines).unwrap().violations;
    assert_eq!(violations(Decimal::new(3, 1)), 0);
    assert_eq!(violations(Decimal::from_str("0.3000000000000000000000000001").unwrap()), 1);
}

#[test]
fn sums_that_no_decimal_holds_are_refused() {
    let line =
        |key: &str, amount| record(key, vec![Value::Integer(1), Value::Integer(1), Value::Decimal(amount)]);
    let header = [record("1", vec![Value::Integer(1), Value::Null, Value::Integer(0)])];
    let sum = |a, b| asked(&sum_query(Decimal::ZERO), &header, &[line("a", a), line("b", b)]);
    assert_eq!(sum(Decimal::MAX, Decimal::MAX), Err(EvaluateError::Overflow));
    let tiny = Decimal::from_str("0.0000000000000000000000000001").unwrap();
    assert_eq!(sum(Decimal::new(i64::MAX, 0), tiny), Err(EvaluateError::Overflow));
}

#[test]
fn what_is_not_there_is_named() {
    let query = SetQuery::Unique { columns: texts(&["gone"]) };
    let missing = EvaluateError::NoColumn { stream: name("invoice"), column: "gone".into() };
    assert_eq!(asked(&query, &[], &[]), Err(missing));
    let query = SetQuery::ForeignKey { column: "id".into(), references: name("gone"), key: "id".into() };
    assert_eq!(asked(&query, &[], &[]), Err(EvaluateError::NoStream(name("gone"))));
}
