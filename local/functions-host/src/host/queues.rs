//! The queue services that an app's triggers name.

use super::Options;
use crate::app::{App, Invalid, Settings, Trigger};
use crate::queues::{Endpoint, FolderQueues, QueueSource, STORAGE_CONNECTION, StorageQueues, endpoint};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Queue services by connection.
pub(super) struct Queues(BTreeMap<String, Arc<dyn QueueSource>>);

impl Queues {
    /// Opens what every trigger names. Where the host's own connection is no setting, its folder becomes
    /// one, so that handlers send to where this host listens.
    pub fn open(app: &App, options: &mut Options) -> Result<Self, Invalid> {
        let (mut queues, mut problems) = (BTreeMap::new(), Vec::new());
        for connection in connections(app) {
            let opened = endpoint(&options.settings, connection, &options.state).and_then(|endpoint| {
                announce(&mut options.settings, connection, &endpoint);
                source(endpoint, app)
            });
            match opened {
                Ok(source) => drop(queues.insert(connection.to_owned(), source)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(queues)) } else { Err(Invalid(problems)) }
    }

    pub fn of(&self, connection: &str) -> Option<Arc<dyn QueueSource>> {
        self.0.get(connection).map(Arc::clone)
    }
}

fn connections(app: &App) -> impl Iterator<Item = &str> {
    app.functions.iter().filter_map(|function| match &function.trigger {
        Trigger::Queue(trigger) => Some(trigger.connection.as_str()),
        _ => None,
    })
}

fn source(endpoint: Endpoint, app: &App) -> Result<Arc<dyn QueueSource>, String> {
    Ok(match endpoint {
        Endpoint::Folder(folder) => Arc::new(FolderQueues::new(folder)),
        Endpoint::Storage(url) => {
            let queues = StorageQueues::new(url, app.config.queues.encoding);
            Arc::new(queues.map_err(|error| format!("{error:#}"))?)
        }
    })
}

fn announce(settings: &mut Settings, connection: &str, endpoint: &Endpoint) {
    let is_set = settings.get(connection).is_some_and(|value| !value.trim().is_empty());
    if let (false, Endpoint::Folder(folder)) = (is_set, endpoint) {
        let value = format!("folder:{}", folder.display());
        tracing::info!("{STORAGE_CONNECTION} is no app setting: queues are in {value}");
        *settings = std::mem::take(settings).with(connection, value);
    }
}
