//! A function group and the process that serves it at the moment.

use super::memory::{self, Memory};
use crate::app::{App, Trigger};
use crate::sync::lock;
use serde::Serialize;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, watch};

/// Where a ready process listens, and which of the group's processes it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// On 127.0.0.1.
    pub port: u16,
    /// Counts the group's processes from 1.
    pub generation: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Starting,
    Ready(Endpoint),
    Stopped,
}

/// Asks the supervisor to kill the process of one generation.
#[derive(Debug)]
pub(super) struct Kill {
    pub generation: u64,
    pub reason: String,
}

/// Functions that share a process, as instances share functions on Flex Consumption.
#[derive(Debug)]
pub struct Group {
    /// `http`, a function's name, or `all`.
    pub name: String,
    /// The functions it serves.
    pub functions: Vec<String>,
    state: watch::Sender<State>,
    kills: mpsc::UnboundedSender<Kill>,
    process: Mutex<Process>,
}

#[derive(Debug, Default)]
struct Process {
    pid: Option<u32>,
    started: u64,
    peak_rss_kib: u64,
    was_ready: bool,
}

/// One group as the status shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessStatus {
    group: String,
    functions: Vec<String>,
    pid: Option<u32>,
    restarts: u64,
    peak_rss_kib: u64,
    rss_kib: u64,
}

/// The groups of an app: HTTP functions share one, every other function has its own.
///
/// With `single_process` there is one group for all, as on a plan without per-function scaling.
#[must_use]
pub fn groups_of(app: &App, single_process: bool) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for function in &app.functions {
        let name = match function.trigger {
            _ if single_process => "all",
            Trigger::Http(_) => "http",
            Trigger::Timer(_) | Trigger::EventHub(_) | Trigger::Queue(_) => &function.name,
        };
        match groups.iter_mut().find(|(known, _)| known == name) {
            Some((_, functions)) => functions.push(function.name.clone()),
            None => groups.push((name.to_owned(), vec![function.name.clone()])),
        }
    }
    groups
}

impl Group {
    /// A group whose process has not started yet, with the receiver its supervisor reads.
    pub(super) fn new(name: String, functions: Vec<String>) -> (Arc<Self>, mpsc::UnboundedReceiver<Kill>) {
        let (kills, receiver) = mpsc::unbounded_channel();
        let state = watch::Sender::new(State::Starting);
        (Arc::new(Self { name, functions, state, kills, process: Mutex::default() }), receiver)
    }

    /// Waits for the process to be ready; nothing when the host is stopping.
    pub async fn ready(&self) -> Option<Endpoint> {
        let mut states = self.state.subscribe();
        let state = states.wait_for(|state| *state != State::Starting).await.ok()?;
        match *state {
            State::Ready(endpoint) => Some(endpoint),
            State::Starting | State::Stopped => None,
        }
    }

    /// Kills the process of that generation, if it still lives: it is started again.
    pub fn kill(&self, generation: u64, reason: &str) {
        // A closed channel means that the supervisor has stopped, and its process with it.
        let _ = self.kills.send(Kill { generation, reason: reason.to_owned() });
    }

    /// True once the group's first process answered.
    #[must_use]
    pub fn was_ready(&self) -> bool {
        lock(&self.process).was_ready
    }

    pub(super) fn set_state(&self, state: State) {
        if matches!(state, State::Ready(_)) {
            lock(&self.process).was_ready = true;
        }
        self.state.send_replace(state);
    }

    pub(super) fn process_started(&self, pid: Option<u32>) {
        let mut process = lock(&self.process);
        process.pid = pid;
        process.started += 1;
    }

    pub(super) fn process_ended(&self) {
        lock(&self.process).pid = None;
    }

    /// Reads the process's memory and keeps the peak across restarts.
    pub fn sample_memory(&self) -> Option<Memory> {
        let mut process = lock(&self.process);
        let memory = memory::of(process.pid?)?;
        process.peak_rss_kib = process.peak_rss_kib.max(memory.peak_kib);
        Some(memory)
    }

    /// The group as the status shows it.
    #[must_use]
    pub fn status(&self) -> ProcessStatus {
        let rss_kib = self.sample_memory().map_or(0, |memory| memory.now_kib);
        let process = lock(&self.process);
        ProcessStatus {
            group: self.name.clone(),
            functions: self.functions.clone(),
            pid: process.pid,
            restarts: process.started.saturating_sub(1),
            peak_rss_kib: process.peak_rss_kib,
            rss_kib,
        }
    }
}
