//! What a process knows of an account's budget: its share, who is in, pauses, rates. Pure: the caller
//! brings the time, which counts from when the gate began.

use std::collections::BTreeMap;
use std::time::Duration;

use forebay_model::{Instant, NoticeKind, RunNotice};
use forebay_ports::{Lane, Limits, Paused};

use super::Pace;
use super::breaker::Breaker;
use super::rate::Rate;

#[derive(Default)]
pub(super) struct State {
    /// Requests may begin while fewer are in flight. None may while the share is being asked for: how
    /// many are in flight must not grow until the answer is known.
    granted: u32,
    in_flight: u32,
    ask_again: Duration,
    /// The repository was asked and may hold a share for us.
    asked: bool,
    paused: Option<(Duration, String)>,
    breaker: Breaker,
    rates: BTreeMap<&'static str, Rate>,
    met: BTreeMap<NoticeKind, RunNotice>,
}

/// What a look at the state says.
pub(super) enum Look {
    In,
    Wait(Duration),
    Paused(Paused),
}

impl State {
    /// Looks, and takes a place where there is one.
    pub fn look(&mut self, lane: Option<&Lane>, limits: &Limits, pace: &Pace, now: Duration) -> Look {
        if let Some((until, reason)) = &self.paused {
            let left = until.saturating_sub(now);
            if left > pace.patience {
                return Look::Paused(Paused { wait: left, reason: reason.clone() });
            }
            if left > Duration::ZERO {
                return Look::Wait(left);
            }
            self.paused = None;
        }
        // After the breaker opened, one asks, and its answer decides for the others.
        if self.in_flight >= self.granted || (self.breaker.is_half_open() && self.in_flight > 0) {
            return Look::Wait(pace.look_again);
        }
        if let Some(lane) = lane {
            let (requests, per) = share_of(lane, self.granted, limits.concurrency);
            if let Err(wait) = self.rates.entry(lane.name).or_default().take(requests, per, now) {
                return Look::Wait(wait);
            }
        }
        self.in_flight += 1;
        Look::In
    }

    pub fn leave(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    pub fn is_due(&self, now: Duration) -> bool {
        now >= self.ask_again
    }

    /// The share is about to be asked for. Gives what is in flight, and stays due should nobody wait for
    /// the answer.
    pub fn ask(&mut self) -> u32 {
        self.asked = true;
        self.granted = 0;
        self.ask_again = Duration::ZERO;
        self.in_flight
    }

    /// What was granted when `in_flight` were under way. Those above the share count as ours until we ask
    /// again, so that is soon.
    pub fn granted(&mut self, granted: u32, in_flight: u32, now: Duration, pace: &Pace) {
        self.granted = granted;
        let is_unsettled = granted == 0 || in_flight > granted;
        self.ask_again = now + if is_unsettled { pace.look_again } else { pace.held / 10 };
    }

    /// The repository does not answer.
    pub fn alone(&mut self, now: Duration, pace: &Pace) {
        self.granted = 1;
        self.ask_again = now + pace.look_again;
    }

    pub fn close(&mut self) {
        (self.granted, self.ask_again) = (0, Duration::ZERO);
    }

    pub fn given_back(&mut self) {
        self.asked = false;
    }

    pub fn holds_share(&self) -> bool {
        self.asked
    }

    /// The later of two pauses holds.
    pub fn pause(&mut self, until: Duration, reason: String) {
        if self.paused.as_ref().is_none_or(|(known, _)| *known < until) {
            self.paused = Some((until, reason));
        }
    }

    pub fn fine(&mut self) {
        self.breaker.fine();
    }

    /// Counts a failure. Gives the pause where the circuit opens, which it has then begun. What fails
    /// during a pause was sent before it, and says nothing new.
    pub fn failed(&mut self, now: Duration, reason: &str, pace: &Pace) -> Option<Duration> {
        if self.paused.as_ref().is_some_and(|(until, _)| *until > now) {
            return None;
        }
        let wait = self.breaker.failed(pace)?;
        self.pause(now + wait, reason.to_owned());
        Some(wait)
    }

    pub fn met(&mut self, kind: NoticeKind, detail: &str, last: Instant) {
        let fresh = || RunNotice { stream: None, kind, count: 0, detail: String::new(), last };
        let notice = self.met.entry(kind).or_insert_with(fresh);
        notice.count += 1;
        notice.last = last;
        detail.clone_into(&mut notice.detail);
    }

    pub fn take_notices(&mut self) -> Vec<RunNotice> {
        std::mem::take(&mut self.met).into_values().collect()
    }
}

/// A process's part of a lane. Where that is less than one request in the lane's time, it is one in a
/// longer time.
fn share_of(lane: &Lane, granted: u32, concurrency: u32) -> (usize, Duration) {
    let concurrency = concurrency.max(1);
    let parts = lane.requests.saturating_mul(granted).max(1);
    match parts / concurrency {
        0 => (1, lane.per.saturating_mul(concurrency.div_ceil(parts))),
        requests => (requests as usize, lane.per),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_lane_never_add_up_to_more_than_it_allows() {
        for requests in [1, 3, 4, 19, 190] {
            let lane = Lane { name: "search", requests, per: Duration::from_secs(1) };
            for concurrency in 1..12 {
                for granted in 1..=concurrency {
                    let (mine, per) = share_of(&lane, granted, concurrency);
                    let processes = f64::from(concurrency) / f64::from(granted);
                    let rate = f64::from(u32::try_from(mine).unwrap_or(u32::MAX)) / per.as_secs_f64();
                    assert!(
                        rate * processes <= f64::from(requests) + 1e-9,
                        "{lane:?} {granted} {concurrency}"
                    );
                    assert!(mine > 0);
                }
            }
        }
    }

    #[test]
    fn nothing_begins_while_the_share_is_asked_for() {
        let (pace, limits) = (Pace::default(), Limits { account: "a".into(), concurrency: 4, lanes: vec![] });
        let (mut state, now) = (State::default(), Duration::from_secs(1));
        state.granted(2, 0, now, &pace);
        assert!(matches!(state.look(None, &limits, &pace, now), Look::In));
        assert!(!state.is_due(now) && state.is_due(now + pace.held));
        assert_eq!(state.ask(), 1);
        assert!(matches!(state.look(None, &limits, &pace, now), Look::Wait(_)));
        assert!(state.is_due(now), "nobody may have waited for the answer");
        state.granted(2, 1, now, &pace);
        assert!(matches!(state.look(None, &limits, &pace, now), Look::In));
    }

    #[test]
    fn what_fails_during_a_pause_was_sent_before_it() {
        let (pace, mut state, now) = (Pace::default(), State::default(), Duration::from_secs(9));
        let pauses: Vec<_> = (0..15).filter_map(|_| state.failed(now, "502", &pace)).collect();
        assert_eq!(pauses, [pace.first_break], "five of them were under way when it opened");
        assert_eq!(state.failed(now + pace.first_break, "502", &pace), Some(pace.first_break * 2));
    }
}
