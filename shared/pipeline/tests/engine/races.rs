//! Many streams, several processes, claims that change hands: no page is lost and nobody waits for ever.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use forebay_model::{Instant, Run, RunState};
use forebay_ports::{Clock, SystemClock};

use crate::crowd::{PAGES_OF_STREAM, Process, STREAMS, Settled, World, undisturbed};
use crate::support::chance::{Cut, Random};

const CLAIM_LIFE: Duration = Duration::from_millis(60);
/// Far longer than anything here takes; reached only where processes wait for each other.
const FOR_EVER: Duration = Duration::from_secs(90);
/// A claim that is prolonged every millisecond: its transactions meet everything that the run does.
const RESTLESS: Duration = Duration::from_millis(3);

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOR_EVER, work).await.unwrap_or_else(|_| panic!("they wait for each other"))
}

#[tokio::test]
async fn a_claim_that_is_being_prolonged_never_holds_up_the_run() {
    let settled = in_time(async {
        let first = undisturbed(RESTLESS).await;
        for n in 0..5 {
            undisturbed(RESTLESS).await.assert_is(&first, &format!("run {n}"));
        }
        first
    });
    assert_eq!(settled.await.streams.len(), STREAMS);
}

/// Looks up to 100 ms before or behind the time: claims are taken too early and held too long.
struct Unsteady(Random);

impl Clock for Unsteady {
    fn now(&self) -> Instant {
        let off = i64::try_from(self.0.below(200_000)).unwrap() - 100_000;
        Instant::from_micros(SystemClock.now().micros() + off)
    }
}

/// Fires until the run is over, as a timer would.
async fn fires(process: &Process, world: &World, run: &Run) -> usize {
    for firing in 1..=500 {
        process.fire(world, run).await;
        let now = process.engine.repository.run(&run.tenant, &run.id).await.unwrap().unwrap();
        if now.state != RunState::Extracting {
            assert_eq!(now.state, RunState::Extracted);
            return firing;
        }
    }
    panic!("the run does not end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_extractors_that_take_the_run_from_each_other_read_it_as_one_would() {
    let expected = in_time(undisturbed(CLAIM_LIFE)).await;
    let mut repeated = 0;
    for seed in 0..6 {
        let world = Arc::new(World::new());
        let a = world.process(seed, Arc::new(Unsteady(Random::new(seed))), CLAIM_LIFE).await;
        let b = world.process(seed + 100, Arc::new(Unsteady(Random::new(!seed))), CLAIM_LIFE).await;
        let (run, same) = tokio::join!(a.begin(&world), b.begin(&world));
        assert_eq!(run.id, same.id);
        let race = |process: Process| {
            let (world, run) = (Arc::clone(&world), run.clone());
            tokio::spawn(async move {
                fires(&process, &world, &run).await;
                process
            })
        };
        let (a, b) = in_time(async { tokio::join!(race(a), race(b)) }).await;
        let (a, _) = (a.unwrap(), b.unwrap());
        world.settled(&a, &run).await.assert_is(&expected, &format!("seed {seed}"));
        repeated += world.reads() - STREAMS * PAGES_OF_STREAM;
    }
    assert!(repeated > 0, "they never met");
}

/// How often an undisturbed run is polled.
async fn polls_of_a_run() -> u64 {
    let world = World::new();
    let process = world.process(0, Arc::new(SystemClock), CLAIM_LIFE).await;
    let run = process.begin(&world).await;
    let mut work = Cut::after(u64::MAX, process.fire(&world, &run));
    assert!((&mut work).await.is_some());
    work.polls()
}

/// Cuts the run off up to three times, then reads it to its end. Gives the cuts that came before the end.
async fn cut_and_taken_over(seed: u64, polls: u64) -> (Settled, usize) {
    let (world, random) = (World::new(), Random::new(seed));
    let mut process = world.process(seed, Arc::new(SystemClock), CLAIM_LIFE).await;
    let run = process.begin(&world).await;
    let mut cuts = 0;
    for life in 0..=random.below(3) {
        let most = 1 + random.below(polls);
        cuts += usize::from(Cut::after(most, process.fire(&world, &run)).await.is_none());
        // Every other time it is not the same process that goes on.
        if random.below(2) == 0 {
            process = world.process(seed + life, Arc::new(SystemClock), CLAIM_LIFE).await;
        }
    }
    let report = process.fire(&world, &run).await;
    assert!(!report.taken, "seed {seed}: a claim of the dead was not taken over");
    assert_eq!((report.failed, report.left), (0, 0), "seed {seed}");
    (world.settled(&process, &run).await, cuts)
}

#[tokio::test]
async fn whoever_takes_over_from_a_dropped_extractor_ends_where_an_undisturbed_one_does() {
    const SEEDS: u64 = 48;
    let (expected, polls) = in_time(async { (undisturbed(CLAIM_LIFE).await, polls_of_a_run().await) }).await;
    let mut cuts = 0;
    for first in (0..SEEDS).step_by(4) {
        let four = |n: u64| cut_and_taken_over(first + n, polls);
        let (a, b, c, d) = in_time(async { tokio::join!(four(0), four(1), four(2), four(3)) }).await;
        for (n, (settled, cut)) in [a, b, c, d].into_iter().enumerate() {
            settled.assert_is(&expected, &format!("seed {}", first + n as u64));
            cuts += cut;
        }
    }
    assert!(cuts as u64 > SEEDS, "{cuts} cuts of runs that had not ended");
}
