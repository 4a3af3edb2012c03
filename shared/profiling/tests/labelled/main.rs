//! Type, format and pattern inference on labelled columns. Labels say what a careful data engineer would say of the
//! column, not what the code says.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a test prints its table, and fails by panicking"
)]

mod fixtures;
mod generated;
mod judge;

use fixtures::Column;
use judge::{Verdict, judge, report, right};

const LEAST_RIGHT: f64 = 0.98;
const LEAST_COLUMNS: usize = 480;

/// A title, verdicts, and how their labels are put together for the table.
type Part<'a> = (&'a str, &'a [Verdict], fn(&str) -> &str);

fn whole(label: &str) -> &str {
    label
}

/// Patterns are too many for a table: whether there is none, one or some.
fn how_many(label: &str) -> &str {
    match label.split(" ¦ ").count() {
        _ if label == "none" => "none",
        1 => "one pattern",
        _ => "some patterns",
    }
}

/// Prints the three tables, and says what is not right often enough.
fn measure(title: &str, columns: &[Column], least: [f64; 3]) -> Vec<String> {
    let verdicts = judge(columns);
    let parts: [Part<'_>; 3] = [
        ("types", &verdicts.types, whole),
        ("formats", &verdicts.formats, whole),
        ("patterns", &verdicts.patterns, how_many),
    ];
    let mut low = Vec::new();
    for ((part, verdicts, group), least) in parts.into_iter().zip(least) {
        println!("{}", report(&format!("{title}, {part}"), verdicts, group));
        let share = right(verdicts) as f64 / verdicts.len() as f64;
        if share <= least {
            low.push(format!("{part}: {:.1}% of {}", share * 100.0, verdicts.len()));
        }
    }
    low
}

#[test]
fn over_98_percent_of_labelled_columns_are_inferred_right() {
    let mut columns = fixtures::all();
    columns.extend(generated::all());
    assert!(columns.len() >= LEAST_COLUMNS, "{}", columns.len());
    assert_eq!(measure("labelled", &columns, [LEAST_RIGHT; 3]), Vec::<String>::new());
}

#[test]
fn no_label_is_given_twice() {
    let mut names = std::collections::BTreeSet::new();
    for column in fixtures::all().iter().chain(&generated::all()) {
        assert!(!column.values.is_empty(), "{} has no values", column.name);
        assert!(names.insert((column.source, column.name.clone())), "{} twice", column.name);
    }
}
