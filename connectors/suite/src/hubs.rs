//! Events that were accepted and not yet given to their function, and how they come to it: at least once,
//! in order within a partition and in no order between partitions.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use forebay_pipeline::Inbound;
use forebay_ports::{Event, EventPublisher, PortError};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::case::Case;

/// Events that a function gets at once, at most.
const BATCH: usize = 20;
const PARTITIONS: usize = 4;

#[derive(Default)]
pub(crate) struct Hubs(Mutex<BTreeMap<String, Vec<Event>>>);

#[async_trait]
impl EventPublisher for Hubs {
    async fn publish(&self, hub: &str, events: Vec<Event>) -> Result<(), PortError> {
        let mut hubs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hubs.entry(hub.to_owned()).or_default().extend(events);
        Ok(())
    }
}

impl Hubs {
    /// What a hub has, in batches as its function gets them.
    pub fn take(&self, hub: &str, deliveries: &mut Deliveries) -> Vec<Vec<Inbound>> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(hub).unwrap_or_default();
        let inbound = |(sequence_number, event): (i64, Event)| {
            let partition = event.partition_key.bytes().map(usize::from).sum::<usize>() % PARTITIONS;
            let partition = partition.to_string();
            Inbound { hub: hub.into(), partition, sequence_number, body: event.body }
        };
        deliveries.batches((0i64..).zip(events).map(inbound).collect())
    }
}

/// How events come to their functions, and how many of those die with them.
#[derive(Debug)]
pub(crate) struct Deliveries {
    chance: StdRng,
    /// Of a hundred batches.
    lost: u32,
    /// Of a hundred batches, how many come again; `None` where all come once and in order.
    repeated: Option<u32>,
}

impl Deliveries {
    /// All of them, once, in order.
    pub fn calm() -> Self {
        Self { chance: StdRng::seed_from_u64(0), lost: 0, repeated: None }
    }

    pub fn of(case: &Case, seed: u64) -> Self {
        Self { chance: StdRng::seed_from_u64(seed), lost: case.events_lost, repeated: case.events_repeated }
    }

    fn batches(&mut self, events: Vec<Inbound>) -> Vec<Vec<Inbound>> {
        let Some(repeated) = self.repeated else {
            return events.chunks(BATCH).map(<[Inbound]>::to_vec).collect();
        };
        let mut partitions = BTreeMap::<String, VecDeque<Inbound>>::new();
        for event in events {
            partitions.entry(event.partition.clone()).or_default().push_back(event);
        }
        let mut waiting: Vec<VecDeque<Inbound>> = partitions.into_values().collect();
        let mut batches = Vec::new();
        while !waiting.is_empty() {
            let place = self.chance.random_range(0..waiting.len());
            let Some(partition) = waiting.get_mut(place) else { break };
            let size = self.chance.random_range(1..=BATCH).min(partition.len());
            let batch: Vec<Inbound> = partition.drain(..size).collect();
            if self.chance.random_ratio(repeated, 100) {
                // Its function died after its work and before it said so.
                batch.iter().rev().for_each(|event| partition.push_front(event.clone()));
            }
            if partition.is_empty() {
                waiting.remove(place);
            }
            batches.push(batch);
        }
        batches
    }

    /// How long the next function lives, where it dies over its batch.
    pub fn life(&mut self) -> Option<Duration> {
        let dies = self.chance.random_ratio(self.lost, 100);
        dies.then(|| Duration::from_micros(self.chance.random_range(0..5_000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_event_comes_at_least_once_and_in_order_within_its_partition() {
        let hubs = Hubs::default();
        let event = |n: u8| Event { partition_key: format!("stream {}", n % 7), body: vec![n].into() };
        hubs.publish("raw", (0..200).map(event).collect()).await.unwrap();
        let chance = StdRng::seed_from_u64(3);
        let mut deliveries = Deliveries { chance, lost: 0, repeated: Some(30) };
        let batches = hubs.take("raw", &mut deliveries);
        let mut reached = BTreeMap::<String, i64>::new();
        let mut seen = std::collections::BTreeSet::new();
        for batch in &batches {
            assert!(batch.iter().all(|event| event.partition == batch[0].partition));
            for event in batch {
                let last = reached.entry(event.partition.clone()).or_insert(-1);
                assert!(event.sequence_number > *last || seen.contains(&event.sequence_number));
                *last = event.sequence_number;
                seen.insert(event.sequence_number);
            }
        }
        assert_eq!(seen.len(), 200);
        assert!(batches.iter().map(Vec::len).sum::<usize>() > 200, "some come again");
    }
}
