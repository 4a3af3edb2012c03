//! Any rule over any records: refused with faults, or checked; states merge, come back, and a forged one is
//! refused or harmless. Patterns are matched in bounded time, which the fuzzer's own limit holds.

use forebay_model::rule::{Expectation, Rule, RuleId, Severity, VersionedRule};
use forebay_model::{
    Column, ColumnType, ConnectorKind, HistoryMode, Instant, RecordKey, RecordsAt, RunId, SourceId,
    StreamName, StreamSchema,
};
use forebay_rules::{CompiledRules, ReferenceLists, RuleStates, unmasked, validate};
use xxhash_rust::xxh3::xxh3_64;

use crate::Target;
use crate::input::Input;

pub(crate) const TARGET: Target = Target { name: "rules", run, seeds };

/// A line of JSON, then records; a line that is no expectation is a forged state.
fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
    let (line, records) = bytes.split_at(end);
    match serde_json::from_slice::<Expectation>(line) {
        Ok(expectation) => check(expectation, records),
        Err(_) => state(bytes),
    }
}

fn check(expectation: Expectation, records: &[u8]) {
    let schema = schema();
    let rule = Rule {
        id: RuleId::new("rule"),
        source: SourceId::new("erp").expect("a source"),
        stream: schema.stream.clone(),
        description: String::new(),
        severity: Severity::default(),
        expectation,
        tolerated_share: 0.0,
    };
    let lists = ReferenceLists::default();
    let faults = validate(&rule, &schema, &|_| None, &lists);
    if let Err(faults) = &faults {
        assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.to_string().is_empty()));
    }
    let rule =
        VersionedRule { rule, version: 1, since: Instant::EPOCH, author: String::new(), retired: false };
    let compiled = CompiledRules::new(&[rule], &schema, &lists);
    let mut shards = [compiled.start(), compiled.start()];
    let mut input = Input::new(records);
    let mut key = 0_u64;
    while !input.is_empty() {
        let values = [input.value(), input.value(), input.value()];
        compiled.observe(&mut shards[key as usize % 2], &RecordKey::from_text(key.to_string()), &values);
        key += 1;
    }
    let [mut left, right] = shards;
    let mut other_way = right.clone();
    other_way.merge(&left);
    left.merge(&right);
    assert!(left.to_bytes() == other_way.to_bytes(), "merging is commutative");
    let back = RuleStates::from_bytes(&left.to_bytes()).expect("a state reads what it wrote");
    let run = RunId::new("run").expect("a run");
    let outcomes = back.finish(&run, &schema.key, &unmasked);
    assert_eq!(outcomes, left.finish(&run, &schema.key, &unmasked));
    assert!(outcomes.iter().all(|outcome| outcome.checked <= key && outcome.violations <= outcome.checked));
}

fn state(bytes: &[u8]) {
    let mut forged = bytes.to_vec();
    forged.extend_from_slice(&(xxh3_64(bytes) as u32).to_le_bytes());
    let Ok(mut states) = RuleStates::from_bytes(&forged) else { return };
    let copy = states.clone();
    states.merge(&copy);
    states.finish(&RunId::new("run").expect("a run"), &[], &unmasked);
    states.to_bytes();
}

fn schema() -> StreamSchema {
    let column = |name: &str, column_type| Column {
        name: name.to_owned(),
        source_field: name.to_owned(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("netsuite").expect("a connector"),
        stream: StreamName::new("invoice").expect("a stream"),
        columns: vec![
            column("t", ColumnType::Text),
            column("n", ColumnType::Decimal { precision: 18, scale: 4 }),
            column("d", ColumnType::Date),
        ],
        key: vec!["t".to_owned()],
        modified: None,
        records_at: RecordsAt::Root,
        tombstones: None,
        parent: None,
        deleted: None,
        history: HistoryMode::Current,
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let rules = [
        r#"{"kind":"not_null","column":"t"}"#,
        r#"{"kind":"pattern","column":"t","regex":"(a+)+$"}"#,
        r#"{"kind":"pattern","column":"t","regex":"[A-Z]{2,3}-\\d{4}"}"#,
        r#"{"kind":"range","column":"n","min":"-1.5","max":"1e3"}"#,
        r#"{"kind":"range","column":"d","min":"2026-01-01","max":null}"#,
        r#"{"kind":"one_of","column":"t","values":["a","b",""]}"#,
        r#"{"kind":"unique","columns":["t","n"]}"#,
        r#"{"kind":"compare","left":"n","operator":"less","right":"n"}"#,
        r#"{"kind":"exactly_one","columns":["t","n","d"]}"#,
        r#"{"kind":"if_then","when":{"is":"null","column":"t"},"then":{"is":"compared","column":"n","operator":"greater","value":"0"}}"#,
    ];
    let records: Vec<u8> = (0..12).flat_map(|tag| [tag, 7, tag, 9, 6, tag]).collect();
    rules.iter().map(|rule| [rule.as_bytes(), b"\n", &records].concat()).collect()
}
