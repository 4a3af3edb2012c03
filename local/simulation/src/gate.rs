//! Requests in flight against an account's limit.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts requests in flight.
pub struct Gate {
    limit: usize,
    in_flight: AtomicUsize,
    highest: AtomicUsize,
}

/// A place among the requests in flight; leaving is dropping it.
pub struct Place<'g>(&'g Gate);

impl Gate {
    pub fn new(limit: usize) -> Self {
        Self { limit, in_flight: AtomicUsize::new(0), highest: AtomicUsize::new(0) }
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The most requests that were in flight at once, those refused left out.
    pub fn highest(&self) -> usize {
        self.highest.load(Ordering::Relaxed)
    }

    /// Forgets the most there were.
    pub fn reset_highest(&self) {
        self.highest.store(self.in_flight.load(Ordering::SeqCst), Ordering::Relaxed);
    }

    /// A place, or `None` when all are taken.
    pub fn enter(&self) -> Option<Place<'_>> {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        let place = Place(self);
        if now > self.limit {
            return None;
        }
        self.highest.fetch_max(now, Ordering::Relaxed);
        Some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_run_out_and_come_back() {
        let gate = Gate::new(2);
        let (one, two) = (gate.enter(), gate.enter());
        assert!(one.is_some() && two.is_some() && gate.enter().is_none());
        drop(one);
        assert!(gate.enter().is_some());
        assert_eq!(gate.highest(), 2);
    }
}
