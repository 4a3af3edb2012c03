//! What is sent to see whether a channel works. Nobody who reads it, person or program, takes it for an alert.

use forebay_model::Instant;
use serde_json::{Value, json};

use super::Email;
use super::message::{card, escaped, markdown};

/// A test of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMessage<'a> {
    pub id: &'a str,
    /// The channel's id.
    pub channel: &'a str,
    pub sent: Instant,
    /// Who asked for it: an identity's name.
    pub by: &'a str,
    /// To the channels in the web page.
    pub link: Option<&'a str>,
}

impl TestMessage<'_> {
    fn title(&self) -> String {
        format!("Test message to channel {}", self.channel)
    }

    fn text(&self) -> String {
        format!(
            "This is a test: nothing is wrong with the data. Alerts of channel {} arrive where you read this.",
            self.channel
        )
    }

    fn facts(&self) -> [(&'static str, String); 3] {
        [
            ("Channel", self.channel.to_owned()),
            ("Sent", self.sent.to_string()),
            ("Asked for by", self.by.to_owned()),
        ]
    }
}

/// The document that a webhook receives: of a type of its own, and none of an alert's.
pub fn test_webhook(test: &TestMessage<'_>) -> Value {
    json!({
        "type": "forebay.test",
        "version": 1,
        "test": true,
        "id": test.id,
        "channel": test.channel,
        "sent": test.sent,
        "sent_by": test.by,
        "title": test.title(),
        "text": test.text(),
        "link": test.link,
    })
}

/// The same envelope and the same kinds of blocks as an alert's card, so that what shows the one shows the other.
pub fn test_card(test: &TestMessage<'_>) -> Value {
    let title = json!({
        "type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true, "color": "Good",
        "text": markdown(&test.title()),
    });
    let facts: Vec<Value> =
        test.facts().iter().map(|(name, value)| json!({"title": name, "value": markdown(value)})).collect();
    let text = json!({"type": "TextBlock", "wrap": true, "text": markdown(&test.text())});
    card(&[title, json!({"type": "FactSet", "facts": facts}), text], test.link)
}

pub fn test_email(test: &TestMessage<'_>) -> Email {
    let mut text = format!("{}\n\n{}\n\n", test.title(), test.text());
    let mut html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif\"><h2>{}</h2><p>{}</p><table>",
        escaped(&test.title()),
        escaped(&test.text())
    );
    for (name, value) in test.facts() {
        text += &format!("{name}: {value}\n");
        html += &format!("<tr><th align=\"left\">{}</th><td>{}</td></tr>", escaped(name), escaped(&value));
    }
    html += "</table>";
    if let Some(link) = test.link.filter(|l| l.starts_with("https://") || l.starts_with("http://")) {
        text += &format!("\n{link}\n");
        html += &format!("<p><a href=\"{}\">Channels</a></p>", escaped(link));
    }
    Email { subject: format!("[Test] {}", test.title()), text, html: html + "</body></html>" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_says_that_it_is_a_test_and_of_what() {
        let test = TestMessage {
            id: "test.1",
            channel: "data_team",
            sent: Instant::EPOCH,
            by: "<ann>@example.com",
            link: Some("https://forebay.example/ui/channels"),
        };
        let document = test_webhook(&test);
        assert_eq!((&document["type"], &document["test"]), (&json!("forebay.test"), &json!(true)));
        assert_eq!(document["channel"], "data_team");
        assert!(document["severity"].is_null(), "nothing of an alert's");
        let card = test_card(&test).to_string();
        assert!(
            card.contains(r"Test message to channel data\\_team") && card.contains("Action.OpenUrl"),
            "{card}"
        );
        let mail = test_email(&test);
        assert_eq!(mail.subject, "[Test] Test message to channel data_team");
        for body in [&mail.text, &mail.html, &card] {
            assert!(
                body.contains("This is a test") && body.contains("forebay.example/ui/channels"),
                "{body}"
            );
        }
        assert!(mail.html.contains("&lt;ann&gt;") && !mail.html.contains("<ann>"), "{}", mail.html);
    }
}
