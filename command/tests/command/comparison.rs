use serde_json::Value;

use crate::support::Files;

fn files() -> Files {
    let before: String = (0..2_000)
        .map(|i| format!("{i},{},{},x,{}\n", 100 + i % 50, ["open", "closed"][i % 2], i % 9))
        .collect();
    let after: String = (0..2_000)
        .map(|i| {
            let amount = if i % 4 == 0 { String::new() } else { (300 + i % 50).to_string() };
            format!("{},{amount},{},new,{}\n", i % 1_000, ["open", "shut"][i % 2], i % 9)
        })
        .collect();
    let files = Files::with("before.csv", format!("id,amount,state,old,same\n{before}"));
    files.write("after.csv", format!("id,amount,state,fresh,same\n{after}"));
    files
}

fn column<'a>(document: &'a Value, name: &str) -> &'a Value {
    let columns = document["comparison"]["columns"].as_array().unwrap();
    columns.iter().find(|column| column["column"] == name).unwrap()
}

fn aspects(document: &Value, name: &str) -> Vec<String> {
    let findings = column(document, name)["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["aspect"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_changed_is_found_column_by_column() {
    let outcome = files().run(&["after.csv", "--against", "before.csv", "--json"]);
    let document: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(document["changed"], true);
    assert_eq!(aspects(&document, "amount"), ["nulls", "distribution"]);
    assert_eq!(aspects(&document, "state"), ["values", "distribution"]);
    assert!(aspects(&document, "id").contains(&"key".to_owned()));
    assert_eq!(column(&document, "fresh")["standing"], "appeared");
    assert_eq!(column(&document, "old")["standing"], "vanished");
    assert_eq!(column(&document, "same")["standing"], "same");
}

#[test]
fn the_same_table_has_no_change_and_fails_nothing() {
    let files = files();
    let outcome = files.run(&["before.csv", "--against", "before.csv", "--fail-on-change"]);
    assert_eq!(outcome.code, 0, "{}", outcome.out);
    assert!(
        outcome.out.contains("5 columns as before, 0 changed, 0 appeared, 0 vanished"),
        "{}",
        outcome.out
    );
}

#[test]
fn changes_have_an_exit_code_where_they_are_to_fail() {
    let files = files();
    assert_eq!(files.run(&["after.csv", "--against", "before.csv", "--fail-on-change"]).code, 3);
    assert_eq!(files.run(&["after.csv", "--against", "before.csv"]).code, 0);
}

#[test]
fn halves_of_one_table_are_the_same_to_all_but_the_key() {
    let half = |from: i64| -> String {
        (from..4_000).step_by(2).map(|i| format!("{},{}\n", i * 7919 % 1_000, i % 11)).collect()
    };
    let files = Files::with("even.csv", format!("a,b\n{}", half(0)));
    files.write("odd.csv", format!("a,b\n{}", half(1)));
    let outcome = files.run(&["odd.csv", "--against", "even.csv", "--fail-on-change"]);
    assert_eq!(outcome.code, 0, "{}", outcome.out);
}
