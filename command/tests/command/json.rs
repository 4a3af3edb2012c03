use crate::support::{Files, column, counts, names, values};

#[test]
fn keys_that_come_late_or_not_at_all_are_missing_and_null_is_not_missing() {
    let files = Files::with("a.jsonl", "{\"a\":1}\n{\"a\":null,\"b\":2}\n\n{\"b\":null}\n");
    let table = files.table(&["a.jsonl"]);
    assert_eq!(counts(&table, "a"), [3, 2, 1, 1]);
    assert_eq!(counts(&table, "b"), [3, 2, 1, 1]);
}

#[test]
fn decimals_are_summed_to_the_last_digit() {
    let rows: String = (0..1_000).map(|_| "{\"price\":17954.55,\"big\":12345678901234567890.12}\n").collect();
    let files = Files::with("a.jsonl", rows);
    let table = files.table(&["a.jsonl"]);
    assert_eq!(column(&table, "price")["numbers"]["sum"], "17954550.00");
    assert_eq!(column(&table, "big")["numbers"]["sum"], "12345678901234567890120.00");
}

#[test]
fn objects_are_columns_of_their_own_down_to_a_depth() {
    let files = Files::with("a.jsonl", "{\"a\":{\"b\":{\"c\":1}},\"d\":[1, {\"x\": 2}]}\n");
    assert_eq!(names(&files.table(&["a.jsonl"])), ["a.b.c", "d"]);
    let table = files.table(&["a.jsonl", "--depth=2"]);
    assert_eq!(values(&table, "a.b"), ["{\"c\":1}"]);
    assert_eq!(values(&table, "d"), ["[1,{\"x\":2}]"]);
}

#[test]
fn bad_lines_are_named_or_counted_and_leave_no_trace() {
    let mut text = b"{\"a\":1}\n{\"a\":2,\"new\":}\n{\"a\":\"\xff\"}\n[1]\n{\"a\":3} x\n{\"a\":4".to_vec();
    let files = Files::with("a.jsonl", &text);
    assert_eq!(
        files.complaint(&["a.jsonl"]),
        (2, "a.jsonl, line 2, byte 21: expected a JSON value, found '}'".into())
    );
    let table = files.table(&["a.jsonl", "--bad-rows=all"]);
    assert_eq!((names(&table), &table["rows"]), (vec!["a"], &1.into()));
    let examples = table["files"][0]["bad_examples"].as_array().unwrap();
    let examples: Vec<&str> = examples.iter().map(|example| example.as_str().unwrap()).collect();
    assert_eq!(
        examples,
        [
            "a.jsonl, line 2, byte 21: expected a JSON value, found '}'",
            "a.jsonl, line 3, byte 29: expected UTF-8, found byte 0xff",
            "a.jsonl, line 4, byte 33: expected a JSON object, found '['",
            "a.jsonl, line 5, byte 45: expected the end of the line, found 'x'",
            "a.jsonl, line 6, byte 53: expected a comma or }, found the end",
        ]
    );
    text.truncate(8);
    files.write("b.jsonl", &text);
    assert_eq!(files.table(&["b.jsonl"])["rows"], 1);
}

#[test]
fn arrays_and_objects_over_several_lines_are_read() {
    let files = Files::with("a.json", " [ {\"a\":1},\n {\"a\":\n 2} , {\"a\":3}]\n");
    files.write("b.json", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n");
    files.write("c.json", "[]");
    assert_eq!(counts(&files.table(&["a.json"]), "a"), [3, 0, 0, 3]);
    assert_eq!(counts(&files.table(&["b.json"]), "a"), [2, 0, 0, 2]);
    assert_eq!(files.table(&["c.json"])["rows"], 0);
}

#[test]
fn faults_in_arrays_are_named_with_their_line() {
    let files = Files::with("a.json", "[{\"a\":1},\n{\"a\":2}\n{\"a\":3}]");
    assert_eq!(
        files.complaint(&["a.json"]),
        (2, "a.json, line 3, byte 18: expected a comma or ], found '{'".into())
    );
    files.write("b.json", "[{\"a\":1},\n{\"a\":2");
    assert_eq!(
        files.complaint(&["b.json"]).1,
        "b.json, line 2, byte 16: expected a comma or }, found the end"
    );
    files.write("c.json", "[{\"a\":1},\n{\"a\" 2},\n{\"a\":3}\n]");
    assert_eq!(files.table(&["c.json", "--bad-rows=1"])["rows"], 2);
    files.write("d.json", "[{\"a\":1}");
    assert_eq!(
        files.complaint(&["d.json"]).1,
        "d.json, line 1, byte 8: expected the rest of the array, found the end"
    );
    files.write("e.json", b"[{\"a\":1},\n{\"a\":\"\xff\"},\n{\"a\":3}\n]");
    assert_eq!(files.complaint(&["e.json"]).1, "e.json, line 2, byte 16: expected UTF-8, found byte 0xff");
    assert_eq!(files.table(&["e.json", "--bad-rows=1"])["rows"], 2);
}

#[test]
fn arrays_over_many_blocks_are_read() {
    let rows: Vec<String> =
        (0..50_000).map(|i| format!("  {{\n    \"a\": {i},\n    \"b\": \"é{i}\"\n  }}")).collect();
    let files = Files::with("a.json", format!("[\n{}\n]\n", rows.join(",\n")));
    assert_eq!(counts(&files.table(&["a.json"]), "a")[..3], [50_000, 0, 0]);
}

#[test]
fn a_huge_text_ten_thousand_columns_and_deep_nesting_are_read() {
    let huge = format!("{{\"a\":\"{}\"}}\n", "y".repeat(20_000_000));
    let wide: Vec<String> = (0..10_000).map(|i| format!("\"c{i}\":{i}")).collect();
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let files = Files::with("a.jsonl", [huge, deep].concat());
    files.write("wide.jsonl", format!("{{{}}}\n", wide.join(",")));
    let table = files.table(&["a.jsonl"]);
    assert_eq!(column(&table, "a")["lengths"]["max"], 20_000_000);
    assert_eq!(names(&files.table(&["wide.jsonl"])).len(), 10_000);
}

#[test]
fn numbers_that_are_none_are_counted_as_such() {
    let files = Files::with("a.jsonl", "{\"a\":NaN}\n{\"a\":-Infinity}\n{\"a\":1.5}\n");
    let table = files.table(&["a.jsonl"]);
    let numbers = &column(&table, "a")["numbers"];
    assert_eq!(
        (&numbers["count"], &numbers["nan"], &numbers["infinities"]),
        (&1.into(), &1.into(), &1.into())
    );
}
