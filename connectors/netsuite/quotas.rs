//! The account's limits, which only administrators may read.

use std::collections::BTreeMap;

use bytes::Bytes;
use forebay_ports::Quota;
use serde_json::Value;

use super::client::Client;
use super::failure::Failure;

const PATH: &str = "/services/rest/system/v1/governanceLimits";

/// None where the role may not see them.
pub async fn fetch(client: &Client) -> Result<Vec<Quota>, Failure> {
    match client.get(PATH, Vec::new(), "application/json", |body: Bytes| read(&body)).await {
        Err(Failure::NotPermitted { .. } | Failure::NotFound { .. }) => Ok(Vec::new()),
        other => other,
    }
}

fn read(body: &[u8]) -> Result<Vec<Quota>, String> {
    let all: BTreeMap<String, Value> = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let quota =
        |(name, limit): (String, Value)| Some(Quota { name, limit: limit.as_u64()?, remaining: None });
    Ok(all.into_iter().filter_map(quota).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_numbers_of_the_answer() {
        let quotas = read(br#"{"links":[],"accountConcurrencyLimit":5}"#).unwrap();
        assert_eq!(
            (quotas.len(), quotas[0].name.as_str(), quotas[0].limit),
            (1, "accountConcurrencyLimit", 5)
        );
    }
}
