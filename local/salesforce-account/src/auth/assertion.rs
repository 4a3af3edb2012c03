//! Checks the JWT with which a client asks for a session (RFC 7523, with Salesforce's rules on top).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::VerifyingKey;

/// How far ahead an assertion may expire, in seconds.
const LONGEST_LIFE: i64 = 180;

/// What the assertion must say.
pub struct Expected<'a> {
    pub client_id: &'a str,
    pub username: &'a str,
    /// The login hosts, any of which may be the audience.
    pub audiences: &'a [&'a str],
    pub key: &'a VerifyingKey,
    /// UTC seconds.
    pub now: i64,
}

/// Why no session is given.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AssertionError {
    #[error("client identifier invalid")]
    UnknownClient,
    #[error("{0}")]
    Refused(&'static str),
}

impl AssertionError {
    /// The vendor's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownClient => "invalid_client_id",
            Self::Refused(_) => "invalid_grant",
        }
    }
}

const INVALID: AssertionError = AssertionError::Refused("invalid assertion");

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    prn: Option<String>,
    aud: Value,
    exp: Value,
}

/// Accepts or refuses an assertion.
pub fn verify_assertion(assertion: &str, expected: &Expected<'_>) -> Result<(), AssertionError> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [head, body, signature] = parts[..] else { return Err(INVALID) };
    let header: Header = part(head)?;
    let claims: Claims = part(body)?;
    if claims.iss != expected.client_id {
        return Err(AssertionError::UnknownClient);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| INVALID)?;
    let signed = assertion.rsplit_once('.').map_or("", |(signed, _)| signed);
    if header.alg != "RS256" || !expected.key.verifies(signed.as_bytes(), &signature) {
        return Err(INVALID);
    }
    check(&claims, expected)
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AssertionError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| INVALID)?;
    serde_json::from_slice(&bytes).map_err(|_| INVALID)
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), AssertionError> {
    let named = |aud: &Value| aud.as_str().is_some_and(|a| expected.audiences.contains(&a));
    let audience = match &claims.aud {
        Value::Array(list) => list.len() == 1 && list.iter().all(named),
        one => named(one),
    };
    if !audience {
        return Err(AssertionError::Refused("audience is invalid"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is not needed")]
    let exp = claims.exp.as_i64().or_else(|| claims.exp.as_f64().map(|n| n as i64)).ok_or(INVALID)?;
    if exp <= expected.now {
        return Err(AssertionError::Refused("assertion has expired"));
    }
    if exp - expected.now > LONGEST_LIFE {
        return Err(AssertionError::Refused("assertion expiration is too far in the future"));
    }
    if claims.sub.as_deref().or(claims.prn.as_deref()) != Some(expected.username) {
        return Err(AssertionError::Refused("user hasn't approved this consumer"));
    }
    Ok(())
}
