//! What holds between columns.

use crate::support::Files;

fn files() -> Files {
    let row = |i: i64| {
        let (city, country) = [("Oslo", "no"), ("Bergen", "no"), ("Malmö", "se")][(i * 7 % 3) as usize];
        let late = if i < 900 { String::new() } else { format!(",\"late\":{}", i % 4) };
        format!(
            "{{\"price\":{i},\"tax\":{},\"city\":\"{city}\",\"country\":\"{country}\"{late}}}\n",
            i * 3 + i % 5
        )
    };
    let all: String = (0..1_200).map(row).chain((0..40).map(row)).collect();
    Files::with("sales.jsonl", all)
}

#[test]
fn every_report_tells_what_holds_between_columns() {
    let files = files();
    let out = files.run(&["sales.jsonl", "--html", "page.html"]).out;
    let page = std::fs::read_to_string(files.path("page.html")).unwrap();
    for text in ["price – tax", "correlation", "1.00, of ranks 1.00", "city → country", "40 rows repeat"]
    {
        assert!(out.contains(text) && page.contains(text), "{text}: {out}");
    }
    let found = &files.table(&["sales.jsonl"])["relations"];
    assert_eq!(found["columns"], serde_json::json!(["price", "tax", "city", "country", "late"]));
    assert_eq!((&found["rows"], &found["sample"]["kind"]), (&1_240.into(), &"all".into()));
    assert_eq!(found["duplicate_rows"]["value"], 40.0);
    let pair = &found["correlations"][0];
    assert_eq!(
        (&pair["left"], &pair["right"], &pair["exact"]),
        (&"price".into(), &"tax".into(), &true.into())
    );
}

#[test]
fn more_rows_than_are_held_and_samples_have_intervals() {
    let rows: String = (0..9_000).map(|i| format!("{i},{}\n", i + i * 37 % 900)).collect();
    let files = Files::with("a.csv", format!("a,b\n{rows}"));
    for (arguments, kind) in
        [(vec!["a.csv"], "lowest_hashes"), (vec!["a.csv", "--sample=reservoir:500"], "reservoir")]
    {
        let found = &files.table(&arguments)["relations"];
        assert_eq!(found["sample"]["kind"], kind);
        let pair = &found["correlations"][0];
        let end = |end: &str| pair["pearson_interval"][end].as_f64().unwrap();
        let pearson = pair["pearson"].as_f64().unwrap();
        assert!(pair["exact"] == false && end("low") < pearson && pearson < end("high"), "{pair}");
        assert!(files.run(&arguments).out.contains("a – b  correlation  ~"));
    }
}

#[test]
fn numbers_in_texts_that_csv_has_go_together_too() {
    let rows: String = (0..300).map(|i| format!("{i},{}\n", i * 2 + i % 3)).collect();
    let files = Files::with("a.csv", format!("a,b\n{rows}"));
    let found = &files.table(&["a.csv"])["relations"];
    assert_eq!(found["correlations"][0]["n"], 300);
}
