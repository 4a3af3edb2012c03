//! Processes that share an account's budget over one database. Time is tokio's, which passes at once while
//! all wait.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use forebay_model::{Instant, TenantId};
use forebay_pipeline::AccountGate;
use forebay_ports::{Answer, Clock, Lane, Limits, Pass, Repository, RequestGate};
use futures::future::join_all;
use tokio::time::{sleep, timeout};

use crate::support::chance::{Cut, Random};

const CONCURRENCY: u32 = 5;

/// tokio's time, as a date.
struct Paused(tokio::time::Instant);

impl Clock for Paused {
    fn now(&self) -> Instant {
        let micros = i64::try_from(self.0.elapsed().as_micros()).unwrap();
        Instant::from_micros(1_800_000_000_000_000 + micros)
    }
}

/// The database file that processes have in common.
struct Account {
    folder: tempfile::TempDir,
    began: tokio::time::Instant,
    lanes: Vec<Lane>,
}

impl Account {
    fn new() -> Self {
        let (folder, began) = (tempfile::tempdir().unwrap(), tokio::time::Instant::now());
        Self { folder, began, lanes: Vec::new() }
    }

    /// What a process opens: connections and a share of its own.
    async fn process(&self) -> Arc<AccountGate> {
        let path = Path::join(self.folder.path(), "forebay.db");
        let repository: Arc<dyn Repository> =
            Arc::new(forebay_embedded::open_repository(&path).await.unwrap());
        let limits = Limits { account: "1".into(), concurrency: CONCURRENCY, lanes: self.lanes.clone() };
        let clock = Arc::new(Paused(self.began));
        let tenant = TenantId::new("acme").unwrap();
        Arc::new(AccountGate::new(repository, clock, &tenant, "scripted", limits))
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

async fn enter(gate: &AccountGate) -> Pass {
    gate.enter(None).await.unwrap()
}

/// The source's side: how many requests it works on, and the most it ever did.
#[derive(Default)]
struct Load {
    now: AtomicU32,
    most: AtomicU32,
    answered: AtomicUsize,
}

impl Load {
    async fn request(&self, takes: Duration) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        sleep(takes).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.answered.fetch_add(1, Ordering::SeqCst);
    }
}

/// Eight workers of a process, each with requests that take up to two seconds.
async fn work(gate: &AccountGate, load: &Load, random: &Random, requests: usize) {
    let worker = || async {
        for _ in 0..requests {
            let pass = enter(gate).await;
            load.request(Duration::from_millis(random.below(2_000))).await;
            gate.report(Answer::Fine).await;
            drop(pass);
        }
    };
    join_all((0..8).map(|_| worker())).await;
}

#[tokio::test(start_paused = true)]
async fn processes_that_come_and_go_never_exceed_the_accounts_concurrency_together() {
    let account = Account::new();
    let (load, random) = (Load::default(), Random::new(3));
    let (a, b, c) = (account.process().await, account.process().await, account.process().await);
    tokio::join!(
        work(&a, &load, &random, 12),
        async {
            // When the first holds everything and has it all under way.
            sleep(seconds(4.2)).await;
            work(&b, &load, &random, 8).await;
            b.close().await;
        },
        async {
            sleep(seconds(11.7)).await;
            work(&c, &load, &random, 4).await;
            c.close().await;
        },
    );
    assert_eq!(load.most.load(Ordering::SeqCst), CONCURRENCY, "all of it, and never more");
    assert_eq!(load.answered.load(Ordering::SeqCst), 8 * (12 + 8 + 4));
}

#[tokio::test(start_paused = true)]
async fn requests_that_take_longer_than_a_share_is_held_keep_it() {
    let account = Account::new();
    let (a, b) = (account.process().await, account.process().await);
    let held = join_all((0..CONCURRENCY).map(|_| enter(&a))).await;
    let long = async {
        sleep(seconds(300.0)).await;
        drop(held);
        account.began.elapsed()
    };
    let kept = async {
        tokio::select! { done = long => done, never = a.keep() => match never {} }
    };
    let second = async {
        let _pass = enter(&b).await;
        account.began.elapsed()
    };
    let (done, entered) = tokio::join!(kept, second);
    assert!(entered >= done, "{entered:?} is before {done:?}");
    assert!(entered <= done + seconds(31.0), "and not long after: {entered:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_one_process_is_asked_for_holds_the_other_back_within_seconds() {
    let account = Account::new();
    let (a, b) = (account.process().await, account.process().await);
    // Both have a share, and b has just asked for it.
    drop((enter(&a).await, sleep(seconds(4.0)).await));
    drop((enter(&a).await, enter(&b).await));
    let told = account.began.elapsed();
    let throttled = |wait| Answer::Throttled { retry_after: Some(seconds(wait)), detail: "429".into() };
    a.report(throttled(20.0)).await;
    sleep(seconds(3.1)).await;
    let (first, second) = tokio::join!(enter(&a), enter(&b));
    let waited = account.began.elapsed() - told;
    assert!((seconds(19.9)..seconds(21.0)).contains(&waited), "{waited:?}");
    drop((first, second));
    // Longer than a caller waits: it is told.
    b.report(throttled(120.0)).await;
    sleep(seconds(4.0)).await;
    for gate in [&a, &b] {
        let paused = gate.enter(None).await.unwrap_err();
        assert!(paused.wait > seconds(100.0) && paused.reason.contains("429"), "{paused}");
    }
}

fn failed() -> Answer {
    Answer::Failed { detail: "502".into() }
}

/// Fails ten requests, the last five of them at once.
async fn break_circuit(gate: &AccountGate) {
    for _ in 0..5 {
        drop(enter(gate).await);
        gate.report(failed()).await;
    }
    let last = join_all((0..CONCURRENCY).map(|_| enter(gate))).await;
    for pass in last {
        gate.report(failed()).await;
        drop(pass);
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_lets_nobody_in_then_one_and_its_answer_decides() {
    let account = Account::new();
    let (gate, other) = (account.process().await, account.process().await);
    break_circuit(&gate).await;
    let opened = account.began.elapsed();
    // What else was under way fails too, and says nothing new.
    gate.report(failed()).await;
    let probe = tokio::select! { probe = enter(&gate) => probe, probe = enter(&other) => probe };
    let waited = account.began.elapsed() - opened;
    assert!((seconds(9.9)..seconds(11.0)).contains(&waited), "{waited:?}");
    assert!(timeout(seconds(60.0), gate.enter(None)).await.is_err(), "a second waits for the first's answer");
    gate.report(failed()).await;
    drop(probe);
    let again = account.began.elapsed();
    let probe = enter(&gate).await;
    let waited = account.began.elapsed() - again;
    assert!((seconds(19.9)..seconds(21.0)).contains(&waited), "twice as long: {waited:?}");
    gate.report(Answer::Fine).await;
    drop(probe);
    let all = timeout(seconds(10.0), join_all((0..CONCURRENCY).map(|_| enter(&gate)))).await.unwrap();
    assert_eq!(all.len(), CONCURRENCY as usize, "closed again");
}

#[tokio::test(start_paused = true)]
async fn a_lanes_rate_holds_over_all_processes() {
    let mut account = Account::new();
    account.lanes = vec![Lane { name: "search", requests: 4, per: seconds(1.0) }];
    let (a, b) = (account.process().await, account.process().await);
    // The shares settle first.
    let settle = join_all([&a, &b].map(|gate| async move {
        for _ in 0..8 {
            drop(enter(gate).await);
            sleep(seconds(1.0)).await;
        }
    }));
    settle.await;
    let starts = tokio::sync::Mutex::new(Vec::new());
    let search = |gate: Arc<AccountGate>| {
        let (starts, account) = (&starts, &account);
        async move {
            for _ in 0..10 {
                drop(gate.enter(Some("search")).await.unwrap());
                starts.lock().await.push(account.began.elapsed());
            }
        }
    };
    tokio::join!(search(Arc::clone(&a)), search(b));
    let starts = starts.into_inner();
    let crowded = starts.windows(5).find(|five| five[4] - five[0] < seconds(1.0));
    assert_eq!(crowded, None, "more than four within a second");
    assert!(starts[19] - starts[0] < seconds(9.5), "and none waits much longer than it must: {starts:?}");
}

/// A caller whose time is up drops everything where it stands: the platform's limit, a person's patience.
#[tokio::test(start_paused = true)]
async fn a_process_that_is_dropped_at_any_moment_leaves_nothing_behind() {
    let random = Random::new(11);
    let mut cut_short = 0;
    for _ in 0..60 {
        let account = Account::new();
        let (gate, other) = (account.process().await, account.process().await);
        let most = 1 + random.below(60);
        let load = Load::default();
        cut_short += usize::from(Cut::after(most, work(&gate, &load, &random, 2)).await.is_none());
        // Its own places are free at once.
        let own = timeout(seconds(5.0), join_all((0..CONCURRENCY).map(|_| enter(&gate)))).await;
        drop(own.unwrap());
        let _ = Cut::after(random.below(8), work(&gate, &load, &random, 2)).await;
        drop(gate);
        // And so is its share for others, long before it would have expired.
        let all = timeout(seconds(5.0), join_all((0..CONCURRENCY).map(|_| enter(&other)))).await;
        assert_eq!(all.unwrap().len(), CONCURRENCY as usize);
    }
    assert!(cut_short > 10, "{cut_short}");
}
