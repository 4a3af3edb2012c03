//! What goes when it has grown old, and what stays all the same.

use forebay_model::alert::{Alert, AlertState};
use forebay_model::anomaly::Anomaly;
use forebay_model::{SourceId, StreamName};

use super::super::given::{World, all, at};
use super::alerts::{alert, save};
use super::anomalies::anomaly;
use super::deliveries::delivery;
use super::rules::outcome;
use super::series::{append, run};
use crate::repository::{Aged, AlertFilter, AnomalyFilter, Delivered, Mark, Repository, StoredOutcome};

pub(super) async fn suite(repo: &dyn Repository) {
    old_outcomes_go_and_the_newest_of_each_rule_stays(repo).await;
    old_anomalies_go_but_those_that_teach(repo).await;
    what_an_unresolved_alert_refers_to_stays(repo).await;
    old_deliveries_go_once_they_are_over(repo).await;
    old_measures_go_with_their_runs(repo).await;
    resolved_alerts_go_after_their_deliveries(repo).await;
}

async fn prune(world: &World<'_>, aged: Aged, before: i64, limit: u32) -> u64 {
    world.repo.prune(&world.tenant, &world.source, aged, at(before), limit).await.unwrap()
}

fn dated(world: &World<'_>, id: &str, rule: &str, when: i64) -> StoredOutcome {
    StoredOutcome { at: at(when), ..outcome(world, id, "item", rule, 1) }
}

async fn outcomes(world: &World<'_>, id: &str) -> Vec<String> {
    let found = world.repo.outcomes_of_run(&world.tenant, &run(id), None).await.unwrap();
    found.into_iter().map(|stored| stored.outcome.rule.0).collect()
}

async fn old_outcomes_go_and_the_newest_of_each_rule_stays(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut elsewhere = world.clone();
    elsewhere.source = SourceId::new("source-2").unwrap();
    let stranger = World::new(repo);
    for world in [&world, &elsewhere, &stranger] {
        // Runs of a tenant's sources have names of their own.
        let id = |n: i64| format!("{}-run-{n}", world.source);
        for n in 1..=4 {
            let list = [dated(world, &id(n), "a", n * 10), dated(world, &id(n), "b", n * 10)];
            repo.save_outcomes(&world.tenant, &list).await.unwrap();
        }
        repo.save_outcomes(&world.tenant, &[dated(world, &id(1), "retired", 10)]).await.unwrap();
    }
    assert_eq!(prune(&world, Aged::Outcomes, 10, 100).await, 0, "of before, and not of then");
    assert_eq!(prune(&world, Aged::Outcomes, 31, 0).await, 0);
    assert_eq!(prune(&world, Aged::Outcomes, 31, 4).await, 4, "no more than asked for");
    assert_eq!(prune(&world, Aged::Outcomes, 31, 4).await, 2);
    assert_eq!(prune(&world, Aged::Outcomes, 31, 4).await, 0, "again: nothing");
    assert_eq!(outcomes(&world, "source-1-run-1").await, ["retired"], "its newest");
    assert_eq!(outcomes(&world, "source-1-run-3").await.len(), 0);
    assert_eq!(outcomes(&world, "source-1-run-4").await, ["a", "b"]);
    assert_eq!(prune(&world, Aged::Outcomes, 1_000, 100).await, 0, "the newest stay however old they are");
    for other in [&elsewhere, &stranger] {
        assert_eq!(outcomes(other, &format!("{}-run-1", other.source)).await, ["a", "b", "retired"]);
    }
}

async fn anomalies(world: &World<'_>) -> Vec<String> {
    let found = world.repo.anomalies(&world.tenant, &AnomalyFilter::default(), all()).await.unwrap();
    found.into_iter().map(|anomaly| anomaly.id).collect()
}

async fn old_anomalies_go_but_those_that_teach(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut list: Vec<Anomaly> = Vec::new();
    for (n, id) in ["plain", "taught", "thinned", "young"].into_iter().enumerate() {
        let when = i64::try_from(n).unwrap() * 10;
        let one = Anomaly { run: run(&format!("run-{n}")), ..anomaly(&world, id, when) };
        append(&world, &one.series, one.run.as_str(), when, 0.9).await;
        list.push(one);
    }
    repo.save_anomalies(&world.tenant, &list).await.unwrap();
    for id in ["taught", "thinned"] {
        repo.mark_anomaly(&world.tenant, id, Mark::FalseAlarm).await.unwrap();
    }
    assert_eq!(prune(&world, Aged::Anomalies, 30, 100).await, 1);
    assert_eq!(anomalies(&world).await, ["young", "thinned", "taught"]);
    repo.thin_points(&world.tenant, &list[2].series, &[run("run-2")]).await.unwrap();
    assert_eq!(prune(&world, Aged::Anomalies, 30, 100).await, 1, "what it taught is gone");
    assert_eq!(anomalies(&world).await, ["young", "taught"]);
    assert_eq!(prune(&world, Aged::Anomalies, 30, 100).await, 0);
}

async fn what_an_unresolved_alert_refers_to_stays(repo: &dyn Repository) {
    for state in [AlertState::Open, AlertState::Acknowledged] {
        let world = World::new(repo);
        // The alert names the one, and took in the other in an earlier run.
        let found = |id: &str| Anomaly { run: run("run-1"), ..anomaly(&world, id, 1) };
        repo.save_anomalies(&world.tenant, &[found("one"), found("other")]).await.unwrap();
        let list = ["run-1", "run-2", "run-3"].map(|id| dated(&world, id, "a", 1));
        repo.save_outcomes(&world.tenant, &list).await.unwrap();
        let one = Alert { state, ..alert(&world, "one", Some("item"), 2) };
        save(&world, &one, 0, &[]).await.unwrap();
        assert_eq!(prune(&world, Aged::Anomalies, 9, 100).await, 1);
        assert_eq!(anomalies(&world).await, ["one"]);
        assert_eq!(prune(&world, Aged::Outcomes, 9, 100).await, 1);
        assert_eq!(outcomes(&world, "run-1").await, ["a"]);
        let over = Alert { state: AlertState::Resolved, ..one };
        save(&world, &over, 1, &[]).await.unwrap();
        assert_eq!(prune(&world, Aged::Anomalies, 9, 100).await, 1);
        assert_eq!(prune(&world, Aged::Outcomes, 9, 100).await, 1);
        assert!(anomalies(&world).await.is_empty());
    }
}

async fn old_deliveries_go_once_they_are_over(repo: &dyn Repository) {
    let world = World::new(repo);
    let (one, two) = (alert(&world, "one", Some("item"), 0), alert(&world, "two", Some("other"), 0));
    let of = |alert: &Alert, due: &[i64]| {
        due.iter().map(|n| delivery(&format!("{}-{n}", alert.id), "mail", alert, *n)).collect::<Vec<_>>()
    };
    save(&world, &one, 0, &of(&one, &[1, 2, 3])).await.unwrap();
    save(&world, &two, 0, &of(&two, &[1])).await.unwrap();
    let (tenant, now) = (&world.tenant, at(5));
    assert_eq!(repo.claim_deliveries(tenant, "h", now, at(60), 9).await.unwrap().len(), 4);
    for id in ["one-1", "one-3", "two-1"] {
        repo.settle_delivery(tenant, id, "h", now, Delivered::Sent).await.unwrap();
    }
    assert_eq!(prune(&world, Aged::Deliveries, 3, 100).await, 0, "both alerts are open");
    let over = Alert { state: AlertState::Resolved, ..one.clone() };
    save(&world, &over, 1, &[]).await.unwrap();
    assert_eq!(prune(&world, Aged::Deliveries, 3, 100).await, 1);
    let left = repo.deliveries(tenant, "one").await.unwrap();
    let left: Vec<&str> = left.iter().map(|stored| stored.delivery.id.as_str()).collect();
    assert_eq!(left, ["one-3", "one-2"], "one is young, one is on its way");
    assert_eq!(repo.deliveries(tenant, "two").await.unwrap().len(), 1);
    assert_eq!(prune(&world, Aged::Deliveries, 3, 100).await, 0);
}

async fn old_measures_go_with_their_runs(repo: &dyn Repository) {
    let world = World::new(repo);
    let opened = world.open("run-1", &["item"]).await;
    let item = StreamName::new("item").unwrap();
    repo.mark_measured(&world.tenant, &opened.id, &item, 1).await.unwrap();
    assert_eq!(prune(&world, Aged::Measures, 0, 100).await, 0, "it began then, and not before");
    assert_eq!(prune(&world, Aged::Measures, 1, 100).await, 1);
    assert_eq!(prune(&world, Aged::Measures, 1, 100).await, 0);
}

async fn alerts(world: &World<'_>) -> Vec<String> {
    let found = world.repo.alerts(&world.tenant, &AlertFilter::default(), all()).await.unwrap();
    let mut ids: Vec<String> = found.into_iter().map(|stored| stored.alert.id).collect();
    ids.sort();
    ids
}

async fn resolved_alerts_go_after_their_deliveries(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut elsewhere = world.clone();
    elsewhere.source = SourceId::new("source-2").unwrap();
    let stranger = World::new(repo);
    // Their cause was seen long after, or long before: neither counts.
    let resolved = |world: &World<'_>, id: &str, when: i64| Alert {
        state: AlertState::Resolved,
        last_seen: at(if id == "young" { 1 } else { 50 }),
        resolved_at: Some(at(when)),
        ..alert(world, id, Some("item"), 0)
    };
    for id in ["a", "b", "c"] {
        save(&world, &resolved(&world, id, 5), 0, &[]).await.unwrap();
    }
    let told = resolved(&world, "told", 5);
    save(&world, &told, 0, &[delivery("told-1", "mail", &told, 1)]).await.unwrap();
    save(&world, &resolved(&world, "young", 9), 0, &[]).await.unwrap();
    // It came again after it was resolved, so the first time is forgotten.
    let once = resolved(&world, "back", 5);
    save(&world, &once, 0, &[]).await.unwrap();
    let again = Alert { state: AlertState::Open, resolved_at: None, ..once };
    save(&world, &again, 1, &[]).await.unwrap();
    let saved = repo.alert(&world.tenant, "back").await.unwrap().unwrap();
    assert_eq!((saved.version, saved.alert), (2, again));
    repo.handle_alert(&world.tenant, "back", AlertState::Resolved, "ann", at(20)).await.unwrap();
    let open = |id: &str, stream: &str, state| Alert { state, ..alert(&world, id, Some(stream), 1) };
    save(&world, &open("open", "one", AlertState::Open), 0, &[]).await.unwrap();
    save(&world, &open("seen", "two", AlertState::Acknowledged), 0, &[]).await.unwrap();
    save(&elsewhere, &resolved(&elsewhere, "there", 5), 0, &[]).await.unwrap();
    save(&stranger, &resolved(&stranger, "a", 5), 0, &[]).await.unwrap();

    assert_eq!(prune(&world, Aged::Alerts, 5, 100).await, 0, "of before, and not of then");
    assert_eq!(prune(&world, Aged::Alerts, 9, 0).await, 0);
    assert_eq!(prune(&world, Aged::Alerts, 9, 2).await, 2, "no more than asked for");
    assert_eq!(prune(&world, Aged::Alerts, 9, 2).await, 1);
    assert_eq!(prune(&world, Aged::Alerts, 9, 2).await, 0, "again: nothing");
    assert_eq!(alerts(&world).await, ["back", "open", "seen", "there", "told", "young"]);
    let (tenant, now) = (&world.tenant, at(8));
    assert_eq!(repo.claim_deliveries(tenant, "h", now, at(60), 9).await.unwrap().len(), 1);
    repo.settle_delivery(tenant, "told-1", "h", now, Delivered::Sent).await.unwrap();
    assert_eq!(prune(&world, Aged::Alerts, 9, 100).await, 0, "its delivery is still to go");
    assert_eq!(prune(&world, Aged::Deliveries, 9, 100).await, 1);
    assert_eq!(prune(&world, Aged::Alerts, 9, 100).await, 1);
    assert_eq!(alerts(&world).await, ["back", "open", "seen", "there", "young"]);
    assert_eq!(alerts(&stranger).await, ["a"]);
}
