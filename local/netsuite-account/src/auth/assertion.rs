//! Checks the JWT with which a client asks for a token (RFC 7523, with NetSuite's rules on top).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::keys::VerifyingKey;

/// Longest life of an assertion, in seconds.
const LONGEST_LIFE: i64 = 3_600;
/// How far a client's clock may run ahead, in seconds.
const AHEAD: i64 = 60;

/// What the assertion must say.
pub struct Expected<'a> {
    pub client_id: &'a str,
    /// The token endpoint's addresses, any of which may be the audience.
    pub audiences: &'a [String],
    pub keys: &'a HashMap<String, VerifyingKey>,
    /// UTC seconds.
    pub now: i64,
}

/// Why no token is given. The text is for this account's log; the vendor tells the client the code alone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AssertionError {
    /// Not a JWT, or without a claim that must be there.
    #[error("invalid_request: {0}")]
    Malformed(&'static str),
    /// Signed by nobody known, or saying something that does not hold.
    #[error("invalid_client: {0}")]
    Untrusted(&'static str),
    #[error("invalid_scope")]
    Scope,
}

impl AssertionError {
    /// RFC 6749's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "invalid_request",
            Self::Untrusted(_) => "invalid_client",
            Self::Scope => "invalid_scope",
        }
    }
}

#[derive(Deserialize)]
struct Header {
    typ: Option<String>,
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Value,
    iat: Value,
    exp: Value,
    scope: Value,
}

/// Accepts or refuses an assertion.
pub fn verify_assertion(assertion: &str, expected: &Expected<'_>) -> Result<(), AssertionError> {
    let mut parts = assertion.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(AssertionError::Malformed("not three parts"));
    };
    let header: Header = part(head)?;
    if header.typ.as_deref() != Some("JWT") {
        return Err(AssertionError::Malformed("typ is not JWT"));
    }
    let key = expected.keys.get(&header.kid).ok_or(AssertionError::Untrusted("unknown certificate"))?;
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| AssertionError::Malformed("signature is not base64url"))?;
    let signed = assertion.rsplit_once('.').map_or("", |(signed, _)| signed);
    if !key.verifies(&header.alg, signed.as_bytes(), &signature) {
        return Err(AssertionError::Untrusted("signature does not verify"));
    }
    check(&part(body)?, expected)
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AssertionError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| AssertionError::Malformed("not base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| AssertionError::Malformed("a header or claim is missing"))
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), AssertionError> {
    if claims.iss != expected.client_id {
        return Err(AssertionError::Untrusted("iss is not the client id"));
    }
    let named = |aud: &Value| aud.as_str().is_some_and(|a| expected.audiences.iter().any(|e| e == a));
    if !(named(&claims.aud)
        || claims.aud.as_array().is_some_and(|list| list.len() == 1 && list.iter().all(named)))
    {
        return Err(AssertionError::Untrusted("aud is not the token endpoint"));
    }
    let (Some(iat), Some(exp)) = (seconds(&claims.iat), seconds(&claims.exp)) else {
        return Err(AssertionError::Malformed("iat or exp is no time"));
    };
    if exp <= expected.now {
        return Err(AssertionError::Untrusted("expired"));
    }
    if iat > expected.now + AHEAD {
        return Err(AssertionError::Untrusted("issued in the future"));
    }
    if exp <= iat || exp - iat > LONGEST_LIFE {
        return Err(AssertionError::Untrusted("lives longer than an hour"));
    }
    if scopes(&claims.scope).is_some_and(|list| list.iter().any(|s| s == "rest_webservices")) {
        return Ok(());
    }
    Err(AssertionError::Scope)
}

fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is not needed")]
    value.as_i64().or_else(|| value.as_f64().map(|n| n as i64))
}

/// The documentation's table says comma separated, its sample is an array: both are seen, both are taken.
fn scopes(value: &Value) -> Option<Vec<String>> {
    let known = ["restlets", "rest_webservices", "suite_analytics"];
    let list: Vec<String> = match value {
        Value::String(text) => text.split(',').map(|s| s.trim().to_owned()).collect(),
        Value::Array(entries) => {
            entries.iter().map(|e| e.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
        _ => return None,
    };
    list.iter().all(|s| known.contains(&s.as_str())).then_some(list)
}
