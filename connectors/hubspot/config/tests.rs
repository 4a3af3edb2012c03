use super::*;
use crate::hubspot::testing;

fn with(more: &[(&str, &str)]) -> Result<Settings, SourceError> {
    Settings::read(&testing::config(more))
}

fn complaint(result: Result<Settings, SourceError>) -> String {
    match result {
        Err(SourceError::Misconfigured { detail }) => detail,
        other => panic!("expected Misconfigured, got {other:?}"),
    }
}

#[test]
fn a_token_is_all_that_is_needed() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.base_url.join("/x"), "https://api.hubapi.com/x");
    assert_eq!(settings.auth, AuthSettings::PrivateApp { token_secret: "hubspot-token".into() });
    assert_eq!((settings.page_size, settings.search_per_second, settings.daily_percent), (200, 4, 80));
    assert_eq!(settings.rules, Rules { overlap: 300, delay: 3_600 });
    assert_eq!((settings.archived_every, settings.associations_every), (3_600, 86_400));
    assert_eq!((settings.objects, settings.associations), (None, None));
}

#[test]
fn what_is_missing_is_named_with_where_to_find_it() {
    let mut config = testing::config(&[]);
    config.secrets.clear();
    assert!(complaint(Settings::read(&config)).contains("secret 'token'"));
    assert!(complaint(with(&[("auth", "oauth")])).contains("'client_id'"));
    let oauth = with(&[("auth", "oauth"), ("client_id", "c")]);
    assert!(complaint(oauth).contains("secret 'client_secret'"));
    assert!(complaint(with(&[("auth", "hapikey")])).contains("private_app"));
}

#[test]
fn numbers_outside_what_hubspot_allows_are_refused() {
    for (name, value) in [
        ("page_size", "201"),
        ("search_per_second", "6"),
        ("requests_per_ten_seconds", "0"),
        ("daily_percent", "101"),
        ("portal_id", "hub-7"),
        ("second_pass_seconds", "soon"),
    ] {
        assert!(complaint(with(&[(name, value)])).contains(name), "{name}");
    }
}

#[test]
fn pairs_and_names_are_read_without_case() {
    let settings =
        with(&[("associations", "Contacts:Companies, deals : contacts,"), ("objects", "Contacts,DEALS")]);
    let settings = settings.unwrap();
    let pairs = settings.associations.unwrap();
    assert_eq!(pairs[0], Pair { from: "contacts".into(), to: "companies".into() });
    assert_eq!(pairs[1], Pair { from: "deals".into(), to: "contacts".into() });
    assert!(settings.objects.unwrap().contains("deals"));
    assert_eq!(with(&[("associations", "none")]).unwrap().associations, Some(Vec::new()));
    for bad in ["contacts", "contacts:", "a:b:c"] {
        assert!(complaint(with(&[("associations", bad)])).contains("from:to"), "{bad}");
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    assert!(with(&[("base_url", "http://127.0.0.1:8080")]).unwrap().base_url.is_loopback());
    assert!(complaint(with(&[("base_url", "http://api.hubapi.com")])).contains("plain http"));
    assert!(complaint(with(&[("base_url", "https://me:secret@api.hubapi.com")])).contains("remove them"));
    assert!(complaint(with(&[("base_url", "https://api.hubapi.com/crm")])).contains("only scheme"));
}
