//! What App Service authentication ("Easy Auth") sends about the signed-in user, for tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderValue;
use serde_json::Value;

/// The setting that signs somebody in: the JSON of a client principal,
/// `{"auth_typ":"aad","name_typ":"name","role_typ":"roles","claims":[{"typ":"name","val":"…"}]}`.
const SETTING: &str = "FOREBAY_LOCAL_CLIENT_PRINCIPAL";

/// The headers about one user.
#[derive(Debug, Clone)]
pub struct Principal {
    headers: Vec<(&'static str, HeaderValue)>,
}

impl Principal {
    /// The setting that signs somebody in.
    pub const SETTING: &str = SETTING;

    /// Reads the JSON of a client principal.
    ///
    /// # Errors
    /// A sentence that names the setting and what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |problem: &str| format!("{SETTING} {problem}");
        let value: Value =
            serde_json::from_str(text).map_err(|error| wrong(&format!("is not JSON: {error}")))?;
        let claims = value.get("claims").and_then(Value::as_array).ok_or_else(|| wrong("needs 'claims'"))?;
        let provider =
            value.get("auth_typ").and_then(Value::as_str).ok_or_else(|| wrong("needs 'auth_typ'"))?;
        let claim = |kinds: &[&str]| {
            let found = claims.iter().find(|claim| {
                claim.get("typ").and_then(Value::as_str).is_some_and(|kind| kinds.contains(&kind))
            })?;
            found.get("val").and_then(Value::as_str)
        };
        let name_kind = value.get("name_typ").and_then(Value::as_str).unwrap_or("name");
        let all = [
            ("x-ms-client-principal", Some(BASE64.encode(text))),
            ("x-ms-client-principal-idp", Some(provider.to_owned())),
            ("x-ms-client-principal-name", claim(&[name_kind, "preferred_username"]).map(str::to_owned)),
            ("x-ms-client-principal-id", claim(&[OBJECT_ID, "oid", "sub"]).map(str::to_owned)),
        ];
        let present = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let headers = present.map(|(name, value)| {
            let value =
                HeaderValue::try_from(value).map_err(|_| wrong("holds characters that no header can"))?;
            Ok((name, value))
        });
        Ok(Self { headers: headers.collect::<Result<_, String>>()? })
    }

    /// Adds the headers; inbound copies were removed before.
    pub fn add_to(&self, headers: &mut http::HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(*name, value.clone());
        }
    }
}

const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_becomes_four_headers() {
        let text = r#"{"auth_typ":"aad","name_typ":"name","claims":[{"typ":"name","val":"Test"},{"typ":"oid","val":"7"}]}"#;
        let mut headers = http::HeaderMap::new();
        Principal::parse(text).unwrap().add_to(&mut headers);
        assert_eq!(headers["x-ms-client-principal"], BASE64.encode(text));
        assert_eq!(headers["x-ms-client-principal-idp"], "aad");
        assert_eq!(headers["x-ms-client-principal-name"], "Test");
        assert_eq!(headers["x-ms-client-principal-id"], "7");
        assert!(Principal::parse("{}").unwrap_err().contains("claims"));
    }
}
