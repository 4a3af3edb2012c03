//! Alerts and silences.

use std::collections::BTreeMap;

use forebay_model::alert::{Alert, AlertState, Cause, CauseKind, Finding, Folded, Silence};
use forebay_model::rule::Severity;
use forebay_model::{Instant, SourceId};

use super::super::assert_error;
use super::super::given::{World, all, at, stream};
use super::deliveries::delivery;
use super::series::run;
use crate::PortError;
use crate::repository::{AlertChange, AlertFilter, AlertFold, Delivery, Repository, Slice, StoredAlert};

pub(super) async fn suite(repo: &dyn Repository) {
    an_alert_is_saved_over_the_version_that_was_read(repo).await;
    of_a_cause_one_alert_is_unresolved(repo).await;
    changes_follow_from_what_was_folded(repo).await;
    what_was_folded_is_one_streams_and_is_forgotten(repo).await;
    an_alert_and_its_deliveries_are_saved_together(repo).await;
    alerts_are_filtered_and_sliced_by_opening(repo).await;
    handling_never_leads_back(repo).await;
    current_alerts_are_unresolved_or_lately_seen(repo).await;
    silences_end(repo).await;
}

pub(super) fn alert(world: &World<'_>, id: &str, stream_name: Option<&str>, opened: i64) -> Alert {
    Alert {
        id: id.into(),
        cause: Cause {
            source: world.source.clone(),
            stream: stream_name.map(stream),
            kind: CauseKind::Content,
        },
        severity: Severity::Warning,
        state: AlertState::Open,
        opened: at(opened),
        last_seen: at(opened),
        run: run("run-1"),
        occurrences: 1,
        title: "Something is unusual about this stream".into(),
        findings: vec![Finding {
            subject: "one".into(),
            column: Some("name".into()),
            severity: Severity::Warning,
            explanation: "why".into(),
        }],
        handled_by: None,
        resolved_at: None,
    }
}

pub(super) async fn save(
    world: &World<'_>,
    alert: &Alert,
    version: u64,
    deliveries: &[Delivery],
) -> Result<(), PortError> {
    let change = AlertChange { alert, version, deliveries };
    world.repo.save_alerts(&world.tenant, &[change], None).await
}

async fn an_alert_is_saved_over_the_version_that_was_read(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = alert(&world, "one", Some("item"), 1);
    let second = Alert { occurrences: 2, severity: Severity::Critical, ..first.clone() };
    let third = Alert { occurrences: 3, ..second.clone() };
    let put = async |alert: &Alert, version| save(&world, alert, version, &[]).await;
    assert_error!(put(&first, 1).await, Conflict);
    put(&first, 0).await.unwrap();
    put(&first, 0).await.unwrap();
    assert_error!(put(&second, 0).await, Conflict);
    put(&second, 1).await.unwrap();
    assert_error!(put(&third, 1).await, Conflict);
    let read = repo.alert(&world.tenant, "one").await.unwrap();
    assert_eq!(read, Some(StoredAlert { alert: second.clone(), version: 2 }));
    assert_eq!(repo.alert(&world.tenant, "none").await.unwrap(), None);
    let thirds: Vec<Alert> = (3..7).map(|n| Alert { occurrences: n, ..second.clone() }).collect();
    let put = |n: usize| save(&world, &thirds[n], 2, &[]);
    let (a, b, c, d) = tokio::join!(put(0), put(1), put(2), put(3));
    assert_eq!([a, b, c, d].iter().filter(|r| r.is_ok()).count(), 1);
}

async fn of_a_cause_one_alert_is_unresolved(repo: &dyn Repository) {
    let world = World::new(repo);
    let of = |id| alert(&world, id, None, 1);
    let unresolved = async || {
        let found = repo.unresolved_alert(&world.tenant, &of("any").cause).await.unwrap();
        found.map(|stored| stored.alert.id)
    };
    assert_eq!(unresolved().await, None);
    save(&world, &of("one"), 0, &[]).await.unwrap();
    assert_error!(save(&world, &of("two"), 0, &[]).await, Conflict);
    let mut elsewhere = alert(&world, "elsewhere", Some("item"), 1);
    save(&world, &elsewhere, 0, &[]).await.unwrap();
    elsewhere = of("other-kind");
    elsewhere.cause.kind = CauseKind::Schema;
    save(&world, &elsewhere, 0, &[]).await.unwrap();
    assert_eq!(unresolved().await.as_deref(), Some("one"));
    repo.handle_alert(&world.tenant, "one", AlertState::Acknowledged, "ann", at(8)).await.unwrap();
    assert_error!(save(&world, &of("two"), 0, &[]).await, Conflict);
    repo.handle_alert(&world.tenant, "one", AlertState::Resolved, "ann", at(9)).await.unwrap();
    assert_eq!(unresolved().await, None);
    save(&world, &of("two"), 0, &[]).await.unwrap();
    assert_eq!(unresolved().await.as_deref(), Some("two"));
}

pub(super) fn folded(run_name: &str, revision: u64, digest: &str) -> Folded {
    let findings = BTreeMap::from([(CauseKind::Content, digest.to_owned())]);
    Folded { run: run(run_name), revision, findings }
}

pub(super) async fn read_folded(world: &World<'_>, stream_name: Option<&str>, from: &str) -> Vec<Folded> {
    let stream = stream_name.map(stream);
    world.repo.folded(&world.tenant, &world.source, stream.as_ref(), &run(from)).await.unwrap()
}

/// Folds into the alerts of stream `item` what was decided by `read`.
pub(super) async fn fold(
    world: &World<'_>,
    changes: &[(&Alert, u64)],
    read: &[Folded],
    folded: &Folded,
) -> Result<(), PortError> {
    let change = |(alert, version): &(&Alert, u64)| -> (Alert, u64) { ((*alert).clone(), *version) };
    let owned: Vec<(Alert, u64)> = changes.iter().map(change).collect();
    let changes: Vec<AlertChange<'_>> = owned
        .iter()
        .map(|(alert, version)| AlertChange { alert, version: *version, deliveries: &[] })
        .collect();
    let item = stream("item");
    let fold = AlertFold {
        source: &world.source,
        stream: Some(&item),
        read,
        folded,
        at: at(i64::try_from(folded.revision).unwrap()),
    };
    world.repo.save_alerts(&world.tenant, &changes, Some(&fold)).await
}

async fn changes_follow_from_what_was_folded(repo: &dyn Repository) {
    let world = World::new(repo);
    let one = alert(&world, "one", Some("item"), 1);
    let twice = Alert { occurrences: 2, ..one.clone() };
    let first = folded("run-2", 1, "a");
    fold(&world, &[(&one, 0)], &[], &first).await.unwrap();
    fold(&world, &[(&one, 0)], &[], &first).await.unwrap();
    assert_eq!(read_folded(&world, Some("item"), "run-2").await, std::slice::from_ref(&first));

    let late = folded("run-2", 2, "b");
    assert_error!(fold(&world, &[(&twice, 1)], &[], &late).await, Conflict);
    assert_error!(fold(&world, &[], &[], &late).await, Conflict);
    assert_error!(fold(&world, &[(&twice, 0)], std::slice::from_ref(&first), &late).await, Conflict);
    assert_eq!(
        read_folded(&world, Some("item"), "run-2").await,
        std::slice::from_ref(&first),
        "nothing by half"
    );
    assert_eq!(repo.alert(&world.tenant, "one").await.unwrap().unwrap().alert, one);
    fold(&world, &[(&twice, 1)], &[first], &late).await.unwrap();
    assert_eq!(
        read_folded(&world, Some("item"), "run-2").await,
        std::slice::from_ref(&late),
        "in the place of the other"
    );
    assert_eq!(repo.alert(&world.tenant, "one").await.unwrap().unwrap().alert, twice);

    let older = folded("run-1", 9, "c");
    assert_error!(fold(&world, &[(&one, 2)], &[], &older).await, Conflict);
    fold(&world, &[], std::slice::from_ref(&late), &older).await.unwrap();
    assert_eq!(read_folded(&world, Some("item"), "run-1").await, [older.clone(), late.clone()]);
    let (a, b) = (folded("run-3", 1, "d"), folded("run-3", 1, "e"));
    let (a, b) = tokio::join!(fold(&world, &[], &[], &a), fold(&world, &[], &[], &b));
    assert_eq!([a, b].iter().filter(|saved| saved.is_ok()).count(), 1, "of two at once one has not read it");
}

async fn what_was_folded_is_one_streams_and_is_forgotten(repo: &dyn Repository) {
    let world = World::new(repo);
    for (name, revision) in [("run-1", 10), ("run-2", 20)] {
        let read = read_folded(&world, Some("item"), name).await;
        fold(&world, &[], &read, &folded(name, revision, "a")).await.unwrap();
    }
    let whole = folded("run-1", 30, "w");
    let fold = AlertFold { source: &world.source, stream: None, read: &[], folded: &whole, at: at(30) };
    repo.save_alerts(&world.tenant, &[], Some(&fold)).await.unwrap();
    assert_eq!(read_folded(&world, None, "run-1").await, std::slice::from_ref(&whole));
    assert_eq!(read_folded(&world, Some("item"), "run-1").await.len(), 2);
    assert_eq!(read_folded(&world, Some("other"), "run-1").await, []);
    let elsewhere = SourceId::new("source-2").unwrap();
    repo.forget_folded(&world.tenant, &elsewhere, at(99)).await.unwrap();
    repo.forget_folded(&world.tenant, &world.source, at(20)).await.unwrap();
    assert_eq!(read_folded(&world, Some("item"), "run-1").await, [folded("run-2", 20, "a")]);
    repo.forget_folded(&world.tenant, &world.source, at(99)).await.unwrap();
    assert_eq!(
        read_folded(&world, Some("item"), "run-1").await.len(),
        1,
        "the newest one is asked for again"
    );
    assert_eq!(read_folded(&world, None, "run-1").await, [whole]);
}

async fn an_alert_and_its_deliveries_are_saved_together(repo: &dyn Repository) {
    let world = World::new(repo);
    let one = alert(&world, "one", Some("item"), 1);
    let list = [delivery("d-1", "mail", &one, 5), delivery("d-2", "hook", &one, 4)];
    assert_error!(save(&world, &one, 7, &list).await, Conflict);
    assert_eq!(repo.deliveries(&world.tenant, "one").await.unwrap(), []);
    save(&world, &one, 0, &list).await.unwrap();
    save(&world, &one, 0, &list).await.unwrap();
    let more = Alert { occurrences: 2, ..one };
    save(&world, &more, 1, &list).await.unwrap();
    let found = repo.deliveries(&world.tenant, "one").await.unwrap();
    let found: Vec<Delivery> = found.into_iter().map(|stored| stored.delivery).collect();
    assert_eq!(found, list, "the same delivery is one, and the alert in it is as it was");
}

async fn alerts_are_filtered_and_sliced_by_opening(repo: &dyn Repository) {
    let world = World::new(repo);
    for n in 0..7i64 {
        let mut one = alert(&world, &format!("id-{n}"), Some(&format!("stream-{n}")), n / 3);
        if n % 2 == 1 {
            one.state = AlertState::Resolved;
        }
        if n == 6 {
            one.cause.kind = CauseKind::Flow;
        }
        save(&world, &one, 0, &[]).await.unwrap();
    }
    let read = async |filter: AlertFilter| {
        let mut ids: Vec<String> = Vec::new();
        loop {
            let slice = Slice { after: ids.last().cloned(), limit: 2 };
            let more = repo.alerts(&world.tenant, &filter, slice).await.unwrap();
            if more.is_empty() {
                return ids.concat().replace("id-", "");
            }
            ids.extend(more.into_iter().map(|stored| stored.alert.id));
        }
    };
    let none = AlertFilter::default;
    assert_eq!(read(none()).await, "6345012");
    assert_eq!(read(AlertFilter { state: Some(AlertState::Open), ..none() }).await, "6402");
    assert_eq!(read(AlertFilter { stream: Some(stream("stream-4")), ..none() }).await, "4");
    assert_eq!(read(AlertFilter { kind: Some(CauseKind::Flow), ..none() }).await, "6");
    let source = Some(world.source.clone());
    assert_eq!(read(AlertFilter { source, state: Some(AlertState::Resolved), ..none() }).await, "351");
    assert_eq!(repo.alerts(&world.tenant, &none(), all()).await.unwrap().len(), 7);
}

async fn handling_never_leads_back(repo: &dyn Repository) {
    let world = World::new(repo);
    save(&world, &alert(&world, "one", None, 1), 0, &[]).await.unwrap();
    let handle = |to, by: &'static str, when| repo.handle_alert(&world.tenant, "one", to, by, at(when));
    let first = handle(AlertState::Acknowledged, "ann", 2).await.unwrap();
    assert_eq!((first.version, first.alert.state), (2, AlertState::Acknowledged));
    assert_eq!((first.alert.handled_by.as_deref(), first.alert.resolved_at), (Some("ann"), None));
    assert_eq!(handle(AlertState::Acknowledged, "bob", 3).await.unwrap(), first, "the same again");
    assert_error!(handle(AlertState::Open, "bob", 4).await, Conflict);
    let resolved = handle(AlertState::Resolved, "bob", 5).await.unwrap();
    assert_eq!((resolved.version, resolved.alert.handled_by.as_deref()), (3, Some("bob")));
    assert_eq!(resolved.alert.resolved_at, Some(at(5)));
    assert_eq!(handle(AlertState::Resolved, "ann", 7).await.unwrap(), resolved, "it was resolved before");
    assert_error!(handle(AlertState::Acknowledged, "ann", 6).await, Conflict);
    assert_eq!(repo.alert(&world.tenant, "one").await.unwrap(), Some(resolved));
    assert_error!(
        repo.handle_alert(&world.tenant, "none", AlertState::Resolved, "ann", at(1)).await,
        NotFound
    );
}

async fn current_alerts_are_unresolved_or_lately_seen(repo: &dyn Repository) {
    let world = World::new(repo);
    let states = [AlertState::Open, AlertState::Acknowledged, AlertState::Resolved];
    for (opened, state) in (0..).zip(states) {
        for seen in [10, 20] {
            let name = format!("stream-{opened}-{seen}");
            let one = alert(&world, &name, Some(&name), opened);
            let one = Alert { state, last_seen: at(seen), ..one };
            save(&world, &one, 0, &[]).await.unwrap();
        }
    }
    let mut elsewhere = alert(&world, "elsewhere", Some("item"), 9);
    elsewhere.cause.source = SourceId::new("source-2").unwrap();
    save(&world, &elsewhere, 0, &[]).await.unwrap();
    let found = repo.current_alerts(&world.tenant, &world.source, at(20)).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|stored| stored.alert.id.as_str()).collect();
    assert_eq!(ids, ["stream-2-20", "stream-1-10", "stream-1-20", "stream-0-10", "stream-0-20"]);
    let mut back = found[0].clone();
    back.alert.state = AlertState::Open;
    save(&world, &back.alert, back.version, &[]).await.unwrap();
    let saved = repo.alert(&world.tenant, &back.alert.id).await.unwrap();
    assert_eq!(saved.unwrap().version, 2, "what came back goes on");
}

pub(super) fn silence(id: &str, until: i64) -> Silence {
    Silence {
        id: id.into(),
        source: None,
        stream: Some(stream("item")),
        kind: None,
        until: at(until),
        reason: "a migration".into(),
        author: "ann".into(),
    }
}

async fn silences_end(repo: &dyn Repository) {
    let world = World::new(repo);
    for (id, until) in [("b", 20), ("a", 30), ("c", 10)] {
        repo.put_silence(&world.tenant, &silence(id, until)).await.unwrap();
    }
    repo.put_silence(&world.tenant, &silence("c", 40)).await.unwrap();
    let from = async |from| {
        let found = repo.silences(&world.tenant, from).await.unwrap();
        found.into_iter().map(|s| s.id).collect::<Vec<_>>().concat()
    };
    assert_eq!(from(Instant::MIN).await, "bac");
    assert_eq!(from(at(20)).await, "ac", "one that ends now has ended");
    assert_eq!(repo.end_silence(&world.tenant, "a", at(5)).await.unwrap(), silence("a", 5));
    assert_eq!(repo.end_silence(&world.tenant, "a", at(9)).await.unwrap(), silence("a", 5));
    assert_eq!(from(at(6)).await, "bc");
    assert_error!(repo.end_silence(&world.tenant, "none", at(1)).await, NotFound);
}
