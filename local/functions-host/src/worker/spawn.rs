//! Starts one handler process.

use super::launcher;
use crate::app::{Handler, Settings};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::{Child, Command};

/// Everything a start needs that does not change from one process to the next.
#[derive(Debug, Clone)]
pub struct SpawnPlan {
    /// How host.json describes the handler.
    pub handler: Handler,
    /// Given to the handler, over the environment the host has itself.
    pub settings: Arc<Settings>,
    /// The app's folder.
    pub script_root: PathBuf,
    /// The host's own executable, which ties the child's life to the host's; without it the child may outlive
    /// a killed host until the next start.
    pub launcher: Option<PathBuf>,
}

impl SpawnPlan {
    /// Starts the handler on that port.
    ///
    /// # Errors
    /// A sentence, when the system cannot start it.
    pub fn spawn(&self, port: u16) -> Result<Child, String> {
        let executable = self.handler.executable.display();
        self.try_spawn(port).map_err(|error| format!("{executable}: {error}"))
    }

    fn try_spawn(&self, port: u16) -> std::io::Result<Child> {
        let port = port.to_string();
        let worker = uuid::Uuid::new_v4().to_string();
        let known = [("FUNCTIONS_CUSTOMHANDLER_PORT", port.clone()), ("FUNCTIONS_HTTPWORKER_PORT", port)];
        let arguments = self.settings.expand_or_remove(&self.handler.arguments, &known);
        self.command()
            .args(arguments.split_whitespace())
            .current_dir(&self.handler.working_directory)
            .envs(self.settings.for_child())
            .envs(known)
            .env("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", &worker)
            .env("FUNCTIONS_HTTPWORKER_ID", &worker)
            .env("FUNCTIONS_APP_ROOT_PATH", &self.script_root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A Ctrl-C in the terminal is for the host alone: it drains first.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    fn command(&self) -> Command {
        let Some(launcher) = &self.launcher else { return Command::new(&self.handler.executable) };
        let mut command = Command::new(launcher);
        command.arg(launcher::ARGUMENT).arg(std::process::id().to_string()).arg(&self.handler.executable);
        command
    }
}

/// The fixed port of host.json, or one that is free now.
///
/// # Errors
/// A sentence, when the fixed port is taken (the real host refuses that too) or none is free.
pub fn choose_port(fixed: Option<u16>) -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, fixed.unwrap_or(0)));
    let port = listener.and_then(|listener| Ok(listener.local_addr()?.port()));
    port.map_err(|error| match fixed {
        Some(port) => format!("customHandler.port {port} cannot be used: {error}"),
        None => format!("no free port was found: {error}"),
    })
}

/// Refuses an executable that cannot be started, before anything runs.
///
/// # Errors
/// A sentence that says what to do.
pub fn check_executable(executable: &Path) -> Result<(), String> {
    if executable.components().count() > 1 {
        return check_file(executable);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|directory| check_file(&directory.join(executable)).is_ok()) {
        return Ok(());
    }
    let name = executable.display();
    Err(format!(
        "the handler '{name}' is neither in the script root nor on PATH: build it and lay the app out first"
    ))
}

fn check_file(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let at = path.display();
    let found =
        std::fs::metadata(path).map_err(|error| format!("the handler {at} cannot be used: {error}"))?;
    if !found.is_file() || found.permissions().mode() & 0o111 == 0 {
        return Err(format!("the handler {at} is not an executable file: run chmod +x on it"));
    }
    Ok(())
}
