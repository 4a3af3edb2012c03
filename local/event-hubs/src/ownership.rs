//! Who reads a partition for a consumer group: owner levels ("epochs").
//!
//! A receiver with an owner level is alone. One with the same or a higher level takes the partition from it, one
//! with a lower level or none is refused. Receivers without a level share the partition, five at most, and give way
//! to any receiver with a level. (Event Hubs documentation, "Event receivers and consumer groups".)

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// The service's limit per partition and consumer group.
const MOST_SHARED: usize = 5;

/// A partition as one consumer group sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Claim {
    pub hub: String,
    pub partition: u16,
    pub group: String,
}

/// Why a receiver may not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("a receiver with owner level {0} has the partition; ask with the same or a higher level")]
    Outranked(i64),
    #[error("the consumer group already has {MOST_SHARED} receivers on the partition")]
    Crowded,
}

#[derive(Debug, Default)]
struct Readers {
    exclusive: Option<(i64, Reader)>,
    shared: Vec<Reader>,
}

#[derive(Debug)]
struct Reader {
    id: u64,
    stolen: watch::Sender<bool>,
}

/// All receivers of this process.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    claims: HashMap<Claim, Readers>,
}

/// The right to read, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    owners: Arc<Owners>,
    claim: Claim,
    id: u64,
    stolen: watch::Receiver<bool>,
}

impl Lease {
    /// Returns when another receiver took the partition.
    pub async fn stolen(&mut self) {
        // The sender lives in the table until it is used or this lease is dropped, so an error cannot arrive here.
        let _ = self.stolen.wait_for(|stolen| *stolen).await;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.owners.lock();
        let Some(readers) = state.claims.get_mut(&self.claim) else { return };
        readers.exclusive.take_if(|(_, reader)| reader.id == self.id);
        readers.shared.retain(|reader| reader.id != self.id);
        if readers.exclusive.is_none() && readers.shared.is_empty() {
            state.claims.remove(&self.claim);
        }
    }
}

impl Owners {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a receiver, taking the partition from those that must give way.
    pub fn admit(self: &Arc<Self>, claim: Claim, level: Option<i64>) -> Result<Lease, Refused> {
        let mut state = self.lock();
        state.next_id += 1;
        let id = state.next_id;
        let (sender, stolen) = watch::channel(false);
        let readers = state.claims.entry(claim.clone()).or_default();
        readers.admit(level, Reader { id, stolen: sender })?;
        Ok(Lease { owners: Arc::clone(self), claim, id, stolen })
    }
}

impl Readers {
    fn admit(&mut self, level: Option<i64>, reader: Reader) -> Result<(), Refused> {
        match (level, &self.exclusive) {
            (None, Some((held, _))) => return Err(Refused::Outranked(*held)),
            (Some(level), Some((held, _))) if level < *held => return Err(Refused::Outranked(*held)),
            (None, None) if self.shared.len() >= MOST_SHARED => return Err(Refused::Crowded),
            (None, None) => self.shared.push(reader),
            (Some(level), _) => {
                let taken = self.exclusive.replace((level, reader)).map(|(_, reader)| reader);
                for loser in taken.into_iter().chain(self.shared.drain(..)) {
                    loser.stolen.send_replace(true);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Claim {
        Claim { hub: "raw".into(), partition: 0, group: "$Default".into() }
    }

    fn is_stolen(lease: &Lease) -> bool {
        *lease.stolen.borrow()
    }

    #[test]
    fn the_same_or_a_higher_level_takes_over_and_a_lower_one_is_refused() {
        let owners = Arc::new(Owners::default());
        let first = owners.admit(claim(), Some(1)).unwrap();
        assert_eq!(owners.admit(claim(), Some(0)).unwrap_err(), Refused::Outranked(1));
        let second = owners.admit(claim(), Some(1)).unwrap();
        assert!(is_stolen(&first));
        let _third = owners.admit(claim(), Some(2)).unwrap();
        assert!(is_stolen(&second));
    }

    #[test]
    fn receivers_without_a_level_share_until_one_with_a_level_comes() {
        let owners = Arc::new(Owners::default());
        let shared: Vec<_> = (0..5).map(|_| owners.admit(claim(), None).unwrap()).collect();
        assert_eq!(owners.admit(claim(), None).unwrap_err(), Refused::Crowded);
        let owner = owners.admit(claim(), Some(0)).unwrap();
        assert!(shared.iter().all(is_stolen));
        assert_eq!(owners.admit(claim(), None).unwrap_err(), Refused::Outranked(0));
        drop(owner);
        assert!(owners.admit(claim(), None).is_ok());
    }

    #[test]
    fn a_robbed_receiver_that_leaves_late_does_not_end_the_new_ones_claim() {
        let owners = Arc::new(Owners::default());
        let first = owners.admit(claim(), Some(0)).unwrap();
        let second = owners.admit(claim(), Some(5)).unwrap();
        drop(first);
        assert_eq!(owners.admit(claim(), Some(4)).unwrap_err(), Refused::Outranked(5));
        drop(second);
        assert!(owners.lock().claims.is_empty());
    }

    #[test]
    fn other_groups_and_partitions_are_not_touched() {
        let owners = Arc::new(Owners::default());
        let lease = owners.admit(claim(), Some(9)).unwrap();
        assert!(owners.admit(Claim { group: "other".into(), ..claim() }, Some(0)).is_ok());
        assert!(owners.admit(Claim { partition: 1, ..claim() }, None).is_ok());
        assert!(!is_stolen(&lease));
    }
}
