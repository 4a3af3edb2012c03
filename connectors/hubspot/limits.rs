//! What a portal allows.

use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::{Lane, Limits, SourceError};

use super::config::{AuthSettings, Settings};

/// Searches have a limit of their own, over the whole portal.
pub const SEARCH: &str = "search";
/// Everything else.
pub const BURST: &str = "burst";

/// Requests in flight at once. HubSpot sets no limit but those on rates.
const CONCURRENCY: u32 = 8;

/// What the portal of a configured source allows: from the settings alone. The portal is told from others by
/// its number where it is given, and else by the secret that leads to it.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    let settings = Settings::read(config)?;
    let account = match (settings.portal_id, &settings.auth) {
        (Some(portal), _) => portal.to_string(),
        (None, AuthSettings::PrivateApp { token_secret }) => token_secret.clone(),
        (None, AuthSettings::OAuth { refresh_token_secret, .. }) => refresh_token_secret.clone(),
    };
    let account = format!("{} {account}", settings.base_url.as_str());
    let lanes = lanes(settings.search_per_second, settings.requests_per_ten_seconds);
    Ok(Limits { account, concurrency: CONCURRENCY, lanes })
}

fn lanes(search: u32, burst: u32) -> Vec<Lane> {
    vec![
        Lane { name: SEARCH, requests: search, per: Duration::from_secs(1) },
        Lane { name: BURST, requests: burst, per: Duration::from_secs(10) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubspot::testing::config;

    #[test]
    fn two_sources_with_one_token_share_a_portal() {
        let plain = limits(&config(&[])).unwrap();
        assert_eq!(plain.account, limits(&config(&[("page_size", "50")])).unwrap().account);
        assert_ne!(plain.account, limits(&config(&[("portal_id", "7")])).unwrap().account);
    }

    #[test]
    fn searches_and_the_rest_have_lanes_of_their_own() {
        let limits =
            limits(&config(&[("search_per_second", "3"), ("requests_per_ten_seconds", "150")])).unwrap();
        let lanes: Vec<_> = limits.lanes.iter().map(|l| (l.name, l.requests, l.per.as_secs())).collect();
        assert_eq!(lanes, [("search", 3, 1), ("burst", 150, 10)]);
    }
}
