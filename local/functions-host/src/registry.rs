//! What the host remembers about its functions, for `GET /admin/host/status`.

use crate::app::App;
use crate::sync::lock;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// More distinct breaches than this are counted as one.
const MAX_CONTRACT_ERRORS: usize = 100;

/// Counters per function and the breaches of the contract.
#[derive(Debug, Default)]
pub struct Registry {
    functions: BTreeMap<String, Arc<FunctionStats>>,
    contract_errors: Mutex<Vec<ContractError>>,
}

/// One function's counters. Every attempt counts as an invocation.
#[derive(Debug, Default)]
pub struct FunctionStats {
    trigger: &'static str,
    disabled: bool,
    invocations: AtomicU64,
    failures: AtomicU64,
    running: AtomicU64,
    last_error: Mutex<Option<String>>,
}

/// One distinct breach of the custom handler contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractError {
    /// Whose answer it was.
    pub function: String,
    /// What was wrong, and what to send instead.
    pub problem: String,
    /// How often it happened.
    pub count: u64,
}

/// One function as the status shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionStatus {
    name: String,
    trigger: &'static str,
    disabled: bool,
    invocations: u64,
    failures: u64,
    last_error: Option<String>,
    running: u64,
}

impl Registry {
    /// Counters for every function of the app.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let functions = app.functions.iter().map(|function| {
            let stats = FunctionStats {
                trigger: function.trigger.label(),
                disabled: function.disabled,
                ..FunctionStats::default()
            };
            (function.name.clone(), Arc::new(stats))
        });
        Self { functions: functions.collect(), contract_errors: Mutex::default() }
    }

    /// Counts an invocation as begun; the guard counts it as ended.
    #[must_use]
    pub fn begin(&self, function: &str) -> Running {
        let stats = self.functions.get(function).cloned().unwrap_or_default();
        stats.invocations.fetch_add(1, Relaxed);
        stats.running.fetch_add(1, Relaxed);
        Running(stats)
    }

    /// Remembers a failure and its reason.
    pub fn failed(&self, function: &str, reason: &str) {
        if let Some(stats) = self.functions.get(function) {
            stats.failures.fetch_add(1, Relaxed);
            *lock(&stats.last_error) = Some(reason.to_owned());
        }
    }

    /// Remembers a breach of the contract, once for each distinct one.
    pub fn contract_error(&self, function: &str, problem: &str) {
        let mut errors = lock(&self.contract_errors);
        if let Some(known) =
            errors.iter_mut().find(|known| known.function == function && known.problem == problem)
        {
            known.count += 1;
            return;
        }
        if errors.len() < MAX_CONTRACT_ERRORS {
            errors.push(ContractError {
                function: function.to_owned(),
                problem: problem.to_owned(),
                count: 1,
            });
        }
    }

    /// The functions as the status shows them.
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionStatus> {
        let status = |(name, stats): (&String, &Arc<FunctionStats>)| FunctionStatus {
            name: name.clone(),
            trigger: stats.trigger,
            disabled: stats.disabled,
            invocations: stats.invocations.load(Relaxed),
            failures: stats.failures.load(Relaxed),
            last_error: lock(&stats.last_error).clone(),
            running: stats.running.load(Relaxed),
        };
        self.functions.iter().map(status).collect()
    }

    /// The breaches so far.
    #[must_use]
    pub fn contract_errors(&self) -> Vec<ContractError> {
        lock(&self.contract_errors).clone()
    }
}

/// An invocation under way; dropping it ends it.
#[derive(Debug)]
pub struct Running(Arc<FunctionStats>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
    }
}
