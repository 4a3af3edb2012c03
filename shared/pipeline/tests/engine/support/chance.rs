//! Chance that a seed repeats.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): a seed
/// gives the same numbers everywhere.
#[derive(Debug)]
pub struct Random(AtomicU64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// From 0 to `bound - 1`.
    pub fn below(&self, bound: u64) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let z = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

/// Polls a future so often, then drops it where it stands.
pub struct Cut<F> {
    work: Pin<Box<F>>,
    polls: u64,
    most: u64,
}

impl<F: Future> Cut<F> {
    pub fn after(most: u64, work: F) -> Self {
        Self { work: Box::pin(work), polls: 0, most }
    }

    pub fn polls(&self) -> u64 {
        self.polls
    }
}

impl<F: Future> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == self.most {
            return Poll::Ready(None);
        }
        self.polls += 1;
        // The cut itself needs a turn, also where nothing else would wake us.
        if self.polls == self.most {
            context.waker().wake_by_ref();
        }
        self.work.as_mut().poll(context).map(Some)
    }
}
