//! A child that dies with its host.
//!
//! Linux can send a process SIGKILL when its parent dies (`PR_SET_PDEATHSIG`), and keeps that wish across
//! `execve`. To ask for it between fork and exec would need unsafe code; so the host starts *itself* in this
//! mode, which asks safely and then becomes the handler.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// The first argument that selects this mode.
pub const ARGUMENT: &str = "--become-handler";

/// What to become.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    parent: i32,
    executable: PathBuf,
    arguments: Vec<OsString>,
}

/// The plan, when the command line selects this mode: `--become-handler <parent pid> <executable> [argument…]`.
pub fn requested(arguments: impl IntoIterator<Item = OsString>) -> Option<Plan> {
    let mut arguments = arguments.into_iter().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let parent = arguments.next()?.to_str()?.parse().ok()?;
    let executable = arguments.next()?.into();
    Some(Plan { parent, executable, arguments: arguments.collect() })
}

/// Replaces this process by the handler; returns only when that failed.
#[must_use]
pub fn launch(plan: &Plan) -> io::Error {
    if let Err(error) = die_with_parent(plan.parent) {
        return error;
    }
    use std::os::unix::process::CommandExt as _;
    std::process::Command::new(&plan.executable).args(&plan.arguments).exec()
}

#[cfg(target_os = "linux")]
fn die_with_parent(parent: i32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // The parent may have died before the wish was set.
    if rustix::process::Pid::as_raw(rustix::process::getppid()) != parent {
        return Err(io::Error::other("the host is gone"));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_parent: i32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_argument_selects_the_mode() {
        let plan = |arguments: &[&str]| requested(arguments.iter().map(OsString::from));
        assert_eq!(plan(&["host", "--script-root", "x"]), None);
        assert_eq!(plan(&["host", ARGUMENT, "12"]), None);
        let expected = Plan { parent: 12, executable: "/x/handler".into(), arguments: vec!["--port".into()] };
        assert_eq!(plan(&["host", ARGUMENT, "12", "/x/handler", "--port"]), Some(expected));
    }
}
