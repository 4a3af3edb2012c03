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

/// One note among many: the column is not masked, the value is.
#[test]
fn a_single_value_that_the_report_masks_is_in_no_sketch() {
    let card = "4111 1111 1111 1111";
    let row = |i: i64| {
        format!("{i},{}\n", if i == 77 { format!("pay with {card}") } else { format!("n {}", i % 90) })
    };
    let rows: String = (0..400).map(row).collect();
    let paid = (0..300).map(|i| format!("{}\n", i % 60)).collect::<String>();
    let files = Files::with("notes.csv", format!("id,note\n{rows}"));
    files.write("paid.csv", format!("paid\n{paid}4111111111111111\n"));
    let (notes, numbers) = (files.path("notes.d"), files.path("paid.d"));
    let table = files.table(&["notes.csv", "--sketches", "notes.d"]);
    assert_eq!(column(&table, "note")["masked"], false);
    assert!(sketch(&notes, "note", "hll").is_some() && sketch(&notes, "note", "frequent_strings").is_none());
    assert!(sketch(&notes, "id", "frequent_strings").is_some());
    let table = files.table(&["paid.csv", "--sketches", "paid.d"]);
    assert_eq!(column(&table, "paid")["numbers"]["masked"], true);
    assert!(["kll_doubles", "frequent_strings"].iter().all(|form| sketch(&numbers, "paid", form).is_none()));
    let holds = |folder: &Path| {
        let held = |entry: fs::DirEntry| {
            fs::read(entry.path()).unwrap().windows(card.len()).any(|window| window == card.as_bytes())
        };
        fs::read_dir(folder).unwrap().any(|entry| held(entry.unwrap()))
    };
    assert!(!holds(&notes));
    files.table(&["notes.csv", "--sketches", "notes.d", "--show-values"]);
    files.table(&["paid.csv", "--sketches", "paid.d", "--show-values"]);
    assert!(holds(&notes) && sketch(&numbers, "paid", "kll_doubles").is_some());
}
