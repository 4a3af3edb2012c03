//! Tables with more columns than anybody reads.

use crate::support::{Files, column, counts, names};

const MOST: usize = 10_000;

fn header(columns: usize) -> String {
    (0..columns).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",")
}

#[test]
fn ten_thousand_columns_are_profiled_and_further_ones_counted() {
    let values = vec!["7"; MOST + 3].join(",");
    let files = Files::with("a.csv", format!("{}\n{values}\n{values}\n", header(MOST + 3)));
    let table = files.table(&["a.csv"]);
    assert_eq!((names(&table).len(), table["further_columns"].as_u64()), (MOST, Some(3)));
    assert_eq!(counts(&table, "c9999"), [2, 0, 0, 1]);
    let outcome = files.run(&["a.csv", "--column", "c1"]);
    assert!(outcome.out.contains("\n3 further columns were not profiled"), "{}", outcome.out);
}

/// Ids in the place of keys.
#[test]
fn keys_without_end_cost_their_columns_and_lose_no_row() {
    let line = |i: usize| {
        format!("{{\"id\":{i},\"k{i}\":1,\"o{i}\":{{\"x\":[1,{{}}],\"y\":{{\"z\":\"\"}}}},\"last\":2}}\n")
    };
    let text: String = (0..12_000).map(line).collect();
    for name in ["a.jsonl", "a.json"] {
        let files = Files::with(name, &text);
        let table = files.table(&[name, "--format", if name == "a.json" { "json" } else { "jsonl" }]);
        assert_eq!(names(&table).len(), MOST);
        assert_eq!(counts(&table, "id")[..3], [12_000, 0, 0]);
        assert_eq!(counts(&table, "last"), [12_000, 0, 0, 1]);
        assert_eq!(counts(&table, "k10"), [12_000, 11_999, 11_999, 1]);
        // A key of its own and an object in each of the other records; in one the object is the first.
        let further = table["further_columns"].as_u64().unwrap();
        assert!((17_000..18_100).contains(&further), "{further}");
    }
}

#[test]
fn an_object_of_the_next_file_goes_on_with_the_columns_within_it() {
    let wide: Vec<String> = (2..MOST).map(|i| format!("\"c{i}\":{i}")).collect();
    let first = format!("{{\"id\":1,\"owner\":{{\"mail\":\"x\"}},{}}}\n", wide.join(","));
    let second = "{\"id\":2,\"owner\":{\"mail\":\"y\",\"new\":1},\"also\":{\"new\":1}}\n";
    let files = Files::with("a.jsonl", first);
    files.write("b.jsonl", second);
    let table = files.table(&["a.jsonl", "b.jsonl"]);
    assert_eq!(counts(&table, "owner.mail"), [2, 0, 0, 2]);
    assert_eq!((names(&table).len(), table["further_columns"].as_u64()), (MOST, Some(2)));
}

#[test]
fn keys_of_bad_rows_are_no_columns() {
    let bad: String = (0..20_000).map(|i| format!("{{\"bad{i}\":{{\"x\":1}},\"a\":2,\n")).collect();
    let text = format!("{{\"a\":1}}\n{bad}{{\"a\":3,\"bad7\":{{\"y\":2}}}}\n");
    let files = Files::with("a.jsonl", text);
    let table = files.table(&["a.jsonl", "--bad-rows", "all"]);
    assert_eq!(names(&table), ["a", "bad7.y"]);
    assert_eq!(counts(&table, "a"), [2, 0, 0, 2]);
    assert_eq!(
        (table["files"][0]["bad_rows"].as_u64(), table["further_columns"].as_u64()),
        (Some(20_000), Some(0))
    );
    assert_eq!(column(&table, "bad7.y")["max"], "2");
}
