//! Faults ordered through the control plane: those every account knows, and this vendor's own.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

/// An order, as `POST /_control/faults` takes it. What is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultOrder {
    #[serde(flatten)]
    pub transport: forebay_simulation::FaultOrder,
    /// Ends every access token now.
    pub expire_tokens: Option<bool>,
    /// SuiteQL says that this table was not found.
    pub deny_table: Option<String>,
    /// SuiteQL finds no rows in this table.
    pub silence_table: Option<String>,
    /// Takes back both for this table.
    pub allow_table: Option<String>,
    /// SuiteQL says that this `table.column` is unknown.
    pub reject_column: Option<String>,
    /// Takes that back.
    pub allow_column: Option<String>,
    /// Column names come upper case, as after a release that changed their casing.
    pub upper_case_keys: Option<bool>,
}

/// What is still to be spent.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Pending {
    #[serde(flatten)]
    pub transport: forebay_simulation::Pending,
    pub upper_case_keys: bool,
}

/// The faults of an account.
#[derive(Default)]
pub struct Faults {
    pub transport: forebay_simulation::Faults,
    upper_case_keys: AtomicBool,
}

impl Faults {
    pub fn pending(&self) -> Pending {
        Pending { transport: self.transport.pending(), upper_case_keys: self.upper_case_keys() }
    }

    pub fn reset(&self) {
        self.transport.reset();
        self.upper_case_keys.store(false, Ordering::Relaxed);
    }

    /// Takes the parts of an order that are faults of transport, time and spelling.
    pub fn order(&self, order: &FaultOrder) {
        self.transport.order(&order.transport);
        if let Some(upper) = order.upper_case_keys {
            self.upper_case_keys.store(upper, Ordering::Relaxed);
        }
    }

    pub fn upper_case_keys(&self) -> bool {
        self.upper_case_keys.load(Ordering::Relaxed)
    }
}
