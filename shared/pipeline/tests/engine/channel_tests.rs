//! Test messages: to where alerts go, as often as a person tries.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use forebay_model::alert::{AlertChannel, ChannelKind};
use forebay_model::rule::Severity;
use forebay_model::{SourceId, TenantId};
use forebay_pipeline::{ChannelTest, Deliverer, TestFailure};
use forebay_ports::memory::MemorySecrets;
use forebay_ports::repository::Slice;
use forebay_ports::{AlertSender, Clock, Outgoing, PortError, Receipt, Secret};

use crate::support::Bench;

/// Takes what comes to `/taken` and refuses the rest.
#[derive(Default)]
struct Receiver(Mutex<Vec<(String, Outgoing)>>);

#[async_trait]
impl AlertSender for Receiver {
    async fn send(&self, id: &str, message: &Outgoing, address: &Secret) -> Result<Receipt, PortError> {
        if !address.expose().ends_with("/taken") {
            return Err(PortError::Rejected { service: "alert channel", detail: "it answered 404".into() });
        }
        self.0.lock().unwrap().push((id.into(), message.clone()));
        Ok(Receipt { status: "202 Accepted".into(), said: Some("thanks".into()) })
    }
}

struct World {
    bench: Bench,
    receiver: Arc<Receiver>,
}

impl World {
    async fn new() -> Self {
        let bench = Bench::new().await;
        for (id, kind, recipients) in [
            ("hook", ChannelKind::Webhook, vec![]),
            ("team", ChannelKind::Teams, vec![]),
            ("mail", ChannelKind::Email, vec!["ops@example.com".to_owned()]),
            ("gone", ChannelKind::Webhook, vec![]),
            ("unset", ChannelKind::Webhook, vec![]),
        ] {
            let secret = format!("alert-{}--{id}", bench.source.tenant);
            let least_severity = Severity::Critical;
            let channel = AlertChannel {
                id: id.into(),
                kind,
                secret,
                recipients,
                least_severity,
                cool_down_seconds: 0,
            };
            bench.repository.put_channel(&bench.source.tenant, &channel).await.unwrap();
        }
        let foreign = AlertChannel {
            id: "foreign".into(),
            kind: ChannelKind::Webhook,
            secret: "netsuite-private-key".into(),
            recipients: vec![],
            least_severity: Severity::Info,
            cool_down_seconds: 0,
        };
        bench.repository.put_channel(&bench.source.tenant, &foreign).await.unwrap();
        Self { bench, receiver: Arc::default() }
    }

    /// From a process of its own.
    async fn test_as(&self, tenant: &TenantId, channel: &str) -> Result<ChannelTest, TestFailure> {
        let names = ["hook", "team", "mail"].map(|id| format!("alert-{}--{id}", self.bench.source.tenant));
        let gone = format!("alert-{}--gone", self.bench.source.tenant);
        let secrets = names.iter().map(|name| (name.as_str(), "https://example.com/taken"));
        let refused = [(gone.as_str(), "https://example.com/refused"), ("netsuite-private-key", "key")];
        let deliverer = Deliverer {
            repository: Arc::clone(&self.bench.repository),
            vault: Arc::new(MemorySecrets::new(secrets.chain(refused))),
            sender: Arc::clone(&self.receiver) as _,
            clock: Arc::clone(&self.bench.clock) as _,
            page: Some("https://forebay.example/ui/".into()),
            holder: "one".into(),
        };
        deliverer.test(tenant, channel, "ann@example.com").await
    }

    async fn test(&self, channel: &str) -> Result<ChannelTest, TestFailure> {
        self.test_as(&self.bench.source.tenant, channel).await
    }

    fn sent(&self) -> Vec<(String, Outgoing)> {
        self.receiver.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn each_kind_of_channel_receives_its_own_shape_that_says_it_is_a_test() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for id in ["hook", "team", "mail"] {
        let test = world.test(id).await.unwrap();
        assert_eq!((test.channel.as_str(), test.receipt.status.as_str()), (id, "202 Accepted"));
        assert_eq!(test.receipt.said.as_deref(), Some("thanks"));
        ids.push(test.id);
    }
    let sent = world.sent();
    assert_eq!(sent.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    assert_ne!(ids[0], ids[1], "a receiver can tell two tests apart");
    let Outgoing::Json { body } = &sent[0].1 else { panic!("{sent:?}") };
    assert!(body.contains(r#""type":"forebay.test""#) && body.contains("ann@example.com"), "{body}");
    let Outgoing::Json { body } = &sent[1].1 else { panic!("{sent:?}") };
    assert!(body.contains("AdaptiveCard") && body.contains("This is a test"), "{body}");
    assert!(body.contains("https://forebay.example/ui/channels"), "{body}");
    let Outgoing::Email { recipients, subject, .. } = &sent[2].1 else { panic!("{sent:?}") };
    assert_eq!((recipients.join(","), subject.starts_with("[Test]")), ("ops@example.com".into(), true));
}

#[tokio::test]
async fn a_test_that_comes_to_nothing_says_why_and_sends_nothing_anywhere_else() {
    let world = World::new().await;
    let refused = world.test("gone").await.unwrap_err();
    assert!(matches!(refused, TestFailure::Receiver { error: PortError::Rejected { .. }, .. }), "{refused}");
    assert!(matches!(world.test("unset").await, Err(TestFailure::Address(PortError::NotFound { .. }))));
    let foreign = world.test("foreign").await.unwrap_err();
    assert!(matches!(foreign, TestFailure::Address(PortError::Misconfigured { .. })), "{foreign}");
    assert!(matches!(world.test("none").await, Err(TestFailure::NotFound)));
    let other = TenantId::new("somebody-else").unwrap();
    assert!(matches!(world.test_as(&other, "hook").await, Err(TestFailure::NotFound)));
    assert_eq!(world.sent(), []);
}

#[tokio::test]
async fn tests_are_counted_over_all_channels_and_processes_and_may_go_on_after_a_while() {
    let world = World::new().await;
    let mut taken = 0;
    for round in 0..5 {
        for id in ["hook", "mail", "hook", "mail", "hook", "mail", "hook"] {
            taken += u32::from(world.test(id).await.is_ok());
        }
        assert_eq!(taken, (5 * (round + 1)).min(20), "round {round}");
        for _ in 0..61 {
            world.bench.clock.now();
        }
    }
    let Err(TestFailure::TooMany { most, within }) = world.test("hook").await else { panic!("not limited") };
    assert_eq!((most, within.as_secs()), (20, 3_600));
    assert_eq!(world.sent().len(), 20);
    world.bench.clock.pass_hours(1);
    world.test("hook").await.unwrap();
}

#[tokio::test]
async fn tests_at_once_are_no_more_than_the_limit() {
    let world = World::new().await;
    let results = futures::future::join_all((0..12).map(|_| world.test("hook"))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5);
    assert_eq!(world.sent().len(), 5);
}

#[tokio::test]
async fn a_fetch_of_an_address_is_on_record() {
    let world = World::new().await;
    world.test("hook").await.unwrap();
    let source = SourceId::new("alert-channel-tests").unwrap();
    let all = Slice { after: None, limit: 10 };
    let fetched =
        world.bench.repository.secret_fetches(&world.bench.source.tenant, &source, all).await.unwrap();
    assert_eq!(fetched.len(), 1);
    assert!(fetched[0].secret.ends_with("--hook") && fetched[0].failure.is_none());
}
