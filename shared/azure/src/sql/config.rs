//! Reading a connection string.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use forebay_ports::PortError;
use tiberius::{AuthMethod, Config};

use super::SERVICE;
use crate::error::{classify, misconfigured};

const TOKEN_SCOPE: &str = "https://database.windows.net/.default";

/// Where to connect, and as whom.
pub(super) struct Target {
    config: Config,
    credential: Option<Arc<dyn TokenCredential>>,
}

impl Target {
    pub(super) fn parse(
        connection_string: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, PortError>,
        statement: Duration,
    ) -> Result<Self, PortError> {
        let pairs = pairs(connection_string);
        if !pairs.contains_key("server") && !pairs.contains_key("data source") {
            return Err(misconfigured(SERVICE, "the connection string names no Server"));
        }
        // The driver does not know `Authentication`, and a password in its message would be ours to leak.
        let mut config = Config::from_ado_string(connection_string).map_err(|_| {
            misconfigured(SERVICE, "the connection string cannot be read; quote values that hold ';'")
        })?;
        check_encryption(&pairs, &config)?;
        config.application_name("forebay");
        config.command_timeout(Some(statement));
        let credential = if wants_token(&pairs)? { Some(credential()?) } else { None };
        Ok(Self { config, credential })
    }

    /// The configuration for a new connection, with a fresh token where one is used.
    pub(super) async fn login(&self) -> Result<Config, PortError> {
        let mut config = self.config.clone();
        if let Some(credential) = &self.credential {
            let token = credential
                .get_token(&[TOKEN_SCOPE], None)
                .await
                .map_err(|e| classify(SERVICE, "token", &e))?;
            config.authentication(AuthMethod::aad_token(token.token.secret()));
        }
        Ok(config)
    }
}

/// A token where Entra ID is asked for by name, and where there is no password.
fn wants_token(pairs: &HashMap<String, String>) -> Result<bool, PortError> {
    let password = ["password", "pwd"].iter().any(|name| pairs.get(*name).is_some_and(|v| !v.is_empty()));
    let Some(method) = pairs.get("authentication") else { return Ok(!password) };
    let method = method.replace(' ', "").to_ascii_lowercase();
    match method.as_str() {
        "sqlpassword" if password => Ok(false),
        "sqlpassword" => Err(misconfigured(SERVICE, "Authentication=Sql Password needs a Password")),
        "activedirectorydefault" | "activedirectorymanagedidentity" | "activedirectorymsi" => Ok(true),
        _ => Err(misconfigured(
            SERVICE,
            "Authentication must be 'Active Directory Default', 'Active Directory Managed Identity' or 'Sql Password'",
        )),
    }
}

/// Unencrypted or to a server that need not prove itself: only to this machine.
fn check_encryption(pairs: &HashMap<String, String>, config: &Config) -> Result<(), PortError> {
    let is = |name: &str, bad: &[&str]| {
        pairs.get(name).is_some_and(|v| bad.iter().any(|b| v.eq_ignore_ascii_case(b)))
    };
    let plain = is("encrypt", &["false", "no", "optional", "DANGER_PLAINTEXT"]);
    let unproven =
        is("trustservercertificate", &["true", "yes"]) || is("trust server certificate", &["true", "yes"]);
    if (plain || unproven) && !is_loopback(&config.get_addr()) {
        let detail = "the connection string turns encryption or the check of the server's certificate off; \
                      that is allowed only for a server on this machine";
        return Err(misconfigured(SERVICE, detail));
    }
    Ok(())
}

fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _port)| host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The string's pairs, names in lower case. Values may be quoted with `'`, `"` or braces, and may then
/// hold `;`; a doubled quote stands for itself.
fn pairs(connection_string: &str) -> HashMap<String, String> {
    let mut pairs = HashMap::new();
    let mut rest = connection_string;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, next) = value(after.trim_start());
        let name = name.trim_matches(|c: char| c == ';' || c.is_whitespace()).to_ascii_lowercase();
        pairs.insert(name, value);
        rest = next;
    }
    pairs
}

fn value(text: &str) -> (String, &str) {
    let close = match text.chars().next() {
        Some('\'') => '\'',
        Some('"') => '"',
        Some('{') => '}',
        _ => {
            let (value, next) = text.split_once(';').unwrap_or((text, ""));
            return (value.trim().to_owned(), next);
        }
    };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != close {
            value.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            value.push(close);
            chars.next();
        } else {
            return (value, text[at + 1..].trim_start().trim_start_matches(';'));
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalCredential;

    fn parse(text: &str) -> Result<Target, PortError> {
        Target::parse(text, || Ok(Arc::new(LocalCredential)), Duration::from_secs(1))
    }

    fn uses_token(text: &str) -> bool {
        parse(text).unwrap().credential.is_some()
    }

    #[test]
    fn a_token_is_used_when_asked_for_and_when_there_is_no_password() {
        let server = "Server=tcp:example.database.windows.net,1433;Database=forebay";
        assert!(uses_token(server));
        assert!(uses_token(&format!("{server};Authentication=Active Directory Default;Encrypt=True")));
        assert!(uses_token(&format!("{server};Authentication=\"Active Directory Managed Identity\"")));
        assert!(!uses_token(&format!("{server};User ID=app;Password={{p;=x}};")));
        assert!(!uses_token(&format!("{server};User ID=app;Pwd=x;Authentication=SqlPassword")));
        for bad in ["Authentication=Active Directory Interactive", "Authentication=SqlPassword"] {
            assert!(
                matches!(parse(&format!("{server};{bad}")), Err(PortError::Misconfigured { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn encryption_is_off_only_on_this_machine() {
        for off in ["Encrypt=false", "Encrypt=DANGER_PLAINTEXT", "TrustServerCertificate=true"] {
            let away = format!("Server=tcp:example.database.windows.net;User ID=a;Password=b;{off}");
            assert!(matches!(parse(&away), Err(PortError::Misconfigured { .. })), "{off}");
            let here = format!("Server=tcp:127.0.0.1,1433;User ID=a;Password=b;{off}");
            assert!(parse(&here).is_ok(), "{off}");
        }
    }

    #[test]
    fn no_error_repeats_the_connection_string() {
        for bad in ["Password=hunter2", "Server=x;Password='hunter2", "Server=a,b,c,d;Password=hunter2"] {
            if let Err(error) = parse(bad) {
                assert!(!error.to_string().contains("hunter2"), "{error}");
            }
        }
    }

    #[test]
    fn quoted_values_may_hold_what_separates() {
        let found = pairs("Server = a ;Password='x;y''z=1'; PWD={q;r};Last=\"s\"");
        assert_eq!(found["server"], "a");
        assert_eq!(found["password"], "x;y'z=1");
        assert_eq!(found["pwd"], "q;r");
        assert_eq!(found["last"], "s");
    }

    #[tokio::test]
    async fn each_login_fetches_a_token() {
        let target = parse("Server=tcp:example.database.windows.net;Database=forebay").unwrap();
        let login = target.login().await.unwrap();
        assert_eq!(login.get_addr(), "example.database.windows.net:1433");
        assert!(format!("{login:?}").contains("AADToken"));
    }
}
