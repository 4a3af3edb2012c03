//! The Functions app as it is laid out on disk: settings, host.json and the functions.
//!
//! Reading is strict: whatever the real host would refuse, or would take and then not do, is listed as a
//! problem, all problems at once, and nothing starts.

mod function_json;
mod functions;
mod host_json;
mod routes;
mod settings;

pub use function_json::{
    DataType, EventHubTrigger, Function, HttpTrigger, MessageType, QueueTrigger, TimerTrigger, Trigger,
};
pub use host_json::{EventHubOptions, Handler, HostConfig, MessageEncoding, QueueOptions};
pub use routes::{Route, Routes};
pub use settings::Settings;

use std::path::Path;

/// Everything the host needs to know about the app it runs.
#[derive(Debug, Clone)]
pub struct App {
    /// What host.json says.
    pub config: HostConfig,
    /// The functions, by name.
    pub functions: Vec<Function>,
    /// The routes of the HTTP functions.
    pub routes: Routes,
}

/// Why an app cannot be started: sentences for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the Functions app is not valid:\n  - {}", .0.join("\n  - "))]
pub struct Invalid(pub Vec<String>);

impl App {
    /// Reads `host.json` and every direct child's `function.json`.
    ///
    /// # Errors
    /// Every problem found, when there is any.
    pub fn load(root: &Path, settings: &Settings) -> Result<Self, Invalid> {
        let mut problems = Vec::new();
        let host = host_json::read(root, settings).map_err(|problem| Invalid(vec![problem]))?;
        let functions = functions::read(root, settings, &mut problems);
        host.check_against(&functions, &mut problems);
        let routes = Routes::new(&host.config.route_prefix, &functions, &mut problems);
        if problems.is_empty() {
            return Ok(Self { config: host.config, functions, routes });
        }
        Err(Invalid(problems))
    }

    /// The function of that name, whatever its case.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name.eq_ignore_ascii_case(name))
    }
}
