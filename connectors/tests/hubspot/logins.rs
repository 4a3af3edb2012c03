//! Both ways to log in, and what happens when tokens end.

use forebay_ports::SourceError;

use super::answers::is_quiet;
use super::loading::Copy;
use super::portal::Portal;

const OAUTH: [(&str, &str); 2] = [("auth", "oauth"), ("client_id", "app")];

async fn portal() -> Portal {
    let portal = Portal::start().await;
    for id in 1..=250 {
        portal.state().put("deals", id, "d");
    }
    portal
}

fn logins(portal: &Portal) -> usize {
    portal.asked().iter().filter(|request| request.ends_with("/oauth/v1/token")).count()
}

#[tokio::test]
async fn one_access_token_serves_until_it_is_refused() {
    let portal = portal().await;
    let connector = portal.connect(&OAUTH);
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    let bound = portal.tick(1);
    copy.page(connector.as_ref(), bound).await.unwrap();
    assert_eq!(logins(&portal), 1);
    portal.state().tokens.clear();
    copy.run(connector.as_ref(), bound).await;
    assert_eq!(logins(&portal), 1);
    assert_eq!(copy.living(), portal.state().living("deals"));
}

#[tokio::test]
async fn a_token_that_was_replaced_in_the_vault_is_fetched_again() {
    let portal = portal().await;
    let connector = portal.connect_with(&[], "pat-na1-old");
    assert!(connector.server_time().await.is_ok());
    assert_eq!(portal.asked().len(), 2);
}

#[tokio::test]
async fn wrong_credentials_are_refused_with_advice_and_give_nothing_away() {
    let portal = portal().await;
    portal.state().tokens.clear();
    let wrong = [("auth", "oauth"), ("client_id", "nobody")];
    for connector in [portal.connect(&[]), portal.connect(&wrong)] {
        let error = connector.server_time().await.unwrap_err();
        assert!(matches!(error, SourceError::Unauthorized { .. }), "{error}");
        assert!(error.to_string().contains("check") && is_quiet(&error.to_string()), "{error}");
    }
}

#[tokio::test]
async fn credentials_of_another_portal_are_noticed() {
    let portal = portal().await;
    assert!(portal.connect(&[("portal_id", "7")]).server_time().await.is_ok());
    let error = portal.connect(&[("portal_id", "8")]).server_time().await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Misconfigured { detail } if detail.contains("portal 7")),
        "{error}"
    );
}
