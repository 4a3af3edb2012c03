//! The connection setting of a queue trigger: a storage account, or a folder.

use crate::app::Settings;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Url;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The connection that the host itself uses, and triggers that name none.
pub const STORAGE_CONNECTION: &str = "AzureWebJobsStorage";

/// What Azurite's documentation publishes for `UseDevelopmentStorage=true`.
const AZURITE: &str = "AccountName=devstoreaccount1;\
    AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;\
    QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1";

/// Where queues are.
#[derive(Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// An account's queue URL with a shared access signature.
    Storage(Url),
    /// A folder with a folder per queue.
    Folder(PathBuf),
}

/// A signature is never printed.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Storage(url) => write!(f, "Storage({}?***)", url.origin().ascii_serialization()),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
        }
    }
}

/// Reads a connection setting; without one, queues are in `queues` of the state directory.
///
/// # Errors
/// A sentence about a setting that cannot be used here.
pub fn endpoint(settings: &Settings, connection: &str, state: &Path) -> Result<Endpoint, String> {
    let wrong = |problem: &str| format!("the connection {connection} {problem}");
    let Some(value) = settings.get(connection).map(str::trim).filter(|value| !value.is_empty()) else {
        let prefix = format!("{connection}__");
        if settings.with_prefix(&prefix).next().is_some() {
            return Err(wrong(
                "names an account by identity, and this host has none: use folder:<directory>, or a connection string",
            ));
        }
        if connection.eq_ignore_ascii_case(STORAGE_CONNECTION) {
            let state = std::path::absolute(state).map_err(|error| error.to_string())?;
            return Ok(Endpoint::Folder(state.join("queues")));
        }
        return Err(wrong("is no app setting"));
    };
    if let Some(folder) = value.strip_prefix("folder:") {
        let folder = PathBuf::from(folder);
        let problem = "needs an absolute folder: the handler runs in another one";
        return if folder.is_absolute() { Ok(Endpoint::Folder(folder)) } else { Err(wrong(problem)) };
    }
    storage(value).map(Endpoint::Storage).map_err(|problem| wrong(&problem))
}

fn storage(value: &str) -> Result<Url, String> {
    if value.starts_with("http://") || value.starts_with("https://") {
        let url = Url::parse(value).map_err(|error| format!("is no URL: {error}"))?;
        let signed = url.query_pairs().any(|(name, _)| name == "sig");
        return if signed { Ok(url) } else { Err("carries no shared access signature (sig=)".into()) };
    }
    let mut parts = pairs(value);
    if parts.get("usedevelopmentstorage").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        parts = pairs(AZURITE);
    }
    let part = |name: &str| parts.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let address = match (part("queueendpoint"), part("accountname")) {
        (Some(endpoint), _) => endpoint.to_owned(),
        (None, Some(account)) => {
            let protocol = part("defaultendpointsprotocol").unwrap_or("https");
            let suffix = part("endpointsuffix").unwrap_or("core.windows.net");
            format!("{protocol}://{account}.queue.{suffix}")
        }
        (None, None) => return Err("names no QueueEndpoint and no AccountName".into()),
    };
    let mut url = Url::parse(&address).map_err(|error| format!("has no valid QueueEndpoint: {error}"))?;
    match (part("sharedaccesssignature"), part("accountname"), part("accountkey")) {
        (Some(signature), ..) => url.set_query(Some(signature.trim_start_matches('?'))),
        (None, Some(account), Some(key)) => sign(&mut url, account, key)?,
        _ => return Err("needs AccountName and AccountKey, or SharedAccessSignature".into()),
    }
    Ok(url)
}

/// `Name=value;Name=value`, names in lower case. A value may hold `=`.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect()
}

/// Adds an account signature for queues ("Create an account SAS" of the Storage REST API), so that every
/// request is entered the same way.
fn sign(url: &mut Url, account: &str, key: &str) -> Result<(), String> {
    let key = BASE64.decode(key).map_err(|_| "has an AccountKey that is not base64".to_owned())?;
    let (version, services, types) = (super::storage::API_VERSION, "q", "sco");
    let (permissions, ends, protocols) = ("rwdlacup", "2099-01-01T00:00:00Z", "https,http");
    let text =
        format!("{account}\n{permissions}\n{services}\n{types}\n\n{ends}\n\n{protocols}\n{version}\n\n");
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes());
    url.query_pairs_mut()
        .extend_pairs([("sv", version), ("ss", services), ("srt", types), ("sp", permissions)])
        .extend_pairs([("se", ends), ("spr", protocols), ("sig", &BASE64.encode(signature))]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)], connection: &str) -> Result<Endpoint, String> {
        let settings = Settings::of(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        endpoint(&settings, connection, Path::new("/state"))
    }

    #[test]
    fn a_machine_without_the_setting_has_its_queues_in_the_state_directory() {
        assert_eq!(read(&[], STORAGE_CONNECTION), Ok(Endpoint::Folder("/state/queues".into())));
        assert!(read(&[], "Other").unwrap_err().contains("no app setting"));
    }

    #[test]
    fn every_form_of_the_setting_is_read() {
        let read = |value: &str| read(&[("C", value)], "C");
        assert_eq!(read("folder:/queues"), Ok(Endpoint::Folder("/queues".into())));
        let signed = "https://a.queue.core.windows.net/?sv=1&sig=x";
        assert_eq!(read(signed), Ok(Endpoint::Storage(Url::parse(signed).unwrap())));
        for text in
            ["AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:1/a", "UseDevelopmentStorage=true"]
        {
            let Ok(Endpoint::Storage(url)) = read(text) else { panic!("{text}") };
            assert!(url.path().len() > 1 && url.query().unwrap().contains("&sig="), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_said_without_what_is_secret() {
        for (value, reason) in [
            ("folder:queues", "absolute"),
            ("https://a.queue.core.windows.net/", "sig="),
            ("AccountName=a", "needs AccountName and AccountKey"),
            ("AccountKey=c2VjcmV0", "names no QueueEndpoint"),
            ("AccountName=a;AccountKey=s*cret", "not base64"),
        ] {
            let problem = read(&[("C", value)], "C").unwrap_err();
            assert!(problem.contains(reason) && !problem.contains("cret"), "{value}: {problem}");
        }
        let by_identity = read(&[("C__accountName", "a")], "C").unwrap_err();
        assert!(by_identity.contains("by identity"), "{by_identity}");
        let shown = format!("{:?}", read(&[("C", "https://a.b/?sig=secret")], "C"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
