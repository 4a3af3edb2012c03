//! Fields far larger than anything a person would call one.

use crate::support::{Files, column, counts};

const MEGABYTES: usize = 100;

fn text() -> String {
    "x".repeat(MEGABYTES << 20)
}

fn check(files: &Files, name: &str) {
    let table = files.table(&[name]);
    assert_eq!(counts(&table, "id"), [2, 0, 0, 2], "{name}");
    assert_eq!(counts(&table, "note"), [2, 0, 0, 2], "{name}");
    let lengths = &column(&table, "note")["lengths"];
    assert_eq!((&lengths["min"], &lengths["max"]), (&2.into(), &(MEGABYTES << 20).into()), "{name}");
}

#[test]
fn a_field_of_a_hundred_megabytes_is_a_value_like_others() {
    let (files, text) = (Files::new(), text());
    files.write("a.csv", format!("id,note\n1,{text}\n2,ok\n"));
    check(&files, "a.csv");
    files.write("a.jsonl", format!("{{\"id\":1,\"note\":\"{text}\"}}\n{{\"id\":2,\"note\":\"ok\"}}\n"));
    check(&files, "a.jsonl");
}
