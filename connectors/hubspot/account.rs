//! The portal itself: its clock, its number, its time zone, and the day's requests.

use forebay_model::Instant;
use forebay_ports::Quota;
use serde::Deserialize;

use super::classify::excerpt;
use super::client::{Answered, Client};
use super::failure::Failure;

const DETAILS: &str = "/account-info/v3/details";
const USAGE: &str = "/account-info/v3/api-usage/daily/private-apps";

/// What HubSpot calls the day's requests, also where only headers tell of them.
const DAILY: &str = "private-apps-api-calls-daily";

#[derive(Deserialize)]
struct Details {
    #[serde(rename = "portalId")]
    portal_id: u64,
    #[serde(default, rename = "utcOffsetMilliseconds")]
    offset_milliseconds: i64,
}

#[derive(Deserialize)]
struct Usage {
    results: Vec<Used>,
}

#[derive(Deserialize)]
struct Used {
    #[serde(default)]
    name: Option<String>,
    #[serde(rename = "usageLimit")]
    limit: u64,
    #[serde(rename = "currentUsage")]
    used: u64,
}

/// The portal's clock, to the second: the `Date` of an answer. Learns the time zone, and refuses a portal
/// that is not the configured one.
pub async fn server_time(client: &Client, portal: Option<u64>) -> Result<Instant, Failure> {
    let read = |answered: Answered| {
        let details: Details = serde_json::from_slice(&answered.body)
            .map_err(|e| format!("{DETAILS} gave no account: {e}: {}", excerpt(&answered.body)))?;
        let date = answered.date.ok_or_else(|| format!("{DETAILS} came without a Date header"))?;
        Ok((details, date))
    };
    let (details, date) = client.ask(DETAILS, read).await?;
    client.budget.set_offset(details.offset_milliseconds / 1_000);
    match portal {
        Some(portal) if portal != details.portal_id => Err(Failure::Misconfigured {
            detail: format!(
                "the credentials lead to portal {}, but the setting 'portal_id' says {portal}; correct one of them",
                details.portal_id
            ),
        }),
        _ => Ok(date),
    }
}

/// The day's requests; from the last answer's headers where the app may not ask.
pub async fn quotas(client: &Client) -> Result<Vec<Quota>, Failure> {
    let read = |answered: Answered| {
        serde_json::from_slice::<Usage>(&answered.body).map_err(|e| format!("{USAGE} gave no usage: {e}"))
    };
    match client.ask(USAGE, read).await {
        Ok(usage) => Ok(usage.results.into_iter().map(quota).collect()),
        Err(Failure::NotPermitted { .. } | Failure::NotFound { .. } | Failure::Refused { .. }) => {
            let daily = client.budget.daily().into_iter();
            Ok(daily
                .map(|d| Quota { name: DAILY.into(), limit: d.limit, remaining: Some(d.remaining) })
                .collect())
        }
        Err(failure) => Err(failure),
    }
}

fn quota(used: Used) -> Quota {
    Quota {
        name: used.name.unwrap_or_else(|| DAILY.into()),
        limit: used.limit,
        remaining: Some(used.limit.saturating_sub(used.used)),
    }
}
