//! Which processes this host started, so that the next host can end what a killed one left behind.
//!
//! The launcher already ties children to their host on Linux; this is the second net, for hosts that run
//! without it. A process is recognised by pid, start time and boot id, so a reused pid is never killed.

use crate::files;
use crate::sync::lock;
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Long enough for a child to get from fork to exec.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);

/// The state directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateInUse {
    /// Two hosts would deliver every event twice and fire every timer twice.
    #[error("another host uses the state directory {}: stop it first, or give --state another one", .0.display())]
    Locked(PathBuf),
    /// The directory cannot be written.
    #[error("the state directory {} cannot be used", .0.display())]
    Unusable(PathBuf, #[source] std::io::Error),
}

/// The children of this host, in `processes.json`. Holding it holds the state directory's lock.
#[derive(Debug)]
pub struct ProcessBook {
    path: PathBuf,
    children: Mutex<Vec<Child>>,
    // The kernel gives the lock back when the process ends, however it ends.
    _lock: File,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Child {
    pid: u32,
    group: String,
    identity: Identity,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    boot: String,
    start_ticks: u64,
}

impl ProcessBook {
    /// Locks the state directory and kills what the host before left running.
    ///
    /// # Errors
    /// When another host holds the lock or the directory cannot be written.
    pub fn open(state: &Path) -> Result<Self, StateInUse> {
        let unusable = |error| StateInUse::Unusable(state.to_owned(), error);
        std::fs::create_dir_all(state).map_err(unusable)?;
        let lock = File::create(state.join("host.lock")).map_err(unusable)?;
        take(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => StateInUse::Locked(state.to_owned()),
            TryLockError::Error(error) => unusable(error),
        })?;
        let path = state.join("processes.json");
        for child in files::read_json::<Vec<Child>>(&path).unwrap_or_default() {
            end(&child);
        }
        Ok(Self { path, children: Mutex::default(), _lock: lock })
    }

    /// Writes down a child.
    pub fn add(&self, pid: u32, group: &str) {
        let Some(identity) = identity(pid) else { return };
        let mut children = lock(&self.children);
        children.push(Child { pid, group: group.to_owned(), identity });
        self.save(&children);
    }

    /// Strikes out a child that has ended.
    pub fn remove(&self, pid: u32) {
        let mut children = lock(&self.children);
        children.retain(|child| child.pid != pid);
        self.save(&children);
    }

    fn save(&self, children: &[Child]) {
        if let Err(error) = files::write_json(&self.path, &children) {
            tracing::warn!(error = format!("{error:#}"), "the list of handler processes cannot be written");
        }
    }
}

/// A child that a killed host was just about to start holds the lock until it has become the handler.
fn take(lock: &File) -> Result<(), TryLockError> {
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome,
        }
    }
}

/// Kills a recorded child if it still is the same process, and waits a moment for its end.
fn end(child: &Child) {
    let alive = || identity(child.pid).is_some_and(|found| found == child.identity);
    if !kill_if(child.pid, alive) {
        return;
    }
    tracing::warn!(group = child.group, pid = child.pid, "killed a handler that an earlier host left behind");
    let deadline = Instant::now() + Duration::from_secs(2);
    while alive() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A pid file descriptor keeps naming the same process, so that checking and killing cannot be told apart.
#[cfg(target_os = "linux")]
fn kill_if(pid: u32, is_the_one: impl Fn() -> bool) -> bool {
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    is_the_one() && pidfd_send_signal(handle, Signal::KILL).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn kill_if(_pid: u32, _is_the_one: impl Fn() -> bool) -> bool {
    false
}

/// Nothing for a process that is gone, a zombie, or on a system without `/proc`.
fn identity(pid: u32) -> Option<Identity> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(Identity { boot: boot.trim().to_owned(), start_ticks: start_ticks(&stat)? })
}

/// Field 22 of proc_pid_stat(5). The name in parentheses may hold spaces and parentheses itself.
fn start_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_found_behind_a_hostile_name() {
        let rest = (4..=25).map(|field| field.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(start_ticks(&format!("7 (a) b (c) S {rest}")), Some(22));
        assert_eq!(start_ticks(&format!("7 (a) Z {rest}")), None);
    }

    #[test]
    fn a_second_host_is_refused_and_the_lock_ends_with_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let first = ProcessBook::open(directory.path()).unwrap();
        assert!(matches!(ProcessBook::open(directory.path()), Err(StateInUse::Locked(_))));
        drop(first);
        assert!(ProcessBook::open(directory.path()).is_ok());
    }

    #[test]
    fn a_left_over_child_is_killed_but_a_reused_pid_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let mut left_over = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let mut stranger = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let book = ProcessBook::open(directory.path()).unwrap();
        book.add(left_over.id(), "transform");
        book.add(stranger.id(), "extract");
        lock(&book.children)[1].identity.start_ticks += 1;
        book.remove(u32::MAX);
        drop(book);
        let _next = ProcessBook::open(directory.path()).unwrap();
        assert!(!left_over.wait().unwrap().success());
        assert_eq!(stranger.try_wait().unwrap(), None);
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }
}
