//! A report in words and as JSON. Pure.

use std::fmt::Write;

use forebay_model::SourceConfig;
use forebay_pipeline::{CheckItem, CheckReport, CheckVerdict};
use serde_json::{Value, json};

use super::Checked;
use crate::command::Wanted;

/// A part of the report: its heading, and the first word of the subjects that belong to it.
const PARTS: [(&str, &[&str]); 3] = [
    ("login", &["settings", "credentials", "clock"]),
    ("limits", &["limit", "limits"]),
    ("streams", &["stream", "streams", "time"]),
];

/// Why no source is left to check, with what there is to choose from.
pub fn nothing_to_check(sources: &[SourceConfig], wanted: &Wanted) -> String {
    if sources.is_empty() {
        return "no source is configured: set FOREBAY_SOURCES, as local.settings.json.example shows it"
            .into();
    }
    let mut asked = format!("source '{}'", wanted.source.as_deref().unwrap_or("any"));
    if let Some(tenant) = &wanted.tenant {
        let _ = write!(asked, " of tenant '{tenant}'");
    }
    let known: Vec<String> = sources.iter().map(|s| format!("{} (tenant {})", s.id, s.tenant)).collect();
    format!("{asked} is not configured; there are: {}", known.join(", "))
}

/// One source, ending with an empty line.
pub fn report(checked: &Checked) -> String {
    let source = &checked.source;
    let mut text = format!("{} ({}, tenant {})\n", source.id, source.connector, source.tenant);
    match &checked.found {
        Err(error) => text.push_str(&line("FAILED", "", &format!("nothing could be asked: {error}"))),
        Ok(report) => {
            for (heading, subjects) in PARTS {
                text.push_str(&part(heading, subjects, &report.items));
            }
        }
    }
    text.push('\n');
    text
}

fn part(heading: &str, subjects: &[&str], items: &[CheckItem]) -> String {
    let name = |item: &CheckItem| item.subject.split_once(' ').map(|(_, name)| name.to_owned());
    let of_part = |item: &&CheckItem| subjects.contains(&first_word(&item.subject));
    let rows: Vec<(&str, String, &str)> = items
        .iter()
        .filter(of_part)
        .map(|item| {
            (mark(item.verdict), name(item).unwrap_or_else(|| item.subject.clone()), item.detail.as_str())
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = format!("  {heading}\n");
    for (mark, name, detail) in rows {
        text.push_str(&line(mark, &format!("{name:width$}  "), detail));
    }
    text
}

/// A long detail goes on below itself.
fn line(mark: &str, name: &str, detail: &str) -> String {
    let head = format!("    {mark:6}  {name}");
    let indent = format!("\n{}", " ".repeat(head.chars().count()));
    format!("{head}{}\n", wrapped(detail).join(&indent))
}

/// Where a detail breaks, in characters.
const WIDTH: usize = 90;

/// Breaks between words only; evidence can hold words of any length.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let chars = word.chars().count();
        if length > 0 && length + 1 + chars > WIDTH {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += chars;
        }
    }
    lines
}

fn first_word(subject: &str) -> &str {
    subject.split(' ').next().unwrap_or(subject)
}

fn mark(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Passed => "ok",
        CheckVerdict::Warned => "look",
        CheckVerdict::Failed => "FAILED",
    }
}

/// The last line: what it comes to.
pub fn verdict(all: &[Checked]) -> String {
    let bad: Vec<String> = all.iter().filter(|c| !c.passed()).map(|c| c.source.id.to_string()).collect();
    let looks = all.iter().filter_map(|c| c.found.as_ref().ok()).flat_map(|report| &report.items);
    let looks = looks.filter(|item| item.verdict == CheckVerdict::Warned).count();
    let hint = match looks {
        0 => String::new(),
        1 => "; 1 line marked 'look' is worth reading".into(),
        n => format!("; {n} lines marked 'look' are worth reading"),
    };
    match (bad.len(), all.len()) {
        (0, 1) => format!("The source can be read{hint}."),
        (0, n) => format!("All {n} sources can be read{hint}."),
        (_, _) => format!("Not as it should be: {}. Mend what is marked FAILED{hint}.", bad.join(", ")),
    }
}

/// The same for programs, in the field names of `POST /api/v1/sources/{id}/check`.
pub fn json(all: &[Checked]) -> Value {
    let sources: Vec<Value> = all
        .iter()
        .map(|checked| {
            let source = &checked.source;
            let items = checked.found.as_ref().map(items).unwrap_or_default();
            json!({
                "tenant": source.tenant, "source": source.id, "connector": source.connector,
                "passed": checked.passed(), "error": checked.found.as_ref().err(), "items": items,
            })
        })
        .collect();
    json!({ "passed": all.iter().all(Checked::passed), "sources": sources })
}

fn items(report: &CheckReport) -> Vec<Value> {
    let verdict = |verdict| match verdict {
        CheckVerdict::Passed => "passed",
        CheckVerdict::Warned => "warned",
        CheckVerdict::Failed => "failed",
    };
    let item = |item: &CheckItem| json!({ "subject": item.subject, "verdict": verdict(item.verdict), "detail": item.detail });
    report.items.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{ConnectorKind, SourceId, TenantId};

    fn source(id: &str) -> SourceConfig {
        SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new(id).unwrap(),
            connector: ConnectorKind::new("netsuite").unwrap(),
            settings: Default::default(),
            secrets: Default::default(),
        }
    }

    fn checked(items: &[(&str, CheckVerdict, &str)]) -> Checked {
        let item = |(subject, verdict, detail): &(&str, CheckVerdict, &str)| CheckItem {
            subject: (*subject).into(),
            verdict: *verdict,
            detail: (*detail).into(),
        };
        Checked { source: source("erp"), found: Ok(CheckReport { items: items.iter().map(item).collect() }) }
    }

    #[test]
    fn every_item_is_under_its_heading_and_named_without_it() {
        let found = checked(&[
            ("settings", CheckVerdict::Passed, "complete"),
            ("stream customer", CheckVerdict::Passed, "readable"),
            ("stream term", CheckVerdict::Warned, "will be skipped"),
            ("limit Daily", CheckVerdict::Passed, "3 of 9 used"),
        ]);
        assert_eq!(
            report(&found),
            "erp (netsuite, tenant acme)\n  login\n    ok      settings  complete\n  limits\n    ok      Daily  3 of 9 used\n  \
             streams\n    ok      customer  readable\n    look    term      will be skipped\n\n"
        );
        assert_eq!(verdict(&[found]), "The source can be read; 1 line marked 'look' is worth reading.");
    }

    #[test]
    fn no_item_of_a_report_is_left_out() {
        for subject in ["settings", "credentials", "clock", "streams", "stream x", "limits", "limit x"] {
            let found = checked(&[(subject, CheckVerdict::Failed, "the evidence")]);
            assert!(
                report(&found).contains("FAILED") && report(&found).contains("the evidence"),
                "{subject}"
            );
            assert_eq!(verdict(&[found]), "Not as it should be: erp. Mend what is marked FAILED.");
        }
    }

    #[test]
    fn a_long_detail_goes_on_below_itself_with_every_word() {
        let evidence = "permission ".repeat(20) + &"x".repeat(120);
        let text = report(&checked(&[("clock", CheckVerdict::Failed, &evidence)]));
        let lines: Vec<&str> = text.lines().skip(2).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[1..].iter().all(|line| line.starts_with("                   ")), "{text}");
        assert_eq!(text.matches("permission").count(), 20);
        assert!(lines[3].trim() == "x".repeat(120), "{text}");
    }

    #[test]
    fn json_says_the_same() {
        let found = checked(&[("clock", CheckVerdict::Warned, "600 s behind")]);
        let broken = Checked { source: source("crm"), found: Err("the database is away".into()) };
        let said = json(&[found, broken]);
        assert_eq!(said["passed"], false);
        assert_eq!(said["sources"][0]["items"][0]["verdict"], "warned");
        assert_eq!(said["sources"][0]["passed"], true);
        assert_eq!(said["sources"][1]["error"], "the database is away");
    }

    #[test]
    fn a_source_that_is_not_configured_is_told_the_known_ones() {
        let wanted = Wanted { source: Some("crm".into()), tenant: None, json: false };
        let said = nothing_to_check(&[source("erp")], &wanted);
        assert_eq!(said, "source 'crm' is not configured; there are: erp (tenant acme)");
        assert!(nothing_to_check(&[], &wanted).contains("FOREBAY_SOURCES"));
    }
}
