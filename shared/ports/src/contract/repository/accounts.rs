//! An account's concurrency, and its pause.

use super::super::given::{World, at};
use super::super::shuffle::Random;
use crate::repository::{Repository, Share, ShareRequest};

pub(super) const ACCOUNT: &str = "contract/1";
const LIMIT: u32 = 10;

pub(super) async fn suite(repo: &dyn Repository) {
    what_is_granted_never_exceeds_the_limit(repo).await;
    a_newcomer_gets_its_share_as_the_others_ask_again(repo).await;
    a_small_wish_leaves_the_rest(repo).await;
    what_is_under_way_counts_until_its_holder_asks_again(repo).await;
    a_share_expires_and_is_given_back(repo).await;
    a_pause_holds_for_everybody_and_is_never_shortened(repo).await;
    a_lower_limit_counts_from_the_next_asking(repo).await;
}

/// Asks for a share of 10.
pub(super) async fn take(world: &World<'_>, holder: &str, wanted: u32, now: i64, until: i64) -> Share {
    let request = ShareRequest {
        tenant: &world.tenant,
        account: ACCOUNT,
        holder,
        wanted,
        in_flight: 0,
        limit: LIMIT,
        now: at(now),
        until: at(until),
    };
    world.repo.take_share(request).await.unwrap()
}

async fn grant(world: &World<'_>, holder: &str, wanted: u32, now: i64) -> u32 {
    take(world, holder, wanted, now, now + 60).await.granted
}

/// Many ask at once, round after round. A grant counts until its holder has another one.
async fn what_is_granted_never_exceeds_the_limit(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut random = Random::new(7);
    let mut last = [0; 6];
    for round in 0..8 {
        let wanted: Vec<u32> = (0..6).map(|_| u32::try_from(random.below(9)).unwrap_or(0)).collect();
        let ask = |n: usize| grant(&world, ["a", "b", "c", "d", "e", "f"][n], wanted[n], round * 20);
        let (a, b, c, d, e, f) = tokio::join!(ask(0), ask(1), ask(2), ask(3), ask(4), ask(5));
        last = [a, b, c, d, e, f];
        assert!(last.iter().sum::<u32>() <= LIMIT, "{last:?}");
        assert!(last.iter().zip(&wanted).all(|(granted, wanted)| granted <= wanted));
    }
    let mut settled = last;
    for _ in 0..2 {
        for (n, holder) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
            settled[n] = grant(&world, holder, 9, 170).await;
        }
    }
    assert_eq!(settled, [2, 2, 2, 2, 1, 1], "all of it, evenly");
}

async fn a_newcomer_gets_its_share_as_the_others_ask_again(repo: &dyn Repository) {
    let world = World::new(repo);
    assert_eq!(grant(&world, "a", 10, 0).await, 10, "alone");
    assert_eq!(grant(&world, "b", 10, 1).await, 0, "nothing is free yet");
    assert_eq!(grant(&world, "a", 10, 20).await, 5, "gives way");
    assert_eq!(grant(&world, "b", 10, 21).await, 5);
    assert_eq!(grant(&world, "c", 10, 22).await, 0);
    assert_eq!(grant(&world, "a", 10, 40).await, 4);
    assert_eq!(grant(&world, "c", 10, 41).await, 1, "what is free");
    assert_eq!(grant(&world, "b", 10, 42).await, 3);
    assert_eq!(grant(&world, "c", 10, 43).await, 3);
}

async fn a_small_wish_leaves_the_rest(repo: &dyn Repository) {
    let world = World::new(repo);
    assert_eq!(grant(&world, "small", 2, 0).await, 2);
    assert_eq!(grant(&world, "large", 20, 1).await, 8);
    assert_eq!(grant(&world, "small", 2, 20).await, 2);
    assert_eq!(grant(&world, "large", 20, 21).await, 8, "nobody lacks anything");
    assert_eq!(grant(&world, "small", 0, 40).await, 0);
    assert_eq!(grant(&world, "large", 20, 41).await, 10);
}

async fn what_is_under_way_counts_until_its_holder_asks_again(repo: &dyn Repository) {
    let world = World::new(repo);
    let busy = async |in_flight, now| {
        let request = ShareRequest {
            tenant: &world.tenant,
            account: ACCOUNT,
            holder: "busy",
            wanted: 10,
            in_flight,
            limit: LIMIT,
            now: at(now),
            until: at(now + 60),
        };
        world.repo.take_share(request).await.unwrap().granted
    };
    assert_eq!(busy(7, 0).await, 10, "nobody else");
    assert_eq!(grant(&world, "new", 10, 1).await, 0);
    assert_eq!(busy(8, 2).await, 5, "may begin no more, but eight are under way");
    assert_eq!(grant(&world, "new", 10, 3).await, 2);
    assert_eq!(busy(9, 4).await, 5, "no more count than counted before");
    assert_eq!(grant(&world, "new", 10, 5).await, 2);
    assert_eq!(busy(5, 6).await, 5);
    assert_eq!(grant(&world, "new", 10, 7).await, 5);
    assert_eq!(busy(9, 70).await, 10, "the new one's share has expired");
    assert_eq!(busy(9, 140).await, 10, "and so had its own");
}

async fn a_share_expires_and_is_given_back(repo: &dyn Repository) {
    let world = World::new(repo);
    assert_eq!(take(&world, "gone", 10, 0, 60).await.granted, 10);
    assert_eq!(grant(&world, "next", 10, 59).await, 0);
    assert_eq!(grant(&world, "next", 10, 60).await, 10, "not asked for again in time");
    repo.give_share_back(&world.tenant, ACCOUNT, "next").await.unwrap();
    repo.give_share_back(&world.tenant, ACCOUNT, "nobody").await.unwrap();
    assert_eq!(grant(&world, "third", 10, 61).await, 10);
}

async fn a_pause_holds_for_everybody_and_is_never_shortened(repo: &dyn Repository) {
    let world = World::new(repo);
    let pause = |until, reason| repo.pause_account(&world.tenant, ACCOUNT, at(until), reason);
    assert_eq!(take(&world, "a", 1, 0, 60).await.paused, None);
    pause(30, "429").await.unwrap();
    pause(20, "shorter").await.unwrap();
    for holder in ["a", "b"] {
        assert_eq!(take(&world, holder, 1, 10, 70).await.paused, Some((at(30), "429".to_owned())));
    }
    pause(50, "longer").await.unwrap();
    assert_eq!(take(&world, "a", 1, 29, 90).await.paused, Some((at(50), "longer".to_owned())));
    assert_eq!(take(&world, "a", 1, 50, 90).await.paused, None, "it has passed");
    let (p, q, r) = tokio::join!(pause(100, "p"), pause(120, "q"), pause(110, "r"));
    for result in [p, q, r] {
        result.unwrap();
    }
    assert_eq!(take(&world, "b", 1, 60, 90).await.paused, Some((at(120), "q".to_owned())), "the longest");
}

async fn a_lower_limit_counts_from_the_next_asking(repo: &dyn Repository) {
    let world = World::new(repo);
    assert_eq!(grant(&world, "a", 10, 0).await, 10);
    let request = ShareRequest {
        tenant: &world.tenant,
        account: ACCOUNT,
        holder: "a",
        wanted: 10,
        in_flight: 0,
        limit: 3,
        now: at(20),
        until: at(80),
    };
    assert_eq!(repo.take_share(request).await.unwrap().granted, 3);
}
