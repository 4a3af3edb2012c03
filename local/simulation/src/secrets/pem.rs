//! PKCS#8 private keys as PEM (RFC 7468).

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// DER as PEM.
pub fn encode(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("{BEGIN}\n");
    for start in (0..text.len()).step_by(64) {
        out.push_str(&text[start..text.len().min(start + 64)]);
        out.push('\n');
    }
    out.push_str(END);
    out.push('\n');
    out
}

/// The DER in a PEM text.
///
/// # Errors
/// When the text is no PEM of a private key.
pub fn decode(pem: &str) -> Result<Vec<u8>> {
    let body = pem
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END))
        .context("the text is no PKCS#8 private key in PEM")?;
    let text: String = body.split_whitespace().collect();
    STANDARD.decode(text).context("the private key's PEM is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back_and_other_text_is_refused() {
        let der: Vec<u8> = (0..200).collect();
        assert_eq!(decode(&encode(&der)).unwrap(), der);
        assert!(encode(&der).lines().all(|line| line.len() <= 64));
        assert!(decode("-----BEGIN CERTIFICATE-----").is_err());
    }
}
