//! What must hold whatever the records, their order and their split.

mod common;

use common::{invoices, texts, versioned};
use forebay_model::rule::{Expectation, VersionedRule};
use forebay_model::{RecordKey, RunId, Value};
use forebay_rules::{CompiledRules, ReferenceLists, RuleStates, StateError, unmasked};
use proptest::prelude::*;

fn rules() -> Vec<VersionedRule> {
    vec![
        versioned("null", Expectation::NotNull { column: "status".into() }),
        versioned("pattern", Expectation::Pattern { column: "status".into(), regex: "[a-m]+".into() }),
        versioned(
            "range",
            Expectation::Range { column: "id".into(), min: Some("100".into()), max: Some("3000".into()) },
        ),
        versioned("unique", Expectation::Unique { columns: texts(&["status"]) }),
        versioned("unique-both", Expectation::Unique { columns: texts(&["id", "status"]) }),
        versioned("wrong", Expectation::NotNull { column: "no_such".into() }),
    ]
}

type Row = (String, Vec<Value>);

/// A record's key, an id and a status; keys and statuses repeat.
fn row() -> impl Strategy<Value = Row> {
    let status = prop_oneof![
        1 => Just(Value::Null),
        4 => "[a-z]{1,2}".prop_map(Value::Text),
        1 => ".{100,140}".prop_map(Value::Text),
    ];
    ("[0-9]{1,4}", 0_i64..4_000, status).prop_map(|(key, id, status)| (key, vec![Value::Integer(id), status]))
}

/// Sometimes more than a state holds, with many records of one value.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let many = (0_u32..3_000, 1_u32..80, 0_usize..150).prop_map(|(count, same, long)| {
        let one = |i: u32| {
            let status = if i.is_multiple_of(same) { "same".to_owned() } else { format!("s{i}") };
            // Texts of more than a state holds, too.
            let key = format!("{}{}", i / 2, "x".repeat(long * (i % 7) as usize / 6));
            (key, vec![Value::Integer(i.into()), Value::Text(status)])
        };
        (0..count).map(one).collect()
    });
    prop_oneof![3 => prop::collection::vec(row(), 0..200), 1 => many]
}

fn observed(rows: &[Row]) -> RuleStates {
    let compiled = CompiledRules::new(&rules(), &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    for (key, values) in rows {
        compiled.observe(&mut states, &RecordKey::from_text(key), values);
    }
    states
}

fn merged(parts: &[&RuleStates]) -> RuleStates {
    let mut all = RuleStates::default();
    parts.iter().for_each(|part| all.merge(part));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn states_do_not_depend_on_order_or_split(
        rows in rows(), by in any::<prop::sample::Index>(), cuts in prop::array::uniform2(any::<prop::sample::Index>()),
    ) {
        let whole = observed(&rows).to_bytes();
        let mut turned = rows.clone();
        if !turned.is_empty() {
            let by = by.index(turned.len());
            turned.rotate_left(by);
            turned.reverse();
        }
        prop_assert_eq!(observed(&turned).to_bytes(), whole.clone());

        let mut cuts = cuts.map(|cut| cut.index(rows.len() + 1));
        cuts.sort_unstable();
        let (a, b, c) = (observed(&rows[..cuts[0]]), observed(&rows[cuts[0]..cuts[1]]), observed(&rows[cuts[1]..]));
        prop_assert_eq!(merged(&[&merged(&[&a, &b]), &c]).to_bytes(), whole.clone());
        prop_assert_eq!(merged(&[&a, &merged(&[&b, &c])]).to_bytes(), whole.clone());
        prop_assert_eq!(merged(&[&c, &b, &a]).to_bytes(), whole);
    }

    #[test]
    fn states_come_back_as_they_were_written(rows in rows(), more in rows()) {
        let mut before = observed(&rows);
        let mut after = RuleStates::from_bytes(&before.to_bytes()).unwrap();
        prop_assert_eq!(&after, &before);
        let more = observed(&more);
        before.merge(&more);
        after.merge(&more);
        prop_assert_eq!(after.to_bytes(), before.to_bytes());
    }

    #[test]
    fn counts_are_those_of_a_plain_count(rows in prop::collection::vec(row(), 0..200)) {
        let run = RunId::new("run-1").unwrap();
        let outcomes = observed(&rows).finish(&run, &["id".into()], &unmasked);
        let of = |id: &str| outcomes.iter().find(|o| o.rule.as_str() == id).unwrap();
        let nulls = rows.iter().filter(|(_, v)| v[1].is_null()).count() as u64;
        prop_assert_eq!((of("null").checked, of("null").violations), (rows.len() as u64, nulls));
        let outside = rows.iter().filter(|(_, v)| !matches!(v[0], Value::Integer(100..=3_000))).count() as u64;
        prop_assert_eq!(of("range").violations, outside);
        let mut keys: Vec<&str> = rows
            .iter()
            .filter(|(_, v)| !matches!(v[0], Value::Integer(100..=3_000)))
            .map(|(key, _)| key.as_str())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(of("range").examples.len(), keys.len().min(10));
        prop_assert!(of("range").examples.iter().all(|e| keys.contains(&e.key.as_str())));
        // Different records per status; fewer records than a state holds, so exact.
        let mut pairs: Vec<(&str, &str)> = rows.iter().filter_map(|(key, v)| match &v[1] {
            Value::Text(status) => Some((status.as_str(), key.as_str())),
            _ => None,
        }).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let shared = pairs.iter().filter(|(s, k)| pairs.iter().any(|(t, l)| s == t && k != l)).count() as u64;
        prop_assert_eq!((of("unique").violations, of("unique").margin), (shared, 0));
    }

    /// Pages of 1,000 records with any texts: a state of each, and of all of them, stays under 64 KiB.
    #[test]
    fn a_state_of_uniqueness_stays_small_whatever_keys_and_values_are(
        key in 1_usize..200, value in 0_usize..200, sign in any::<char>(), same in 1_i64..40, pages in 1_i64..4,
    ) {
        let rules = [versioned("unique", Expectation::Unique { columns: texts(&["id", "status", "memo"]) })];
        let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
        let (tail, text) = (sign.to_string().repeat(key), sign.to_string().repeat(value));
        let (mut all, mut reversed) = (compiled.start(), compiled.start());
        let page = |page: i64| {
            let mut states = compiled.start();
            for i in page * 1_000..(page + 1) * 1_000 {
                let values = [Value::Integer(i / same), Value::Text(text.clone()), Value::Text(format!("{text}{}", i / same))];
                compiled.observe(&mut states, &RecordKey::from_text(format!("{i}{tail}")), &values);
            }
            states
        };
        let pages: Vec<RuleStates> = (0..pages).map(page).collect();
        for page in &pages {
            prop_assert!(page.to_bytes().len() < 64 * 1_024, "{}", page.to_bytes().len());
            all.merge(page);
        }
        pages.iter().rev().for_each(|page| reversed.merge(page));
        let bytes = all.to_bytes();
        prop_assert!(bytes.len() < 64 * 1_024, "{}", bytes.len());
        prop_assert_eq!(&reversed.to_bytes(), &bytes);
        prop_assert_eq!(RuleStates::from_bytes(&bytes).unwrap().to_bytes(), bytes);
        if same > 1 {
            let outcome = all.finish(&RunId::new("run-1").unwrap(), &["id".into()], &unmasked).remove(0);
            prop_assert!(outcome.violations > 0 && !outcome.examples.is_empty());
            prop_assert!(outcome.examples.iter().all(|e| !e.key.is_empty() && e.values.len() == 3));
        }
    }

    #[test]
    fn damaged_states_are_refused_and_never_panic(rows in prop::collection::vec(row(), 0..30), at in any::<prop::sample::Index>(), bit in 0_u8..8, cut in any::<prop::sample::Index>()) {
        let bytes = observed(&rows).to_bytes();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= 1 << bit;
        prop_assert!(RuleStates::from_bytes(&changed).is_err());
        prop_assert!(RuleStates::from_bytes(&bytes[..cut.index(bytes.len())]).is_err());
    }

    /// Past the checksum every length is still checked.
    #[test]
    fn forged_states_never_panic(rows in prop::collection::vec(row(), 0..30), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = observed(&rows).to_bytes();
        let body = bytes.len() - 4;
        bytes[4 + at.index(body - 4)] = byte;
        let checksum = (xxhash_rust::xxh3::xxh3_64(&bytes[..body]) as u32).to_le_bytes();
        bytes[body..].copy_from_slice(&checksum);
        if let Ok(states) = RuleStates::from_bytes(&bytes) {
            let mut all = observed(&rows);
            all.merge(&states);
            let _ = all.finish(&RunId::new("run-1").unwrap(), &["id".into()], &unmasked);
        }
    }
}

#[test]
fn a_newer_version_is_told_apart_from_damage() {
    let mut bytes = observed(&[]).to_bytes();
    bytes[3] = 3;
    assert_eq!(RuleStates::from_bytes(&bytes), Err(StateError::NewerVersion(3)));
}

/// Over 60 tables of 20,000 records the true number of records that share a value lies within the margin.
#[test]
fn estimated_uniqueness_is_within_its_margin() {
    let run = RunId::new("run-1").unwrap();
    let rules = [versioned("unique", Expectation::Unique { columns: texts(&["id"]) })];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    let mut outside = 0;
    for table in 0_i64..60 {
        let groups = [0, 1, 20, 500, 4_000][(table % 5) as usize];
        let mut states = compiled.start();
        for i in 0..20_000_i64 {
            // Pairs share a value; in every third table a large group does too.
            let value = if i < 2 * groups {
                i / 2
            } else if table % 3 == 0 && i > 19_000 {
                -1
            } else {
                i
            };
            let key = RecordKey::from_text(format!("{table}-{i}"));
            compiled.observe(&mut states, &key, &[Value::Integer(value + table * 1_000_000)]);
        }
        let large = if table % 3 == 0 { 999 } else { 0 };
        let truth = 2 * groups as u64 + large;
        let outcome = states.finish(&run, &["id".into()], &unmasked).remove(0);
        assert!(outcome.margin > 0 && outcome.checked == 20_000);
        outside += usize::from(outcome.violations.abs_diff(truth) > outcome.margin);
        assert!(states.to_bytes().len() < 64 * 1_024, "{}", states.to_bytes().len());
    }
    assert!(outside <= 3, "{outside} of 60 outside");
}

/// A state holds 32 records of one value: fewer are counted, of more the number is estimated.
#[test]
fn records_of_one_value_are_counted_up_to_31_and_estimated_beyond() {
    let run = RunId::new("run-1").unwrap();
    let rules = [versioned("unique", Expectation::Unique { columns: texts(&["id"]) })];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    for records in [2_u64, 31, 32, 200] {
        let mut states = compiled.start();
        for i in 0..records {
            compiled.observe(&mut states, &RecordKey::from_text(format!("{i}")), &[Value::Integer(7)]);
        }
        let outcome = states.finish(&run, &["id".into()], &unmasked).remove(0);
        assert_eq!(outcome.margin == 0, records < 32, "{records}: {outcome:?}");
        assert!(outcome.violations.abs_diff(records) <= outcome.margin, "{records}: {outcome:?}");
    }
}

#[test]
fn a_page_of_a_thousand_records_with_short_texts_takes_forty_bytes_a_record() {
    let rules = [versioned("unique", Expectation::Unique { columns: texts(&["id"]) })];
    let compiled = CompiledRules::new(&rules, &invoices(), &ReferenceLists::default());
    let mut states = compiled.start();
    for i in 0..1_000 {
        let key = RecordKey::from_text(format!("{}", 100_000 + i));
        compiled.observe(&mut states, &key, &[Value::Integer(100_000 + i)]);
    }
    let bytes = states.to_bytes().len();
    assert!((30_000..40_000).contains(&bytes), "{bytes}");
}
