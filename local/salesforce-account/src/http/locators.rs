//! Query locators: the rows a query found, fetched batch by batch.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids;
use crate::soql::Plan;

/// Cursors that a user may have open; the oldest makes room.
const OPEN: usize = 10;

/// A query that has more rows than a batch.
#[derive(Clone)]
pub struct Locator {
    pub id: String,
    pub plan: Arc<Plan>,
    pub all: bool,
    pub sequences: Arc<[i64]>,
    pub batch: usize,
}

/// The open locators, oldest first.
#[derive(Default)]
pub struct Locators {
    made: AtomicI64,
    open: Mutex<Vec<Locator>>,
}

impl Locators {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<Locator>) -> T) -> T {
        work(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An id that no locator has had.
    pub fn next_id(&self) -> String {
        ids::id("0r8", self.made.fetch_add(1, Ordering::SeqCst) + 1)
    }

    pub fn open(&self, locator: Locator) {
        self.with(|open| {
            if open.len() >= OPEN {
                open.remove(0);
            }
            open.push(locator);
        });
    }

    /// The locator and the row to go on from, of `{id}-{offset}`. Using it makes it the youngest.
    pub fn find(&self, text: &str) -> Option<(Locator, usize)> {
        let (id, offset) = text.split_once('-')?;
        let offset: usize = offset.parse().ok()?;
        self.with(|open| {
            let place = open.iter().position(|l| l.id == id)?;
            let locator = open.remove(place);
            open.push(locator.clone());
            (offset < locator.sequences.len()).then_some((locator, offset))
        })
    }

    /// Ends all of them.
    pub fn expire_all(&self) {
        self.with(Vec::clear);
    }
}
