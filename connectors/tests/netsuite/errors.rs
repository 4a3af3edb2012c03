//! Wrong credentials and wrong addresses say what to do and give nothing away.

use std::sync::Arc;

use forebay_model::SourceConfig;
use forebay_ports::SourceError;

use super::account::{Login, Secrets, TestAccount, context};

async fn error(config: &SourceConfig, secrets: Secrets) -> SourceError {
    let connector = forebay_connectors::open(config, context(Arc::new(secrets))).unwrap();
    connector.server_time().await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_credentials_are_refused_with_advice() {
    let account = TestAccount::start().await;
    let secrets = account.secrets();
    let quiet = |text: &str| {
        for secret in secrets.values() {
            assert!(!text.contains(secret.trim()), "a secret is in: {text}");
        }
    };
    for (login, settings) in [
        (Login::EllipticCurve, &[("client_id", "nobody")][..]),
        (Login::EllipticCurve, &[("certificate_id", "unknown")]),
        (Login::TokenBased, &[("realm", "9999999")]),
    ] {
        let failure = error(&account.config(login, settings), Secrets(secrets.clone())).await;
        assert!(matches!(failure, SourceError::Unauthorized { .. }), "{failure}");
        assert!(failure.to_string().contains("check"), "{failure}");
        quiet(&failure.to_string());
    }
    let mut wrong = secrets.clone();
    wrong.insert("token-secret".into(), "wrong".into());
    let failure = error(&account.config(Login::TokenBased, &[]), Secrets(wrong)).await;
    assert!(matches!(failure, SourceError::Unauthorized { .. }), "{failure}");
    quiet(&failure.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_damaged_secret_is_a_matter_of_configuration() {
    let account = TestAccount::start().await;
    let config = account.config(Login::EllipticCurve, &[]);
    let failure = error(&config, Secrets(Default::default())).await;
    let SourceError::Misconfigured { detail } = failure else { panic!("{failure}") };
    assert!(
        detail.contains("private_key") && detail.contains("ec-key") && detail.contains("store it"),
        "{detail}"
    );

    let damaged = [("ec-key".to_owned(), "no key at all".to_owned())].into();
    let SourceError::Misconfigured { detail } = error(&config, Secrets(damaged)).await else { panic!() };
    assert!(detail.contains("not PEM") && !detail.contains("no key at all"), "{detail}");

    let config = account.config(Login::EllipticCurve, &[("algorithm", "PS256")]);
    let SourceError::Misconfigured { detail } = error(&config, Secrets(account.secrets())).await else {
        panic!()
    };
    assert!(detail.contains("'algorithm'"), "{detail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_where_nobody_answers_is_named() {
    let account = TestAccount::start().await;
    for (address, host) in
        [("https://account.invalid", "account.invalid"), ("http://127.0.0.1:9", "127.0.0.1")]
    {
        let config = account.config(Login::EllipticCurve, &[("base_url", address)]);
        let failure = error(&config, Secrets(account.secrets())).await;
        assert!(matches!(failure, SourceError::Transient { .. }), "{failure}");
        let text = failure.to_string();
        assert!(text.contains(host) && text.contains("check") && text.contains("after 5 attempts"), "{text}");
    }
}
