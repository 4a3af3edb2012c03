//! Signing requests with the account's key, as "Authorize with Shared Key" of the Storage REST API asks.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use azure_core::http::headers::{AUTHORIZATION, Headers};
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Method, Request, Url};
use azure_core::time::{OffsetDateTime, to_rfc7231};

/// Signs every try of a request anew, with its time.
pub(super) struct SharedKey {
    account: String,
    key: Secret,
}

impl SharedKey {
    pub(super) fn new(account: String, key: Secret) -> Self {
        Self { account, key }
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedKey({}, ***)", self.account)
    }
}

#[async_trait]
impl Policy for SharedKey {
    async fn send(&self, ctx: &Context, request: &mut Request, next: &[Arc<dyn Policy>]) -> PolicyResult {
        request.insert_header("x-ms-date", to_rfc7231(&OffsetDateTime::now_utc()));
        let length = request.body().len().unwrap_or(0);
        let text = string_to_sign(&self.account, request.method(), request.url(), request.headers(), length);
        let signature = hmac_sha256(&text, &self.key)?;
        request.insert_header(AUTHORIZATION, format!("SharedKey {}:{signature}", self.account));
        match next.split_first() {
            Some((policy, rest)) => policy.send(ctx, request, rest).await,
            None => Err(azure_core::Error::with_message(
                azure_core::error::ErrorKind::Other,
                "signing is the last policy: no transport",
            )),
        }
    }
}

/// Standard headers of the signature, in its order, around the content's length.
const BEFORE_LENGTH: [&str; 2] = ["content-encoding", "content-language"];
const AFTER_LENGTH: [&str; 8] = [
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

fn string_to_sign(account: &str, method: Method, url: &Url, headers: &Headers, length: u64) -> String {
    let header = |name: &str| {
        headers
            .iter()
            .find(|(n, _)| n.as_str() == name)
            .map(|(_, v)| v.as_str().to_owned())
            .unwrap_or_default()
    };
    let mut lines = vec![method.as_str().to_owned()];
    lines.extend(BEFORE_LENGTH.iter().map(|name| header(name)));
    lines.push(if length == 0 { String::new() } else { length.to_string() });
    lines.extend(AFTER_LENGTH.iter().map(|name| header(name)));
    lines.extend(canonical_headers(headers));
    lines.extend(canonical_resource(account, url));
    lines.join("\n")
}

fn canonical_headers(headers: &Headers) -> Vec<String> {
    let mut found: Vec<String> = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-ms-"))
        .map(|(name, value)| format!("{}:{}", name.as_str(), value.as_str().trim()))
        .collect();
    found.sort();
    found
}

fn canonical_resource(account: &str, url: &Url) -> Vec<String> {
    let mut query: Vec<(String, String)> =
        url.query_pairs().map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned())).collect();
    query.sort();
    let mut lines = vec![format!("/{account}{}", url.path())];
    lines.extend(query.into_iter().map(|(name, value)| format!("{name}:{value}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_text_follows_the_rest_api_page() {
        // The example of "Authorize with Shared Key": list containers' metadata, paged.
        let url = Url::parse(
            "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20",
        )
        .unwrap();
        let mut headers = Headers::new();
        headers.insert("x-ms-version", "2015-02-21");
        headers.insert("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT");
        let text = string_to_sign("myaccount", Method::Get, &url, &headers, 0);
        assert_eq!(
            text,
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
             /myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"
        );
    }

    #[test]
    fn the_key_is_never_printed() {
        let policy = SharedKey::new("local".to_owned(), Secret::new("c2VjcmV0"));
        assert_eq!(format!("{policy:?}"), "SharedKey(local, ***)");
    }
}
