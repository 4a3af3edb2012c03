//! Frames told later, for a client that comes too late for them.
//!
//! fe2o3-amqp 0.14, in the Rust client, has two races that a service some milliseconds away does not meet:
//!
//! - It registers a delivery only after it has handed it to the connection. An outcome that arrives in between is
//!   dropped, and the send waits for ever. On a busy machine the gap can last milliseconds. A settled outcome is
//!   forgotten together with the delivery's id, but one that is not yet settled may be repeated (AMQP 1.0 part 2.6.12).
//!   So that client is told "accepted" at once and "accepted, and settled" a little later. Whichever finds the delivery
//!   registered completes the send.
//! - It drops the links of `$cbs` and then their session. The answer to a link's Detach that arrives before the session
//!   was dropped too is a handle it does not know: it forgets the session without waiting for the End, and the End, of a
//!   session that it does not know, costs the whole connection. So its Detaches are answered a little later, and not at
//!   all when the session ends first, which ends its links as well.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use fe2o3_amqp::types::{
    definitions::Role,
    performatives::{Detach, Disposition},
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Much longer than a thread waits for a processor, and short for who has to wait for it.
const LATER: Duration = Duration::from_millis(30);

/// What is still to be told, in order. Empty unless the peer needs it.
#[derive(Debug, Default)]
pub(super) struct Later {
    /// Whether the peer is such a client.
    pub needed: bool,
    frames: VecDeque<Kept>,
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Kept {
    due: Instant,
    /// The channel whose End makes it needless.
    ended_by: Option<[u8; 2]>,
    frame: Vec<u8>,
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

/// Whether a Detach answers the peer's own, or ends a link that is no use any more; it says no reason then.
pub(super) fn is_answer(performative: &[u8]) -> bool {
    serde_amqp::from_slice(performative).is_ok_and(|detach: Detach| detach.error.is_none())
}

impl Later {
    /// Keeps a frame for later.
    pub fn keep(&mut self, frame: Vec<u8>) {
        self.push(None, frame);
    }

    /// Keeps a frame for later that is left out when the session on this channel ends first.
    pub fn keep_until_end(&mut self, channel: [u8; 2], frame: Vec<u8>) {
        self.push(Some(channel), frame);
    }

    fn push(&mut self, ended_by: Option<[u8; 2]>, frame: Vec<u8>) {
        self.frames.push_back(Kept { due: Instant::now() + LATER, ended_by, frame });
    }

    /// The session on this channel ends: what that makes needless is left out.
    pub fn end(&mut self, channel: [u8; 2]) {
        self.timer = None;
        self.frames.retain(|kept| kept.ended_by != Some(channel));
    }

    /// Moves everything to `out`, because what comes next must not overtake it.
    pub fn hurry(&mut self, out: &mut Vec<u8>) {
        self.timer = None;
        for kept in self.frames.drain(..) {
            out.extend_from_slice(&kept.frame);
        }
    }

    /// Moves what is due to `out` and has the task woken for the rest.
    pub fn poll_due(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) {
        while let Some(Kept { due, frame, .. }) = self.frames.front() {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(*due)));
            if timer.as_mut().poll(cx) == Poll::Pending {
                return;
            }
            out.extend_from_slice(frame);
            self.frames.pop_front();
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
        let mut later = Later::default();
        later.keep(vec![1]);
        tokio::time::advance(LATER / 2).await;
        later.keep(vec![2]);
        let due = |later: &mut Later| {
            let mut out = Vec::new();
            later.poll_due(&mut Context::from_waker(std::task::Waker::noop()), &mut out);
            out
        };
        assert!(due(&mut later).is_empty());
        tokio::time::advance(LATER / 2 + Duration::from_millis(2)).await;
        assert_eq!(due(&mut later), [1]);
        let mut out = Vec::new();
        later.hurry(&mut out);
        assert_eq!(out, [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_a_session_leaves_out_what_it_makes_needless() {
        let mut later = Later::default();
        later.keep(vec![1]);
        later.keep_until_end([0, 1], vec![2]);
        later.keep_until_end([0, 2], vec![3]);
        later.end([0, 1]);
        let mut out = Vec::new();
        later.hurry(&mut out);
        assert_eq!(out, [1, 3]);
    }
}
