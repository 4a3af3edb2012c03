//! Sketches as files, read by a library that is not ours.

use std::fs;
use std::path::Path;

use datasketches::common::SearchCriteria;
use datasketches::frequencies::{ErrorType, FrequentItemsSketch};
use datasketches::hll::HllSketch;
use datasketches::kll::{KllFloat, KllSketch};

use crate::support::{Files, column, names};

/// The bytes of a column's sketch of a form, by the list; none where there is none.
fn sketch(folder: &Path, column: &str, form: &str) -> Option<Vec<u8>> {
    let list: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("sketches.json")).unwrap()).unwrap();
    let is_it = |entry: &&serde_json::Value| entry["column"] == column && entry["form"] == form;
    let entry = list.as_array().unwrap().iter().find(is_it)?;
    Some(fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap())
}

fn written() -> Files {
    let rows: String =
        (0..5_000).map(|i| format!("{},{},user{i}@example.com\n", i * 7 % 5_003, i / (i % 50 + 1))).collect();
    Files::with("a.csv", format!("number,a/b,mail\n{rows}"))
}

#[test]
fn the_library_of_others_finds_the_same_figures() {
    let files = written();
    let folder = files.path("sketches.d");
    let table = files.table(&["a.csv", "--sketches", "sketches.d"]);
    assert_eq!(names(&table), ["number", "a/b", "mail"]);
    let hll = HllSketch::deserialize(&sketch(&folder, "number", "hll").unwrap()).unwrap();
    assert!((hll.estimate() - 5_000.0).abs() < 350.0, "{}", hll.estimate());
    let kll = sketch(&folder, "number", "kll_doubles").unwrap();
    let kll = KllSketch::<KllFloat<f64>>::deserialize(&kll).unwrap();
    let median = kll.quantile(0.5, SearchCriteria::Inclusive).unwrap().unwrap().into_inner();
    let quantiles = column(&table, "number")["numbers"]["quantiles"].as_array().unwrap();
    let ours = quantiles.iter().find(|quantile| quantile["rank"] == 0.5).unwrap();
    assert_eq!((kll.n(), Some(median)), (5_000, ours["value"].as_f64()));
    let frequent = sketch(&folder, "a/b", "frequent_strings").unwrap();
    let frequent = FrequentItemsSketch::<String>::deserialize(&frequent).unwrap();
    assert_eq!(frequent.total_weight(), 5_000);
    let first = &column(&table, "a/b")["frequent"][0];
    let rows = frequent.frequent_items(ErrorType::NoFalseNegatives);
    let theirs = rows.iter().find(|row| *row.item() == first["value"].as_str().unwrap()).unwrap();
    assert_eq!(Some(theirs.upper_bound()), first["count"].as_u64());
}

#[test]
fn values_of_personal_data_are_written_only_where_they_are_shown() {
    let files = written();
    let folder = files.path("sketches.d");
    files.table(&["a.csv", "--sketches", "sketches.d"]);
    assert!(sketch(&folder, "mail", "hll").is_some());
    assert!(sketch(&folder, "mail", "frequent_strings").is_none());
    let holds_a_mail = |entry: fs::DirEntry| {
        fs::read(entry.path()).unwrap().windows(12).any(|window| window == b"@example.com")
    };
    assert!(!fs::read_dir(&folder).unwrap().any(|entry| holds_a_mail(entry.unwrap())));
    files.table(&["a.csv", "--sketches", "sketches.d", "--show-values"]);
    assert!(sketch(&folder, "mail", "frequent_strings").is_some());
}
