//! What people and programs read, as it is.

use crate::support::Files;

fn files() -> Files {
    let row = |i: i64| {
        let closed = if i % 5 == 0 { "null".to_owned() } else { format!("\"2026-01-{:02}\"", i % 28 + 1) };
        format!(
            "{{\"id\":{i},\"state\":\"{}\",\"amount\":{}.{:02},\"closed\":{closed},\"mail\":\"user{i}@example.com\"}}\n",
            ["open", "open", "closed", "lost"][(i % 4) as usize],
            i * i % 613,
            i % 100
        )
    };
    Files::with("deals.jsonl", (1..=200).map(row).collect::<String>())
}

#[test]
fn the_terminal_report_is_a_line_a_column() {
    insta::assert_snapshot!(files().run(&["deals.jsonl"]).out);
}

#[test]
fn details_tell_all_of_a_column() {
    insta::assert_snapshot!(files().run(&["deals.jsonl", "--column", "amount", "--column", "closed"]).out);
}

/// Of so many values most figures are estimates, and say so.
#[test]
fn details_tell_what_is_estimated() {
    let row = |i: i64| {
        let (amount, zone) = (i * 7_919 % 9_973, if i % 3 == 0 { "Z" } else { "+05:30" });
        let (day, hour) = (1 + i % 27, i % 24);
        format!("{i},{amount}.{:02},ORD-{i:05},2026-02-{day:02}T{hour:02}:00:00{zone}\n", i % 100)
    };
    let rows: String = (0..5_000).map(row).collect();
    let files = Files::with("orders.csv", format!("id,amount,code,at\n{rows}"));
    let columns = ["id", "amount", "code", "at"].map(|name| ["--column", name]).concat();
    insta::assert_snapshot!(files.run(&[&["orders.csv"][..], &columns].concat()).out);
}

#[test]
fn masked_figures_are_not_shown_as_zeros() {
    let row = |i: i64| format!("{{\"birth_date\":\"{}-03-{:02}\"}}\n", 1950 + i % 50, i % 28 + 1);
    let files = Files::with("people.jsonl", (0..200).map(row).collect::<String>());
    for arguments in [&["people.jsonl"][..], &["people.jsonl", "--column", "birth_date"]] {
        let out = files.run(arguments).out;
        assert!(out.contains("-**-**") && !out.contains("mean 1970") && !out.contains("1970-01-01"), "{out}");
        assert!(out.contains("masked"), "{out}");
    }
    let table = files.table(&["people.jsonl"]);
    let numbers = &table["columns"][0]["numbers"];
    assert!(numbers["masked"] == true && numbers["count"] == 200, "{numbers}");
    for figure in ["mean", "sum", "standard_deviation", "outliers"] {
        assert!(numbers[figure].is_null(), "{figure}: {numbers}");
    }
}

#[test]
fn a_page_says_that_figures_are_masked() {
    let row = |i: i64| format!("{{\"ssn\":{},\"n\":{i}}}\n", 100_450_000 + i * 7_919 % 400_000_000);
    let files = Files::with("people.jsonl", (0..200).map(row).collect::<String>());
    files.run(&["people.jsonl", "--html", "page.html"]);
    let page = std::fs::read_to_string(files.path("page.html")).unwrap();
    assert!(
        page.contains("<dt>mean</dt><dd>masked</dd>") && page.contains("<dt>sum</dt><dd>masked</dd>"),
        "{page}"
    );
}

/// The command reads what connectors land: objects within records, and single values among others.
#[test]
fn personal_data_within_objects_and_notes_is_masked_in_every_report() {
    let row = |i: i64| {
        let note = if i == 7 { "pay with 4111 1111 1111 1111" } else { "nothing" };
        format!("{{\"id\":{i},\"who\":[{{\"mail\":\"ada.l{i}@example.com\"}}],\"note\":\"{note}\"}}\n")
    };
    let files = Files::with("notes.jsonl", (0..60).map(row).collect::<String>());
    files.run(&["notes.jsonl", "--html", "page.html"]);
    let details = files.run(&["notes.jsonl", "--column", "who", "--column", "note"]).out;
    for shown in [
        details,
        files.table(&["notes.jsonl"]).to_string(),
        std::fs::read_to_string(files.path("page.html")).unwrap(),
    ] {
        assert!(!shown.contains("ada.l") && !shown.contains("4111"), "{shown}");
        assert!(shown.contains("mail") && shown.contains("pay with **** **** **** 1111"), "{shown}");
    }
}

#[test]
fn names_cannot_command_a_terminal() {
    let files = Files::with("a\u{1b}[31m.csv", "b\u{1b}[31m,c\n1,2\n");
    let outcome = files.run(&["a\u{1b}[31m.csv"]);
    assert!(outcome.code == 0 && !outcome.out.contains('\u{1b}'), "{}", outcome.out);
    let (code, complaint) = files.complaint(&["a\u{1b}[31m.csv", "--column", "d"]);
    assert!(code == 1 && complaint.contains("b\\u{1b}[31m"), "{complaint}");
    assert!(!complaint.contains('\u{1b}'));
}

/// Paths of all that is in a document; elements of lists share theirs.
fn paths(json: &serde_json::Value, at: &str, all: &mut std::collections::BTreeSet<String>) {
    match json {
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, inner)| paths(inner, &format!("{at}.{name}"), all));
        }
        serde_json::Value::Array(elements) => {
            elements.iter().for_each(|inner| paths(inner, &format!("{at}[]"), all));
        }
        _ => drop(all.insert(at.to_owned())),
    }
}

#[test]
fn json_says_what_was_read_and_holds_every_figure() {
    let mut table = files().table(&["deals.jsonl", "--sample=first:20"]);
    let mut all = std::collections::BTreeSet::new();
    paths(&table["columns"], "columns", &mut all);
    table["columns"] = all.into_iter().collect::<Vec<_>>().into();
    let mut all = std::collections::BTreeSet::new();
    paths(&table["relations"], "relations", &mut all);
    table["relations"] = all.into_iter().collect::<Vec<_>>().into();
    insta::assert_json_snapshot!(table);
}

#[test]
fn the_help_is_complete() {
    use clap::CommandFactory;
    let mut command = forebay::arguments::Arguments::command();
    let profile = command.find_subcommand_mut("profile").unwrap();
    insta::assert_snapshot!(profile.render_long_help());
}
