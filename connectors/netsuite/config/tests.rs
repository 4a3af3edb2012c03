use forebay_model::{ConnectorKind, SourceId, TenantId};

use super::*;

fn config(settings: &[(&str, &str)], secrets: &[(&str, &str)]) -> SourceConfig {
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("erp").unwrap(),
        connector: ConnectorKind::new("netsuite").unwrap(),
        settings: owned(settings),
        secrets: owned(secrets),
    }
}

const OAUTH2: [(&str, &str); 3] = [("account", "1234567_SB1"), ("client_id", "c"), ("certificate_id", "k")];
const KEY: [(&str, &str); 1] = [("private_key", "netsuite-private-key")];

fn with(more: &[(&str, &str)]) -> Result<Settings, SourceError> {
    Settings::read(&config(&[&OAUTH2, more].concat(), &KEY))
}

fn complaint(result: Result<Settings, SourceError>) -> String {
    match result {
        Err(SourceError::Misconfigured { detail }) => detail,
        other => panic!("expected Misconfigured, got {other:?}"),
    }
}

#[test]
fn an_account_leads_to_its_host_and_its_realm() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.base_url.join("/x"), "https://1234567-sb1.suitetalk.api.netsuite.com/x");
    assert_eq!(Account::parse("1234567-sb1").unwrap().realm(), "1234567_SB1");
    assert_eq!((settings.page_size, settings.overlap_seconds), (1000, 300));
}

#[test]
fn plain_http_is_for_this_machine_only() {
    assert!(with(&[("base_url", "http://127.0.0.1:8080")]).unwrap().base_url.is_loopback());
    assert!(with(&[("base_url", "http://[::1]:8080/")]).is_ok());
    assert!(complaint(with(&[("base_url", "http://example.com")])).contains("show the credentials"));
    assert!(complaint(with(&[("base_url", "https://u:p@example.com")])).contains("remove them"));
    assert!(complaint(with(&[("base_url", "https://example.com/services")])).contains("'base_url'"));
}

#[test]
fn each_wrong_setting_is_named_with_what_to_do() {
    let missing = complaint(Settings::read(&config(&OAUTH2[..2], &KEY)));
    assert!(missing.contains("source erp") && missing.contains("'certificate_id'"), "{missing}");
    assert!(complaint(Settings::read(&config(&OAUTH2, &[]))).contains("secret 'private_key'"));
    for (name, value, expected) in [
        ("auth", "basic", "'oauth2'"),
        ("algorithm", "RS256", "PS256"),
        ("page_size", "1001", "1 to 1000"),
        ("page_size", "many", "1 to 1000"),
        ("account", "https://x", "account id alone"),
        ("streams", "a:b:c:d", "more than three parts"),
        ("streams", "drop table", "no name"),
    ] {
        let text = complaint(with(&[(name, value)]));
        assert!(text.contains(&format!("'{name}'")) && text.contains(expected), "{text}");
    }
}

#[test]
fn token_based_authentication_needs_four_secrets() {
    let tba = [("account", "1234567"), ("auth", "tba")];
    let secrets = [("consumer_key", "a"), ("consumer_secret", "b"), ("token_id", "c"), ("token_secret", "d")];
    assert!(Settings::read(&config(&tba, &secrets)).is_ok());
    assert!(complaint(Settings::read(&config(&tba, &secrets[..3]))).contains("'token_secret'"));
}

#[test]
fn extra_tables_name_their_key_and_cursor() {
    let extra = with(&[("streams", "Currency, rate:a+b:lastmodified")]).unwrap().extra;
    assert_eq!(extra[0].key, ["id"]);
    assert_eq!(extra[0].modified, None);
    assert_eq!(extra[1].key, ["a", "b"]);
    assert_eq!(extra[1].modified.as_deref(), Some("lastmodified"));
}
