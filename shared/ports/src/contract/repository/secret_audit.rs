//! Which secrets were fetched.

use forebay_model::SourceId;

use super::super::assert_error;
use super::super::given::{World, all, at};
use crate::repository::{Repository, SecretFetch, Slice};

pub(super) async fn suite(repo: &dyn Repository) {
    fetches_are_listed_newest_first(repo).await;
    fetches_of_one_instant_stay_together(repo).await;
    a_fetch_recorded_twice_is_there_once(repo).await;
}

pub(super) fn fetch(world: &World<'_>, when: i64, secret: &str) -> SecretFetch {
    SecretFetch {
        tenant: world.tenant.clone(),
        source: world.source.clone(),
        secret: secret.into(),
        version: Some("v1".into()),
        at: at(when),
        failure: None,
    }
}

async fn record(repo: &dyn Repository, fetches: &[SecretFetch]) {
    for fetch in fetches {
        repo.record_secret_fetch(fetch).await.unwrap();
    }
}

async fn slices(world: &World<'_>, limit: u32) -> Vec<Vec<SecretFetch>> {
    let mut found: Vec<Vec<SecretFetch>> = Vec::new();
    loop {
        let last = found.last().and_then(|slice| slice.last());
        let slice = Slice { after: last.map(|f| f.at.micros().to_string()), limit };
        let slice = world.repo.secret_fetches(&world.tenant, &world.source, slice).await.unwrap();
        if slice.is_empty() {
            return found;
        }
        found.push(slice);
    }
}

async fn fetches_are_listed_newest_first(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut failed = fetch(&world, 3, "key");
    failed.version = None;
    failed.failure = Some("the vault refused the identity".into());
    let mut elsewhere = fetch(&world, 9, "key");
    elsewhere.source = SourceId::new("source-2").unwrap();
    let mut mine: Vec<_> = [5, 1, 4, 2].into_iter().map(|when| fetch(&world, when, "key")).collect();
    mine.push(failed);
    record(repo, &mine).await;
    record(repo, &[elsewhere]).await;
    mine.sort_by_key(|f| std::cmp::Reverse(f.at));
    assert_eq!(repo.secret_fetches(&world.tenant, &world.source, all()).await.unwrap(), mine);
    assert_eq!(slices(&world, 2).await.concat(), mine);
    let nothing = Slice { after: None, limit: 0 };
    assert_eq!(repo.secret_fetches(&world.tenant, &world.source, nothing).await.unwrap(), []);
    let wrong = Slice { after: Some("yesterday".into()), limit: 1 };
    assert_error!(repo.secret_fetches(&world.tenant, &world.source, wrong).await, Rejected);
}

async fn fetches_of_one_instant_stay_together(repo: &dyn Repository) {
    let world = World::new(repo);
    for when in [1, 2] {
        for secret in ["a", "b", "c"] {
            record(repo, &[fetch(&world, when, secret)]).await;
        }
    }
    for limit in [1, 2, 4] {
        let found = slices(&world, limit).await;
        let lengths: Vec<usize> = found.iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 3], "with a limit of {limit}");
    }
}

async fn a_fetch_recorded_twice_is_there_once(repo: &dyn Repository) {
    let world = World::new(repo);
    let one = fetch(&world, 1, "key");
    let mut other = one.clone();
    other.version = Some("v2".into());
    let write = |fetch| repo.record_secret_fetch(fetch);
    let (a, b, c) = tokio::join!(write(&one), write(&one), write(&other));
    for result in [a, b, c] {
        result.unwrap();
    }
    assert_eq!(repo.secret_fetches(&world.tenant, &world.source, all()).await.unwrap().len(), 2);
}
