//! The assertion of the JWT bearer flow (RFC 7523; Salesforce, "OAuth 2.0 JWT Bearer Flow"): RS256, good for
//! at most three minutes. Pure.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use time::OffsetDateTime;

/// Seconds an assertion is good for. Salesforce takes at most 180 by its own clock, so some are left for a
/// clock that runs ahead.
const LIFETIME: i64 = 120;
const CONVERT: &str = "convert it with 'openssl pkcs8 -topk8 -nocrypt -in key.pem'";

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    pub client_id: &'a str,
    pub username: &'a str,
    /// The login host, which the assertion is meant for.
    pub audience: &'a str,
}

/// The signed token, in compact form. The error says what to do and holds nothing of the key.
pub fn assertion(pem: &str, claims: Claims<'_>, now: OffsetDateTime) -> Result<String, String> {
    let key = key(pem)?;
    let message = unsigned(claims, now);
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .map_err(|_| "the signature could not be made".to_owned())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn unsigned(claims: Claims<'_>, now: OffsetDateTime) -> String {
    let header = json!({ "alg": "RS256" });
    let body = json!({
        "iss": claims.client_id,
        "sub": claims.username,
        "aud": claims.audience,
        "exp": now.unix_timestamp() + LIFETIME,
    });
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}", part(header), part(body))
}

/// Reads an RSA key in PEM, PKCS#8 or PKCS#1. Line breaks written as `\n`, as settings files do, are accepted.
fn key(pem: &str) -> Result<RsaKeyPair, String> {
    let pem = pem.replace("\\n", "\n");
    let unfit = |_| "it is no RSA key that signs with RS256; use RSA of 2048 to 8192 bits".to_owned();
    if let Some(der) = between(&pem, "PRIVATE KEY")? {
        return RsaKeyPair::from_pkcs8(&der).map_err(unfit);
    }
    if let Some(der) = between(&pem, "RSA PRIVATE KEY")? {
        return RsaKeyPair::from_der(&der).map_err(unfit);
    }
    Err(if pem.contains("-----BEGIN CERTIFICATE") {
        "it is a certificate; store the private key that belongs to it".into()
    } else if pem.contains("-----BEGIN") {
        format!("it is PEM, but no unencrypted private key; {CONVERT}")
    } else {
        "it is not PEM; it must start with '-----BEGIN PRIVATE KEY-----'".into()
    })
}

/// What stands between the lines that begin and end `label`.
fn between(pem: &str, label: &str) -> Result<Option<Vec<u8>>, String> {
    let Some((_, rest)) = pem.split_once(&format!("-----BEGIN {label}-----")) else { return Ok(None) };
    let end = format!("-----END {label}-----");
    let Some((body, _)) = rest.split_once(&end) else {
        return Err(format!("it is cut short: '{end}' is missing; store it again, whole"));
    };
    let body: String = body.split_whitespace().collect();
    let damaged = |_| "its text is damaged (not Base64); store it again, whole".to_owned();
    STANDARD.decode(body).map(Some).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use time::macros::datetime;

    const CLAIMS: Claims<'static> =
        Claims { client_id: "app", username: "etl@acme.example", audience: "https://login.salesforce.com" };

    #[test]
    fn an_assertion_claims_its_user_for_two_minutes() {
        let text = unsigned(CLAIMS, datetime!(2026-03-02 01:00 UTC));
        let (_, body) = text.split_once('.').unwrap();
        insta::assert_snapshot!(
            String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap(),
            @r#"{"aud":"https://login.salesforce.com","exp":1772413320,"iss":"app","sub":"etl@acme.example"}"#
        );
    }

    #[test]
    fn an_assertion_is_signed_with_rs256() {
        // A fresh key: none is kept in the repository.
        let fresh = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = fresh.as_der().unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----",
            STANDARD.encode(der.as_ref())
        );
        let token = assertion(&pem, CLAIMS, datetime!(2026-03-02 01:00 UTC)).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let public = key(&pem).unwrap().public_key().as_ref().to_vec();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .unwrap();
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let complaint = |text: &str| key(text).err().unwrap();
        assert!(complaint("hello").contains("not PEM"));
        assert!(complaint("-----BEGIN CERTIFICATE-----\n").contains("certificate"));
        assert!(complaint("-----BEGIN ENCRYPTED PRIVATE KEY-----\n").contains("openssl pkcs8"));
        assert!(complaint("-----BEGIN PRIVATE KEY-----\nAA").contains("cut short"));
        assert!(complaint("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----").contains("damaged"));
        assert!(complaint("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").contains("RSA"));
    }
}
