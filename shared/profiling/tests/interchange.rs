//! Sketches are read by Apache DataSketches' own libraries and say the same there: the Rust one always, the
//! Python one (over the C++ one) where it is installed. `cargo xtask test` installs it; by hand, set
//! `FOREBAY_DATASKETCHES_PYTHON` to a Python with `tests/interchange/requirements.txt`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use datasketches::common::SearchCriteria;
use datasketches::frequencies::{ErrorType, FrequentItemsSketch};
use datasketches::hll::HllSketch;
use datasketches::kll::{KllFloat, KllSketch};
use forebay_model::profile::{ColumnProfile, FrequentValue};
use forebay_model::{Instant, Value};
use forebay_profiling::{ColumnState, Exposure};
use rust_decimal::Decimal;

/// Our standard error and theirs, four times each.
const DISTINCT_TOLERANCE: f64 = 4.0 * (0.016_25 + 0.016_25);

fn columns() -> BTreeMap<&'static str, ColumnState> {
    let observed = |values: &mut dyn Iterator<Item = Value>| {
        let mut state = ColumnState::new();
        values.for_each(|value| state.observe(&value));
        state
    };
    let many = |i: i64| i.wrapping_mul(2_654_435_761) % 1_000_003;
    let mut merged = observed(&mut (0..9_000).map(|i| Value::Float(many(i) as f64 / 7.0)));
    merged.merge(&observed(&mut (9_000..40_000).map(|i| Value::Float(many(i) as f64 / 7.0))));
    BTreeMap::from([
        ("one", observed(&mut [Value::Integer(7)].into_iter())),
        ("two", observed(&mut [Value::Float(-0.5), Value::Float(1e300)].into_iter())),
        ("few", observed(&mut (0..500).map(|i| Value::Integer(i % 90)))),
        ("six_hundred", observed(&mut (0..600).map(|i| Value::Decimal(Decimal::new(i * i, 2))))),
        ("most_exact", observed(&mut (0..593).map(Value::Integer))),
        ("exact_distinct", observed(&mut (0..9_000).map(|i| Value::Integer(i % 1_000)))),
        ("all_different", observed(&mut (0..200_000).map(Value::Integer))),
        ("skewed", observed(&mut (1..60_000).map(|i| Value::Integer(60_000 / i)))),
        ("texts", observed(&mut (0..5_000).map(|i| Value::Text(format!("städte {}", 5_000 / (i + 1)))))),
        (
            "times",
            observed(&mut (0..3_000).map(|i| Value::Timestamp(Instant::from_micros(i % 40 * 1_000_000)))),
        ),
        ("merged", merged),
    ])
}

fn images(state: &ColumnState) -> BTreeMap<&'static str, Vec<u8>> {
    state.sketches().into_iter().collect()
}

/// What a reader of the images found.
#[derive(Debug, Default)]
struct Found {
    distinct: f64,
    n: u64,
    quantiles: Vec<f64>,
    weight: u64,
    /// Surely frequent ones: text, most, least.
    frequent: Vec<(String, u64, u64)>,
}

fn check(name: &str, state: &ColumnState, found: &Found) {
    // The sketches hold values as they are.
    let profile: ColumnProfile = state.finish_with(name, Exposure::Shown);
    let distinct = profile.distinct.value;
    assert!((found.distinct - distinct).abs() <= 1.0 + DISTINCT_TOLERANCE * distinct, "{name}: {found:?}");
    assert_eq!(found.weight, profile.rows, "{name}");
    if let Some(numbers) = &profile.numbers {
        assert_eq!(found.n, numbers.count, "{name}");
        let ours: Vec<f64> = numbers.quantiles.iter().map(|quantile| quantile.value).collect();
        assert_eq!(found.quantiles, ours, "{name}");
    } else {
        assert_eq!(found.n, 0, "{name}");
    }
    for FrequentValue { value, count, error } in &profile.frequent {
        let theirs = found.frequent.iter().find(|(text, ..)| text == value || same_number(text, value));
        let (_, most, least) = theirs.unwrap_or_else(|| panic!("{name}: {value} is missing"));
        assert_eq!((*most, *least), (*count, count - error), "{name}: {value}");
    }
}

fn same_number(a: &str, b: &str) -> bool {
    a.parse::<f64>().is_ok_and(|a| b.parse() == Ok(a))
}

#[test]
fn the_rust_library_reads_every_sketch_and_agrees() {
    for (name, state) in columns() {
        let images = images(&state);
        let hll = HllSketch::deserialize(&images["hll"]).unwrap();
        assert_eq!((hll.lg_config_k(), hll.serialize()), (12, images["hll"].clone()), "{name}");
        let frequent = FrequentItemsSketch::<String>::deserialize(&images["frequent_strings"]).unwrap();
        let rows = frequent.frequent_items(ErrorType::NoFalsePositives);
        let mut found = Found {
            distinct: hll.estimate(),
            weight: frequent.total_weight(),
            frequent: rows.iter().map(|r| (r.item().clone(), r.upper_bound(), r.lower_bound())).collect(),
            ..Found::default()
        };
        if let Some(image) = images.get("kll_doubles") {
            let kll = KllSketch::<KllFloat<f64>>::deserialize(image).unwrap();
            assert_eq!(&kll.serialize(), image, "{name}");
            let ranks = state.finish(name).numbers.unwrap().quantiles;
            let at = |rank| kll.quantile(rank, SearchCriteria::Inclusive).unwrap().unwrap().into_inner();
            found.n = kll.n();
            found.quantiles = ranks.iter().map(|quantile| at(quantile.rank)).collect();
        }
        check(name, &state, &found);
    }
}

#[test]
fn what_is_stored_holds_the_images_unchanged() {
    for (name, state) in columns() {
        let stored = state.to_bytes();
        let within = |image: &[u8]| stored.windows(image.len()).any(|window| window == image);
        for (sketch, image) in images(&state) {
            // Few distinct values are stored exactly instead.
            let exact = sketch == "hll" && state.finish(name).distinct.exact;
            assert!(exact || within(&image), "{name}: {sketch}");
        }
        let again = ColumnState::from_bytes(&stored).unwrap();
        assert_eq!(again.sketches(), state.sketches(), "{name}");
    }
    assert!(ColumnState::new().sketches().is_empty());
}

/// The Python that has the library, and if there is none, why.
fn python() -> Result<PathBuf, String> {
    let named = std::env::var_os("FOREBAY_DATASKETCHES_PYTHON").map(PathBuf::from);
    let python = named.clone().unwrap_or_else(|| PathBuf::from("python3"));
    let has_it = Command::new(&python).args(["-c", "import datasketches"]).output();
    match (has_it, named) {
        (Ok(output), _) if output.status.success() => Ok(python),
        (_, Some(named)) => panic!("{} has no datasketches", named.display()),
        (Ok(_), None) => Err("python3 has no datasketches and FOREBAY_DATASKETCHES_PYTHON is not set".into()),
        (Err(e), None) => Err(format!("no python3: {e}")),
    }
}

#[test]
fn the_python_library_reads_every_sketch_and_agrees() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => {
            println!("SKIPPED: the Python library did not read the sketches: {reason}");
            return;
        }
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sketches");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let columns = columns();
    for (name, state) in &columns {
        for (sketch, image) in state.sketches() {
            std::fs::write(folder.join(format!("{name}.{sketch}")), image).unwrap();
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interchange/read_images.py");
    let output = Command::new(python).arg(script).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut all: BTreeMap<String, Found> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        read_line(&serde_json::from_str(line).unwrap(), &mut all);
    }
    assert_eq!(all.len(), columns.len());
    for (name, state) in &columns {
        check(name, state, &all[*name]);
    }
}

fn read_line(line: &serde_json::Value, all: &mut BTreeMap<String, Found>) {
    let found = all.entry(line["column"].as_str().unwrap().to_owned()).or_default();
    match line["sketch"].as_str().unwrap() {
        "hll" => {
            found.distinct = line["estimate"].as_f64().unwrap();
            let union = line["union"].as_f64().unwrap();
            assert!((union - found.distinct).abs() <= 1e-6 * union, "{line}");
            assert_eq!(line["lg_k"], 12);
        }
        "kll_doubles" => {
            found.n = line["n"].as_u64().unwrap();
            assert_eq!((line["k"].as_u64(), &line["merged_n"]), (Some(200), &line["n"]), "{line}");
            let quantiles = line["quantiles"].as_array().unwrap();
            found.quantiles = quantiles.iter().map(|x| x.as_str().unwrap().parse().unwrap()).collect();
        }
        _ => {
            found.weight = line["total_weight"].as_u64().unwrap();
            assert_eq!(line["merged_weight"], line["total_weight"]);
            for row in line["items"].as_array().unwrap() {
                // Item, estimate, least, most.
                let count = |at: usize| row[at].as_u64().unwrap();
                found.frequent.push((row[0].as_str().unwrap().to_owned(), count(3), count(2)));
            }
        }
    }
}
