//! An account's shared access signature, as "Create an account SAS" of the Storage REST API describes it.

use std::collections::HashMap;

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use azure_core::http::Url;

/// The queue endpoint of a connection string with a key, signed for everything until 2099.
pub fn signed_queue_url(connection: &str) -> String {
    let parts: HashMap<&str, &str> = connection.split(';').filter_map(|part| part.split_once('=')).collect();
    let (account, key) = (parts["AccountName"], Secret::new(parts["AccountKey"].to_owned()));
    let (version, services, types) = ("2021-10-04", "q", "sco");
    let (permissions, ends, protocols) = ("rwdlacup", "2099-01-01T00:00:00Z", "https,http");
    let text =
        format!("{account}\n{permissions}\n{services}\n{types}\n\n{ends}\n\n{protocols}\n{version}\n\n");
    let signature = hmac_sha256(&text, &key).unwrap();
    let mut url = Url::parse(parts["QueueEndpoint"]).unwrap();
    url.query_pairs_mut()
        .extend_pairs([("sv", version), ("ss", services), ("srt", types), ("sp", permissions)])
        .extend_pairs([("se", ends), ("spr", protocols), ("sig", &signature)]);
    url.into()
}
