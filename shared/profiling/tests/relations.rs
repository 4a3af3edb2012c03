//! Relations between columns: what holds whatever the order and the split, and figures against naive computation.

#![expect(clippy::unwrap_used, reason = "a test stops on what it did not expect")]

use forebay_model::Value;
use forebay_model::profile::{RelationsProfile, Sample};
use forebay_profiling::{Relations, StateError};
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

type Row = Vec<Value>;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Boolean),
        2 => (0_i64..4).prop_map(Value::Integer),
        2 => any::<i64>().prop_map(Value::Integer),
        2 => (any::<i64>(), 0_u32..6).prop_map(|(m, s)| Value::Decimal(Decimal::new(m, s))),
        1 => any::<f64>().prop_map(Value::Float),
        2 => "[ab]{0,2}".prop_map(Value::Text),
        1 => (-100_000_i64..100_000).prop_map(|s| Value::Timestamp(forebay_model::Instant::EPOCH.plus_seconds(s))),
    ]
}

/// Few rows of anything, or more rows than a sample holds, with repeats.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let many = (0_i64..6_000, 1_i64..9, 2_i64..40).prop_map(|(count, repeats, groups)| {
        let row = |i: i64| {
            let i = i / repeats;
            let text = |n: i64| Value::Text(format!("group {n}"));
            vec![
                Value::Integer(i),
                text(i % groups),
                Value::Float(i as f64 / 7.0),
                text(i % groups / 2),
                Value::Null,
            ]
        };
        (0..count).map(row).collect()
    });
    let few = prop::collection::vec(prop::collection::vec(value(), 0..=NAMES.len()), 0..60);
    prop_oneof![2 => few, 1 => many]
}

fn observed(names: &[&str], rows: &[Row]) -> Relations {
    let mut relations = Relations::new(names);
    rows.iter().for_each(|row| relations.observe_row(row));
    relations
}

fn merged(parts: &[&Relations]) -> Relations {
    let mut all = Relations::default();
    parts.iter().for_each(|part| all.merge(part));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn states_do_not_depend_on_order_or_split(
        rows in rows(), by in any::<prop::sample::Index>(), cuts in prop::array::uniform2(any::<prop::sample::Index>()),
    ) {
        let whole = observed(&NAMES, &rows).to_bytes();
        let mut turned = rows.clone();
        if !turned.is_empty() {
            let by = by.index(turned.len());
            turned.rotate_left(by);
            turned.reverse();
        }
        prop_assert_eq!(observed(&NAMES, &turned).to_bytes(), whole.clone());
        let mut cuts = cuts.map(|cut| cut.index(rows.len() + 1));
        cuts.sort_unstable();
        let part = |from: usize, to: usize| observed(&NAMES, &rows[from..to]);
        let (a, b, c) = (part(0, cuts[0]), part(cuts[0], cuts[1]), part(cuts[1], rows.len()));
        prop_assert_eq!(merged(&[&merged(&[&a, &b]), &c]).to_bytes(), whole.clone());
        prop_assert_eq!(merged(&[&a, &merged(&[&b, &c])]).to_bytes(), whole.clone());
        prop_assert_eq!(merged(&[&c, &b, &a]).to_bytes(), whole);
    }

    #[test]
    fn batches_with_different_columns_merge_alike_in_any_order(a in rows(), b in rows(), c in rows()) {
        let (a, b, c) = (observed(&["x", "b"], &a), observed(&["b", "c", "a"], &b), observed(&NAMES, &c));
        let whole = merged(&[&a, &b, &c]);
        prop_assert_eq!(whole.rows(), a.rows() + b.rows() + c.rows());
        prop_assert_eq!(merged(&[&c, &a, &b]).to_bytes(), whole.to_bytes());
        prop_assert_eq!(merged(&[&merged(&[&b, &c]), &a]).to_bytes(), whole.to_bytes());
    }

    #[test]
    fn states_come_back_as_they_were_written(rows in rows(), more in rows()) {
        let mut before = observed(&NAMES, &rows);
        let bytes = before.to_bytes();
        prop_assert!(bytes.len() < 64 * 1024);
        let mut after = Relations::from_bytes(&bytes).unwrap();
        prop_assert_eq!(after.to_bytes(), bytes);
        prop_assert_eq!(after.finish(), before.finish());
        let more = observed(&NAMES, &more);
        before.merge(&more);
        after.merge(&more);
        prop_assert_eq!(after.to_bytes(), before.to_bytes());
    }

    #[test]
    fn duplicates_are_counted_exactly_while_all_rows_are_held(rows in prop::collection::vec(prop::collection::vec(0_i64..3, 3), 0..80)) {
        let typed: Vec<Row> = rows.iter().map(|row| row.iter().map(|i| Value::Integer(*i)).collect()).collect();
        let mut different = rows.clone();
        different.sort();
        different.dedup();
        let found = observed(&["a", "b", "c"], &typed).finish();
        prop_assert_eq!(found.sample, Sample::All);
        prop_assert!(found.duplicate_rows.exact);
        prop_assert_eq!(found.duplicate_rows.value, (rows.len() - different.len()) as f64);
    }

    #[test]
    fn damaged_and_forged_states_never_panic(rows in prop::collection::vec(prop::collection::vec(value(), 0..5), 0..20), at in any::<prop::sample::Index>(), byte: u8) {
        let bytes = observed(&NAMES, &rows).to_bytes();
        let at = at.index(bytes.len());
        prop_assert!(Relations::from_bytes(&bytes[..at]).is_err());
        let mut changed = bytes.clone();
        changed[at] ^= byte | 1;
        prop_assert!(Relations::from_bytes(&changed).is_err());
        let body = bytes.len() - 4;
        let checksum = (xxhash_rust::xxh3::xxh3_64(&changed[..body]) as u32).to_le_bytes();
        changed[body..].copy_from_slice(&checksum);
        if let Ok(mut forged) = Relations::from_bytes(&changed) {
            forged.merge(&observed(&NAMES, &rows));
            let _ = forged.finish();
        }
    }
}

#[test]
fn a_newer_version_is_told_apart_from_damage() {
    let mut bytes = observed(&NAMES, &[]).to_bytes();
    bytes[3] = 9;
    assert_eq!(Relations::from_bytes(&bytes).err(), Some(StateError::NewerVersion(9)));
}

/// Amounts with a known correlation, statuses that depend on a type, noise.
fn table(rows: usize, seed: u64) -> Vec<Row> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut row = |i: usize| {
        let x: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let noise: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let city = rng.random_range(0..30_i64);
        let status = if rng.random_bool(0.6) { city % 3 } else { rng.random_range(0..3) };
        vec![
            Value::Integer(i as i64),
            Value::Decimal(Decimal::new((x * 1e6) as i64, 4)),
            Value::Float(0.8 * x + 0.6 * noise),
            Value::Float((3.0 * x).exp()),
            Value::Text(format!("city {city}")),
            Value::Text(format!("country {}", city / 5)),
            Value::Text(format!("status {status}")),
            Value::Text(format!("noise {}", rng.random_range(0..4))),
            Value::Text("constant".into()),
        ]
    };
    (0..rows).map(&mut row).collect()
}

const TABLE: [&str; 9] = ["id", "x", "y", "exp", "city", "country", "status", "noise", "constant"];

fn number(value: &Value) -> f64 {
    match value {
        Value::Decimal(d) => d.to_string().parse().unwrap(),
        Value::Float(x) => *x,
        Value::Integer(i) => *i as f64,
        _ => f64::NAN,
    }
}

fn naive_pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let s = |a: &[f64], ma: f64, b: &[f64], mb: f64| {
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>()
    };
    s(x, mx, y, my) / (s(x, mx, x, mx) * s(y, my, y, my)).sqrt()
}

fn naive_ranks(x: &[f64]) -> Vec<f64> {
    let rank = |a: &f64| {
        let below = x.iter().filter(|b| *b < a).count();
        let same = x.iter().filter(|b| *b == a).count();
        below as f64 + (same as f64 + 1.0) / 2.0
    };
    x.iter().map(rank).collect()
}

/// Chi square by expected counts, then Bergsma's formulas as printed.
fn naive_v(a: &[String], b: &[String]) -> f64 {
    let unique = |x: &[String]| {
        let mut x = x.to_vec();
        x.sort();
        x.dedup();
        x
    };
    let (ua, ub, n) = (unique(a), unique(b), a.len() as f64);
    let mut chi = 0.0;
    for i in &ua {
        for j in &ub {
            let observed = a.iter().zip(b).filter(|(x, y)| *x == i && *y == j).count() as f64;
            let expected =
                a.iter().filter(|x| *x == i).count() as f64 * b.iter().filter(|y| *y == j).count() as f64 / n;
            chi += (observed - expected).powi(2) / expected;
        }
    }
    let (r, c) = (ua.len() as f64, ub.len() as f64);
    let phi = (chi / n - (r - 1.0) * (c - 1.0) / (n - 1.0)).max(0.0);
    let (r, c) = (r - (r - 1.0).powi(2) / (n - 1.0), c - (c - 1.0).powi(2) / (n - 1.0));
    (phi / (r - 1.0).min(c - 1.0)).sqrt()
}

fn column(rows: &[Row], at: usize) -> Vec<f64> {
    rows.iter().map(|row| number(&row[at])).collect()
}

fn texts(rows: &[Row], at: usize) -> Vec<String> {
    rows.iter().map(|row| row[at].to_text().unwrap()).collect()
}

fn correlation(found: &RelationsProfile, left: &str, right: &str) -> (f64, f64, u64) {
    let c = found.correlations.iter().find(|c| c.left == left && c.right == right).unwrap();
    (c.pearson, c.spearman, c.n)
}

fn association(found: &RelationsProfile, left: &str, right: &str) -> f64 {
    found.associations.iter().find(|a| a.left == left && a.right == right).unwrap().cramers_v
}

#[test]
fn figures_on_all_rows_equal_naive_computation() {
    let rows = table(600, 1);
    let found = observed(&TABLE, &rows).finish();
    assert_eq!(found.sample, Sample::All);
    assert!(found.correlations.iter().all(|c| c.exact && c.n == 600));
    for (left, right) in [(1, 2), (1, 3), (2, 3), (0, 1)] {
        let (x, y) = (column(&rows, left), column(&rows, right));
        let (pearson, spearman, _) = correlation(&found, TABLE[left], TABLE[right]);
        assert!((pearson - naive_pearson(&x, &y)).abs() < 1e-9, "{left} {right}: {pearson}");
        let ranks = naive_pearson(&naive_ranks(&x), &naive_ranks(&y));
        assert!((spearman - ranks).abs() < 1e-9, "{left} {right}: {spearman}");
    }
    for (left, right) in [(4, 5), (4, 6), (5, 7), (6, 7)] {
        let v = association(&found, TABLE[left], TABLE[right]);
        let naive = naive_v(&texts(&rows, left), &texts(&rows, right));
        assert!((v - naive).abs() < 1e-9, "{left} {right}: {v} {naive}");
    }
}

#[test]
fn figures_on_a_sample_are_near_those_of_all_rows() {
    let rows = table(60_000, 2);
    let parts: Vec<Relations> = rows.chunks(1_000).map(|rows| observed(&TABLE, rows)).collect();
    let all = merged(&parts.iter().collect::<Vec<_>>());
    let found = all.finish();
    let Sample::LowestHashes { size, of } = found.sample else { panic!("{:?}", found.sample) };
    assert!(of == 60_000 && size > 800, "{size}");
    assert!(all.to_bytes().len() < 64 * 1024);
    let near = 4.0 / (size as f64).sqrt();
    for (left, right) in [(1, 2), (0, 1), (0, 2)] {
        let exact = naive_pearson(&column(&rows, left), &column(&rows, right));
        let (pearson, _, n) = correlation(&found, TABLE[left], TABLE[right]);
        assert!((pearson - exact).abs() < near && n == size, "{pearson} {exact}");
    }
    assert!(correlation(&found, "x", "exp").1 > 0.999);
    for (left, right) in [(4, 6), (6, 7)] {
        let exact = naive_v(&texts(&rows[..6_000], left), &texts(&rows[..6_000], right));
        let v = association(&found, TABLE[left], TABLE[right]);
        assert!((v - exact).abs() < 1.5 * near, "{v} {exact}");
    }
    assert_eq!(found.duplicate_rows.value, 0.0);
}

#[test]
fn only_dependencies_that_mean_something_are_listed() {
    let found = observed(&TABLE, &table(60_000, 3)).finish();
    let pairs: Vec<(&str, &str)> =
        found.dependencies.iter().map(|d| (d.determinant.as_str(), d.dependent.as_str())).collect();
    // Not: what follows from the key, what the constant is, and countries do not tell their cities.
    assert_eq!(pairs, [("city", "country")]);
    assert_eq!(found.dependencies[0].determinants, 30);
    assert!(found.dependencies[0].support > 700 && !found.dependencies[0].exact);
}

#[test]
fn one_exception_in_the_sample_ends_a_dependency_and_a_rare_flag_makes_none() {
    let rows = |broken: bool| -> Vec<Row> {
        let row = |i: i64| {
            let country = if broken && i == 17 { 9 } else { i % 20 / 4 };
            vec![Value::Integer(i % 20), Value::Integer(country), Value::Boolean(i == 3), Value::Integer(i)]
        };
        (0..400).map(row).collect()
    };
    let names = ["city", "country", "rare", "id"];
    let found = |broken| {
        let found = observed(&names, &rows(broken)).finish().dependencies;
        found.into_iter().map(|d| (d.determinant, d.dependent, d.exact)).collect::<Vec<_>>()
    };
    assert_eq!(found(false), [("city".to_owned(), "country".to_owned(), true)]);
    assert_eq!(found(true), []);
}

#[test]
fn estimated_duplicates_are_near_the_truth() {
    for (copies, heavy) in [(1, 0), (2, 0), (5, 0), (1, 30_000), (3, 20_000)] {
        let mut relations = Relations::new(&["a", "b"]);
        let row = |i: i64| [Value::Integer(i), Value::Text(format!("row {i}"))];
        (0..40_000 * copies).for_each(|i| relations.observe_row(&row(i / copies)));
        (0..heavy).for_each(|_| relations.observe_row(&row(-1)));
        let truth = (40_000 * copies + heavy - 40_000 - i64::from(heavy > 0)) as f64;
        let (found, repeated) = (relations.finish().duplicate_rows, relations.finish().repeated_rows);
        assert!(!found.exact && !repeated.exact);
        let several = if copies > 1 { 40_000.0 } else { 0.0 } + f64::from(u8::from(heavy > 0));
        // One table, so three standard errors; that intervals hold as often as they say, `accuracy` shows.
        for (count, truth) in [(found, truth), (repeated, several)] {
            let slack = (count.high - count.low) / 4.0;
            let near = count.low - slack <= truth && truth <= count.high + slack;
            assert!(near, "{copies} {heavy}: {count:?} for {truth}");
        }
        assert!(copies > 1 || repeated.high < 120.0, "{repeated:?}");
        // By the sketch of different rows: 3.2% of 40,000 to either side.
        assert!(copies > 1 || heavy > 0 || found.value == 0.0, "{found:?}");
        assert!(found.high - found.low < 3_300.0, "{found:?}");
    }
}

#[test]
fn nulls_and_texts_do_not_take_part_in_correlations() {
    let rows: Vec<Row> = (0..50_i64)
        .map(|i| {
            let y = if i % 5 == 0 { Value::Null } else { Value::Integer(1_000_000_000_000 - 2 * i) };
            vec![Value::Integer(i), y, Value::Text(i.to_string())]
        })
        .collect();
    let found = observed(&["x", "y", "t"], &rows).finish();
    assert_eq!(found.correlations.len(), 1);
    let (pearson, spearman, n) = correlation(&found, "x", "y");
    assert!(n == 40 && pearson + 1.0 < 1e-9 && spearman + 1.0 < 1e-9, "{pearson} {spearman}");
}

#[test]
fn rows_that_are_hashed_elsewhere_give_the_same_figures() {
    let rows = table(300, 4);
    let mut relations = Relations::new(&TABLE);
    // Twice, as when a batch is repeated: equal rows have equal hashes.
    for (at, row) in rows.iter().enumerate().chain(rows.iter().enumerate()) {
        relations.observe_hashed(xxhash_rust::xxh3::xxh3_64(&at.to_le_bytes()), row);
    }
    let twice: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
    let (found, expected) = (relations.finish(), observed(&TABLE, &twice).finish());
    assert_eq!((found.duplicate_rows.value, found.rows), (300.0, 600));
    assert_eq!(found.dependencies, expected.dependencies);
    let (a, b) = (correlation(&found, "x", "y"), correlation(&expected, "x", "y"));
    assert!((a.0 - b.0).abs() < 1e-12 && a.2 == b.2, "{a:?} {b:?}");
}

#[test]
fn a_name_of_any_length_is_read_back() {
    let name = "x".repeat(100_000);
    let relations = observed(&[&name], &[vec![Value::Integer(1)]]);
    let bytes = relations.to_bytes();
    assert_eq!(Relations::from_bytes(&bytes).map(|read| read.to_bytes()), Ok(bytes));
}
