//! Columns that are not profiled, because there are too many: counted, in bounded memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Names that are told apart, of which 16 bytes each are kept.
pub const MOST_FURTHER: usize = 100_000;

/// The names of columns that were met, as hashes; those of the open row apart, which may turn out bad.
#[derive(Debug, Default)]
pub struct Further {
    met: HashSet<u64>,
    open: Vec<u64>,
}

impl Further {
    #[cold]
    pub fn meet(&mut self, name: &str) {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let hash = hasher.finish();
        if self.open.len() < MOST_FURTHER && !self.met.contains(&hash) {
            self.open.push(hash);
        }
    }

    /// The open row is one.
    #[inline]
    pub fn settle(&mut self) {
        if !self.open.is_empty() {
            self.take_open();
        }
    }

    #[cold]
    fn take_open(&mut self) {
        for hash in self.open.drain(..) {
            if self.met.len() < MOST_FURTHER {
                self.met.insert(hash);
            }
        }
    }

    /// The open row is none.
    pub fn forget(&mut self) {
        self.open.clear();
    }

    /// How many there are; [`MOST_FURTHER`] stands for as many or more.
    pub fn count(&self) -> usize {
        self.met.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_once_up_to_the_most() {
        let mut further = Further::default();
        for _ in 0..2 {
            (0..50).for_each(|i| further.meet(&i.to_string()));
            further.settle();
        }
        assert_eq!(further.count(), 50);
        (0..MOST_FURTHER).for_each(|i| further.meet(&format!("more {i}")));
        further.settle();
        assert_eq!(further.count(), MOST_FURTHER);
    }
}
