//! Who reads a run.

use forebay_model::RunId;

use super::super::given::{World, at};
use crate::repository::{Claim, Repository};

pub(super) async fn suite(repo: &dyn Repository) {
    of_holders_at_once_one_gets_the_run(repo).await;
    a_claim_is_prolonged_and_then_expires(repo).await;
    a_claim_is_released_by_its_holder_only(repo).await;
}

pub(super) async fn claim(world: &World<'_>, run: &str, holder: &str, now: i64, until: i64) -> Claim {
    let run = RunId::new(run).unwrap();
    world.repo.claim_run(&world.tenant, &run, holder, at(now), at(until)).await.unwrap()
}

async fn of_holders_at_once_one_gets_the_run(repo: &dyn Repository) {
    for _ in 0..3 {
        let world = World::new(repo);
        let ask = |holder: &'static str| claim(&world, "run-1", holder, 0, 60);
        let (a, b, c, d) = tokio::join!(ask("a"), ask("b"), ask("c"), ask("d"));
        let answers = [a, b, c, d];
        assert_eq!(answers.iter().filter(|c| **c == Claim::Mine).count(), 1);
        assert_eq!(answers.iter().filter(|c| **c == Claim::Taken { until: at(60) }).count(), 3);
        assert_eq!(claim(&world, "run-2", "e", 0, 60).await, Claim::Mine, "another run is free");
    }
}

async fn a_claim_is_prolonged_and_then_expires(repo: &dyn Repository) {
    let world = World::new(repo);
    assert_eq!(claim(&world, "run-1", "a", 0, 60).await, Claim::Mine);
    assert_eq!(claim(&world, "run-1", "a", 40, 100).await, Claim::Mine);
    assert_eq!(claim(&world, "run-1", "b", 70, 130).await, Claim::Taken { until: at(100) });
    assert_eq!(claim(&world, "run-1", "b", 100, 130).await, Claim::Mine, "not prolonged in time");
    assert_eq!(claim(&world, "run-1", "a", 101, 200).await, Claim::Taken { until: at(130) });
}

async fn a_claim_is_released_by_its_holder_only(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = RunId::new("run-1").unwrap();
    assert_eq!(claim(&world, "run-1", "a", 0, 60).await, Claim::Mine);
    repo.release_run(&world.tenant, &run, "b").await.unwrap();
    assert_eq!(claim(&world, "run-1", "b", 1, 60).await, Claim::Taken { until: at(60) });
    repo.release_run(&world.tenant, &run, "a").await.unwrap();
    repo.release_run(&world.tenant, &run, "a").await.unwrap();
    assert_eq!(claim(&world, "run-1", "b", 2, 60).await, Claim::Mine);
}
