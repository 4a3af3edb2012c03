//! Patterns and texts that were made to be slow.

mod common;

use std::time::{Duration, Instant};

use common::{invoices, text, versioned};
use forebay_model::rule::Expectation;
use forebay_model::{RecordKey, Value};
use forebay_rules::{CompiledRules, ReferenceLists, validate};
use proptest::prelude::*;

/// Far over what matching takes, also without optimisation on a busy machine; far under what any exponential or
/// quadratic matcher takes of these.
const SOON: Duration = Duration::from_secs(5);

fn expectation(regex: &str) -> Expectation {
    Expectation::Pattern { column: "memo".into(), regex: regex.to_owned() }
}

/// Whether the rule is refused, and how long that and one text took.
fn tried(regex: &str, value: &str) -> (bool, Duration) {
    let start = Instant::now();
    let rule = versioned("r", expectation(regex));
    let refused = validate(&rule.rule, &invoices(), &|_| None, &ReferenceLists::default()).is_err();
    let compiled = CompiledRules::new(&[rule], &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    compiled.observe(&mut states, &RecordKey::from_text("1"), &[Value::Null, Value::Null, text(value)]);
    (refused, start.elapsed())
}

#[test]
fn known_attacks_are_fast_or_refused() {
    let attacks = [
        (r"(a+)+b", "a"),
        (r"(a|a)*b", "a"),
        (r"(a|aa)+$", "a"),
        (r"(.*a){25}", "a"),
        (r"([a-zA-Z]+)*!", "a"),
        (r"(x+x+)+y", "x"),
        (r".*a.{300}", "ab"),
        (r"(?:(?:a|aa|aaa){1,150})+b", "a"),
        (r"(?:a{0,200}){0,9}[^a]", "a"),
        (r"(?:a{0,600}){0,2}[^a]", "a"),
        (r"(?s)(?:.*.*.*){100}x", "qé"),
        (r"(?i)(?:[a-z]*\pL){20}", "ſ"),
        (r"(\w{1,9}\W{0,9}){40}", "ab "),
        (r"((a{100}){100}){100}", "a"),
        (r"(?:\pL|\pN|\pS){1,900}", "é"),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a"),
    ];
    for (regex, unit) in attacks {
        for length in [900, 20_000, 65_536, 1_000_000] {
            let (_, took) = tried(regex, &unit.repeat(length / unit.len()));
            assert!(took < SOON, "{regex} took {took:?} for {length} bytes");
        }
    }
}

/// Fragments that nest and repeat each other, in every combination.
fn hostile() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", ".", r"\w", "[^b]", "a|b", "", "é", r"\b", "^"]);
    leaf.prop_map(str::to_owned).prop_recursive(6, 40, 3, |inner| {
        let times = prop::sample::select(vec!["*", "+", "?", "{0,30}", "{2,}", "*?", "{99}", "{1,1000}"]);
        prop_oneof![
            (inner.clone(), times).prop_map(|(a, times)| format!("({a}){times}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}{b}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("(?:{a}|{b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_pattern_is_slow(regex in hostile(), unit in "[abé]{1,3}", length in 0_usize..70_000) {
        let (_, took) = tried(&regex, &unit.repeat(length / unit.len()));
        prop_assert!(took < SOON, "{regex} took {took:?} for {length} bytes of {unit}");
    }

    #[test]
    fn no_text_is_a_pattern_that_panics(regex in ".{0,60}", value in ".{0,60}") {
        let (_, took) = tried(&regex, &value);
        prop_assert!(took < SOON);
    }
}

#[test]
fn a_text_too_long_to_look_into_does_not_match() {
    let rule = versioned("r", expectation("(?s).*"));
    let compiled = CompiledRules::new(&[rule], &invoices(), &ReferenceLists::default());
    for (length, violations) in [(65_536, 0), (65_537, 1)] {
        let mut states = compiled.start();
        let values = [Value::Null, Value::Null, text(&"a".repeat(length))];
        compiled.observe(&mut states, &RecordKey::from_text("1"), &values);
        let run = forebay_model::RunId::new("run-1").unwrap();
        let outcome = states.finish(&run, &["id".into()], &forebay_rules::unmasked).remove(0);
        assert_eq!(outcome.violations, violations, "{length}");
    }
}
