//! Token-based authentication: OAuth 1.0a (RFC 5849) with HMAC-SHA256.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebay_simulation::form::{decode, encode, query_pairs};

use super::Credentials;

/// How far a client's clock may be off, in seconds.
const WINDOW: i64 = 300;

/// Nonces seen within the window, with their timestamps.
#[derive(Default)]
pub struct Nonces {
    seen: Mutex<HashMap<String, i64>>,
}

/// What was signed.
pub struct SignedRequest<'a> {
    /// The Authorization header without its scheme.
    pub header: &'a str,
    pub method: &'a str,
    /// Addresses the request may have been signed for, without query.
    pub urls: &'a [String],
    pub query: &'a str,
    /// UTC seconds.
    pub now: i64,
}

/// Why a signature is refused. The vendor tells clients INVALID_LOGIN alone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SignatureError {
    #[error("the header lacks {0}")]
    Missing(&'static str),
    #[error("the realm is another account")]
    Realm,
    #[error("the consumer or the token is unknown")]
    Unknown,
    #[error("the signature method is not HMAC-SHA256")]
    Method,
    #[error("the timestamp is outside the window")]
    Timestamp,
    #[error("the nonce was used before")]
    Replayed,
    #[error("the signature does not verify")]
    Signature,
}

/// Accepts or refuses a signed request. Query parameters are signed, the realm and the body are not.
pub fn verify_signature(
    request: &SignedRequest<'_>,
    credentials: &Credentials,
    nonces: &Nonces,
) -> Result<(), SignatureError> {
    let fields = fields(request.header);
    let field = |name: &'static str| {
        fields.get(name).map(String::as_str).filter(|v| !v.is_empty()).ok_or(SignatureError::Missing(name))
    };
    if field("realm")? != credentials.account {
        return Err(SignatureError::Realm);
    }
    if field("oauth_consumer_key")? != credentials.consumer_key
        || field("oauth_token")? != credentials.token_id
    {
        return Err(SignatureError::Unknown);
    }
    if field("oauth_signature_method")? != "HMAC-SHA256" {
        return Err(SignatureError::Method);
    }
    if fields.get("oauth_version").is_some_and(|v| v != "1.0") {
        return Err(SignatureError::Method);
    }
    let timestamp: i64 = field("oauth_timestamp")?.parse().map_err(|_| SignatureError::Timestamp)?;
    if (timestamp - request.now).abs() > WINDOW {
        return Err(SignatureError::Timestamp);
    }
    let signature = STANDARD.decode(field("oauth_signature")?).map_err(|_| SignatureError::Signature)?;
    let nonce = field("oauth_nonce")?;
    let parameters = parameters(&fields, request.query);
    let secret = format!("{}&{}", encode(&credentials.consumer_secret), encode(&credentials.token_secret));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let verified = request.urls.iter().any(|url| {
        let base = format!("{}&{}&{}", request.method, encode(url), encode(&parameters));
        hmac::verify(&key, base.as_bytes(), &signature).is_ok()
    });
    if !verified {
        return Err(SignatureError::Signature);
    }
    nonces.use_once(nonce, timestamp, request.now)
}

impl Nonces {
    fn use_once(&self, nonce: &str, timestamp: i64, now: i64) -> Result<(), SignatureError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| (*at - now).abs() <= WINDOW);
        match seen.insert(nonce.to_owned(), timestamp) {
            None => Ok(()),
            Some(_) => Err(SignatureError::Replayed),
        }
    }
}

fn fields(header: &str) -> HashMap<String, String> {
    header
        .split(',')
        .filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            Some((name.trim().to_owned(), decode(value.trim().trim_matches('"'))))
        })
        .collect()
}

/// RFC 5849, 3.4.1.3: all parameters but the realm and the signature, encoded, then sorted.
fn parameters(fields: &HashMap<String, String>, query: &str) -> String {
    let header = fields.iter().filter(|(name, _)| *name != "realm" && *name != "oauth_signature");
    let mut pairs: Vec<(String, String)> = header.map(|(n, v)| (encode(n), encode(v))).collect();
    pairs.extend(query_pairs(query).into_iter().map(|(n, v)| (encode(&n), encode(&v))));
    pairs.sort();
    pairs.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("&")
}
