//! Which times of a stream are neither judged nor learned from.

use forebay_model::exclusion::Exclusion;
use forebay_model::{Instant, SourceId, StreamName};
use forebay_ports::PortError;

use crate::engine::Engine;
use crate::judge::HISTORY_SECONDS;
use crate::measure::Of;

/// A stream's excluded times, as far back as a baseline looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Excluded {
    /// The first and the last moment of each, in order; none touches another.
    spans: Vec<(Instant, Instant)>,
}

impl Excluded {
    /// What exclusions come to for one stream, in whatever order and overlap they were made.
    pub fn of(exclusions: &[Exclusion], source: &SourceId, stream: &StreamName) -> Self {
        let ours = exclusions.iter().filter(|exclusion| exclusion.concerns(source, stream));
        let whole = ours.filter(|exclusion| exclusion.from < exclusion.until);
        let mut sorted: Vec<(Instant, Instant)> = whole.map(|e| (e.from, e.until)).collect();
        sorted.sort_unstable();
        let mut spans: Vec<(Instant, Instant)> = Vec::with_capacity(sorted.len());
        for (from, until) in sorted {
            match spans.last_mut() {
                Some((_, end)) if from <= *end => *end = until.max(*end),
                _ => spans.push((from, until)),
            }
        }
        for (_, until) in &mut spans {
            *until = Instant::from_micros(until.micros() - 1);
        }
        Self { spans }
    }

    /// The first and the last moment of each.
    pub fn spans(&self) -> &[(Instant, Instant)] {
        &self.spans
    }

    /// Whether a run that began then is excluded.
    pub fn covers(&self, at: Instant) -> bool {
        self.span_of(at).is_some()
    }

    /// When the excluded time began that this moment lies in.
    pub fn began(&self, at: Instant) -> Option<Instant> {
        self.span_of(at).map(|(from, _)| from)
    }

    fn span_of(&self, at: Instant) -> Option<(Instant, Instant)> {
        self.spans.iter().copied().find(|(from, last)| (*from..=*last).contains(&at))
    }
}

impl Engine {
    /// What is excluded of a stream now, whenever it was marked, that a run which began then is judged by.
    pub(crate) async fn excluded(
        &self,
        of: Of<'_>,
        stream: &StreamName,
        started: Instant,
    ) -> Result<Excluded, PortError> {
        let since = started.plus_seconds(-HISTORY_SECONDS);
        let exclusions = self.repository.exclusions(of.tenant, since).await?;
        Ok(Excluded::of(&exclusions, of.source, stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::EPOCH.plus_seconds(second)
    }

    fn exclusion(source: Option<&str>, from: i64, until: i64) -> Exclusion {
        Exclusion {
            id: "x".into(),
            source: source.map(|s| SourceId::new(s).unwrap()),
            stream: None,
            from: at(from),
            until: at(until),
            reason: "a holiday".into(),
            author: "ann".into(),
            created: at(0),
        }
    }

    #[test]
    fn times_that_touch_or_overlap_are_one_and_others_streams_are_none() {
        let all = [
            exclusion(Some("books"), 20, 30),
            exclusion(None, 10, 20),
            exclusion(Some("books"), 12, 14),
            exclusion(Some("crm"), 40, 50),
            exclusion(None, 60, 60),
        ];
        let (books, item) = (SourceId::new("books").unwrap(), StreamName::new("item").unwrap());
        let excluded = Excluded::of(&all, &books, &item);
        let last = Instant::from_micros(at(30).micros() - 1);
        assert_eq!(excluded.spans(), [(at(10), last)]);
        assert_eq!(
            [9, 10, 20, 29, 30, 45].map(|s| excluded.covers(at(s))),
            [false, true, true, true, false, false]
        );
        assert_eq!((excluded.began(at(29)), excluded.began(at(30))), (Some(at(10)), None));
    }
}
