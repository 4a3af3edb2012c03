//! Channels, and alerts on their way to them.

use forebay_model::alert::{Alert, AlertChannel, ChannelKind};
use forebay_model::rule::Severity;

use super::super::assert_error;
use super::super::given::{World, at};
use super::alerts::{alert, save};
use crate::repository::{
    Delivered, Delivery, DeliveryState, PastDelivery, Repository, StoredDelivery, Waiting,
};

pub(super) async fn suite(repo: &dyn Repository) {
    channels_are_kept_by_id(repo).await;
    a_delivery_is_one_holders_until_its_lease_ends(repo).await;
    of_holders_at_once_each_delivery_has_one(repo).await;
    what_failed_comes_again_and_what_was_given_up_does_not(repo).await;
    that_it_was_sent_counts_from_whomever(repo).await;
    past_deliveries_of_a_cause_are_known(repo).await;
    what_waits_is_known_with_when_a_look_was_asked_for(repo).await;
}

pub(super) fn channel(id: &str) -> AlertChannel {
    AlertChannel {
        id: id.into(),
        kind: ChannelKind::Teams,
        secret: "teams-address".into(),
        recipients: Vec::new(),
        least_severity: Severity::Info,
        cool_down_seconds: 3_600,
    }
}

pub(super) fn delivery(id: &str, channel: &str, alert: &Alert, due: i64) -> Delivery {
    Delivery { id: id.into(), channel: channel.into(), alert: alert.clone(), due: at(due) }
}

/// An alert with deliveries to channel `mail`, `d-0` due at once and each next a second later.
async fn given(world: &World<'_>, count: i64) -> Alert {
    let one = alert(world, "one", Some("item"), 0);
    let list: Vec<Delivery> = (0..count).map(|n| delivery(&format!("d-{n}"), "mail", &one, n)).collect();
    save(world, &one, 0, &list).await.unwrap();
    one
}

async fn claim(world: &World<'_>, holder: &str, now: i64, limit: u32) -> Vec<String> {
    let (now, until) = (at(now), at(now + 60));
    let taken = world.repo.claim_deliveries(&world.tenant, holder, now, until, limit).await.unwrap();
    taken.into_iter().map(|stored| stored.delivery.id).collect()
}

async fn settle(world: &World<'_>, id: &str, holder: &str, when: i64, delivered: Delivered<'_>) {
    world.repo.settle_delivery(&world.tenant, id, holder, at(when), delivered).await.unwrap();
}

async fn stored(world: &World<'_>, id: &str) -> StoredDelivery {
    let all = world.repo.deliveries(&world.tenant, "one").await.unwrap();
    all.into_iter().find(|stored| stored.delivery.id == id).unwrap()
}

async fn channels_are_kept_by_id(repo: &dyn Repository) {
    let world = World::new(repo);
    let changed =
        AlertChannel { cool_down_seconds: 0, recipients: vec!["a@example.org".into()], ..channel("b") };
    for channel in [channel("b"), channel("a"), changed.clone()] {
        repo.put_channel(&world.tenant, &channel).await.unwrap();
    }
    assert_eq!(repo.channels(&world.tenant).await.unwrap(), [channel("a"), changed.clone()]);
    let one = alert(&world, "one", None, 0);
    let list = [delivery("d-a", "a", &one, 0), delivery("d-b", "b", &one, 1)];
    save(&world, &one, 0, &list).await.unwrap();
    repo.remove_channel(&world.tenant, "a", at(9)).await.unwrap();
    repo.remove_channel(&world.tenant, "a", at(9)).await.unwrap();
    assert_eq!(repo.channels(&world.tenant).await.unwrap(), [changed]);
    assert_eq!(claim(&world, "h", 10, 9).await, ["d-b"]);
    let gone = stored(&world, "d-a").await;
    assert_eq!((gone.state, gone.done), (DeliveryState::Failed, Some(at(9))));
    assert!(gone.error.unwrap().contains("removed"));
}

async fn a_delivery_is_one_holders_until_its_lease_ends(repo: &dyn Repository) {
    let world = World::new(repo);
    given(&world, 4).await;
    assert_eq!(claim(&world, "a", 1, 9).await, ["d-0", "d-1"], "those that are due, the longest due first");
    assert_eq!(claim(&world, "b", 2, 9).await, ["d-2"]);
    assert_eq!(claim(&world, "a", 60, 9).await, ["d-3"], "what it holds it was given");
    assert_eq!(claim(&world, "b", 61, 1).await, ["d-0"], "the lease of a killed holder ran out");
    assert_eq!(claim(&world, "b", 61, 0).await, Vec::<String>::new());
    let first = stored(&world, "d-0").await;
    assert_eq!((first.state, first.attempts, first.done), (DeliveryState::Pending, 2, None));
}

async fn of_holders_at_once_each_delivery_has_one(repo: &dyn Repository) {
    let world = World::new(repo);
    given(&world, 6).await;
    let claim = |holder: &'static str| claim(&world, holder, 100, 3);
    let (a, b, c) = tokio::join!(claim("a"), claim("b"), claim("c"));
    let mut all = [a, b, c].concat();
    all.sort();
    assert_eq!(all, (0..6).map(|n| format!("d-{n}")).collect::<Vec<_>>());
}

async fn what_failed_comes_again_and_what_was_given_up_does_not(repo: &dyn Repository) {
    let world = World::new(repo);
    given(&world, 2).await;
    assert_eq!(claim(&world, "a", 5, 9).await, ["d-0", "d-1"]);
    settle(&world, "d-0", "a", 6, Delivered::Again { due: at(100), error: "HTTP 503" }).await;
    settle(&world, "d-1", "a", 6, Delivered::GivenUp { error: "HTTP 410" }).await;
    assert_eq!(claim(&world, "a", 99, 9).await, Vec::<String>::new());
    let waiting = stored(&world, "d-0").await;
    assert_eq!((waiting.state, waiting.error.as_deref()), (DeliveryState::Pending, Some("HTTP 503")));
    assert_eq!(waiting.delivery.due, at(100));
    let given_up = stored(&world, "d-1").await;
    assert_eq!((given_up.state, given_up.done), (DeliveryState::Failed, Some(at(6))));
    assert_eq!(claim(&world, "a", 100, 9).await, ["d-0"]);
    settle(&world, "d-0", "a", 101, Delivered::Sent).await;
    let sent = stored(&world, "d-0").await;
    assert_eq!((sent.state, sent.attempts, sent.done), (DeliveryState::Sent, 2, Some(at(101))));
    assert_eq!(claim(&world, "a", 9_999, 9).await, Vec::<String>::new());
    let unknown = repo.settle_delivery(&world.tenant, "none", "a", at(1), Delivered::Sent).await;
    assert_error!(unknown, NotFound);
}

async fn that_it_was_sent_counts_from_whomever(repo: &dyn Repository) {
    let world = World::new(repo);
    given(&world, 1).await;
    assert_eq!(claim(&world, "slow", 0, 9).await, ["d-0"]);
    assert_eq!(claim(&world, "next", 60, 9).await, ["d-0"]);
    settle(&world, "d-0", "slow", 61, Delivered::Again { due: at(900), error: "late" }).await;
    settle(&world, "d-0", "slow", 61, Delivered::GivenUp { error: "late" }).await;
    let held = stored(&world, "d-0").await;
    assert_eq!((held.state, held.delivery.due, held.error), (DeliveryState::Pending, at(0), None));
    settle(&world, "d-0", "slow", 62, Delivered::Sent).await;
    settle(&world, "d-0", "next", 63, Delivered::GivenUp { error: "refused" }).await;
    assert_eq!(stored(&world, "d-0").await.state, DeliveryState::Sent, "what was sent stays sent");
}

async fn past_deliveries_of_a_cause_are_known(repo: &dyn Repository) {
    let world = World::new(repo);
    let one = given(&world, 2).await;
    let worse = Alert { severity: Severity::Critical, occurrences: 2, ..one.clone() };
    let list = [delivery("e-0", "hook", &worse, 5), delivery("e-1", "mail", &worse, 0)];
    save(&world, &worse, 1, &list).await.unwrap();
    let past = async |since| repo.past_deliveries(&world.tenant, &one.cause, at(since)).await.unwrap();
    let of = |channel: &str, due, severity| PastDelivery { channel: channel.into(), due: at(due), severity };
    let (warning, critical) = (Severity::Warning, Severity::Critical);
    assert_eq!(past(1).await, [of("hook", 5, critical), of("mail", 1, warning)]);
    assert_eq!(past(0).await.len(), 4);
    assert_eq!(claim(&world, "a", 9, 9).await.len(), 4);
    settle(&world, "e-0", "a", 9, Delivered::GivenUp { error: "HTTP 410" }).await;
    settle(&world, "d-1", "a", 9, Delivered::Sent).await;
    assert_eq!(past(1).await, [of("mail", 1, warning)], "one that was given up told nobody");
    let elsewhere = alert(&world, "x", Some("other"), 0).cause;
    assert_eq!(repo.past_deliveries(&world.tenant, &elsewhere, at(0)).await.unwrap(), []);
}

async fn what_waits_is_known_with_when_a_look_was_asked_for(repo: &dyn Repository) {
    let world = World::new(repo);
    let waiting =
        async |now, after| repo.waiting_deliveries(&world.tenant, at(now), at(after)).await.unwrap();
    let is = |ready, asked: Option<i64>| Some(Waiting { ready: at(ready), asked: asked.map(at) });
    assert_eq!(waiting(0, 0).await, None);
    given(&world, 3).await;
    assert_eq!(waiting(0, 0).await, is(0, None));
    assert_eq!(claim(&world, "a", 1, 9).await, ["d-0", "d-1"]);
    assert_eq!(waiting(1, 1).await, is(2, None), "what nobody has yet");
    assert_eq!(claim(&world, "a", 2, 9).await, ["d-2"]);
    assert_eq!(waiting(3, 3).await, is(61, None), "when the first lease is over");
    assert_eq!(waiting(62, 62).await, is(0, None), "its lease is over, and it has been due for long");
    repo.look_asked(&world.tenant, at(61)).await.unwrap();
    assert_eq!(waiting(3, 3).await, is(61, Some(61)));
    assert_eq!(waiting(3, 61).await, is(61, None), "only what is later counts");
    settle(&world, "d-0", "a", 4, Delivered::Sent).await;
    settle(&world, "d-1", "a", 4, Delivered::Again { due: at(500), error: "HTTP 503" }).await;
    assert_eq!(waiting(5, 5).await, is(62, Some(61)), "an earlier look asks for the next");
    settle(&world, "d-2", "a", 5, Delivered::GivenUp { error: "HTTP 410" }).await;
    assert_eq!(waiting(5, 62).await, is(500, None));
    repo.look_asked(&world.tenant, at(499)).await.unwrap();
    assert_eq!(waiting(5, 62).await, is(500, None), "that look is too early for it");
    repo.look_asked(&world.tenant, at(500)).await.unwrap();
    assert_eq!(waiting(5, 62).await, is(500, Some(500)));
    repo.remove_channel(&world.tenant, "mail", at(6)).await.unwrap();
    assert_eq!(waiting(5, 5).await, None);
}
