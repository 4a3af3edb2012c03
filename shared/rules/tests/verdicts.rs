//! What each rule says of records, one by one.

#![expect(clippy::unwrap_used, reason = "a test stops on a broken fixture")]

mod common;

use common::{invoices, text, texts, versioned};
use forebay_model::rule::{
    ColumnTest, Comparison, Condition, Expectation, ReferenceList, RuleOutcome, VersionedRule,
};
use forebay_model::{Instant, RecordKey, RunId, Value};
use forebay_rules::{CompiledRules, ReferenceLists, RuleStates, unmasked};
use rust_decimal::Decimal;
use time::macros::date;

/// A record of nulls but for these columns.
fn row(set: &[(&str, Value)]) -> Vec<Value> {
    let schema = invoices();
    let mut values = vec![Value::Null; schema.columns.len()];
    for (name, value) in set {
        let at = schema.columns.iter().position(|c| c.name == *name).unwrap();
        values[at] = value.clone();
    }
    values
}

fn outcomes(rules: &[VersionedRule], rows: &[Vec<Value>]) -> Vec<RuleOutcome> {
    let list =
        ReferenceList { name: "statuses".into(), values: texts(&["open", "paid"]).into_iter().collect() };
    let compiled = CompiledRules::new(rules, &invoices(), &ReferenceLists::from_iter([list]));
    let mut states = compiled.start();
    for (at, values) in rows.iter().enumerate() {
        compiled.observe(&mut states, &RecordKey::from_text(at.to_string()), values);
    }
    let back = RuleStates::from_bytes(&states.to_bytes()).unwrap();
    assert_eq!(back, states);
    back.finish(&RunId::new("run-1").unwrap(), &["id".into()], &unmasked)
}

/// Records looked at, and the places of those that break the rule.
fn verdicts(expectation: Expectation, rows: &[Vec<Value>]) -> (u64, Vec<String>) {
    let outcome = outcomes(&[versioned("r", expectation)], rows).remove(0);
    assert_eq!(outcome.failure, None);
    assert_eq!((outcome.violations, outcome.margin), (outcome.examples.len() as u64, 0));
    let mut keys: Vec<String> = outcome.examples.into_iter().map(|example| example.key).collect();
    keys.sort();
    (outcome.checked, keys)
}

fn broken(keys: &[&str]) -> Vec<String> {
    texts(keys)
}

#[test]
fn an_empty_text_is_a_value_and_a_null_is_none() {
    let rows = [row(&[("status", text(""))]), row(&[]), row(&[("status", text("x"))])];
    let rule = Expectation::NotNull { column: "status".into() };
    assert_eq!(verdicts(rule, &rows), (3, broken(&["1"])));
}

#[test]
fn patterns_match_whole_texts_and_leave_nulls_out() {
    let rows = [row(&[("status", text("AB-12"))]), row(&[("status", text("AB-12x"))]), row(&[])];
    let rule = Expectation::Pattern { column: "status".into(), regex: "[A-Z]{2}-[0-9]+".into() };
    assert_eq!(verdicts(rule, &rows), (2, broken(&["1"])));
}

#[test]
fn ranges_include_their_ends_in_every_ordered_type() {
    let money = |mantissa| row(&[("total", Value::Decimal(Decimal::new(mantissa, 3)))]);
    let rule =
        Expectation::Range { column: "total".into(), min: Some("0".into()), max: Some("10.00".into()) };
    let rows = [money(0), money(10_000), money(10_001), money(-1), row(&[])];
    assert_eq!(verdicts(rule, &rows), (4, broken(&["2", "3"])));

    let rate = |x| row(&[("rate", Value::Float(x))]);
    let rule = Expectation::Range { column: "rate".into(), min: None, max: Some("0.5".into()) };
    assert_eq!(
        verdicts(rule, &[rate(0.5), rate(0.51), rate(f64::NAN), rate(f64::NEG_INFINITY)]),
        (4, broken(&["1", "2"]))
    );

    let day = |d| row(&[("due", Value::Date(d))]);
    let rule = Expectation::Range { column: "due".into(), min: Some("2026-01-01".into()), max: None };
    assert_eq!(
        verdicts(rule, &[day(date!(2026 - 01 - 01)), day(date!(2025 - 12 - 31))]),
        (2, broken(&["1"]))
    );
}

#[test]
fn members_are_compared_by_value_in_their_type() {
    let rows = [
        row(&[("total", Value::Decimal(Decimal::new(100, 2)))]),
        row(&[("total", Value::Integer(1))]),
        row(&[("total", Value::Decimal(Decimal::new(101, 2)))]),
    ];
    let rule = Expectation::OneOf { column: "total".into(), values: texts(&["1.0", "7"]) };
    assert_eq!(verdicts(rule, &rows), (3, broken(&["2"])));
    let rows = [row(&[("status", text("open"))]), row(&[("status", text("Open"))]), row(&[])];
    let rule = Expectation::Reference { column: "status".into(), list: "statuses".into() };
    assert_eq!(verdicts(rule, &rows), (2, broken(&["1"])));
}

#[test]
fn columns_compare_where_both_have_a_value() {
    let dates = |a, b| row(&[("ordered", Value::Date(a)), ("due", Value::Date(b))]);
    let rule = Expectation::Compare {
        left: "ordered".into(),
        operator: Comparison::LessOrEqual,
        right: "due".into(),
    };
    let (early, late) = (date!(2026 - 01 - 01), date!(2026 - 02 - 01));
    let rows =
        [dates(early, late), dates(late, late), dates(late, early), row(&[("due", Value::Date(late))])];
    assert_eq!(verdicts(rule, &rows), (3, broken(&["2"])));
}

#[test]
fn exactly_one_of_several_columns_is_filled() {
    let rule = Expectation::ExactlyOne { columns: texts(&["memo", "status", "customer"]) };
    let rows =
        [row(&[("memo", text("m"))]), row(&[]), row(&[("memo", text("m")), ("customer", Value::Integer(1))])];
    assert_eq!(verdicts(rule, &rows), (3, broken(&["1", "2"])));
}

#[test]
fn the_consequence_is_asked_only_where_the_condition_holds() {
    let test = |column: &str, test| Condition { column: column.into(), test };
    let rule = Expectation::IfThen {
        when: test("status", ColumnTest::OneOf { values: texts(&["paid"]) }),
        then: test("total", ColumnTest::Compared { operator: Comparison::Greater, value: "0".into() }),
    };
    let paid = |total| row(&[("status", text("paid")), ("total", total)]);
    let rows = [
        paid(Value::Integer(1)),
        paid(Value::Integer(0)),
        paid(Value::Null),
        row(&[("status", text("open"))]),
    ];
    assert_eq!(verdicts(rule, &rows), (3, broken(&["1", "2"])));

    let rule = Expectation::IfThen {
        when: test("created", ColumnTest::Present),
        then: test("memo", ColumnTest::Null),
    };
    let at = Value::Timestamp(Instant::EPOCH);
    let rows = [row(&[("created", at.clone())]), row(&[("created", at), ("memo", text("m"))]), row(&[])];
    assert_eq!(verdicts(rule, &rows), (2, broken(&["1"])));

    let rule = Expectation::IfThen {
        when: test("memo", ColumnTest::Matches { regex: "void.*".into() }),
        then: test("total", ColumnTest::Null),
    };
    let rows =
        [row(&[("memo", text("void 1")), ("total", Value::Integer(1))]), row(&[("memo", text("a void"))])];
    assert_eq!(verdicts(rule, &rows), (1, broken(&["0"])));
}

#[test]
fn records_that_share_values_break_uniqueness_together() {
    let of = |status: &str, total| row(&[("status", text(status)), ("total", Value::Decimal(total))]);
    let rule = Expectation::Unique { columns: texts(&["status", "total"]) };
    let rows = [
        of("a", Decimal::new(1, 0)),
        of("a", Decimal::new(100, 2)),
        of("a", Decimal::new(2, 0)),
        row(&[("status", text("a"))]),
        row(&[("status", text("a"))]),
    ];
    assert_eq!(verdicts(rule, &rows), (3, broken(&["0", "1"])));
}

#[test]
fn a_record_that_is_read_twice_is_no_duplicate_of_itself() {
    let rules = [versioned("r", Expectation::Unique { columns: texts(&["status"]) })];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    let key = RecordKey::from_text("7");
    compiled.observe(&mut states, &key, &row(&[("status", text("a"))]));
    let again = states.clone();
    states.merge(&again);
    let outcome = states.finish(&RunId::new("run-1").unwrap(), &["id".into()], &unmasked).remove(0);
    assert_eq!((outcome.violations, outcome.margin), (0, 0));
}

#[test]
fn a_rule_that_does_not_fit_says_why_and_stops_no_other() {
    let rules = [
        versioned("gone", Expectation::NotNull { column: "gone".into() }),
        versioned("kept", Expectation::NotNull { column: "status".into() }),
        VersionedRule { retired: true, ..versioned("old", Expectation::NotNull { column: "id".into() }) },
    ];
    let found = outcomes(&rules, &[row(&[])]);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].checked, found[0].violations), (0, 0));
    assert!(found[0].failure.as_ref().unwrap().contains("names none of the 12 columns"), "{:?}", found[0]);
    assert_eq!((found[1].checked, found[1].violations, &found[1].failure), (1, 1, &None));
}

#[test]
fn examples_show_the_columns_of_the_rule_masked_where_asked() {
    let rules = [versioned(
        "r",
        Expectation::Compare { left: "memo".into(), operator: Comparison::Equal, right: "status".into() },
    )];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    let values = row(&[("memo", text("somebody@example.org")), ("status", text("open"))]);
    compiled.observe(&mut states, &RecordKey::from_text("7"), &values);
    let mask = |column: &str, _: &str| (column == "memo").then(|| "s***@***".to_owned());
    let outcome = states.finish(&RunId::new("run-1").unwrap(), &["id".into()], &mask).remove(0);
    assert_eq!(
        outcome.examples[0].values,
        [("memo".into(), Some("s***@***".into())), ("status".into(), Some("open".into()))]
    );
}
