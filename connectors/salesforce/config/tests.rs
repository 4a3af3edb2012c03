use super::*;
use crate::salesforce::testing::config;

const KEYED: [(&str, &str); 1] = [("private_key", "key")];

fn with(more: &[(&str, &str)]) -> Result<Settings, SourceError> {
    Settings::read(&config(more))
}

fn complaint(result: Result<Settings, SourceError>) -> String {
    match result {
        Err(SourceError::Misconfigured { detail }) => detail,
        other => panic!("expected Misconfigured, got {other:?}"),
    }
}

#[test]
fn what_is_not_set_has_a_sensible_default() {
    let settings = with(&[]).unwrap();
    assert_eq!((settings.api_version.as_str(), settings.page_size), ("62.0", 2000));
    assert_eq!((settings.bulk_above, settings.quota_percent), (50_000, 80));
    assert_eq!((settings.overlap_seconds, settings.second_pass_seconds), (300, 3_600));
    assert_eq!((settings.formula_refresh_seconds, settings.deleted_log_seconds), (86_400, 3_600));
    assert_eq!((settings.objects, settings.custom), (None, CustomObjects::All));
}

#[test]
fn objects_and_fields_are_named_as_the_org_names_them() {
    let settings = with(&[
        ("objects", "Account, Lead"),
        ("custom_objects", "Invoice__c"),
        ("exclude", "User"),
        ("exclude_fields", "Account.Rank__c"),
        ("api_version", "v60"),
    ])
    .unwrap();
    assert_eq!(settings.objects.unwrap(), ["Account", "Lead"]);
    assert_eq!(settings.custom, CustomObjects::Only(["invoice__c".to_owned()].into()));
    assert!(settings.exclude.contains("user") && settings.exclude_fields.contains("account.rank__c"));
    assert_eq!(settings.api_version, "60.0");
}

#[test]
fn each_wrong_setting_is_named_with_what_to_do() {
    for (name, value, expected) in [
        ("auth", "password", "'client_credentials' or 'jwt'"),
        ("page_size", "2001", "1 to 2000"),
        ("quota_percent_total", "0", "1 to 100"),
        ("api_version", "v20.0", "v47.0"),
        ("objects", "Account; DROP", "no API name"),
        ("exclude_fields", "Rank__c", "Object.Field"),
        ("base_url", "http://example.com", "show the credentials"),
        ("base_url", "https://u:p@example.com", "remove them"),
        ("base_url", "https://example.com/services", "only scheme"),
    ] {
        let text = complaint(with(&[(name, value)]));
        assert!(text.contains(&format!("'{name}'")) && text.contains(expected), "{text}");
        assert!(text.starts_with("source crm: "), "{text}");
    }
}

#[test]
fn an_assertion_is_sent_to_salesforce_only() {
    let jwt = |more: &[(&str, &str)]| {
        let mut config = config(&[&[("auth", "jwt"), ("username", "etl@acme.example")], more].concat());
        config.secrets = KEYED.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Settings::read(&config)
    };
    let AuthSettings::Jwt { login_url, .. } = jwt(&[]).unwrap().auth else { panic!() };
    assert_eq!(login_url.to_string(), "https://login.salesforce.com");
    let strange = complaint(jwt(&[("login_url", "https://login.example")]));
    assert!(strange.contains("'login_url'") && strange.contains("same service"), "{strange}");
}

#[test]
fn a_missing_secret_is_asked_for_by_its_purpose() {
    let mut config = config(&[]);
    config.secrets.clear();
    assert!(complaint(Settings::read(&config)).contains("secret 'client_secret'"));
}
