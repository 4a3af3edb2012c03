//! Every wrong reference in a rule is found, and told so that its author can repair it.

mod common;

use common::{MONEY, invoices, name, rule, schema, texts};
use forebay_model::rule::{ColumnTest, Comparison, Condition, Expectation, ReferenceList, Rule};
use forebay_model::{ColumnType, StreamName, StreamSchema};
use forebay_rules::{CompiledRules, ReferenceLists, RuleFault, validate};
use proptest::prelude::*;

fn others(stream: &StreamName) -> Option<StreamSchema> {
    match stream.as_str() {
        "line" => Some(schema(
            "line",
            &[
                ("id", ColumnType::Integer),
                ("invoice", ColumnType::Integer),
                ("invoice_text", ColumnType::Text),
                ("amount", MONEY),
                ("rate", ColumnType::Float),
            ],
        )),
        "customer" => Some(schema("customer", &[("id", ColumnType::Integer), ("code", ColumnType::Text)])),
        _ => None,
    }
}

fn lists() -> ReferenceLists {
    let list = |name: &str, values: &[&str]| ReferenceList {
        name: name.into(),
        values: texts(values).into_iter().collect(),
    };
    ReferenceLists::from_iter([
        list("statuses", &["open", "paid"]),
        list("numbers", &["1", "2"]),
        list("none", &[]),
    ])
}

fn faults(rule: &Rule) -> Vec<RuleFault> {
    validate(rule, &invoices(), &others, &lists()).err().unwrap_or_default()
}

fn fields(expectation: Expectation) -> Vec<String> {
    faults(&rule("r", expectation)).into_iter().map(|fault| fault.field).collect()
}

fn range(column: &str, min: Option<&str>, max: Option<&str>) -> Expectation {
    Expectation::Range { column: column.into(), min: min.map(Into::into), max: max.map(Into::into) }
}

fn one_of(column: &str, values: &[&str]) -> Expectation {
    Expectation::OneOf { column: column.into(), values: texts(values) }
}

fn compare(left: &str, operator: Comparison, right: &str) -> Expectation {
    Expectation::Compare { left: left.into(), operator, right: right.into() }
}

fn condition(column: &str, test: ColumnTest) -> Condition {
    Condition { column: column.into(), test }
}

fn sum(names: [&str; 5], tolerance: Option<&str>) -> Expectation {
    let [parent_key, total, lines, line_parent, amount] = names.map(String::from);
    let lines = name(&lines);
    Expectation::SumOfLines {
        parent_key,
        total,
        lines,
        line_parent,
        amount,
        tolerance: tolerance.map(Into::into),
    }
}

fn foreign(column: &str, references: &str, key: &str) -> Expectation {
    Expectation::ForeignKey { column: column.into(), references: name(references), key: key.into() }
}

#[test]
fn rules_that_fit_are_taken() {
    use Comparison::*;
    let good = [
        range("quantity", Some("-1"), None),
        range("total", Some("0.00"), Some("1000000.00")),
        range("rate", None, Some("1e3")),
        range("created", Some("2020-01-01T00:00:00Z"), None),
        one_of("paid", &["true"]),
        one_of("status", &["open"]),
        Expectation::Reference { column: "status".into(), list: "statuses".into() },
        Expectation::Reference { column: "quantity".into(), list: "numbers".into() },
        compare("quantity", Less, "rate"),
        compare("ordered", LessOrEqual, "created"),
        compare("status", NotEqual, "memo"),
        Expectation::ExactlyOne { columns: texts(&["memo", "extra"]) },
        Expectation::IfThen {
            when: condition("extra", ColumnTest::Present),
            then: condition("paid", ColumnTest::Compared { operator: Equal, value: "true".into() }),
        },
        sum(["id", "total", "line", "invoice", "amount"], Some("0.01")),
        foreign("customer", "customer", "id"),
    ];
    for expectation in good {
        assert_eq!(faults(&rule("r", expectation.clone())), [], "{expectation:?}");
    }
}

#[test]
fn each_fault_names_its_field() {
    use Comparison::*;
    let cases: Vec<(Expectation, &[&str])> = vec![
        (range("no_such", None, None), &["expectation.column"]),
        (range("quantity", Some("1.5"), Some("x")), &["expectation.min", "expectation.max"]),
        (range("quantity", None, None), &["expectation.min"]),
        (range("quantity", Some("2"), Some("1")), &["expectation.max"]),
        (range("status", Some("a"), None), &["expectation.column"]),
        (range("paid", Some("true"), None), &["expectation.column"]),
        (range("created", Some("2026-01-01"), None), &["expectation.min"]),
        (one_of("quantity", &["1", "one", "2", "two"]), &["expectation.values[1]", "expectation.values[3]"]),
        (one_of("status", &[]), &["expectation.values"]),
        (one_of("extra", &["{}"]), &["expectation.values[0]"]),
        (Expectation::Reference { column: "status".into(), list: "gone".into() }, &["expectation.list"]),
        (
            Expectation::Reference { column: "quantity".into(), list: "statuses".into() },
            &["expectation.list"],
        ),
        (Expectation::Reference { column: "status".into(), list: "none".into() }, &["expectation.list"]),
        (
            Expectation::Pattern { column: "total".into(), regex: "(".into() },
            &["expectation.regex", "expectation.column"],
        ),
        (Expectation::Pattern { column: "status".into(), regex: "(?=a)".into() }, &["expectation.regex"]),
        (compare("a", Less, "b"), &["expectation.left", "expectation.right"]),
        (compare("total", Less, "status"), &["expectation.right"]),
        (compare("total", Less, "total"), &["expectation.right"]),
        (compare("extra", Equal, "status"), &["expectation.right"]),
        (Expectation::Unique { columns: vec![] }, &["expectation.columns"]),
        (Expectation::Unique { columns: texts(&["id", "gone"]) }, &["expectation.columns[1]"]),
        (Expectation::ExactlyOne { columns: texts(&["id"]) }, &["expectation.columns"]),
        (Expectation::ExactlyOne { columns: texts(&["id", "id"]) }, &["expectation.columns"]),
        (
            Expectation::IfThen {
                when: condition("gone", ColumnTest::Null),
                then: condition("paid", ColumnTest::Compared { operator: Less, value: "true".into() }),
            },
            &["expectation.when.column", "expectation.then.operator"],
        ),
        (
            Expectation::IfThen {
                when: condition("total", ColumnTest::Matches { regex: ".*".into() }),
                then: condition("quantity", ColumnTest::OneOf { values: texts(&["x"]) }),
            },
            &["expectation.when.column", "expectation.then.values[0]"],
        ),
        (sum(["gone", "total", "line", "invoice", "amount"], None), &["expectation.parent_key"]),
        (sum(["id", "rate", "line", "invoice", "amount"], None), &["expectation.total"]),
        (sum(["id", "total", "lines", "invoice", "amount"], None), &["expectation.lines"]),
        (sum(["id", "total", "line", "rate", "amount"], None), &["expectation.line_parent"]),
        (
            sum(["id", "total", "line", "gone", "rate"], None),
            &["expectation.line_parent", "expectation.amount"],
        ),
        (sum(["id", "total", "line", "invoice", "amount"], Some("-1")), &["expectation.tolerance"]),
        (foreign("gone", "customer", "id"), &["expectation.column"]),
        (foreign("customer", "gone", "id"), &["expectation.references"]),
        (foreign("customer", "customer", "gone"), &["expectation.key"]),
        (foreign("customer", "customer", "code"), &[]),
        (foreign("customer", "line", "rate"), &["expectation.key"]),
    ];
    for (expectation, expected) in cases {
        assert_eq!(fields(expectation.clone()), expected, "{expectation:?}");
    }
}

#[test]
fn headers_are_checked_too() {
    let fits = Expectation::NotNull { column: "id".into() };
    let mut wrong = rule("not valid!", fits);
    wrong.stream = name("customer");
    wrong.tolerated_share = f64::NAN;
    wrong.description = "x".repeat(1_001);
    let found: Vec<String> = faults(&wrong).into_iter().map(|fault| fault.field).collect();
    assert_eq!(found, ["id", "stream", "description", "tolerated_share"]);
}

#[test]
fn a_fault_says_what_was_expected_and_what_to_do_and_shows_no_value() {
    let found = faults(&rule("r", one_of("quantity", &["4929 1234 5678 9012"]))).remove(0);
    assert_eq!(
        found.to_string(),
        "expectation.values[0]: found text of 19 characters, expected a whole number of 64 bits, as in -12; \
         write it in the column's type"
    );
}

/// Any expectation over the given names, right or wrong.
fn any_rule() -> impl Strategy<Value = Expectation> {
    let column = || {
        let names = ["id", "status", "total", "rate", "due", "created", "paid", "extra", "gone", ""];
        prop::sample::select(names.to_vec()).prop_map(str::to_owned)
    };
    let value = || {
        let values = ["1", "1.5", "x", "true", "2026-01-01", "2026-01-01T00:00:00Z", "", "NaN", "(", "é{9}"];
        prop::sample::select(values.to_vec()).prop_map(str::to_owned)
    };
    let operator = || prop::sample::select(vec![Comparison::Less, Comparison::Equal, Comparison::NotEqual]);
    let test = move || {
        prop_oneof![
            Just(ColumnTest::Null),
            Just(ColumnTest::Present),
            prop::collection::vec(value(), 0..3).prop_map(|values| ColumnTest::OneOf { values }),
            value().prop_map(|regex| ColumnTest::Matches { regex }),
            (operator(), value()).prop_map(|(operator, value)| ColumnTest::Compared { operator, value }),
        ]
    };
    let condition = move || (column(), test()).prop_map(|(column, test)| Condition { column, test });
    prop_oneof![
        column().prop_map(|column| Expectation::NotNull { column }),
        (column(), value()).prop_map(|(column, regex)| Expectation::Pattern { column, regex }),
        (column(), prop::option::of(value()), prop::option::of(value()))
            .prop_map(|(column, min, max)| Expectation::Range { column, min, max }),
        (column(), prop::collection::vec(value(), 0..3))
            .prop_map(|(column, values)| Expectation::OneOf { column, values }),
        (column(), operator(), column()).prop_map(|(left, operator, right)| Expectation::Compare {
            left,
            operator,
            right
        }),
        prop::collection::vec(column(), 0..4).prop_map(|columns| Expectation::Unique { columns }),
        prop::collection::vec(column(), 0..4).prop_map(|columns| Expectation::ExactlyOne { columns }),
        (condition(), condition()).prop_map(|(when, then)| Expectation::IfThen { when, then }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// What names a column that is not there is refused; what is taken compiles; JSON brings it back.
    #[test]
    fn validation_and_compilation_agree(expectation in any_rule()) {
        let written = rule("r", expectation);
        let json = serde_json::to_string(&written).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Rule>(&json).unwrap(), &written);

        let faults = faults(&written);
        let wrong_column = ["\"gone\"", "\"column\":\"\"", "\"left\":\"\"", "\"right\":\"\""];
        if wrong_column.iter().any(|name| json.contains(name)) {
            prop_assert!(!faults.is_empty());
        }
        let versioned = common::versioned("r", written.expectation);
        let compiled = CompiledRules::new(&[versioned], &invoices(), &lists());
        let run = forebay_model::RunId::new("run-1").unwrap();
        let outcome = compiled.start().finish(&run, &[], &forebay_rules::unmasked).remove(0);
        prop_assert_eq!(outcome.failure.is_some(), !faults.is_empty());
    }
}
