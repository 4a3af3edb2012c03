//! Is a source set up so that it can be read? Asked before the first run, or when one failed: in plain
//! words, with what to do.

use std::time::Duration;

use forebay_model::{Instant, StreamName};
use forebay_ports::{Access, Clock, Connector, SourceError};
use futures::FutureExt;
use futures::stream::{self, StreamExt};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckVerdict {
    Passed,
    /// It works, but someone should look.
    Warned,
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    /// `settings`, `credentials`, `clock`, `stream customer`, `limit DailyApiRequests`.
    pub subject: String,
    pub verdict: CheckVerdict,
    /// What was found, and what to do where something is wrong.
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    pub items: Vec<CheckItem>,
}

impl CheckReport {
    /// Nothing failed.
    pub fn passed(&self) -> bool {
        self.items.iter().all(|item| item.verdict != CheckVerdict::Failed)
    }
}

/// Streams asked about at once; the account's budget has the last word.
const AT_ONCE: usize = 4;
/// Signed requests carry our time; vendors refuse them when it is five minutes off.
const CLOCK_WARNS: Duration = Duration::from_secs(60);
/// A limit this far used up will soon stop extraction.
const QUOTA_WARNS_PERCENT: u64 = 80;

/// Looks at everything that can be looked at without reading data. `opened` is the connector, or why it
/// could not be opened; `clock` is ours.
pub async fn check(opened: Result<&dyn Connector, &SourceError>, clock: &dyn Clock) -> CheckReport {
    let mut items = Vec::new();
    look(opened, clock, &mut items).await;
    CheckReport { items }
}

/// As [`check`], for a caller who waits no longer than `within`: what was found until then is told, and that
/// there was no time for more.
pub async fn check_within(
    opened: Result<&dyn Connector, &SourceError>,
    clock: &dyn Clock,
    within: Duration,
) -> CheckReport {
    let mut items = Vec::new();
    if tokio::time::timeout(within, look(opened, clock, &mut items)).await.is_err() {
        let detail = format!(
            "the source did not answer all questions within {} s; look at its network, and at what else uses \
             the account, and try again",
            within.as_secs()
        );
        items.push(item("time", CheckVerdict::Failed, detail));
    }
    CheckReport { items }
}

async fn look(opened: Result<&dyn Connector, &SourceError>, clock: &dyn Clock, items: &mut Vec<CheckItem>) {
    let connector = match opened {
        Ok(connector) => connector,
        Err(error) => return items.push(failed("settings", error)),
    };
    items.push(item("settings", CheckVerdict::Passed, "the settings are complete"));
    let before = clock.now();
    match connector.server_time().await {
        Ok(theirs) => {
            items.push(item("credentials", CheckVerdict::Passed, "the source accepts them"));
            items.push(compare(before, clock.now(), theirs));
        }
        Err(error) => return items.push(failed("credentials", &error)),
    }
    match connector.streams().await {
        Ok(specs) => {
            let mut asked = Vec::with_capacity(specs.len());
            for spec in &specs {
                asked.push(ask(connector, &spec.stream, spec.optional).boxed());
            }
            let mut answers = stream::iter(asked).buffered(AT_ONCE);
            while let Some(answer) = answers.next().await {
                items.push(answer);
            }
        }
        Err(error) => items.push(failed("streams", &error)),
    }
    items.extend(limits(connector).await);
}

async fn ask(connector: &dyn Connector, stream: &StreamName, optional: bool) -> CheckItem {
    let subject = format!("stream {stream}");
    match connector.probe(stream).await {
        Ok(Access::Readable { records: Some(records) }) => {
            item(subject, CheckVerdict::Passed, format!("readable, {records} records"))
        }
        Ok(Access::Readable { records: None }) => item(subject, CheckVerdict::Passed, "readable"),
        Ok(Access::EmptyOrForbidden { detail }) => item(subject, CheckVerdict::Warned, detail),
        Err(SourceError::Forbidden { detail, .. }) if optional => {
            item(subject, CheckVerdict::Warned, format!("will be skipped: {detail}"))
        }
        Err(error) => failed(subject, &error),
    }
}

fn compare(before: Instant, after: Instant, theirs: Instant) -> CheckItem {
    // Their time lies between our two where the clocks agree; vendors give whole seconds.
    let off = (before.micros() - theirs.micros()).max(theirs.micros() - after.micros()).max(0);
    let seconds = off / 1_000_000;
    if Duration::from_secs(seconds.unsigned_abs()) <= CLOCK_WARNS {
        return item("clock", CheckVerdict::Passed, format!("within {} s of the source's", seconds + 1));
    }
    let side = if theirs > after { "behind" } else { "ahead of" };
    item(
        "clock",
        CheckVerdict::Warned,
        format!(
            "this machine's clock is {seconds} s {side} the source's. Records are bounded by the source's clock, so \
             none is lost, but logins may be refused: set this machine's clock by NTP"
        ),
    )
}

async fn limits(connector: &dyn Connector) -> Vec<CheckItem> {
    let quotas = match connector.quotas().await {
        Ok(quotas) => quotas,
        Err(error) => {
            return vec![item("limits", CheckVerdict::Warned, format!("could not be asked: {error}"))];
        }
    };
    let words = quotas.into_iter().map(|quota| {
        let subject = format!("limit {}", quota.name);
        let Some(remaining) = quota.remaining else {
            return item(subject, CheckVerdict::Passed, quota.limit.to_string());
        };
        let used = quota.limit.saturating_sub(remaining);
        let tight = used * 100 >= quota.limit.max(1) * QUOTA_WARNS_PERCENT;
        let verdict = if tight { CheckVerdict::Warned } else { CheckVerdict::Passed };
        item(subject, verdict, format!("{used} of {} used", quota.limit))
    });
    words.collect()
}

fn failed(subject: impl Into<String>, error: &SourceError) -> CheckItem {
    item(subject, CheckVerdict::Failed, error.to_string())
}

fn item(subject: impl Into<String>, verdict: CheckVerdict, detail: impl Into<String>) -> CheckItem {
    CheckItem { subject: subject.into(), verdict, detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_said_with_its_side() {
        let at = |seconds: i64| Instant::EPOCH.plus_seconds(seconds);
        assert_eq!(compare(at(100), at(103), at(101)).verdict, CheckVerdict::Passed);
        assert_eq!(compare(at(100), at(103), at(160)).verdict, CheckVerdict::Passed);
        let behind = compare(at(100), at(103), at(703));
        assert!(behind.verdict == CheckVerdict::Warned && behind.detail.contains("600 s behind"));
        assert!(compare(at(700), at(703), at(100)).detail.contains("600 s ahead of"));
    }
}
