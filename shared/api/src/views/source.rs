use std::collections::BTreeMap;

use forebay_model::SourceConfig;
use serde::Serialize;
use utoipa::ToSchema;

use super::RunView;

/// A configured source system.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceView {
    #[schema(example = "netsuite")]
    pub id: String,
    /// The kind of source system.
    #[schema(example = "netsuite")]
    pub connector: String,
    /// Plain settings. What looks like a secret is shown as `***`; secrets themselves are in the vault.
    pub settings: BTreeMap<String, String>,
    /// The newest run; null before the first.
    #[schema(required = true)]
    pub last_run: Option<RunView>,
}

impl SourceView {
    pub fn new(source: SourceConfig, last_run: Option<RunView>) -> Self {
        let settings = source.settings.into_iter().map(|(name, value)| {
            let shown = public(&name, value);
            (name, shown)
        });
        Self {
            id: source.id.into(),
            connector: source.connector.into(),
            settings: settings.collect(),
            last_run,
        }
    }
}

const SECRET_WORDS: [&str; 7] =
    ["secret", "password", "passwd", "token", "credential", "private_key", "connection_string"];

/// Secrets do not belong in settings; where somebody put one there, it is not shown.
fn public(name: &str, value: String) -> String {
    let name = name.to_ascii_lowercase().replace('-', "_");
    // `token_url`, `secret_name` and the like say where a secret is, not what it is.
    let address = ["_url", "_uri", "_name", "_endpoint"].iter().any(|end| name.ends_with(end));
    if !address && SECRET_WORDS.iter().any(|word| name.contains(word)) {
        return "***".into();
    }
    without_user_info(value)
}

/// `scheme://user:password@host/` becomes `scheme://***@host/`.
fn without_user_info(value: String) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://***{}", &rest[at..]),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_among_the_settings_is_not_shown() {
        for (name, value, shown) in [
            ("account", "TSTDRV1", "TSTDRV1"),
            ("client_secret", "s3cr3t", "***"),
            ("Token-Secret", "s3cr3t", "***"),
            ("token_url", "https://host/token", "https://host/token"),
            ("base_url", "https://user:s3cr3t@host/x?y", "https://***@host/x?y"),
            ("base_url", "https://host/a@b", "https://host/a@b"),
        ] {
            assert_eq!(public(name, value.into()), shown, "{name}");
        }
    }
}
