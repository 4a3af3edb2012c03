//! Records far out are named with their file and row.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{Files, column};

/// Ninety rows of a number in a text, a date and a note; in the middle of the second file all are far out.
fn files() -> Files {
    let rows = |far: bool| {
        let mut text = String::from("price,day,note\n");
        for row in 0..45 {
            let line = match row == 20 && far {
                true => format!("\"9,999,999.00\",1900-01-01,{}", "x".repeat(3_000)),
                false => format!("{}.50,2026-02-{:02},all is well {row}", 100 + row, 1 + row % 28),
            };
            let _ = writeln!(text, "{line}");
        }
        text
    };
    let files = Files::with("a.csv", rows(false));
    files.write("b.csv", rows(true));
    files
}

fn example(value: &str, file: &str, ordinal: u32) -> Value {
    json!([{ "value": value, "key": null, "page": file, "ordinal": ordinal }])
}

#[test]
fn records_far_out_are_named_by_file_and_row() {
    let files = files();
    let table = files.table(&["a.csv", "b.csv"]);
    let page = column(&table, "price")["numbers"]["outliers"]["examples"][0]["page"].clone();
    let page = page.as_str().unwrap();
    assert!(page.ends_with("b.csv"), "{page}");
    let numbers = |name: &str| column(&table, name)["numbers"]["outliers"]["examples"].clone();
    assert_eq!(numbers("price"), example("9,999,999.00", page, 20));
    assert_eq!(numbers("day"), example("1900-01-01", page, 20));
    let long = &column(&table, "note")["texts"]["long"];
    assert_eq!((long["count"].as_u64(), long["exact"].as_bool()), (Some(1), Some(true)));
    assert_eq!(long["examples"], example(&"x".repeat(128), page, 20));
}

#[test]
fn the_report_and_the_page_say_where_they_are() {
    let files = files();
    let shown = files.run(&["a.csv", "b.csv", "--column", "price", "--column", "note"]).out;
    assert!(shown.contains("9,999,999.00 in row 21 of b.csv"), "{shown}");
    assert!(shown.contains(&format!("{}… in row 21 of b.csv", "x".repeat(60))), "{shown}");
    files.run(&["a.csv", "b.csv", "--html", "out.html"]);
    let page = std::fs::read_to_string(files.path("out.html")).unwrap();
    assert!(
        page.contains("1900-01-01 in row 21 of ") && page.contains("9,999,999.00 in row 21 of "),
        "{page}"
    );
}

#[test]
fn rows_of_a_sample_keep_their_places() {
    let files = files();
    let table = files.table(&["b.csv", "--sample", "reservoir:44:1"]);
    let far = &column(&table, "price")["numbers"]["outliers"]["examples"];
    let ordinals: Vec<_> = far.as_array().into_iter().flatten().map(|e| e["ordinal"].as_u64()).collect();
    assert_eq!(ordinals, [Some(20)]);
    assert_eq!(column(&table, "note")["texts"]["long"]["exact"].as_bool(), Some(false));
}

#[test]
fn personal_data_is_no_example_unless_it_is_shown() {
    let mut text = String::new();
    for row in 0..60_u64 {
        let number = if row == 7 { 4_111_111_111_111_111 } else { 20 + row };
        let _ = writeln!(text, "{{\"no\":{number}}}");
    }
    let files = Files::with("a.jsonl", text);
    let value = |arguments: &[&str]| {
        let table = files.table(arguments);
        column(&table, "no")["numbers"]["outliers"]["examples"][0]["value"].as_str().map(str::to_owned)
    };
    assert_eq!(value(&["a.jsonl"]), None);
    assert_eq!(value(&["a.jsonl", "--show-values"]).as_deref(), Some("4111111111111111"));
}

#[test]
fn rows_are_counted_over_batches_and_without_bad_ones() {
    let mut text = String::new();
    for row in 0..40_000 {
        let line = match row {
            31_000 => "{\"no\":\n".to_owned(),
            35_000 => "{\"no\":9000000}\n".to_owned(),
            _ => format!("{{\"no\":{}}}\n", row % 100),
        };
        text += &line;
    }
    let folder = format!("{}/{}", "day=2026-03-01".repeat(6), "part".repeat(12));
    let name = format!("{folder}/a.jsonl");
    let files = Files::new();
    std::fs::create_dir_all(files.path(&folder)).unwrap();
    files.write(&name, text);
    let table = files.table(&[&name, "--bad-rows=all"]);
    let found = &column(&table, "no")["numbers"]["outliers"]["examples"][0];
    assert_eq!((&found["value"], &found["ordinal"]), (&"9000000".into(), &34_999.into()));
    let page = found["page"].as_str().unwrap();
    assert!(page.starts_with('…') && page.ends_with("part/a.jsonl"), "{page}");
    assert_eq!(page.chars().count(), 121);
}
