use std::time::{Duration, Instant};

use forebay_simulation::{Simulated, instant::rfc3339};
use serde_json::json;

use crate::vendors::{Vendor, hubspot, netsuite, salesforce};

/// Runs a proof against every account.
macro_rules! every {
    ($name:ident, $proof:ident) => {
        #[tokio::test]
        async fn $name() {
            $proof(&netsuite().await).await;
            $proof(&salesforce().await).await;
            $proof(&hubspot().await).await;
        }
    };
}

every!(refusals_begin_behind_the_skipped_requests, refusals);
every!(answers_are_damaged_behind_the_skipped_requests, damages);
every!(slowness_begins_behind_the_skipped_requests, slowness);
every!(tokens_end_at_once_or_behind_the_skipped_requests, sessions);
every!(permissions_go_and_come_back, permissions);
every!(a_wrong_order_is_refused_and_does_nothing, wrong_orders);
every!(the_clock_runs_with_its_skew_and_shows_what_is_visible, clock);
every!(the_control_plane_answers_alike, shapes);

async fn refusals<A: Simulated>(vendor: &Vendor<A>) {
    let token = vendor.log_in();
    let order = json!({ "skip": 2, "throttle": 2, "throttle_status": 503, "throttle_retry_after": 3 });
    let shown = vendor.fault(order).await;
    assert_eq!((&shown["pending"]["skip"], &shown["pending"]["throttle"]), (&json!(2), &json!(2)));
    assert_eq!(vendor.statuses(&token, 3).await, [200, 200, 503], "{}", A::NAME);
    assert_eq!(vendor.ask(&token).await.retry_after.as_deref(), Some("3"), "{}", A::NAME);
    assert_eq!(vendor.ask(&token).await.status, 200);
    vendor.calm().await;

    vendor.fault(json!({ "throttle": 1, "server_errors": 2 })).await;
    let refused = vendor.ask(&token).await;
    assert_eq!((refused.status, refused.retry_after), (vendor.reading.usual, None), "{}", A::NAME);
    for _ in 0..2 {
        assert!(vendor.ask(&token).await.status >= 500, "{}", A::NAME);
    }
    assert_eq!(vendor.ask(&token).await.status, 200);
}

async fn damages<A: Simulated>(vendor: &Vendor<A>) {
    let token = vendor.log_in();
    let order = json!({ "skip": 1, "cut_connections": 1, "truncate": 1, "invalid_json": 1 });
    vendor.fault(order).await;
    assert!(vendor.ask(&token).await.is_whole(), "{}", A::NAME);
    assert_eq!(vendor.ask(&token).await.body, None, "{}: the connection breaks", A::NAME);
    let half = vendor.ask(&token).await;
    assert!(half.status == 200 && half.body.is_some() && !half.is_whole(), "{}", A::NAME);
    let page = vendor.ask(&token).await;
    assert!(page.status == 200 && page.body.unwrap().starts_with("<!DOCTYPE"), "{}", A::NAME);
    assert!(vendor.ask(&token).await.is_whole(), "{}", A::NAME);
}

async fn slowness<A: Simulated>(vendor: &Vendor<A>) {
    let token = vendor.log_in();
    vendor.fault(json!({ "skip": 1, "slow_ms": 2_000 })).await;
    for slow in [false, true] {
        let begun = Instant::now();
        assert_eq!(vendor.ask(&token).await.status, 200);
        assert_eq!(begun.elapsed() >= Duration::from_secs(2), slow, "{}", A::NAME);
    }
}

async fn sessions<A: Simulated>(vendor: &Vendor<A>) {
    let old = vendor.log_in();
    vendor.fault(json!({ "expire_tokens": true })).await;
    assert_eq!(vendor.ask(&old).await.status, 401, "{}", A::NAME);
    let token = vendor.log_in();
    let shown = vendor.fault(json!({ "skip": 2, "expire_tokens": true })).await;
    assert_eq!(shown["pending"]["expire_tokens"], true, "{}", A::NAME);
    assert_eq!(vendor.statuses(&token, 4).await, [200, 200, 401, 401], "{}", A::NAME);
    assert_eq!(vendor.statuses(&vendor.log_in(), 2).await, [200, 200], "{}", A::NAME);
}

async fn permissions<A: Simulated>(vendor: &Vendor<A>) {
    let token = vendor.log_in();
    let (table, column) = (vendor.reading.table, vendor.reading.column);
    for (take, give, list, name) in [
        ("deny_table", "allow_table", "denied", table),
        ("reject_column", "allow_column", "rejected", column),
    ] {
        let shown = vendor.fault(json!({ take: name })).await;
        assert_eq!(shown[list], json!([name]), "{}", A::NAME);
        let refused = vendor.ask(&token).await.status;
        assert!((400..500).contains(&refused), "{} {take}: {refused}", A::NAME);
        vendor.calm().await;
        assert_eq!(vendor.seen("faults").await[list], json!([name]), "{}: it stays", A::NAME);
        let shown = vendor.fault(json!({ give: name })).await;
        assert_eq!(shown[list], json!([]), "{}", A::NAME);
        assert_eq!(vendor.ask(&token).await.status, 200, "{} {give}", A::NAME);
    }
}

async fn wrong_orders<A: Simulated>(vendor: &Vendor<A>) {
    let before = vendor.seen("faults").await;
    for wrong in [
        json!({ "throttle": 1, "deny_table": "nothing" }),
        json!({ "throttle": 1, "reject_column": format!("{}.nothing", vendor.reading.table) }),
        json!({ "throttle": 1, "throttle_status": 200 }),
        json!({ "throttle": 1, "throtle": 1 }),
        json!({ "skip": -1 }),
    ] {
        let (status, _) = vendor.order("faults", wrong.clone()).await;
        assert!((400..500).contains(&status), "{} {wrong}: {status}", A::NAME);
    }
    assert_eq!(vendor.seen("faults").await, before, "{}", A::NAME);
}

async fn clock<A: Simulated>(vendor: &Vendor<A>) {
    let shown = vendor.seen("clock").await;
    assert_eq!(shown["visible"], shown["now"], "{}: nothing is late", A::NAME);
    vendor.fault(json!({ "skip": 9, "clock_skew_seconds": 86_400 })).await;
    let least = forebay_simulation::machine_ms() + 86_399_000;
    let ahead = vendor.seen("clock").await;
    assert!(ahead["now"].as_str().unwrap() >= rfc3339(least).as_str(), "{}: {ahead}", A::NAME);
    let (_, changed) = vendor.order("changes", json!({ "updates": 5 })).await;
    let at = rfc3339(changed["at"].as_i64().unwrap() * 1_000);
    assert!(vendor.seen("clock").await["visible"].as_str().unwrap() >= at.as_str(), "{}", A::NAME);
}

async fn shapes<A: Simulated>(vendor: &Vendor<A>) {
    let table = vendor.reading.table;
    let counts = vendor.seen("counts").await;
    let all = counts[table].as_u64().unwrap();
    let page = vendor.seen(&format!("rows?table={table}&limit=2")).await;
    let (items, next) = (page["items"].as_array().unwrap().len(), page["next"].as_i64().unwrap());
    let rest = vendor.seen(&format!("rows?table={table}&after={next}&limit=100000")).await;
    let others = rest["items"].as_array().unwrap().len();
    assert_eq!((u64::try_from(items + others).unwrap(), rest["next"].is_null()), (all, true), "{}", A::NAME);
    assert_eq!(vendor.order("changes", json!({ "upserts": 1 })).await.0, 422, "{}", A::NAME);
    let (_, changed) = vendor.order("changes", json!({ "inserts": 3 })).await;
    assert!(changed["inserted"].is_object() && changed["updated"].is_object(), "{}", A::NAME);

    vendor.ask(&vendor.log_in()).await;
    let requests = vendor.seen("requests").await;
    assert_eq!(requests["highest_in_flight"], 1, "{}", A::NAME);
    let asked: u64 =
        requests["endpoints"].as_object().unwrap().values().map(|e| e["requests"].as_u64().unwrap()).sum();
    assert_eq!(asked, 1, "{}", A::NAME);
}
