use crate::support::{Files, column, counts, names, values};

#[test]
fn marks_carriage_returns_quotes_and_line_ends_within_fields_are_understood() {
    let text = "\u{feff}id,\"full name\",note\r\n1,\"Doe, Jane\",\"said \"\"hi\"\"\nand left\"\r\n2,O'Neil,\r\n3,\"\",x";
    let files = Files::with("a.csv", text);
    let table = files.table(&["a.csv"]);
    assert_eq!(names(&table), ["id", "full name", "note"]);
    assert_eq!(table["rows"], 3);
    assert_eq!(values(&table, "note"), ["said \"hi\"\nand left", "x"]);
    assert_eq!(counts(&table, "note"), [3, 1, 0, 2]);
    // Quoted, an empty field is a text.
    assert_eq!(counts(&table, "full name"), [3, 0, 0, 3]);
    assert_eq!(column(&table, "full name")["empties"], 1);
}

#[test]
fn delimiters_quotes_and_headers_are_found_or_said() {
    let files = Files::with("a.txt", "name;price\nx;1,5\ny;2,5\n");
    files.write("b.tsv", "1\ta\n2\tb\n");
    files.write("c.csv", "a,b\n'x,y',2\n");
    files.write("d.csv", "2024,2025\n1,2\n");
    assert_eq!(names(&files.table(&["a.txt"])), ["name", "price"]);
    assert_eq!(names(&files.table(&["b.tsv"])), ["column_1", "column_2"]);
    assert_eq!(files.table(&["b.tsv"])["files"][0]["details"]["delimiter"], "tab");
    assert_eq!(values(&files.table(&["c.csv"]), "a"), ["x,y"]);
    assert_eq!(files.table(&["d.csv"])["rows"], 2);
    assert_eq!(names(&files.table(&["d.csv", "--header=yes"])), ["2024", "2025"]);
    assert_eq!(
        files.complaint(&["c.csv", "--quote=none"]).1,
        "c.csv, line 2, byte 4: expected 2 fields, found 3"
    );
    assert_eq!(names(&files.table(&["a.txt", "--delimiter=|"])), ["name;price"]);
}

#[test]
fn which_fields_are_null_can_be_said() {
    let files = Files::with("a.csv", "a,b\nNA,\n\"NA\",x\n");
    assert_eq!(counts(&files.table(&["a.csv"]), "a"), [2, 0, 0, 1]);
    assert_eq!(counts(&files.table(&["a.csv", "--null=NA"]), "a"), [2, 1, 0, 1]);
    assert_eq!(counts(&files.table(&["a.csv", "--empty-is-text"]), "b"), [2, 0, 0, 2]);
}

#[test]
fn ragged_rows_are_named_or_counted() {
    let files = Files::with("a.csv", "a,b\n1,2\n3\n4,5,6\n7,8\n");
    assert_eq!(files.complaint(&["a.csv"]), (2, "a.csv, line 3, byte 8: expected 2 fields, found 1".into()));
    assert_eq!(
        files.complaint(&["a.csv", "--bad-rows=1"]),
        (2, "a.csv, line 4, byte 10: expected 2 fields, found 3".into())
    );
    let table = files.table(&["a.csv", "--bad-rows=all"]);
    assert_eq!((&table["rows"], &table["files"][0]["bad_rows"]), (&2.into(), &2.into()));
    assert_eq!(counts(&table, "a"), [2, 0, 0, 2]);
}

#[test]
fn a_byte_that_is_no_utf_8_is_named_with_its_line() {
    let mut text = b"a,b\n1,x\n2,caf\xe9\n3,y\n".to_vec();
    let files = Files::with("a.csv", &text);
    assert_eq!(
        files.complaint(&["a.csv"]),
        (2, "a.csv, line 3, byte 13: expected UTF-8, found byte 0xe9".into())
    );
    let table = files.table(&["a.csv", "--bad-rows=all"]);
    assert_eq!((&table["rows"], &table["files"][0]["bad_rows"]), (&2.into(), &1.into()));
    // A character that the end of the file cuts is broken too.
    text = b"a,b\n1,caf\xc3".to_vec();
    files.write("b.csv", &text);
    assert_eq!(files.complaint(&["b.csv"]).1, "b.csv, line 2, byte 9: expected UTF-8, found byte 0xc3");
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_named_where_it_opens() {
    let files = Files::with("a.csv", "a,b\n1,\"x\n2,y\n3,z\n");
    let what = "a.csv, line 2, byte 6: expected the quotation mark that ends the field, found the end";
    assert_eq!(files.complaint(&["a.csv"]), (2, what.into()));
    assert_eq!(files.table(&["a.csv", "--bad-rows=1"])["rows"], 2);
    files.write("b.csv", "a,b\n\"x\"y,2\n");
    let what = "b.csv, line 2, byte 7: expected a delimiter or a line end behind the field's quotation mark";
    assert_eq!(files.complaint(&["b.csv"]).1, what);
}

#[test]
fn records_longer_than_a_block_and_many_blocks_are_read() {
    let huge = "x".repeat(3_000_000);
    let mut text = format!("a,b\n1,\"{huge}\"\n");
    (0..100_000).for_each(|i| text.push_str(&format!("{i},\"line\nend {i}\"\r\n")));
    let files = Files::with("a.csv", text);
    let table = files.table(&["a.csv"]);
    assert_eq!(table["rows"], 100_001);
    assert_eq!(column(&table, "b")["lengths"]["max"], 3_000_000);
    assert_eq!(column(&table, "a")["max"], "99999");
}

#[test]
fn old_line_ends_utf_16_and_one_column_are_read() {
    let files = Files::with("mac.csv", "a,b\r1,2\r3,4\r");
    assert_eq!(files.table(&["mac.csv"])["rows"], 2);
    let text = "\u{feff}a\tb\r\n1\tzoë\r\n";
    files.write("excel.txt", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let table = files.table(&["excel.txt"]);
    assert_eq!(values(&table, "b"), ["zoë"]);
    assert_eq!(table["files"][0]["encoding"], "utf-16le");
    // In a table of one column an empty line is a row.
    files.write("one.csv", "name\nx\n\ny\n");
    assert_eq!(counts(&files.table(&["one.csv"]), "name"), [3, 1, 0, 2]);
}

#[test]
fn names_that_repeat_or_lack_become_distinct() {
    let files = Files::with("a.csv", "x,x,\n1,2,3\n");
    assert_eq!(names(&files.table(&["a.csv", "--header=yes"])), ["x", "x_2", "column_3"]);
}

#[test]
fn a_header_alone_makes_columns_without_rows() {
    let files = Files::with("a.csv", "a,b\n");
    let table = files.table(&["a.csv"]);
    assert_eq!((names(&table), &table["rows"]), (vec!["a", "b"], &0.into()));
}
