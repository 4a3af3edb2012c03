//! Times that are neither judged nor learned from.

use forebay_model::Instant;
use forebay_model::exclusion::Exclusion;

use super::super::assert_error;
use super::super::given::{World, at, stream};
use crate::repository::Repository;

pub(super) async fn suite(repo: &dyn Repository) {
    exclusions_are_read_by_their_end_in_order_of_their_beginning(repo).await;
    an_exclusion_is_removed_once(repo).await;
}

pub(super) fn exclusion(world: &World<'_>, id: &str, from: i64, until: i64) -> Exclusion {
    Exclusion {
        id: id.into(),
        source: Some(world.source.clone()),
        stream: Some(stream("item")),
        from: at(from),
        until: at(until),
        reason: "a “holiday”".into(),
        author: "ann".into(),
        created: at(1),
    }
}

async fn ids(world: &World<'_>, from: Instant) -> String {
    let found = world.repo.exclusions(&world.tenant, from).await.unwrap();
    found.into_iter().map(|exclusion| exclusion.id).collect()
}

async fn exclusions_are_read_by_their_end_in_order_of_their_beginning(repo: &dyn Repository) {
    let world = World::new(repo);
    let whole = Exclusion { source: None, stream: None, ..exclusion(&world, "d", -9, 40) };
    for exclusion in [
        exclusion(&world, "b", 10, 20),
        exclusion(&world, "a", 10, 30),
        exclusion(&world, "c", 5, 6),
        whole.clone(),
    ] {
        repo.put_exclusion(&world.tenant, &exclusion).await.unwrap();
    }
    assert_eq!(ids(&world, Instant::MIN).await, "dcab");
    assert_eq!(ids(&world, at(20)).await, "da", "one that ends then is over");
    let later = exclusion(&world, "c", 50, 60);
    repo.put_exclusion(&world.tenant, &later).await.unwrap();
    assert_eq!(repo.exclusions(&world.tenant, at(30)).await.unwrap(), [whole, later], "as they were put");
}

async fn an_exclusion_is_removed_once(repo: &dyn Repository) {
    let world = World::new(repo);
    let [first, second] = ["first", "second"].map(|id| exclusion(&world, id, 1, 2));
    repo.put_exclusion(&world.tenant, &first).await.unwrap();
    repo.put_exclusion(&world.tenant, &second).await.unwrap();
    let remove = |id| repo.remove_exclusion(&world.tenant, id);
    assert_eq!(remove("first").await.unwrap(), first);
    assert_error!(remove("first").await, NotFound);
    assert_eq!(ids(&world, Instant::MIN).await, "second");
}
