//! Keeps one group's process alive.

use super::ProcessBook;
use super::console::{self, Stream};
use super::crashes::Crashes;
use super::group::{Endpoint, Group, Kill, State};
use super::spawn::{SpawnPlan, choose_port};
use crate::client::Client;
use axum::body::Body;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The host's own poll interval.
const POLL: Duration = Duration::from_millis(25);
/// A process that never became ready is not started again at once, so that a broken handler cannot spin.
const PAUSE_AFTER_FAILED_START: Duration = Duration::from_millis(500);
/// Exit code by which a handler asks for a restart.
const INTENTIONAL_RESTART: i32 = 200;

/// Why the host must stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// The handler cannot be started at all.
    #[error("the handler cannot be started: {0}")]
    CannotStart(String),
    /// It crashed too often.
    #[error(
        "exceeded the handler's restart count: group '{group}' crashed {limit} times within 30 minutes, last: {last}"
    )]
    CrashedTooOften {
        /// The group.
        group: String,
        /// The number of crashes that is too many.
        limit: usize,
        /// How the last one ended.
        last: String,
    },
}

/// What the supervisors of all groups share.
#[derive(Clone)]
pub struct Supervision {
    /// How a process is started.
    pub plan: SpawnPlan,
    /// Where it is written down.
    pub book: Arc<ProcessBook>,
    /// Asks whether it is ready.
    pub client: Client,
    /// So many crashes of a group are too many.
    pub crash_limit: usize,
    /// Kills every process.
    pub stop: CancellationToken,
    /// Hears why the host must stop.
    pub fatal: mpsc::UnboundedSender<Fatal>,
}

/// Runs the processes of one group, one after the other.
pub struct Supervisor {
    group: Arc<Group>,
    kills: mpsc::UnboundedReceiver<Kill>,
    shared: Supervision,
}

/// How a process came to its end, and whether it had been ready.
struct Ended {
    how: End,
    was_ready: bool,
}

enum End {
    HostStops,
    CannotStart(String),
    Restart(String),
    Crashed(String),
}

impl Supervisor {
    /// A supervisor and the group it serves: its name and its functions.
    pub fn new((name, functions): (String, Vec<String>), shared: Supervision) -> (Self, Arc<Group>) {
        let (group, kills) = Group::new(name, functions);
        (Self { group: Arc::clone(&group), kills, shared }, group)
    }

    /// Runs until the host stops or the group is beyond help.
    pub async fn run(mut self) {
        let mut crashes = Crashes::new(self.shared.crash_limit);
        for generation in 1.. {
            let ended = self.run_process(generation).await;
            self.group.set_state(State::Starting);
            let group = self.group.name.as_str();
            match ended.how {
                End::HostStops => break,
                End::CannotStart(problem) => return self.give_up(Fatal::CannotStart(problem)),
                End::Restart(why) => tracing::warn!(group, "the handler is restarted: {why}"),
                End::Crashed(how) => {
                    tracing::error!(group, "the handler crashed: {how}");
                    if crashes.record(Instant::now()) {
                        let fatal = Fatal::CrashedTooOften {
                            group: group.to_owned(),
                            limit: self.shared.crash_limit,
                            last: how,
                        };
                        return self.give_up(fatal);
                    }
                }
            }
            if !ended.was_ready {
                tokio::select! {
                    () = tokio::time::sleep(PAUSE_AFTER_FAILED_START) => {}
                    () = self.shared.stop.cancelled() => break,
                }
            }
        }
        self.group.set_state(State::Stopped);
    }

    fn give_up(&self, fatal: Fatal) {
        self.group.set_state(State::Stopped);
        // A closed channel means that the host is already stopping.
        let _ = self.shared.fatal.send(fatal);
    }

    async fn run_process(&mut self, generation: u64) -> Ended {
        let started = choose_port(self.shared.plan.handler.port)
            .and_then(|port| Ok((port, self.shared.plan.spawn(port)?)));
        let (port, mut child) = match started {
            Ok(started) => started,
            Err(problem) => return Ended { how: End::CannotStart(problem), was_ready: false },
        };
        let pid = child.id();
        self.group.process_started(pid);
        if let Some(pid) = pid {
            self.shared.book.add(pid, &self.group.name);
        }
        self.copy_console(&mut child);
        let ended = self.watch(&mut child, Endpoint { port, generation }).await;
        self.group.process_ended();
        if let Some(pid) = pid {
            self.shared.book.remove(pid);
        }
        ended
    }

    fn copy_console(&self, child: &mut Child) {
        let group: Arc<str> = self.group.name.as_str().into();
        let errors_only = self.shared.plan.handler.stderr_is_error;
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(console::copy(stdout, Stream::Stdout, Arc::clone(&group)));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(console::copy(stderr, Stream::Stderr { errors_only }, group));
        }
    }

    async fn watch(&mut self, child: &mut Child, endpoint: Endpoint) -> Ended {
        let began = Instant::now();
        let limit = self.shared.plan.handler.initialization_timeout;
        let ready = tokio::select! {
            ready = tokio::time::timeout(limit, wait_until_ready(&self.shared.client, endpoint.port)) => ready.is_ok(),
            status = child.wait() => return Ended { how: judge_exit(status), was_ready: false },
            () = self.shared.stop.cancelled() => return self.end(child, End::HostStops, false).await,
        };
        if !ready {
            let how = format!(
                "it did not answer on port {} within {} s of its start",
                endpoint.port,
                limit.as_secs()
            );
            return self.end(child, End::Crashed(how), false).await;
        }
        let milliseconds = began.elapsed().as_millis();
        tracing::info!(group = self.group.name, port = endpoint.port, milliseconds, "the handler is ready");
        self.group.set_state(State::Ready(endpoint));
        tokio::select! {
            status = child.wait() => Ended { how: judge_exit(status), was_ready: true },
            () = self.shared.stop.cancelled() => self.end(child, End::HostStops, true).await,
            reason = next_kill(&mut self.kills, endpoint.generation) => {
                self.end(child, End::Restart(reason), true).await
            }
        }
    }

    /// SIGKILL, as the host ends handlers: there is no gentler way.
    async fn end(&self, child: &mut Child, how: End, was_ready: bool) -> Ended {
        self.group.sample_memory();
        self.group.set_state(State::Starting);
        if let Err(error) = child.kill().await {
            tracing::debug!(group = self.group.name, %error, "the handler had ended already");
        }
        Ended { how, was_ready }
    }
}

/// Any HTTP answer at all counts.
async fn wait_until_ready(client: &Client, port: u16) {
    loop {
        if let Ok(uri) = format!("http://127.0.0.1:{port}/").parse::<http::Uri>() {
            let mut request = http::Request::new(Body::empty());
            *request.uri_mut() = uri;
            if client.request(request).await.is_ok() {
                return;
            }
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Requests that were meant for an earlier process are dropped.
async fn next_kill(kills: &mut mpsc::UnboundedReceiver<Kill>, generation: u64) -> String {
    loop {
        match kills.recv().await {
            Some(kill) if kill.generation == generation => return kill.reason,
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

/// Newer hosts restart after exit code 0; 200 asks for a restart; anything else is a crash.
fn judge_exit(status: std::io::Result<ExitStatus>) -> End {
    match status {
        Ok(status) if status.success() => End::Restart("it exited with code 0".into()),
        Ok(status) if status.code() == Some(INTENTIONAL_RESTART) => {
            End::Restart("it asked for it (exit code 200)".into())
        }
        Ok(status) => End::Crashed(status.to_string()),
        Err(error) => End::Crashed(format!("its end cannot be seen: {error}")),
    }
}
