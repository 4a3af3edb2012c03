//! What becomes of a message: `QueueProcessor` of the WebJobs SDK's storage extension, as pure rules.

use crate::app::QueueOptions;
use crate::invoke::Outcome;
use std::time::Duration;

/// What is done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is done with.
    Delete,
    /// It comes again after this time.
    ShowAfter(Duration),
    /// It goes to the poison queue.
    SetAside,
    /// It stays invisible until its lease ends, so that a poison queue's message does not loop.
    Leave,
}

/// Before the function is called: a message that was taken too often (the process died with it each time)
/// is not tried once more.
#[must_use]
pub fn at_once(dequeue_count: u32, options: &QueueOptions, has_poison_queue: bool) -> Option<Next> {
    let too_often = dequeue_count > options.max_dequeue_count;
    too_often.then_some(if has_poison_queue { Next::SetAside } else { Next::Leave })
}

/// After the function was called.
///
/// A call that this host's end cut short shows the message at once, to the host that comes next; the real
/// host leaves it to the end of its lease.
#[must_use]
pub fn after(outcome: Outcome, dequeue_count: u32, options: &QueueOptions, has_poison_queue: bool) -> Next {
    match outcome {
        Outcome::Succeeded => Next::Delete,
        Outcome::Cancelled => Next::ShowAfter(Duration::ZERO),
        Outcome::Failed if !has_poison_queue => Next::Leave,
        Outcome::Failed if dequeue_count >= options.max_dequeue_count => Next::SetAside,
        Outcome::Failed => Next::ShowAfter(options.visibility_timeout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_five_times_and_then_set_aside() {
        let options = QueueOptions { visibility_timeout: Duration::from_secs(3), ..QueueOptions::default() };
        let failed = |count| after(Outcome::Failed, count, &options, true);
        let again = Next::ShowAfter(Duration::from_secs(3));
        assert_eq!([1, 4, 5, 6].map(failed), [again, again, Next::SetAside, Next::SetAside]);
        assert_eq!(after(Outcome::Succeeded, 5, &options, true), Next::Delete);
        assert_eq!(after(Outcome::Cancelled, 5, &options, true), Next::ShowAfter(Duration::ZERO));
        assert_eq!(at_once(5, &options, true), None);
        assert_eq!(at_once(6, &options, true), Some(Next::SetAside));
    }

    #[test]
    fn a_poison_queues_message_stays_invisible_when_it_fails() {
        let options = QueueOptions::default();
        assert_eq!(after(Outcome::Failed, 1, &options, false), Next::Leave);
        assert_eq!(after(Outcome::Succeeded, 1, &options, false), Next::Delete);
        assert_eq!(at_once(6, &options, false), Some(Next::Leave));
    }
}
