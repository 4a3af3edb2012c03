//! What happens to an account while it is read: permissions that end after so many requests, and changes after
//! so many answers.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::changes::ChangeOrder;
use crate::suiteql::Access;

/// The end of a permission, ordered in advance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    pub table: String,
    /// So many more requests of the table are answered.
    pub requests: u32,
}

/// Changes that go on while the account is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Churn {
    /// SuiteQL answers between two rounds of changes, one at the least.
    pub every: u32,
    #[serde(flatten)]
    pub changes: ChangeOrder,
}

/// How a permission ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    Deny,
    Silence,
}

#[derive(Debug, Default)]
struct State {
    endings: Vec<(Ending, After)>,
    churn: Option<Churn>,
    answers: u32,
    rounds: u64,
}

/// What is still to be seen by whom reads.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Coming {
    pub endings: Vec<(Ending, After)>,
    pub churn: Option<Churn>,
    /// Rounds of changes made so far.
    pub churned: u64,
}

/// The disturbances of an account.
#[derive(Default)]
pub struct Disturbances(Mutex<State>);

impl Disturbances {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn coming(&self) -> Coming {
        self.with(|s| Coming { endings: s.endings.clone(), churn: s.churn, churned: s.rounds })
    }

    pub fn reset(&self) {
        self.with(|s| *s = State::default());
    }

    pub fn end_after(&self, ending: Ending, after: After) {
        self.with(|s| s.endings.push((ending, after)));
    }

    pub fn churn(&self, churn: Option<Churn>) {
        self.with(|s| (s.churn, s.answers) = (churn, 0));
    }

    /// Counts a request of `tables`; returns the permissions that end with it.
    pub fn asked(&self, tables: &[&str]) -> Vec<(Ending, String)> {
        self.with(|s| {
            let mut ended = Vec::new();
            s.endings.retain_mut(|(ending, after)| {
                if !tables.contains(&after.table.as_str()) {
                    return true;
                }
                if after.requests == 0 {
                    ended.push((*ending, after.table.clone()));
                    return false;
                }
                after.requests -= 1;
                true
            });
            ended
        })
    }

    /// Counts an answer; returns the changes to make after it.
    pub fn answered(&self) -> Option<ChangeOrder> {
        self.with(|s| {
            let churn = s.churn?;
            s.answers += 1;
            if s.answers < churn.every.max(1) {
                return None;
            }
            s.answers = 0;
            s.rounds += 1;
            Some(churn.changes)
        })
    }
}

/// Ends permissions for good.
pub fn end(access: &mut Access, ended: Vec<(Ending, String)>) {
    for (ending, table) in ended {
        match ending {
            Ending::Deny => access.denied.insert(table),
            Ending::Silence => access.silenced.insert(table),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_ends_with_the_request_after_the_ordered_ones() {
        let disturbances = Disturbances::default();
        disturbances.end_after(Ending::Silence, After { table: "customer".to_owned(), requests: 2 });
        assert!(disturbances.asked(&["customer"]).is_empty());
        assert!(disturbances.asked(&["vendor"]).is_empty());
        assert!(disturbances.asked(&["vendor", "customer"]).is_empty());
        assert_eq!(disturbances.asked(&["customer"]), [(Ending::Silence, "customer".to_owned())]);
        assert!(disturbances.asked(&["customer"]).is_empty(), "it ends once");
    }

    #[test]
    fn changes_come_after_every_so_many_answers_until_they_are_called_off() {
        let disturbances = Disturbances::default();
        let changes = ChangeOrder { deletes: 1, ..ChangeOrder::default() };
        disturbances.churn(Some(Churn { every: 3, changes }));
        let seen: Vec<bool> = (0..7).map(|_| disturbances.answered().is_some()).collect();
        assert_eq!(seen, [false, false, true, false, false, true, false]);
        disturbances.churn(None);
        assert!((0..7).all(|_| disturbances.answered().is_none()));
        assert_eq!(disturbances.coming().churned, 2);
    }
}
