//! The org as a whole: its clock, its limits, its objects.

use std::collections::BTreeMap;

use forebay_model::Instant;
use forebay_ports::Quota;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::client::{Answer, Client};
use super::describe::{Listed, listed};
use super::failure::Failure;

#[derive(Debug, Deserialize)]
struct Limit {
    #[serde(rename = "Max")]
    max: u64,
    #[serde(rename = "Remaining")]
    remaining: u64,
}

/// The org's own clock, to the second, from an answer that needs a session. Fails as well where the org's daily
/// requests are used as far as we may.
pub async fn server_time(client: &Client) -> Result<Instant, Failure> {
    let read = |answer: Answer| {
        let date = answer.header("date").ok_or_else(|| "the answer has no Date header".to_owned())?;
        http_date(date).ok_or_else(|| format!("the Date header '{date}' is no date"))
    };
    let at = client.get("/limits", Vec::new(), read).await?;
    client.check_quota()?;
    Ok(at)
}

fn http_date(text: &str) -> Option<Instant> {
    let text = text.trim().strip_suffix("GMT").map_or(text.to_owned(), |rest| format!("{rest}+0000"));
    OffsetDateTime::parse(&text, &Rfc2822).ok().map(Instant::from_datetime)
}

pub async fn quotas(client: &Client) -> Result<Vec<Quota>, Failure> {
    client.get("/limits", Vec::new(), |answer| limits(&answer.body)).await
}

/// Some limits have parts of their own, by app; those are passed over.
fn limits(body: &[u8]) -> Result<Vec<Quota>, String> {
    let all: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(body).map_err(|e| format!("no limits: {e}"))?;
    let quota = |(name, value): (String, serde_json::Value)| {
        let limit: Limit = serde_json::from_value(value).ok()?;
        Some(Quota { name, limit: limit.max, remaining: Some(limit.remaining) })
    };
    Ok(all.into_iter().filter_map(quota).collect())
}

pub async fn objects(client: &Client) -> Result<Vec<Listed>, Failure> {
    client.get("/sobjects", Vec::new(), |answer| listed(&answer.body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orgs_clock_is_read_from_the_date_header() {
        assert_eq!(http_date("Mon, 02 Mar 2026 08:49:37 GMT"), Instant::parse("2026-03-02T08:49:37Z"));
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn limits_are_named_as_the_org_names_them() {
        let body =
            br#"{"DailyApiRequests":{"Max":15000,"Remaining":14109,"App":{"Max":0,"Remaining":0}},"X":{}}"#;
        let quotas = limits(body).unwrap();
        assert_eq!((quotas.len(), quotas[0].name.as_str(), quotas[0].limit), (1, "DailyApiRequests", 15_000));
        assert_eq!(quotas[0].remaining, Some(14_109));
    }
}
