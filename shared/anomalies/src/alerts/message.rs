//! The bodies of messages: a JSON document, a Teams card, an e-mail.

use forebay_model::alert::{Alert, CauseKind, Finding};
use forebay_model::rule::Severity;
use serde_json::{Value, json};

/// Findings that a card or an e-mail shows; the rest are counted.
const SHOWN: usize = 8;

/// An e-mail's parts. The subject is one line of at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The document that a webhook receives. `link` leads to the alert in the web page.
pub fn webhook(alert: &Alert, link: Option<&str>) -> Value {
    json!({
        "type": "forebay.alert",
        "version": 1,
        "id": alert.id,
        "source": alert.cause.source,
        "stream": alert.cause.stream,
        "kind": alert.cause.kind,
        "severity": alert.severity,
        "state": alert.state,
        "opened": alert.opened,
        "last_seen": alert.last_seen,
        "run": alert.run,
        "occurrences": alert.occurrences,
        "title": alert.title,
        "findings": alert.findings,
        "link": link,
    })
}

/// An Adaptive Card 1.4 in the message that a Teams workflow "When a Teams webhook request is received"
/// expects.
pub fn teams_card(alert: &Alert, link: Option<&str>) -> Value {
    let color = match alert.severity {
        Severity::Critical => "Attention",
        Severity::Warning => "Warning",
        Severity::Info => "Accent",
    };
    let title = json!({
        "type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true, "color": color,
        "text": markdown(&alert.title),
    });
    let facts: Vec<Value> =
        facts(alert).iter().map(|(name, value)| json!({"title": name, "value": markdown(value)})).collect();
    let mut body = vec![title, json!({"type": "FactSet", "facts": facts})];
    let lines = alert.findings.iter().take(SHOWN).map(line).chain(more(alert));
    body.extend(lines.map(|text| json!({"type": "TextBlock", "wrap": true, "text": markdown(&text)})));
    card(&body, link)
}

/// A card of these blocks, in the envelope that a workflow expects.
pub(super) fn card(body: &[Value], link: Option<&str>) -> Value {
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    });
    if let Some(link) = link {
        card["actions"] = json!([{"type": "Action.OpenUrl", "title": "Open", "url": link}]);
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

pub fn email(alert: &Alert, link: Option<&str>) -> Email {
    let plain: String = format!("[{}] {}", word(alert.severity), alert.title.replace('`', ""))
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    let lines: Vec<String> = alert.findings.iter().take(SHOWN).map(line).chain(more(alert)).collect();
    let mut text = format!("{}\n\n", alert.title);
    for (name, value) in facts(alert) {
        text += &format!("{name}: {value}\n");
    }
    for line in &lines {
        text += &format!("\n- {line}\n");
    }
    if let Some(link) = link {
        text += &format!("\n{link}\n");
    }
    Email { subject: plain, text, html: html(alert, &lines, link) }
}

fn html(alert: &Alert, lines: &[String], link: Option<&str>) -> String {
    let mut html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif\"><h2>{}</h2><table>",
        escaped(&alert.title)
    );
    for (name, value) in facts(alert) {
        html += &format!("<tr><th align=\"left\">{}</th><td>{}</td></tr>", escaped(name), escaped(&value));
    }
    html += "</table><ul>";
    for line in lines {
        html += &format!("<li>{}</li>", escaped(line));
    }
    html += "</ul>";
    if let Some(link) = link.filter(|l| l.starts_with("https://") || l.starts_with("http://")) {
        html += &format!("<p><a href=\"{}\">Open</a></p>", escaped(link));
    }
    html + "</body></html>"
}

fn facts(alert: &Alert) -> Vec<(&'static str, String)> {
    let mut facts =
        vec![("Severity", word(alert.severity).to_owned()), ("Source", alert.cause.source.to_string())];
    facts.extend(alert.cause.stream.as_ref().map(|stream| ("Stream", stream.to_string())));
    let kind = match alert.cause.kind {
        CauseKind::Flow => "Volume or freshness",
        CauseKind::Content => "Content",
        CauseKind::Schema => "Columns",
        CauseKind::Rules => "Rules",
    };
    facts.push(("About", kind.to_owned()));
    facts.push(("Since", alert.opened.to_string()));
    facts.push(("Seen", format!("{} times, last {}", alert.occurrences, alert.last_seen)));
    facts
}

fn line(finding: &Finding) -> String {
    format!("{}: {}", word(finding.severity), finding.explanation)
}

fn more(alert: &Alert) -> Option<String> {
    let more = alert.findings.len().checked_sub(SHOWN).filter(|more| *more > 0)?;
    Some(format!("And {more} more."))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "Information",
        Severity::Warning => "Warning",
        Severity::Critical => "Critical",
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Cards read a part of Markdown: names with `_` would turn italic, and brackets become links.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '>' | '<') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
