//! A queue with its host: a message is deleted when what it asked for was done, comes again when not, and after five
//! times goes to the poison queue. It runs on the clock of the test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_model::Instant;
use forebay_ports::{Clock, PortError, WorkQueue};

use super::TickingClock;

const MOST_TRIES: u32 = 5;

#[derive(Debug, Clone)]
pub struct Message {
    pub id: u64,
    pub body: Bytes,
    visible: Instant,
    tries: u32,
}

pub struct HostedQueue {
    clock: Arc<TickingClock>,
    /// Seconds until a message comes again that was not deleted.
    lease: i64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sent: u64,
    messages: Vec<Message>,
    poison: Vec<Message>,
}

impl HostedQueue {
    pub fn new(clock: Arc<TickingClock>, lease: i64) -> Self {
        Self { clock, lease, state: Mutex::default() }
    }

    /// The next message, when its time has come: the clock is moved there.
    pub fn take(&self) -> Option<Message> {
        let mut state = self.state.lock().unwrap();
        loop {
            let place = (0..state.messages.len()).min_by_key(|at| state.messages[*at].visible)?;
            if state.messages[place].tries == MOST_TRIES {
                let message = state.messages.remove(place);
                state.poison.push(message);
                continue;
            }
            let message = &mut state.messages[place];
            self.clock.pass_to(message.visible);
            message.visible = self.clock.now().plus_seconds(self.lease);
            message.tries += 1;
            return Some(message.clone());
        }
    }

    pub fn delete(&self, message: &Message) {
        self.state.lock().unwrap().messages.retain(|kept| kept.id != message.id);
    }

    /// What failed five times, once.
    pub fn take_poison(&self) -> Vec<Message> {
        std::mem::take(&mut self.state.lock().unwrap().poison)
    }

    /// How many messages were ever sent.
    pub fn sent(&self) -> u64 {
        self.state.lock().unwrap().sent
    }

    pub fn is_empty(&self) -> bool {
        self.state.lock().unwrap().messages.is_empty()
    }
}

#[async_trait]
impl WorkQueue for HostedQueue {
    async fn send(&self, _: &str, body: Bytes, delay: Option<Duration>) -> Result<(), PortError> {
        // A kill may come before the message is taken, and before the answer.
        tokio::task::yield_now().await;
        let micros = i64::try_from(delay.unwrap_or_default().as_micros()).unwrap();
        let visible = Instant::from_micros(self.clock.now().micros() + micros);
        {
            let mut state = self.state.lock().unwrap();
            state.sent += 1;
            let id = state.sent;
            state.messages.push(Message { id, body, visible, tries: 0 });
        }
        tokio::task::yield_now().await;
        Ok(())
    }
}
