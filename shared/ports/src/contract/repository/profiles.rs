//! Column profiles.

use forebay_model::{PageId, RunId};

use super::super::assert_error;
use super::super::given::{World, stream};
use crate::repository::{Profiled, Repository, StateKind, StoredState};

pub(super) async fn suite(repo: &dyn Repository) {
    every_page_counts_once(repo).await;
    of_writers_at_once_one_wins(repo).await;
    states_of_every_kind_are_saved_together(repo).await;
}

pub(super) fn states(columns: &[&str], state: u8) -> Vec<StoredState> {
    let state = |column: &&str| StoredState {
        kind: StateKind::Column,
        name: (*column).into(),
        state: vec![state, 0, 255],
    };
    columns.iter().map(state).collect()
}

pub(super) async fn landed(world: &World<'_>, run: &str, count: u32) -> (RunId, Vec<PageId>) {
    let opened = world.open(run, &["item"]).await;
    let mut pages = Vec::new();
    for n in 0..count {
        let page = world.page(run, "item", n, "x");
        world.land(&page).await.unwrap();
        pages.push(page.id);
    }
    (opened.id, pages)
}

async fn every_page_counts_once(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run, pages) = landed(&world, "run-1", 3).await;
    let (tenant, item) = (&world.tenant, stream("item"));
    let read = || repo.run_profiles(tenant, &run, &item);
    assert_eq!(read().await.unwrap(), (0, Vec::new()));
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages);

    let save = async |revision, states: &[StoredState], pages: &[PageId]| {
        repo.save_profiles(tenant, &run, &item, revision, states, pages).await.unwrap()
    };
    let first = states(&["b", "a"], 1);
    assert_eq!(save(0, &first, &pages[..2]).await, Profiled::Saved);
    assert_eq!(read().await.unwrap(), (1, first.clone()), "states as they were given");
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages[2..]);

    let second = states(&["a", "c"], 2);
    assert_eq!(save(0, &second, &pages[2..]).await, Profiled::Changed, "an old revision");
    assert_eq!(save(1, &second, &pages[1..]).await, Profiled::Changed, "a page profiled before");
    assert_eq!(read().await.unwrap(), (1, first));
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages[2..]);

    assert_eq!(save(1, &second, &pages[2..]).await, Profiled::Saved);
    assert_eq!(read().await.unwrap(), (2, second), "replaced, not added");
    let unknown = [PageId::new("unknown").unwrap()];
    assert_eq!(repo.unprofiled(tenant, &unknown).await.unwrap(), unknown);
}

async fn of_writers_at_once_one_wins(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run, pages) = landed(&world, "run-1", 4).await;
    let item = stream("item");
    let sets: Vec<_> = (0..4).map(|n| states(&["a"], n)).collect();
    let save = |n: usize| repo.save_profiles(&world.tenant, &run, &item, 0, &sets[n], &pages[n..=n]);
    let (a, b, c, d) = tokio::join!(save(0), save(1), save(2), save(3));
    let saved = [a, b, c, d].into_iter().filter(|r| *r.as_ref().unwrap() == Profiled::Saved).count();
    assert_eq!(saved, 1);
    assert_eq!(repo.unprofiled(&world.tenant, &pages).await.unwrap().len(), 3);
}

async fn states_of_every_kind_are_saved_together(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run, pages) = landed(&world, "run-1", 2).await;
    let (tenant, item) = (&world.tenant, stream("item"));
    let of = |kind, name: &str| StoredState { kind, name: name.into(), state: vec![1] };
    let all = [
        of(StateKind::Column, "same"),
        of(StateKind::Rules, "same"),
        of(StateKind::Relations, "same"),
        of(StateKind::Rules, "a rule, with signs: 100 %@1"),
    ];
    let saved = repo.save_profiles(tenant, &run, &item, 0, &all, &pages[..1]).await.unwrap();
    assert_eq!(saved, Profiled::Saved);
    assert_eq!(repo.run_profiles(tenant, &run, &item).await.unwrap(), (1, all.to_vec()));
    let long = of(StateKind::Rules, &"x".repeat(200));
    for wrong in [long, of(StateKind::Column, "[rules] same")] {
        let saved = repo.save_profiles(tenant, &run, &item, 1, &[wrong], &pages[1..]).await;
        assert_error!(saved, Rejected);
    }
    assert_eq!(repo.run_profiles(tenant, &run, &item).await.unwrap(), (1, all.to_vec()));
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages[1..]);
}
