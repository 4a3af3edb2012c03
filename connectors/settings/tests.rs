use forebay_model::{ConnectorKind, SourceId, TenantId};

use super::*;

fn config(settings: &[(&str, &str)]) -> SourceConfig {
    SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("crm").unwrap(),
        connector: ConnectorKind::new("any").unwrap(),
        settings: settings.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        secrets: [("token".to_owned(), " ".to_owned())].into(),
    }
}

fn complaint<T: std::fmt::Debug>(result: Result<T, SourceError>) -> String {
    match result {
        Err(SourceError::Misconfigured { detail }) => detail,
        other => panic!("expected Misconfigured, got {other:?}"),
    }
}

#[test]
fn what_is_empty_is_not_set() {
    let config = config(&[("a", "  "), ("b", " x ")]);
    let given = Given::new(&config, &["a", "b"]).unwrap();
    assert_eq!((given.optional("a"), given.optional("b"), given.optional("c")), (None, Some("x"), None));
    assert_eq!(given.number("a", 7, 0..=9).unwrap(), 7);
    assert_eq!(
        complaint(given.required("a", "look there")),
        "source crm: setting 'a' is missing; look there"
    );
    let secret = "source crm: secret 'token' has no name; store the token as a secret and name it here";
    assert_eq!(complaint(given.secret("token", "the token")), secret);
}

#[test]
fn a_number_outside_its_bounds_is_told_them() {
    let config = config(&[("n", "10"), ("t", "soon"), ("m", "-1"), ("big", "99999999999999999999")]);
    let given = Given::new(&config, &["n", "t", "m", "big"]).unwrap();
    assert_eq!((given.number("n", 1, 0..=10).unwrap(), given.small("n", 1, 10..=10).unwrap()), (10, 10));
    let expected = "source crm: setting 'n' is '10'; use a whole number from 1 to 9";
    assert_eq!(complaint(given.small("n", 1, 1..=9)), expected);
    for name in ["t", "m", "big"] {
        assert!(complaint(given.number(name, 1, 0..=u64::MAX)).contains("whole number"), "{name}");
    }
}

#[test]
fn durations_are_in_seconds_whatever_their_unit() {
    let config = config(&[("hours", "2"), ("retry_attempts", "3"), ("retry_first_delay_ms", "20")]);
    let given = Given::new(&config, &["hours", "retry_attempts", "retry_first_delay_ms"]).unwrap();
    assert_eq!(given.seconds("hours", 24, 8_760, 3_600).unwrap(), 7_200);
    assert_eq!(given.seconds("minutes", 60, 100, 60).unwrap(), 3_600);
    assert!(complaint(given.seconds("hours", 1, 1, 3_600)).contains("from 0 to 1"));
    let retry = given.retry(8).unwrap();
    assert_eq!((retry.attempts, retry.first_delay), (3, Duration::from_millis(20)));
    assert_eq!(given.read_timeout(120).unwrap(), Duration::from_secs(120));
}

#[test]
fn names_are_read_without_case_and_white_space() {
    let config = config(&[("exclude", "B, a ,,A")]);
    let names = Given::new(&config, &["exclude"]).unwrap().names("exclude");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn an_address_says_what_is_wrong_and_what_to_use() {
    let remedy = Remedy { instead: "https://api.example", travels: "the token" };
    let parse = |text| Origin::parse("url", text, remedy);
    let origin = parse("https://API.example:8443/").unwrap();
    assert_eq!((origin.host(), origin.join("/x")), ("api.example", "https://api.example:8443/x".into()));
    assert!(parse("http://[::1]:80").unwrap().is_loopback() && parse("http://localhost").is_ok());
    assert_eq!(
        parse("http://api.example").unwrap_err(),
        "setting 'url' is 'http://api.example': plain http would show the token to the network; use https://api.example"
    );
    let hidden = parse("https://me:hidden@api.example").unwrap_err();
    assert_eq!(hidden, "setting 'url' holds a user name or password; remove them");
    assert!(parse("https://api.example/crm").unwrap_err().contains("only scheme"));
    assert!(parse("ftp://api.example").unwrap_err().contains("not https"));
}

#[test]
fn an_unknown_setting_is_told_the_known_ones_and_those_of_every_source_are_known() {
    let config = |name: &str, value: &str| config(&[(name, value)]);
    let refused = |config: &SourceConfig| match Given::new(config, &["objects"]) {
        Err(SourceError::Misconfigured { detail }) => detail,
        other => panic!("{other:?}"),
    };
    let detail = refused(&config("object", "contacts"));
    assert!(
        detail.contains("no setting 'object'") && detail.contains("discovery_hours, objects"),
        "{detail}"
    );
    assert!(refused(&config("discovery_hours", "soon")).contains("from 0 to 8760"));
    assert!(refused(&config("reread_new_columns", "no")).contains("use true or false"));
    for (name, value) in [("discovery_hours", "0"), ("reread_new_columns", "false"), ("current_only", "*")] {
        assert!(Given::new(&config(name, value), &[]).is_ok(), "{name}");
    }
}
