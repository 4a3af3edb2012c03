//! A child process that listens on an address of this machine and says so in a file.

use std::cell::RefCell;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub struct Process {
    name: String,
    child: RefCell<Child>,
    pub address: String,
    log: PathBuf,
}

/// A cold start on a slow disk, with data to generate.
const START_TIMEOUT: Duration = Duration::from_secs(600);
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

impl Process {
    /// Starts `program`, which writes the address it listens on to `address_file`. It gets a process
    /// group of its own, so that Ctrl-C reaches us first and we stop things in order.
    pub fn start(program: &Path, logs: &Path, arguments: &[&str], address_file: &Path) -> Result<Self> {
        let name = program.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let _ = fs::remove_file(address_file);
        let log = logs.join(format!("{name}.log"));
        let out = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let mut process = Self { name, child: RefCell::new(child), address: String::new(), log };
        process.address = process.wait_for_address(address_file)?;
        Ok(process)
    }

    fn wait_for_address(&self, file: &Path) -> Result<String> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if let Some(address) = fs::read_to_string(file).ok().and_then(|text| address(&text)) {
                return Ok(address);
            }
            self.check_alive()?;
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("{} did not start within {} s; see {}", self.name, START_TIMEOUT.as_secs(), self.log.display())
    }

    pub fn check_alive(&self) -> Result<()> {
        if let Some(status) = self.child.borrow_mut().try_wait()? {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            bail!(
                "{} stopped ({status}). Its last words, from {}:\n{}",
                self.name,
                self.log.display(),
                tail.join("\n")
            );
        }
        Ok(())
    }

    /// SIGTERM, then SIGKILL. Stopping twice does nothing.
    pub fn stop(&self) {
        let mut child = self.child.borrow_mut();
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        let pid = child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).stderr(Stdio::null()).status();
        let started = Instant::now();
        while started.elapsed() < STOP_TIMEOUT {
            if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// What was started before something failed does not linger.
impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A whole line with an address, or with a port of this machine.
fn address(text: &str) -> Option<String> {
    let line = text.strip_suffix('\n')?;
    if line.parse::<u16>().is_ok() { Some(format!("127.0.0.1:{line}")) } else { Some(line.to_owned()) }
}

/// `wanted` if it is free, else any free one; any free one for 0.
pub fn free_port(wanted: u16) -> Result<u16> {
    if wanted == 0 {
        return Ok(TcpListener::bind("127.0.0.1:0").context("no port is free")?.local_addr()?.port());
    }
    if TcpListener::bind(("127.0.0.1", wanted)).is_ok() {
        return Ok(wanted);
    }
    let other = TcpListener::bind("127.0.0.1:0").context("no port is free")?.local_addr()?.port();
    eprintln!("    port {wanted} is in use; taking {other}");
    Ok(other)
}
