//! Columns that come, go and change between runs.

use forebay_model::alert::CauseKind;
use forebay_ports::repository::{AlertFilter, Slice};

use crate::support::{Bench, ScriptedSource, end};

/// Thirty records, each with the field and a value that differs by record.
fn page(field: &str, value: impl Fn(usize) -> String) -> &'static str {
    let records: Vec<String> =
        (0..30).map(|n| format!(r#"{{"id":{n},"due":"{}","{field}":"text {n}"}}"#, value(n))).collect();
    format!("[{}]", records.join(",")).leak()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_on_changed_columns_names_them_and_says_what_happened_to_each() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "due", "fax"]);
    source.page("item", "", page("fax", |n| format!("2021-05-{:02}", n + 1)), end(""));
    for _ in 0..30 {
        bench.clock.pass_hours(24);
        bench.extract(&source).await.unwrap();
        bench.settle().await;
    }
    source.set_columns("item", &["id", "due", "mobile"]);
    source.page("item", "", page("mobile", |n| format!("in {n} days or so")), end(""));
    bench.clock.pass_hours(24);
    bench.extract(&source).await.unwrap();
    bench.settle().await;
    let slice = Slice { after: None, limit: 100 };
    let alerts = bench.repository.alerts(&bench.source.tenant, &AlertFilter::default(), slice).await.unwrap();
    let found = alerts.iter().find(|stored| stored.alert.cause.kind == CauseKind::Schema).unwrap();
    let text = &found.alert.findings[0].explanation;
    assert!(text.starts_with("3 columns of `item` appeared, vanished or changed type"), "{text}");
    let named = "Since the run before: `due` turned from date into text, `fax` vanished, `mobile` appeared.";
    assert!(text.ends_with(named), "{text}");
}
