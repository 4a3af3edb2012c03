//! Column profiles.

use forebay_model::{PageId, RunId};

use super::super::given::{World, at, stream};
use crate::repository::{Profiled, Repository, StoredProfile};

pub(super) async fn suite(repo: &dyn Repository) {
    every_page_counts_once(repo).await;
    of_writers_at_once_one_wins(repo).await;
    history_is_newest_run_first(repo).await;
}

fn states(run: &RunId, columns: &[&str], state: u8) -> Vec<StoredProfile> {
    let profile = |column: &&str| StoredProfile {
        run: run.clone(),
        stream: stream("item"),
        column: (*column).into(),
        state: vec![state, 0, 255],
    };
    columns.iter().map(profile).collect()
}

async fn landed(world: &World<'_>, run: &str, count: u32) -> (RunId, Vec<PageId>) {
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

    let save = async |revision, states: &[StoredProfile], pages: &[PageId]| {
        repo.save_profiles(tenant, &run, &item, revision, states, pages).await.unwrap()
    };
    let first = states(&run, &["b", "a"], 1);
    assert_eq!(save(0, &first, &pages[..2]).await, Profiled::Saved);
    assert_eq!(read().await.unwrap(), (1, first.clone()), "states as they were given");
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages[2..]);

    let second = states(&run, &["a", "c"], 2);
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
    let sets: Vec<_> = (0..4).map(|n| states(&run, &["a"], n)).collect();
    let save = |n: usize| repo.save_profiles(&world.tenant, &run, &item, 0, &sets[n], &pages[n..=n]);
    let (a, b, c, d) = tokio::join!(save(0), save(1), save(2), save(3));
    let saved = [a, b, c, d].into_iter().filter(|r| *r.as_ref().unwrap() == Profiled::Saved).count();
    assert_eq!(saved, 1);
    assert_eq!(repo.unprofiled(&world.tenant, &pages).await.unwrap().len(), 3);
}

async fn history_is_newest_run_first(repo: &dyn Repository) {
    let world = World::new(repo);
    for n in 1..=3u8 {
        let (run, pages) = landed(&world, &format!("run-{n}"), 1).await;
        let set = states(&run, &["a", "b"], n);
        repo.save_profiles(&world.tenant, &run, &stream("item"), 0, &set, &pages).await.unwrap();
        repo.end_run(&world.tenant, &run, at(1)).await.unwrap();
    }
    let read = async |column, limit| {
        let found = repo.profile_history(&world.tenant, &world.source, &stream("item"), column, limit).await;
        let brief = |p: StoredProfile| (p.state[0], p.column);
        found.unwrap().into_iter().map(brief).collect::<Vec<_>>()
    };
    let expected = [(3, "a"), (3, "b"), (2, "a"), (2, "b")].map(|(n, c)| (n, c.to_owned()));
    assert_eq!(read(None, 2).await, expected);
    assert_eq!(read(Some("b"), 9).await, [3, 2, 1].map(|n| (n, "b".to_owned())));
}
