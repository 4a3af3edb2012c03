//! What becomes of headers on the way through the proxy.

use super::Principal;
use crate::invoke::HOST_VERSION;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::IpAddr;
use uuid::Uuid;

/// Belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Prepares a client's headers for the handler: as the host's proxy (YARP's default transformer) does, and
/// as Easy Auth removes what only it may say.
pub fn towards_handler(headers: &mut HeaderMap, client: IpAddr, principal: Option<&Principal>) {
    remove_hop_by_hop(headers);
    let forged: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-ms-client-principal")).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
    if let Some(principal) = principal {
        principal.add_to(headers);
    }
    if let Some(host) = headers.remove(header::HOST) {
        headers.insert("x-forwarded-host", host);
    }
    headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
    insert_text(headers, "x-forwarded-for", &client.to_string());
    let invocation = Uuid::new_v4().to_string();
    insert_text(headers, "x-azure-functions-hostversion", HOST_VERSION);
    insert_text(headers, "x-azure-functions-invocationid", &invocation);
    insert_text(headers, "x-ms-invocation-id", &invocation);
}

/// Removes what belongs to one connection, and what `Connection` names.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

fn insert_text(headers: &mut HeaderMap, name: &'static str, text: &str) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn forged_principals_and_connection_headers_do_not_pass() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "localhost:7071"),
            ("x-ms-client-principal", "forged"),
            ("x-ms-client-principal-name", "forged"),
            ("x-forwarded-for", "10.0.0.1"),
            ("connection", "close, x-private"),
            ("x-private", "1"),
            ("transfer-encoding", "chunked"),
            ("authorization", "Bearer x"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        towards_handler(&mut headers, Ipv4Addr::LOCALHOST.into(), None);
        for gone in [
            "host",
            "x-ms-client-principal",
            "x-ms-client-principal-name",
            "connection",
            "x-private",
            "transfer-encoding",
        ] {
            assert!(!headers.contains_key(gone), "{gone}");
        }
        assert_eq!(headers["x-forwarded-host"], "localhost:7071");
        assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
        assert_eq!(headers["authorization"], "Bearer x");
        assert_eq!(headers["x-ms-invocation-id"], headers["x-azure-functions-invocationid"]);
    }
}
