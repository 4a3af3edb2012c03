//! The cost of a process, from the operating system's own account of it.

use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// Told to this program by itself: to be the parent of one process and nothing else, because the account of
/// children holds the largest size of all of them.
pub const AS_PARENT: &str = "--as-parent-of";

#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// User and system time, all threads.
    pub cpu_seconds: f64,
    /// Largest resident size.
    pub peak_mib: f64,
}

pub fn run(command: &[String]) -> Cost {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).arg(AS_PARENT).args(command).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    Cost { cpu_seconds: figures[0], peak_mib: figures[1] }
}

pub fn as_parent(command: &[String]) {
    let status = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?} failed");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    // Linux counts kibibytes.
    println!("{} {}", micros as f64 / 1e6, usage.max_rss() as f64 / 1024.0);
}
