//! A child process that says in a file which address it listens on.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub struct Process {
    child: Child,
    pub address: String,
    log: PathBuf,
}

/// Cold start of an unoptimised executable on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(120);

impl Process {
    /// Starts one of the workspace's executables; waits until it wrote its address.
    pub fn start(executable: &str, arguments: &[String], address_file: &Path, log: &Path) -> Result<Self> {
        let _ = fs::remove_file(address_file);
        let out = File::options().create(true).append(true).open(log)?;
        let child = Command::new(binary(executable)?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("{executable} cannot be started"))?;
        let mut process = Self { child, address: String::new(), log: log.to_path_buf() };
        let started = Instant::now();
        loop {
            if let Some(address) = fs::read_to_string(address_file).ok().and_then(|text| address(&text)) {
                process.address = address;
                return Ok(process);
            }
            if !process.is_running() || started.elapsed() > START_TIMEOUT {
                bail!("{executable} did not start; its log:\n{}", process.log_tail());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn log_tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A whole line with an address, or with a port of this machine.
fn address(text: &str) -> Option<String> {
    let line = text.strip_suffix('\n')?;
    if line.parse::<u16>().is_ok() { Some(format!("127.0.0.1:{line}")) } else { Some(line.to_owned()) }
}

/// SIGKILL to a process that is not our child.
pub fn kill_pid(pid: u64) {
    let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status();
}

/// A port that is free now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// An executable beside this test's own folder.
pub fn binary(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).context("the test has no target folder")?;
    let file = folder.join(name);
    if !file.is_file() {
        bail!(
            "{} is not built: run `cargo xtask test`, or `cargo build --workspace --bins` first",
            file.display()
        );
    }
    Ok(file)
}
