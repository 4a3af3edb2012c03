//! The in-memory double of `WorkQueue`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::PortError;
use crate::queue::{WorkQueue, check_message};

const SERVICE: &str = "the queue in memory";

#[derive(Debug)]
struct Message {
    visible: Instant,
    body: Bytes,
}

#[derive(Debug, Default)]
struct Queues {
    messages: BTreeMap<String, Vec<Message>>,
    failures: usize,
}

/// Queues in memory, which fail on request.
#[derive(Debug, Default)]
pub struct MemoryQueue {
    queues: Mutex<Queues>,
}

impl MemoryQueue {
    /// Takes a message that is visible now.
    pub fn take(&self, queue: &str) -> Option<Bytes> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = queues.messages.get_mut(queue)?;
        let place = messages.iter().position(|m| m.visible <= Instant::now())?;
        Some(messages.remove(place).body)
    }

    /// Every message of the queue, visible or not, in order of arrival.
    pub fn all(&self, queue: &str) -> Vec<Bytes> {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.messages.get(queue).into_iter().flatten().map(|m| m.body.clone()).collect()
    }

    /// The next `times` calls of `send` accept their message, then fail as if the answer was lost: the
    /// worst that a queue may do.
    pub fn fail_next(&self, times: usize) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).failures = times;
    }
}

#[async_trait]
impl WorkQueue for MemoryQueue {
    async fn send(&self, queue: &str, body: Bytes, delay: Option<Duration>) -> Result<(), PortError> {
        check_message(SERVICE, queue, &body, delay)?;
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let visible = Instant::now() + delay.unwrap_or_default();
        queues.messages.entry(queue.to_owned()).or_default().push(Message { visible, body });
        if queues.failures > 0 {
            queues.failures -= 1;
            return Err(PortError::Transient { service: SERVICE, detail: "told to fail".into() });
        }
        Ok(())
    }
}
