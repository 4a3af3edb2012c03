//! What the fault suite tried.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, ensure};

use crate::account::Offer;
use crate::case::Deck;

/// Cases from which on nothing that is offered may be left untried.
const MANY: u32 = 100;

/// What was tried.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub cases: u32,
    pub firings: u32,
    /// Runs that ended with a stream that failed.
    pub failed_runs: u32,
    /// Rows compared with the source.
    pub compared: u64,
    /// What happened, by name.
    pub dealt: BTreeMap<String, u32>,
    /// What was to happen, and how much of that did not: its case was over before.
    pub steps: u32,
    pub undealt: u32,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        self.firings += other.firings;
        self.failed_runs += other.failed_runs;
        self.compared += other.compared;
        self.steps += other.steps;
        self.undealt += other.undealt;
        for (name, count) in &other.dealt {
            *self.dealt.entry(name.clone()).or_default() += count;
        }
    }

    pub(crate) fn count(&mut self, name: impl Into<String>) {
        *self.dealt.entry(name.into()).or_default() += 1;
    }

    /// Many cases have tried every sort of fault that the account offers, and most of what they had to deal.
    pub(crate) fn is_broad(&self, offer: &Offer) -> Result<()> {
        if self.cases < MANY {
            return Ok(());
        }
        let untried = Deck::names(offer).into_iter().filter(|name| !self.dealt.contains_key(name));
        let untried: Vec<String> = untried.collect();
        ensure!(untried.is_empty(), "never dealt in {} cases: {untried:?}", self.cases);
        ensure!(self.undealt * 2 <= self.steps, "{} of {} steps were not dealt", self.undealt, self.steps);
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dealt: Vec<String> = self.dealt.iter().map(|(name, count)| format!("{count} {name}")).collect();
        write!(
            f,
            "{} cases in {} firings, {} failed runs, {} rows equal to the source; {}; {} of {} steps not dealt",
            self.cases,
            self.firings,
            self.failed_runs,
            self.compared,
            dealt.join(", "),
            self.undealt,
            self.steps
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_cases_that_leave_something_out_are_not_enough() {
        let offer = Offer { deniable: vec!["a"], ..Offer::default() };
        let mut tally = Tally { cases: 100, steps: 200, ..Tally::default() };
        assert!(format!("{:#}", tally.is_broad(&offer).unwrap_err()).contains("deny_table"));
        Deck::names(&offer).into_iter().for_each(|name| tally.count(name));
        assert!(tally.is_broad(&offer).is_ok());
        tally.undealt = 101;
        assert!(tally.is_broad(&offer).is_err());
        assert!(Tally { cases: 99, ..Tally::default() }.is_broad(&offer).is_ok());
    }
}
