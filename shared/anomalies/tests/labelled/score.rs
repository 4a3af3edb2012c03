//! Precision and recall by event: an anomaly is found if any of its points is called unusual; a false
//! alarm is a stretch of points called unusual outside of any anomaly.

use crate::methods::Alarms;
use crate::series::Series;

/// Points after an anomaly whose alarms belong to it: the return to what was is no new event.
const AFTERMATH: usize = 6;

#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    pub found: usize,
    pub missed: usize,
    pub false_alarms: usize,
}

impl Score {
    pub fn of(series: &Series, alarms: &Alarms) -> Self {
        let mut score = Self::default();
        for (from, to) in &series.anomalies {
            let found = alarms.iter().any(|(i, alarm)| *alarm && (*from..=*to).contains(i));
            if found { score.found += 1 } else { score.missed += 1 }
        }
        let excused =
            |i: usize| series.anomalies.iter().any(|(from, to)| (*from..=to + AFTERMATH).contains(&i));
        let mut before = false;
        for (index, alarm) in alarms {
            let false_alarm = *alarm && !excused(*index);
            if false_alarm && !before {
                score.false_alarms += 1;
            }
            before = *alarm;
        }
        score
    }

    pub fn add(&mut self, other: Self) {
        self.found += other.found;
        self.missed += other.missed;
        self.false_alarms += other.false_alarms;
    }

    pub fn precision(self) -> f64 {
        self.found as f64 / (self.found + self.false_alarms).max(1) as f64
    }

    pub fn recall(self) -> f64 {
        self.found as f64 / (self.found + self.missed).max(1) as f64
    }

    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }
}
