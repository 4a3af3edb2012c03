use crate::support::{Files, column, counts, names};

#[test]
fn what_cannot_be_used_is_said_with_code_1() {
    let files = Files::with("a.csv", "a\n1\n");
    files.write("b.bin", [0, 1, 2, 3]);
    let (code, complaint) = files.complaint(&["none.csv"]);
    assert!(code == 1 && complaint.starts_with("none.csv: No such file"), "{complaint}");
    assert_eq!(files.complaint(&["*.parquet"]), (1, "no file matches *.parquet".into()));
    assert_eq!(files.complaint(&["."]).0, 1);
    assert_eq!(
        files.complaint(&["b.bin"]),
        (1, "b.bin: neither JSON, nor Parquet, nor text; --format says what it is".into())
    );
    assert_eq!(files.complaint(&["a.csv", "--column=x"]), (1, "no column x: there are a".into()));
    assert_eq!(
        files.complaint(&["a.csv", "--sample=stratified:x:5"]),
        (1, "no column x to sample by".into())
    );
}

#[test]
fn several_files_are_one_table_or_one_each() {
    let files = Files::with("1.csv", "a,b\n1,x\n");
    files.write("2.csv", "b,a\ny,2\nz,3\n");
    files.write("3.jsonl", "{\"a\":4}\n");
    let table = files.table(&["*.csv", "3.jsonl"]);
    assert_eq!((names(&table), &table["rows"]), (vec!["a", "b"], &4.into()));
    assert_eq!(counts(&table, "a"), [4, 0, 0, 4]);
    assert_eq!(counts(&table, "b"), [4, 1, 1, 3]);
    assert_eq!(
        table["name"],
        format!("{} and 2 others", files.path("1.csv").display())
            .replace(&format!("{}/", files.path("").display().to_string().trim_end_matches('/')), "")
    );
    let outcome = files.run(&["*.csv", "--each", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(document["tables"].as_array().unwrap().len(), 2);
}

#[test]
fn a_sample_is_named_in_every_profile() {
    let rows: String = (0..1_000).map(|i| format!("{i},{}\n", i % 4)).collect();
    let files = Files::with("a.csv", format!("n,g\n{rows}"));
    let first = files.table(&["a.csv", "--sample=first:10"]);
    assert_eq!(counts(&first, "n"), [10, 0, 0, 10]);
    assert_eq!(first["columns"][0]["sample"], serde_json::json!({"kind": "first", "size": 10, "of": null}));
    let reservoir = files.table(&["a.csv", "--sample=reservoir:100:7"]);
    assert_eq!(
        reservoir["columns"][1]["sample"],
        serde_json::json!({"kind": "reservoir", "size": 100, "of": 1000, "seed": 7})
    );
    assert_eq!(reservoir, files.table(&["a.csv", "--sample=reservoir:100:7"]));
    assert_eq!(files.table(&["a.csv", "--sample=stratified:g:5"])["rows"], 20);
}

#[test]
fn figures_of_a_sample_are_not_given_for_those_of_all_rows() {
    let rows: String = (0..4_000).map(|i| format!("{i},{}\n", i % 4)).collect();
    let files = Files::with("a.csv", format!("n,g\n{rows}"));
    for (sample, rank_error) in [("reservoir:500", 0.0728), ("first:500", 1.0), ("stratified:g:125", 1.0)] {
        let sample = format!("--sample={sample}");
        let table = files.table(&["a.csv", &sample]);
        let n = column(&table, "n");
        assert_eq!(table["estimated"], true);
        assert_eq!((&n["distinct"]["exact"], n["distinct"]["value"].as_f64()), (&false.into(), Some(500.0)));
        assert_eq!((&n["key_candidate"], &n["uniqueness"]["exact"]), (&"likely".into(), &false.into()));
        assert_eq!(
            (&n["numbers"]["sum_exact"], &n["numbers"]["outliers"]["exact"]),
            (&false.into(), &false.into())
        );
        assert!((n["numbers"]["rank_error"].as_f64().unwrap() - rank_error).abs() < 1e-4, "{n}");
        let out = files.run(&["a.csv", &sample]).out;
        assert!(out.contains("all figures are of the sample") && out.contains("~500"), "{out}");
        assert!(out.contains("key?"), "{out}");
    }
}

#[test]
fn a_sample_that_holds_all_rows_is_exact() {
    let rows: String = (0..400).map(|i| format!("{i},{}\n", i % 4)).collect();
    let files = Files::with("a.csv", format!("n,g\n{rows}"));
    let mut all = files.table(&["a.csv"]);
    assert_eq!(all["estimated"], false);
    for sample in ["reservoir:400", "first:401", "stratified:g:100"] {
        let mut table = files.table(&["a.csv", &format!("--sample={sample}")]);
        for table in [&mut all, &mut table] {
            table["sample"].take();
            table["columns"].as_array_mut().unwrap().iter_mut().for_each(|c| drop(c["sample"].take()));
        }
        if sample.starts_with("stratified") {
            // In another order, so that sums of floats may differ in their last digit.
            let exact = |table: &serde_json::Value| {
                let n = column(table, "n");
                [n["distinct"].clone(), n["key_candidate"].clone(), n["numbers"]["sum_exact"].clone()]
            };
            assert_eq!(exact(&table), exact(&all));
        } else {
            assert_eq!(table, all, "{sample}");
        }
    }
}

#[test]
fn an_empty_file_is_a_table_without_columns() {
    let files = Files::with("a.csv", "");
    assert_eq!(files.table(&["a.csv"])["rows"], 0);
}

#[test]
fn values_cannot_command_a_terminal() {
    let files = Files::with("a.jsonl", "{\"a\":\"\\u001b[31mred\"}\n{\"a\":\"\\u001b[31mred\"}\n");
    let outcome = files.run(&["a.jsonl"]);
    assert!(!outcome.out.contains('\u{1b}') && outcome.out.contains("\\u{1b}[31mred"), "{}", outcome.out);
}

#[test]
fn the_program_reads_standard_input_and_exits_with_its_code() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let run = |arguments: &[&str], input: &[u8]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_forebay"));
        program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, out, complaint) = run(&["profile", "-"], b"a,b\n1,2\n");
    assert!(code == 0 && out.starts_with("standard input · 1 rows × 2 columns"), "{out}");
    assert_eq!(complaint, "", "no bar is drawn where there is no terminal");
    let (code, out, complaint) = run(&["profile", "-"], b"{\"a\":1}\n{\"a\" 1}\n");
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(complaint, "forebay: standard input, line 2, byte 13: expected a colon, found '1'\n");
    assert_eq!(run(&["profile"], b"").0, 1);
    assert_eq!(run(&["--version"], b"").0, 0);
}
