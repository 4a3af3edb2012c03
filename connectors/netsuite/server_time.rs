//! The account's own clock. Any role may read it.

use bytes::Bytes;
use forebay_model::Instant;
use serde::Deserialize;

use super::classify::excerpt;
use super::client::Client;
use super::failure::Failure;

const PATH: &str = "/services/rest/system/v1/serverTime";

#[derive(Deserialize)]
struct ServerTime {
    #[serde(rename = "serverTime")]
    server_time: String,
}

pub async fn fetch(client: &Client) -> Result<Instant, Failure> {
    let time = |body: Bytes| read(&body).ok_or_else(|| format!("{PATH} gave no time: {}", excerpt(&body)));
    client.get(PATH, Vec::new(), "application/json", time).await
}

fn read(body: &[u8]) -> Option<Instant> {
    let answer: ServerTime = serde_json::from_slice(body).ok()?;
    Instant::parse(&answer.server_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_time_is_utc() {
        let at = |text: &str| read(format!(r#"{{"links":[],"serverTime":"{text}"}}"#).as_bytes());
        assert_eq!(at("2026-03-02T10:00:00.250Z"), Instant::parse("2026-03-02T10:00:00.250Z"));
        assert_eq!(at("3/2/2026"), None);
        assert_eq!(read(b"<html>"), None);
    }
}
