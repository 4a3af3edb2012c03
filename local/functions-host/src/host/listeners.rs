//! The listeners of timers, event hubs and queues.

use super::Options;
use super::queues::Queues;
use crate::app::{App, EventHubTrigger, Function, QueueTrigger, Settings, TimerTrigger, Trigger};
use crate::events::{CheckpointStore, EventHubListener, namespace_of};
use crate::invoke::{Invoker, Stop, Target};
use crate::queues::QueueListener;
use crate::schedule::StatusStore;
use crate::timers::TimerListener;
use crate::worker::Group;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// What every listener needs.
pub(super) struct Listening<'a> {
    pub app: &'a App,
    pub groups: &'a [Arc<Group>],
    pub options: &'a Options,
    pub queues: &'a Queues,
    pub invoker: &'a Invoker,
    pub stop: &'a Stop,
}

impl Listening<'_> {
    /// Starts them all; returns what fires each timer by hand.
    pub fn start(&self, listeners: &mut JoinSet<()>) -> BTreeMap<String, Arc<Notify>> {
        let mut timers = BTreeMap::new();
        for function in &self.app.functions {
            let Some(target) = self.target(function) else { continue };
            match &function.trigger {
                Trigger::Http(_) => {}
                Trigger::Timer(trigger) => {
                    let timer = self.timer(target, trigger, function.disabled);
                    timers.insert(function.name.clone(), Arc::clone(&timer.fire));
                    listeners.spawn(timer.run());
                }
                Trigger::EventHub(_) if function.disabled => {}
                Trigger::EventHub(trigger) => {
                    listeners.spawn(self.event_hub(target, trigger).run());
                }
                Trigger::Queue(_) if function.disabled => {}
                Trigger::Queue(trigger) => {
                    if let Some(queue) = self.queue(target, trigger) {
                        listeners.spawn(queue.run());
                    }
                }
            }
        }
        timers
    }

    fn target(&self, function: &Function) -> Option<Target> {
        let group = self.groups.iter().find(|group| group.functions.contains(&function.name))?;
        Some(Target { function: function.name.clone(), group: Arc::clone(group), retry: function.retry })
    }

    fn timer(&self, target: Target, trigger: &TimerTrigger, disabled: bool) -> TimerListener {
        TimerListener {
            target,
            trigger: trigger.clone(),
            disabled,
            store: StatusStore::new(&self.options.state),
            fire: Arc::new(Notify::new()),
            invoker: self.invoker.clone(),
            stop: self.stop.clone(),
        }
    }

    fn event_hub(&self, target: Target, trigger: &EventHubTrigger) -> EventHubListener {
        let Options { settings, event_hubs, source, state, variants, .. } = self.options;
        warn_about_connection(settings, &trigger.connection);
        EventHubListener {
            target,
            options: self.app.config.event_hubs,
            namespace: namespace_of(settings, &trigger.connection, event_hubs),
            trigger: trigger.clone(),
            source: Arc::clone(source),
            checkpoints: CheckpointStore::new(state),
            variants: *variants,
            invoker: self.invoker.clone(),
            stop: self.stop.clone(),
        }
    }

    fn queue(&self, target: Target, trigger: &QueueTrigger) -> Option<QueueListener> {
        Some(QueueListener {
            target,
            trigger: trigger.clone(),
            options: self.app.config.queues,
            source: self.queues.of(&trigger.connection)?,
            lease: self.options.queue_lease,
            invoker: self.invoker.clone(),
            stop: self.stop.clone(),
        })
    }
}

/// The endpoint comes from the command line here; in Azure the setting is what counts.
fn warn_about_connection(settings: &Settings, connection: &str) {
    let identity = format!("{connection}__fullyQualifiedNamespace");
    if settings.get(connection).is_none() && settings.get(&identity).is_none() {
        tracing::warn!(
            "the real host would refuse to start: neither {connection} nor {identity} is an app setting"
        );
    }
}
