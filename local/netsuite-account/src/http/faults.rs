//! Faults ordered through the control plane: those every account knows, and this vendor's own.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Deserializer, Serialize};

use super::disturb::{After, Churn, Coming, Disturbances, Ending};

/// What only this vendor can do wrong, beside what every account takes. What is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OwnFaults {
    /// SuiteQL finds no rows in this table; `allow_table` takes that back as well.
    pub silence_table: Option<String>,
    /// Column names come upper case, as after a release that changed their casing.
    pub upper_case_keys: Option<bool>,
    /// After so many more requests of a table it is denied.
    pub deny_after: Option<After>,
    /// After so many more requests of a table it is silent.
    pub silence_after: Option<After>,
    /// The type of this `table.column` becomes one step wider, for good.
    pub widen_column: Option<String>,
    /// Changes that go on while SuiteQL answers; `null` calls them off.
    #[serde(deserialize_with = "given")]
    pub churn: Option<Option<Churn>>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<Churn>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// What is still to be spent.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Pending {
    #[serde(flatten)]
    pub transport: forebay_simulation::Pending,
    pub upper_case_keys: bool,
    #[serde(flatten)]
    pub coming: Coming,
}

/// The faults of an account.
#[derive(Default)]
pub struct Faults {
    pub transport: forebay_simulation::Faults,
    pub disturbances: Disturbances,
    upper_case_keys: AtomicBool,
}

impl Faults {
    pub fn pending(&self) -> Pending {
        Pending {
            transport: self.transport.pending(),
            upper_case_keys: self.upper_case_keys(),
            coming: self.disturbances.coming(),
        }
    }

    /// Takes back what is this vendor's own.
    pub fn reset(&self) {
        self.disturbances.reset();
        self.upper_case_keys.store(false, Ordering::Relaxed);
    }

    /// Takes the parts of an order that are faults of spelling, and what is to happen later.
    pub fn order(&self, order: &OwnFaults) {
        if let Some(upper) = order.upper_case_keys {
            self.upper_case_keys.store(upper, Ordering::Relaxed);
        }
        for (ending, after) in [(Ending::Deny, &order.deny_after), (Ending::Silence, &order.silence_after)] {
            if let Some(after) = after {
                let table = after.table.to_lowercase();
                self.disturbances.end_after(ending, After { table, requests: after.requests });
            }
        }
        if let Some(churn) = order.churn {
            self.disturbances.churn(churn);
        }
    }

    pub fn upper_case_keys(&self) -> bool {
        self.upper_case_keys.load(Ordering::Relaxed)
    }
}
