//! What it costs to profile TPC-H lineitem, beside what others need for less: CPU seconds (user and system)
//! and the largest resident size of whole processes, in interleaved rounds, medians.
//!
//! `cargo bench -p forebay --bench peers -- --rows 1000000`; Polars and DuckDB run where the environment
//! variable `FOREBAY_PEERS_PYTHON` names a Python that has them. Without `--bench`, as in `cargo test`, a
//! smoke test on a few rows.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it cannot measure and prints figures"
)]

mod data;
mod measure;

use std::path::Path;

use measure::Cost;

/// A program and what it is asked to do.
struct Contender {
    name: &'static str,
    input: &'static str,
    command: Vec<String>,
    costs: Vec<Cost>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == measure::AS_PARENT) {
        return measure::as_parent(&arguments[1..]);
    }
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.replace('_', "").parse::<usize>().ok()
    };
    let smoke = !arguments.iter().any(|argument| argument == "--bench");
    let rows = option("--rows").unwrap_or(if smoke { 1_000 } else { 1_000_000 });
    let rounds = option("--rounds").unwrap_or(if smoke { 1 } else { 3 });
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lineitem-{rows}"));
    data::generate(&folder, rows);
    let mut contenders =
        contenders(&folder, if smoke { None } else { std::env::var("FOREBAY_PEERS_PYTHON").ok() });
    for round in 1..=rounds {
        for contender in &mut contenders {
            let cost = measure::run(&contender.command);
            println!(
                "round {round}: {:<22} {:<11} {:>7.2} s {:>6.0} MiB",
                contender.name, contender.input, cost.cpu_seconds, cost.peak_mib
            );
            contender.costs.push(cost);
        }
    }
    summary(rows, &contenders);
}

fn contenders(folder: &Path, python: Option<String>) -> Vec<Contender> {
    let files = [("JSON lines", "lineitem.jsonl"), ("CSV", "lineitem.csv"), ("Parquet", "lineitem.parquet")];
    let path = |file: &str| folder.join(file).to_string_lossy().into_owned();
    let contender = |name, input, command: Vec<String>| Contender { name, input, command, costs: Vec::new() };
    let mut all = Vec::new();
    for (input, file) in files {
        let ours =
            [env!("CARGO_BIN_EXE_forebay"), "profile", "--json", &path(file)].map(str::to_owned).to_vec();
        all.push(contender("forebay profile", input, ours));
        let Some(python) = &python else { continue };
        let scripted = |script: String| vec![python.clone(), "-c".to_owned(), script, path(file)];
        let polars = match input {
            "JSON lines" => "read_ndjson",
            "CSV" => "read_csv",
            _ => "read_parquet",
        };
        let polars = format!("import polars, sys; print(polars.{polars}(sys.argv[1]).describe())");
        all.push(contender("Polars describe", input, scripted(polars)));
        let duckdb = match input {
            "JSON lines" => "read_json_auto",
            "CSV" => "read_csv_auto",
            _ => "read_parquet",
        };
        let duckdb = format!(
            "import duckdb, sys; print(duckdb.sql(f\"SUMMARIZE SELECT * FROM {duckdb}('{{sys.argv[1]}}')\").fetchall())"
        );
        all.push(contender("DuckDB SUMMARIZE", input, scripted(duckdb)));
    }
    if let Some(python) = python {
        for (name, import) in
            [("Polars, import only", "import polars"), ("DuckDB, import only", "import duckdb")]
        {
            all.push(contender(name, "", vec![python.clone(), "-c".to_owned(), import.to_owned()]));
        }
    }
    all
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn summary(rows: usize, contenders: &[Contender]) {
    println!("\nlineitem, {rows} rows x 16 columns, medians of {} rounds\n", contenders[0].costs.len());
    println!(
        "| program | input | CPU s | of ours | ns a value | peak MiB |\n| --- | --- | --- | --- | --- | --- |"
    );
    for contender in contenders {
        let cpu =
            |contender: &Contender| median(contender.costs.iter().map(|cost| cost.cpu_seconds).collect());
        let ours = contenders
            .iter()
            .find(|other| other.input == contender.input && other.name.starts_with("forebay"));
        let ratio = ours.map(|ours| format!("{:.2}", cpu(contender) / cpu(ours))).unwrap_or_default();
        let peak = median(contender.costs.iter().map(|cost| cost.peak_mib).collect());
        let per_value = cpu(contender) * 1e9 / (rows as f64 * 16.0);
        println!(
            "| {} | {} | {:.2} | {ratio} | {per_value:.0} | {peak:.0} |",
            contender.name,
            contender.input,
            cpu(contender)
        );
    }
}
