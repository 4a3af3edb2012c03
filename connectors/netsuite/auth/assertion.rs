//! The client assertion: a JSON web token that proves the certificate's key is at hand (RFC 7523;
//! NetSuite, "OAuth 2.0 Client Credentials Flow"). Pure.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use time::OffsetDateTime;

use super::key::{SigningKey, name};
use crate::netsuite::config::Algorithm;

/// Seconds an assertion is good for. NetSuite takes at most an hour; it is used at once.
const LIFETIME: i64 = 300;

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    kid: &'a str,
}

/// What an assertion claims.
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    iss: &'a str,
    scope: [&'a str; 1],
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// Claims of `client_id` towards the token service at `token_url`.
pub fn claims<'a>(client_id: &'a str, token_url: &'a str, now: OffsetDateTime) -> Claims<'a> {
    let iat = now.unix_timestamp();
    Claims { iss: client_id, scope: ["rest_webservices"], aud: token_url, iat, exp: iat + LIFETIME }
}

/// The signed token, in compact form.
pub fn assertion(
    key: &SigningKey,
    algorithm: Algorithm,
    certificate_id: &str,
    claims: &Claims<'_>,
) -> Result<String, String> {
    let header = Header { typ: "JWT", alg: name(algorithm), kid: certificate_id };
    let part = |json: Result<Vec<u8>, serde_json::Error>| json.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    let header = part(serde_json::to_vec(&header)).map_err(|e| e.to_string())?;
    let claims = part(serde_json::to_vec(claims)).map_err(|e| e.to_string())?;
    let message = format!("{header}.{claims}");
    let signature = key.sign(message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn an_assertion_claims_its_issuer_for_five_minutes() {
        let claims = claims("client", "https://a.example/token", datetime!(2026-03-02 01:00 UTC));
        insta::assert_snapshot!(
            serde_json::to_string(&claims).unwrap(),
            @r#"{"iss":"client","scope":["rest_webservices"],"aud":"https://a.example/token","iat":1772413200,"exp":1772413500}"#
        );
    }
}
