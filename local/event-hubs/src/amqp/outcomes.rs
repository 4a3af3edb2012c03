//! Outcomes told twice, for a client that can miss them.
//!
//! fe2o3-amqp 0.14, in the Rust client, registers a delivery only after it has handed it to the connection. An outcome
//! that arrives in between is dropped, and the send waits for ever. On a busy machine the gap can last milliseconds.
//! A settled outcome is forgotten together with the delivery's id, but one that is not yet settled may be repeated
//! (AMQP 1.0 part 2.6.12). So that client is told "accepted" at once and "accepted, and settled" a little later.
//! Whichever finds the delivery registered completes the send.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use fe2o3_amqp::types::{definitions::Role, performatives::Disposition};
use tokio::time::{Instant, Sleep, sleep_until};

/// Much longer than a thread waits for a processor, and short for a send that had to wait for the repetition.
const LATER: Duration = Duration::from_millis(30);

/// The settled outcomes that are still to be told. Empty unless the peer needs it.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    pub told_twice: bool,
    later: VecDeque<(Instant, Vec<u8>)>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// The unsettled outcome to tell now in place of this one; `None` for dispositions that are told once.
pub(super) fn early(performative: &[u8]) -> Option<Vec<u8>> {
    let mut disposition: Disposition = serde_amqp::from_slice(performative).ok()?;
    if !disposition.settled || disposition.role != Role::Receiver {
        return None;
    }
    disposition.settled = false;
    serde_amqp::to_vec(&disposition).ok()
}

impl Outcomes {
    /// Keeps a frame for later.
    pub fn keep(&mut self, frame: Vec<u8>) {
        self.later.push_back((Instant::now() + LATER, frame));
    }

    /// Moves everything to `out`: the link, the session or the connection is about to end.
    pub fn hurry(&mut self, out: &mut Vec<u8>) {
        self.timer = None;
        for (_, frame) in self.later.drain(..) {
            out.extend_from_slice(&frame);
        }
    }

    /// Moves what is due to `out` and has the task woken for the rest.
    pub fn poll_due(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) {
        while let Some((due, frame)) = self.later.front() {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(*due)));
            if timer.as_mut().poll(cx) == Poll::Pending {
                return;
            }
            out.extend_from_slice(frame);
            self.later.pop_front();
            self.timer = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fe2o3_amqp::types::messaging::{Accepted, DeliveryState};

    fn disposition(role: Role, settled: bool) -> Disposition {
        let state = Some(DeliveryState::Accepted(Accepted {}));
        Disposition { role, first: 4, last: None, settled, state, batchable: false }
    }

    fn early_of(disposition: &Disposition) -> Option<Disposition> {
        let encoded = early(&serde_amqp::to_vec(disposition).unwrap())?;
        Some(serde_amqp::from_slice(&encoded).unwrap())
    }

    #[test]
    fn only_a_receivers_settled_outcome_is_told_early() {
        let wanted = disposition(Role::Receiver, false);
        assert_eq!(early_of(&disposition(Role::Receiver, true)), Some(wanted.clone()));
        assert_eq!(early_of(&wanted), None);
        assert_eq!(early_of(&disposition(Role::Sender, true)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn kept_frames_come_in_order_when_they_are_due() {
        let mut outcomes = Outcomes::default();
        outcomes.keep(vec![1]);
        tokio::time::advance(LATER / 2).await;
        outcomes.keep(vec![2]);
        let due = |outcomes: &mut Outcomes| {
            let mut out = Vec::new();
            outcomes.poll_due(&mut Context::from_waker(std::task::Waker::noop()), &mut out);
            out
        };
        assert!(due(&mut outcomes).is_empty());
        tokio::time::advance(LATER / 2 + Duration::from_millis(2)).await;
        assert_eq!(due(&mut outcomes), [1]);
        let mut out = Vec::new();
        outcomes.hurry(&mut out);
        assert_eq!(out, [2]);
    }
}
