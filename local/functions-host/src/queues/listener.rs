//! Takes messages off one queue for one function.

use super::decision::{Next, after, at_once};
use super::source::{Message, QueueSource, poison_queue};
use crate::app::{QueueOptions, QueueTrigger};
use crate::encoding::queue_request;
use crate::invoke::{Invoker, Outcome, Stop, Target};
use crate::retry::{Delay, RetryPolicy};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a message is invisible while the function works on it; prolonged at its half.
pub const LEASE: Duration = Duration::from_secs(10 * 60);

/// The first wait at an empty queue.
const SHORTEST_POLL: Duration = Duration::from_millis(100);

/// The listener of one queue function.
#[derive(Clone)]
pub struct QueueListener {
    /// The function and its process.
    pub target: Target,
    /// What its function.json says.
    pub trigger: QueueTrigger,
    /// What host.json says.
    pub options: QueueOptions,
    /// Where the messages are.
    pub source: Arc<dyn QueueSource>,
    /// How long a message is invisible while it is worked on.
    pub lease: Duration,
    /// Posts the messages.
    pub invoker: Invoker,
    /// When to end.
    pub stop: Stop,
}

impl QueueListener {
    /// Runs until the host drains; ends after the calls under way.
    pub async fn run(self) {
        let Self { target, trigger, .. } = &self;
        tracing::info!(function = target.function, queue = trigger.queue, "listening to the queue");
        let mut calls = JoinSet::new();
        let mut polls = Polls::new(&self.options);
        while !self.stop.draining.is_cancelled() {
            while calls.len() > self.options.new_batch_threshold && calls.join_next().await.is_some() {}
            // Ended calls are struck out, so that the threshold counts those under way.
            while calls.try_join_next().is_some() {}
            // Messages are not taken for a process that cannot work on them.
            if self.ready().await.is_none() {
                break;
            }
            let messages = self.receive(&mut polls).await;
            if messages.is_empty() {
                self.wait(polls.next()).await;
                continue;
            }
            polls.found();
            for message in messages {
                let listener = self.clone();
                calls.spawn(async move { listener.process(message).await });
            }
        }
        while calls.join_next().await.is_some() {}
    }

    async fn ready(&self) -> Option<()> {
        tokio::select! {
            endpoint = self.target.group.ready() => endpoint.map(drop),
            () = self.stop.draining.cancelled() => None,
        }
    }

    async fn receive(&self, polls: &mut Polls) -> Vec<Message> {
        let queue = &self.trigger.queue;
        match self.source.receive(queue, self.options.batch_size, self.lease).await {
            Ok(messages) => {
                polls.reached();
                messages
            }
            Err(error) => {
                let error = format!("{error:#}");
                if polls.lost() {
                    tracing::warn!(queue, error, "the queue cannot be read; trying again");
                } else {
                    tracing::debug!(queue, error, "the queue cannot be read; trying again");
                }
                Vec::new()
            }
        }
    }

    async fn wait(&self, span: Duration) {
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = self.stop.draining.cancelled() => {}
        }
    }

    async fn process(&self, message: Message) {
        let poison = poison_queue(&self.trigger.queue);
        let (next, receipt) = match at_once(message.dequeue_count, &self.options, poison.is_some()) {
            Some(next) => (next, message.receipt.clone()),
            None => {
                let (outcome, receipt) = self.invoke(&message).await;
                (after(outcome, message.dequeue_count, &self.options, poison.is_some()), receipt)
            }
        };
        if let Err(error) = self.settle(next, &message, &receipt, poison.as_deref()).await {
            let (queue, id, error) = (&self.trigger.queue, &message.id, format!("{error:#}"));
            tracing::error!(queue, id, error, "the message comes again when its lease has ended");
        }
    }

    /// Calls the function and keeps the message invisible meanwhile; gives the newest receipt.
    async fn invoke(&self, message: &Message) -> (Outcome, String) {
        let QueueTrigger { binding, queue, data_type, .. } = &self.trigger;
        let encode = |invocation: &crate::encoding::Invocation<'_>| {
            queue_request(binding, *data_type, message, invocation).map_err(|error| error.to_string())
        };
        let mut call = Box::pin(self.invoker.invoke(&self.target, &encode, &self.stop));
        let mut receipt = message.receipt.clone();
        loop {
            tokio::select! {
                outcome = &mut call => return (outcome, receipt),
                () = tokio::time::sleep(self.lease / 2) => {}
            }
            match self.source.show_after(queue, &message.id, &receipt, self.lease).await {
                Ok(renewed) => receipt = renewed,
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::warn!(queue, id = message.id, error, "the message's lease was not prolonged");
                }
            }
        }
    }

    async fn settle(
        &self,
        next: Next,
        message: &Message,
        receipt: &str,
        poison: Option<&str>,
    ) -> anyhow::Result<()> {
        let (queue, id) = (&self.trigger.queue, &message.id);
        match (next, poison) {
            (Next::Delete, _) => self.source.delete(queue, id, receipt).await,
            (Next::ShowAfter(span), _) => {
                let span = self.invoker.max_retry_delay.map_or(span, |longest| span.min(longest));
                let (count, milliseconds) = (message.dequeue_count, span.as_millis());
                tracing::warn!(queue, id, count, milliseconds, "the message comes again");
                self.source.show_after(queue, id, receipt, span).await.map(drop)
            }
            (Next::SetAside, Some(poison)) => {
                let count = message.dequeue_count;
                tracing::error!(
                    queue,
                    id,
                    count,
                    "message has reached MaxDequeueCount: moved to queue '{poison}'"
                );
                self.source.send(poison, &message.body).await?;
                self.source.delete(queue, id, receipt).await
            }
            (Next::SetAside, None) | (Next::Leave, _) => {
                tracing::error!(queue, id, "the message stays invisible until its lease has ended");
                Ok(())
            }
        }
    }
}

/// How long an empty queue is left alone: `RandomizedExponentialBackoffStrategy` of the WebJobs SDK.
struct Polls {
    policy: RetryPolicy,
    misses: u32,
    is_lost: bool,
}

impl Polls {
    fn new(options: &QueueOptions) -> Self {
        let longest = options.max_polling_interval.max(SHORTEST_POLL);
        let delay = Delay::Exponential { minimum: SHORTEST_POLL, maximum: longest };
        Self { policy: RetryPolicy { max: None, delay }, misses: 0, is_lost: false }
    }

    fn next(&mut self) -> Duration {
        self.misses = self.misses.saturating_add(1);
        self.policy.delay_before(self.misses, rand::random_range(0.8..=1.2)).unwrap_or(SHORTEST_POLL)
    }

    fn found(&mut self) {
        self.misses = 0;
    }

    fn reached(&mut self) {
        self.is_lost = false;
    }

    /// The first of a row is worth a warning.
    fn lost(&mut self) -> bool {
        !std::mem::replace(&mut self.is_lost, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_queue_is_polled_less_and_less_often_up_to_the_limit() {
        let options =
            QueueOptions { max_polling_interval: Duration::from_secs(1), ..QueueOptions::default() };
        let mut polls = Polls::new(&options);
        let waits: Vec<Duration> = (0..8).map(|_| polls.next()).collect();
        assert_eq!((waits[0], waits[7]), (SHORTEST_POLL, Duration::from_secs(1)));
        assert!(waits.is_sorted(), "{waits:?}");
        polls.found();
        assert_eq!(polls.next(), SHORTEST_POLL);
        assert!(polls.lost() && !polls.lost());
        polls.reached();
        assert!(polls.lost());
    }
}
