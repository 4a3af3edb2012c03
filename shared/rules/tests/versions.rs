//! States that earlier versions wrote are read for ever.

mod common;

use common::{invoices, texts, versioned};
use forebay_model::rule::{Expectation, RuleOutcome};
use forebay_model::{RecordKey, RunId, Value};
use forebay_rules::{CompiledRules, ReferenceLists, RuleStates, unmasked};

const VERSION_1: &[u8] = include_bytes!("fixtures/states.version_1");

/// The records that the fixture was written from: 300 ids, each with the id of another one in ten.
fn observed(records: std::ops::Range<i64>) -> RuleStates {
    let rules = [
        versioned("null", Expectation::NotNull { column: "status".into() }),
        versioned("unique", Expectation::Unique { columns: texts(&["id", "status"]) }),
    ];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    for i in records {
        let status = if i % 17 == 0 { Value::Null } else { Value::Text(format!("status {}", i % 3)) };
        let values = [Value::Integer(if i % 10 == 0 { i - 3 } else { i }), status];
        compiled.observe(&mut states, &RecordKey::from_text(format!("key {i}")), &values);
    }
    states
}

#[expect(clippy::unwrap_used, reason = "the id is one")]
fn outcomes(states: &RuleStates) -> Vec<RuleOutcome> {
    states.finish(&RunId::new("run-1").unwrap(), &["id".into()], &unmasked)
}

#[test]
fn a_state_of_version_1_is_read_and_merged() {
    assert_eq!(VERSION_1[3], 1);
    let mut read = RuleStates::from_bytes(VERSION_1).unwrap();
    assert_eq!(outcomes(&read), outcomes(&observed(0..300)));
    assert!(outcomes(&read).iter().all(|outcome| outcome.violations > 0 && outcome.margin == 0));
    read.merge(&observed(300..400));
    assert_eq!(outcomes(&read), outcomes(&observed(0..400)));
    assert_eq!(RuleStates::from_bytes(&read.to_bytes()).unwrap(), read);
}
