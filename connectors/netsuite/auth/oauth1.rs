//! OAuth 1.0a signatures with HMAC-SHA256 (RFC 5849, section 3.4; NetSuite, "Token-based Authentication").
//! Pure.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Signed;

/// The four parts of a token-based identity.
pub struct Tokens<'a> {
    pub consumer_key: &'a str,
    pub consumer_secret: &'a str,
    pub token_id: &'a str,
    pub token_secret: &'a str,
}

/// What makes each attempt's signature its own.
pub struct Once<'a> {
    pub nonce: &'a str,
    /// Unix seconds.
    pub timestamp: i64,
}

/// The `Authorization` header. `realm` is outside the signature.
pub fn header(request: Signed<'_>, realm: &str, tokens: &Tokens<'_>, once: &Once<'_>) -> String {
    let mut parameters = oauth_parameters(tokens, once);
    let base = base_string(request, &parameters);
    parameters.push(("oauth_signature", sign(&base, tokens.consumer_secret, tokens.token_secret)));
    let fields = parameters.iter().map(|(name, value)| format!("{name}=\"{}\"", encode(value)));
    let fields: Vec<String> = std::iter::once(format!("realm=\"{}\"", encode(realm))).chain(fields).collect();
    format!("OAuth {}", fields.join(", "))
}

fn oauth_parameters(tokens: &Tokens<'_>, once: &Once<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("oauth_consumer_key", tokens.consumer_key.to_owned()),
        ("oauth_nonce", once.nonce.to_owned()),
        ("oauth_signature_method", "HMAC-SHA256".to_owned()),
        ("oauth_timestamp", once.timestamp.to_string()),
        ("oauth_token", tokens.token_id.to_owned()),
        ("oauth_version", "1.0".to_owned()),
    ]
}

/// Method, address and all parameters. Query parameters count, a JSON body does not.
pub fn base_string(request: Signed<'_>, oauth: &[(&str, String)]) -> String {
    let mut pairs: Vec<(String, String)> =
        oauth.iter().chain(request.query).map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    let parameters: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "{}&{}&{}",
        request.method.to_ascii_uppercase(),
        encode(request.url),
        encode(&parameters.join("&"))
    )
}

fn sign(base: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), base.as_bytes());
    STANDARD.encode(tag.as_ref())
}

/// Percent-encodes all but the unreserved characters (RFC 5849, section 3.6).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: Tokens<'static> =
        Tokens { consumer_key: "ck", consumer_secret: "c&s", token_id: "ti", token_secret: "t s" };
    const ONCE: Once<'static> = Once { nonce: "n0nce", timestamp: 1_772_413_200 };

    #[test]
    fn the_query_is_signed_and_the_realm_is_not() {
        let query = [("offset", "0".to_owned()), ("limit", "1000".to_owned())];
        let request = Signed { method: "post", url: "https://a.example/suiteql", query: &query };
        insta::assert_snapshot!(base_string(request, &oauth_parameters(&TOKENS, &ONCE)), @"POST&https%3A%2F%2Fa.example%2Fsuiteql&limit%3D1000%26oauth_consumer_key%3Dck%26oauth_nonce%3Dn0nce%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1772413200%26oauth_token%3Dti%26oauth_version%3D1.0%26offset%3D0");
        let header = header(request, "1234567_SB1", &TOKENS, &ONCE);
        assert!(header.starts_with("OAuth realm=\"1234567_SB1\", oauth_consumer_key=\"ck\""), "{header}");
    }

    /// The expected value was computed with Python's `hmac` and `base64`.
    #[test]
    fn the_signature_is_what_another_implementation_makes() {
        assert_eq!(sign("GET&a&b", "c&s", "t s"), "YSaopwheNh0HabU+QYbgYnVxkBp5hK8TV8QbHhGr4mk=");
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("a-b._~ /+é"), "a-b._~%20%2F%2B%C3%A9");
    }
}
