//! What passes is waited for; what contradicts itself fails with evidence.

use std::time::Duration;

use forebay_ports::SourceError;

use super::answers::is_quiet;
use super::loading::Copy;
use super::portal::{Fault, Portal};

const BUSY: &str = r#"{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}"#;
const DAILY: &str = r#"{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}"#;

async fn portal() -> Portal {
    let portal = Portal::start().await;
    for id in 1..=250 {
        portal.state().put("deals", id, "d");
    }
    portal
}

#[tokio::test]
async fn a_load_survives_what_passes() {
    let portal = portal().await;
    for faults in [
        vec![Fault::Status(429, BUSY); 4],
        vec![Fault::Status(502, ""), Fault::Status(503, ""), Fault::Status(530, "")],
        vec![Fault::Truncated],
        vec![Fault::Html],
        vec![Fault::Status(401, "{}"), Fault::Status(500, ""), Fault::Truncated],
    ] {
        let connector = portal.connect(&[]);
        let mut copy = Copy::of(connector.as_ref(), "deals").await;
        portal.state().faults = faults.into();
        assert_eq!(copy.run(connector.as_ref(), portal.tick(10)).await, 250);
        assert!(portal.state().faults.is_empty());
        assert_eq!(copy.living(), portal.state().living("deals"));
    }
}

#[tokio::test]
async fn the_days_limit_and_its_kept_part_stop_the_source_until_midnight() {
    let portal = portal().await;
    let connector = portal.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    portal.state().faults = vec![Fault::Status(429, DAILY); 9].into();
    let error = copy.try_run(connector.as_ref(), bound).await.unwrap_err();
    let SourceError::Throttled { retry_after, detail } = &error else { panic!("{error}") };
    assert_eq!(*retry_after, Some(Duration::from_secs(86_400)));
    assert!(detail.contains("midnight"), "{detail}");
    assert_eq!(portal.state().faults.len(), 8, "it is not asked again");

    portal.state().faults.clear();
    portal.state().daily = Some((1_000, 202));
    connector.server_time().await.unwrap();
    copy.page(connector.as_ref(), bound).await.unwrap();
    let error = copy.try_run(connector.as_ref(), bound).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Throttled { detail, .. } if detail.contains("'daily_percent'")),
        "{error}"
    );
    let quotas = connector.quotas().await.unwrap();
    assert_eq!((quotas[0].limit, quotas[0].remaining), (1_000, Some(750)));
}

#[tokio::test]
async fn a_scope_lost_while_reading_costs_the_stream() {
    let portal = portal().await;
    let connector = portal.connect(&[]);
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    let bound = portal.tick(1);
    copy.page(connector.as_ref(), bound).await.unwrap();
    portal.state().denied.insert("deals".into());
    let error = copy.try_run(connector.as_ref(), bound).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Forbidden { detail, .. } if detail.contains("crm.objects.deals.read")),
        "{error}"
    );
    portal.state().denied.clear();
    copy.run(connector.as_ref(), bound).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
}

#[tokio::test]
async fn answers_that_contradict_themselves_twice_fail_the_stream_with_evidence() {
    let portal = portal().await;
    for (body, evidence) in [
        (r#"{"results":[],"paging":{"next":{"after":"9"}}}"#, "holds no record"),
        (r#"{"results":[{"name":"x"}]}"#, "missing field `id`"),
        (r#"{"results":[]}"#, "a search finds 250 records"),
        (r#"{"total":3}"#, "no page of records"),
    ] {
        let connector = portal.connect(&[]);
        let mut copy = Copy::of(connector.as_ref(), "deals").await;
        let times = if evidence.contains("search") { 1 } else { 2 };
        portal.state().faults = vec![Fault::Status(200, body); times].into();
        let error = copy.try_run(connector.as_ref(), portal.tick(1)).await.unwrap_err();
        let SourceError::Contradiction { evidence: said, .. } = &error else { panic!("{error}") };
        assert!(said.contains(evidence) && is_quiet(said), "{said}");
        assert!(portal.state().faults.is_empty());
    }
    let connector = portal.connect(&[("second_pass_seconds", "0")]);
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    copy.run(connector.as_ref(), portal.tick(1)).await;
    portal.state().faults = vec![Fault::Status(200, r#"{"total":5,"results":[]}"#); 2].into();
    let error = copy.try_run(connector.as_ref(), portal.tick(900)).await.unwrap_err();
    assert!(error.to_string().contains("its total is 5"), "{error}");
}
