//! Dead letters and their replay.

use forebay_model::{DeadLetterId, DeadLetterState, RejectedRecord, RunId, SourceId};

use super::super::given::{World, all, at, record, schema, stream, version};
use crate::repository::{DeadLetterFilter, Repository, Slice};

pub(super) async fn suite(repo: &dyn Repository) {
    letters_are_found_by_what_they_are(repo).await;
    a_replay_moves_the_outcome_once(repo).await;
}

fn rejected(ordinal: u32) -> RejectedRecord {
    RejectedRecord { ordinal, code: "type_mismatch".into(), reason: "field AMOUNT: expected a number".into() }
}

async fn letters_are_found_by_what_they_are(repo: &dyn Repository) {
    let world = World::new(repo);
    for (run, name, count) in [("run-1", "item", 3), ("run-1", "customer", 2), ("run-2", "item", 1)] {
        let schema = schema(name);
        let page = world.page(run, name, 0, "x");
        let mut batch = world.batch(&page, &schema, Vec::new());
        batch.rejected = (0..count).map(rejected).collect();
        let outcome = repo.apply_page(batch).await.unwrap().outcome();
        assert_eq!((outcome.read, outcome.dead_lettered), (u64::from(count), u64::from(count)));
    }
    let (run, item) = (RunId::new("run-1").unwrap(), stream("item"));
    let none = DeadLetterFilter::default;
    let cases = [
        (none(), 6),
        (DeadLetterFilter { run: Some(run.clone()), ..none() }, 5),
        (DeadLetterFilter { stream: Some(item.clone()), ..none() }, 4),
        (DeadLetterFilter { stream: Some(item), run: Some(run), ..none() }, 3),
        (DeadLetterFilter { source: Some(world.source.clone()), ..none() }, 6),
        (DeadLetterFilter { source: Some(SourceId::new("other").unwrap()), ..none() }, 0),
        (DeadLetterFilter { state: Some(DeadLetterState::Open), ..none() }, 6),
        (DeadLetterFilter { state: Some(DeadLetterState::Replayed), ..none() }, 0),
    ];
    for (filter, expected) in cases {
        let found = repo.dead_letters(&world.tenant, &filter, all()).await.unwrap();
        assert_eq!(found.len(), expected, "{filter:?}");
        assert!(found.windows(2).all(|w| w[0].id < w[1].id), "in order of id");
    }
    let mut sliced = Vec::new();
    loop {
        let after = sliced.last().map(|l: &forebay_model::DeadLetter| l.id.as_str().to_owned());
        let slice = repo.dead_letters(&world.tenant, &none(), Slice { after, limit: 4 }).await.unwrap();
        if slice.is_empty() {
            break;
        }
        sliced.extend(slice);
    }
    assert_eq!(sliced, repo.dead_letters(&world.tenant, &none(), all()).await.unwrap());

    let page = world.page("run-2", "item", 0, "x");
    let id = DeadLetterId::of(&page.id, 0);
    let letter = repo.dead_letter(&world.tenant, &id).await.unwrap().unwrap();
    assert_eq!((&letter.page, &letter.blob, letter.ordinal), (&page.id, &page.blob, 0));
    assert_eq!(
        (letter.code.as_str(), letter.reason.as_str()),
        ("type_mismatch", "field AMOUNT: expected a number")
    );
    assert_eq!((letter.state, letter.created), (DeadLetterState::Open, at(200)));
    assert_eq!(repo.dead_letter(&world.tenant, &DeadLetterId::of(&page.id, 9)).await.unwrap(), None);
}

async fn a_replay_moves_the_outcome_once(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("replayed");
    let page = world.page("run-1", "replayed", 0, "x");
    world.open("run-1", &["replayed"]).await;
    world.land(&page).await.unwrap();
    let mut batch = world.batch(&page, &schema, vec![record(1, "good", None, version(1, 10))]);
    batch.rejected = (1..4).map(rejected).collect();
    repo.apply_page(batch).await.unwrap();

    let fixed = || {
        let mut batch = world.batch(&page, &schema, Vec::new());
        batch.records =
            vec![record(2, "fixed", None, version(1, 10)), record(1, "older", None, version(0, 10))];
        batch.records[0].ordinal = 1;
        batch.records[1].ordinal = 2;
        batch.rejected = vec![RejectedRecord { reason: "still wrong".into(), ..rejected(3) }];
        batch
    };
    let outcome = repo.replay_records(fixed()).await.unwrap();
    let numbers = (outcome.read, outcome.inserted, outcome.superseded, outcome.dead_lettered);
    assert_eq!(numbers, (3, 1, 1, 1));
    let total = async || repo.page(&world.tenant, &page.id).await.unwrap().unwrap().outcome;
    let after = total().await;
    assert_eq!((after.read, after.inserted, after.superseded, after.dead_lettered), (4, 2, 1, 1));
    assert!(after.balances());

    let again = repo.replay_records(fixed()).await.unwrap();
    assert_eq!((again.read, again.dead_lettered), (1, 1), "what was replayed is not replayed again");
    assert_eq!(total().await, after);
    let states = async |ordinal| {
        let id = DeadLetterId::of(&page.id, ordinal);
        let letter = repo.dead_letter(&world.tenant, &id).await.unwrap().unwrap();
        (letter.state, letter.reason)
    };
    assert_eq!(states(1).await.0, DeadLetterState::Replayed);
    assert_eq!(states(3).await, (DeadLetterState::Open, "still wrong".into()));
    assert_eq!(world.count(&schema).await, 2);
}
