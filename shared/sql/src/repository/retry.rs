//! Transactions that the database broke off are done again, in one place for all of them.

use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use forebay_ports::PortError;

/// Tries after the first. Deadlocks end with the second or third; a failover takes longer than it would be
/// sensible to hold a caller here, and is the caller's to repeat.
const AGAIN: u32 = 4;

const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// After this long nothing is tried again: whoever waited for a lock that long has waited enough.
const PATIENCE: Duration = Duration::from_secs(20);

/// Does the work, and does it again where the database broke it off for now: a deadlock's victim (Azure
/// SQL 1205), an update conflict (3960), a failover (40613), a busy file. Each try is a transaction of its
/// own; one that took place although its answer was lost changes nothing when it is repeated.
pub(super) async fn again<T, F>(work: impl Fn() -> F) -> Result<T, PortError>
where
    F: Future<Output = Result<T, PortError>>,
{
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    for _ in 0..AGAIN {
        let error = match work().await {
            Err(error) if is_broken_off(&error) && started.elapsed() < PATIENCE => error,
            done => return done,
        };
        tracing::warn!(error = %error, pause_ms = pause.as_millis(), "a transaction is tried again");
        tokio::time::sleep(pause + jitter(pause)).await;
        pause *= 3;
    }
    work().await
}

/// Where a time to wait is known, the caller is told it instead.
fn is_broken_off(error: &PortError) -> bool {
    matches!(error, PortError::Transient { .. } | PortError::Throttled { retry_after: None, .. })
}

/// Up to the pause itself, so that two victims of each other do not meet again.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let most = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX).max(1);
    Duration::from_millis(random % most)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn tries(error: impl Fn() -> PortError, failures: u32) -> (u32, Result<u32, PortError>) {
        let tries = AtomicU32::new(0);
        let work = || async {
            let number = tries.fetch_add(1, Ordering::Relaxed);
            if number < failures { Err(error()) } else { Ok(number) }
        };
        let done = again(work).await;
        (tries.load(Ordering::Relaxed), done)
    }

    fn deadlock() -> PortError {
        PortError::Transient { service: "test", detail: "deadlock victim".into() }
    }

    #[tokio::test]
    async fn what_was_broken_off_is_done_again_a_few_times() {
        assert!(matches!(tries(deadlock, 3).await, (4, Ok(3))));
        let (count, done) = tries(deadlock, 99).await;
        assert!(done.is_err() && count == AGAIN + 1, "{count}");
    }

    #[tokio::test]
    async fn what_was_decided_is_not_asked_again() {
        let conflict = || PortError::Conflict { what: "a page".into() };
        assert_eq!(tries(conflict, 1).await.0, 1);
        let asked_to_wait = || PortError::Throttled {
            service: "test",
            detail: "busy".into(),
            retry_after: Some(Duration::from_secs(10)),
        };
        assert_eq!(tries(asked_to_wait, 1).await.0, 1);
    }
}
