//! What the token service answers. Pure. Its bodies are never quoted, since they may hold a token.

use std::time::Duration;

use serde::Deserialize;

use crate::salesforce::classify::classify;
use crate::salesforce::config::BaseUrl;
use crate::salesforce::failure::Failure;

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    instance_url: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

/// A token, and where the org says that it is used.
pub struct Grant {
    pub token: String,
    pub instance: BaseUrl,
}

/// Reads a granted token. The org may name another host than the configured one, but only one that the
/// credentials may go to.
pub fn granted(body: &[u8], base: &BaseUrl) -> Result<Grant, Failure> {
    let answer: Granted = serde_json::from_slice(body).map_err(|_| Failure::Contradiction {
        evidence: "the token service's answer holds no access_token".into(),
    })?;
    let Some(named) = answer.instance_url else {
        return Ok(Grant { token: answer.access_token, instance: base.clone() });
    };
    let instance =
        BaseUrl::parse("instance_url", named.trim_end_matches('/')).ok().filter(|url| base.trusts(url));
    let instance = instance.ok_or_else(|| Failure::Misconfigured {
        detail: format!(
            "the login at {base} leads to the instance {named}, which is not under the same domain of \
             Salesforce's; the token was not sent there. Set 'base_url' to the org's My Domain"
        ),
    })?;
    Ok(Grant { token: answer.access_token, instance })
}

/// A refusal in OAuth's own shape means the credentials; anything else is classified as ever.
pub fn refused(status: u16, body: &[u8], wait: Option<Duration>) -> Failure {
    let refusal = serde_json::from_slice::<Refusal>(body).ok().filter(|_| matches!(status, 400 | 401 | 403));
    let Some(refusal) = refusal else {
        return match classify(status, body, wait) {
            Failure::Refused { detail, .. }
            | Failure::SessionEnded { detail }
            | Failure::NotPermitted { detail } => Failure::Unauthorized { detail },
            Failure::NotFound { detail } => Failure::Misconfigured {
                detail: format!(
                    "no token service at this address; check 'base_url' and 'login_url' ({detail})"
                ),
            },
            other => other,
        };
    };
    let said = refusal.error_description.unwrap_or_default();
    let detail =
        format!("the token service says {}: {said}; {}", refusal.error, advice(&refusal.error, &said));
    match refusal.error.as_str() {
        "server_error" | "temporarily_unavailable" => Failure::Transient { detail },
        _ => Failure::Unauthorized { detail },
    }
}

fn advice(error: &str, said: &str) -> &'static str {
    let said = said.to_ascii_lowercase();
    match error {
        "invalid_client_id" | "invalid_client" => {
            "check 'client_id' and the secret 'client_secret' against the connected app, and that the app is not \
             blocked in this org (a new one takes up to ten minutes to be known)"
        }
        "unsupported_grant_type" => {
            "enable the client credentials flow, or digital signatures for 'jwt', in the connected app"
        }
        _ if said.contains("audience") => {
            "'login_url' must be https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the My \
             Domain"
        }
        _ if said.contains("expired") || said.contains("expiration") => "check this machine's clock",
        _ if said.contains("approved") => {
            "approve the connected app for the user's profile or permission set ('Admin approved users are \
             pre-authorized')"
        }
        _ => {
            "check the credentials, that the connected app's policies admit the user and this address, and the \
             login history in Setup"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> BaseUrl {
        BaseUrl::parse("base_url", "https://acme.my.salesforce.com").unwrap()
    }

    #[test]
    fn a_token_is_never_sent_to_a_stranger() {
        let of = |instance: &str| {
            granted(format!(r#"{{"access_token":"secret","instance_url":"{instance}"}}"#).as_bytes(), &base())
        };
        assert_eq!(
            of("https://na139.salesforce.com").unwrap_or_else(|e| panic!("{e:?}")).instance.host(),
            "na139.salesforce.com"
        );
        for strange in ["https://evil.example", "http://acme.my.salesforce.com", "http://127.0.0.1:9"] {
            let Err(Failure::Misconfigured { detail }) = of(strange) else { panic!("{strange}") };
            assert!(detail.contains(strange) && !detail.contains("secret"), "{detail}");
        }
        assert!(granted(br#"{"access_token":"secret"}"#, &base()).is_ok());
    }

    #[test]
    fn a_refused_login_says_what_to_check() {
        let of = |status, body: &str| refused(status, body.as_bytes(), None);
        let refusal =
            |error: &str, said: &str| format!(r#"{{"error":"{error}","error_description":"{said}"}}"#);
        for (error, said, expected) in [
            ("invalid_client", "invalid client credentials", "'client_secret'"),
            ("invalid_grant", "audience is invalid", "'login_url'"),
            ("invalid_grant", "user hasn't approved this consumer", "pre-authorized"),
            ("invalid_grant", "expired authorization code", "clock"),
        ] {
            let Failure::Unauthorized { detail } = of(400, &refusal(error, said)) else { panic!() };
            assert!(detail.contains(expected), "{detail}");
        }
        assert!(matches!(of(503, ""), Failure::Transient { .. }));
        assert!(matches!(of(404, ""), Failure::Misconfigured { .. }));
        assert!(matches!(of(400, "<html>"), Failure::Unauthorized { .. }));
    }
}
