//! Rounds come late, again, and in any order: what is known of the newest run stands.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is broken")]

use std::collections::BTreeMap;

use forebay_anomalies::alerts::{Changes, Round, fold};
use forebay_model::alert::{Alert, AlertState, CauseKind, Folded};
use forebay_model::anomaly::{Anomaly, Expected, Metric, Point, SeriesKey, Unusual};
use forebay_model::rule::Severity;
use forebay_model::{Instant, RunId, SourceId, StreamName};
use proptest::prelude::*;

/// One metric of each kind that anomalies have.
const METRICS: [(CauseKind, Metric); 3] = [
    (CauseKind::Flow, Metric::Volume),
    (CauseKind::Content, Metric::NullShare),
    (CauseKind::Schema, Metric::SchemaChange),
];

/// What is known of a run: of each kind, the columns that are unusual.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    run: u32,
    revision: u64,
    columns: [Vec<u8>; 3],
}

fn source() -> SourceId {
    SourceId::new("crm").unwrap()
}

fn stream() -> StreamName {
    StreamName::new("customer").unwrap()
}

fn run(run: u32) -> RunId {
    RunId::new(format!("r{run}")).unwrap()
}

fn at(second: i64) -> Instant {
    Instant::from_micros(1_795_000_000_000_000).plus_seconds(second)
}

fn anomaly(of: &Known, metric: Metric, column: u8) -> Anomaly {
    let column = Some(format!("c{column}"));
    let series = SeriesKey { source: source(), stream: stream(), column, metric };
    let at = at(i64::from(of.run));
    Anomaly {
        id: forebay_anomalies::alerts::anomaly_id(&series, Point { at, value: 1.0 }),
        series,
        run: run(of.run),
        at,
        observed: 1.0,
        expected: Expected { value: 9.0, low: 8.0, high: 10.0 },
        finding: Unusual { deviations: 9.0, chance: 1e-4, since: at, explanation: "It is unusual.".into() },
        false_alarm: false,
    }
}

fn subjects(of: &Known, kind: usize) -> Vec<String> {
    let mut ids: Vec<String> =
        of.columns[kind].iter().map(|column| anomaly(of, METRICS[kind].1, *column).id).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// What a repository keeps.
#[derive(Debug, Default)]
struct Store {
    alerts: BTreeMap<String, Alert>,
    folded: BTreeMap<RunId, Folded>,
    seconds: i64,
}

impl Store {
    fn fold(&mut self, known: &Known) -> Changes {
        let anomalies: Vec<Anomaly> = (0..3)
            .flat_map(|kind| known.columns[kind].iter().map(move |c| anomaly(known, METRICS[kind].1, *c)))
            .collect();
        self.fold_found(known, &anomalies)
    }

    fn fold_found(&mut self, known: &Known, anomalies: &[Anomaly]) -> Changes {
        self.seconds += 1;
        let (source, stream, run) = (source(), stream(), run(known.run));
        let round = Round {
            source: &source,
            stream: Some(&stream),
            run: &run,
            revision: known.revision,
            anomalies,
            unjudged: &[],
            rules: &[],
            failure: None,
        };
        let alerts: Vec<Alert> = self.alerts.values().cloned().collect();
        let taken: Vec<Folded> = self.folded.range(run.clone()..).map(|(_, f)| f.clone()).collect();
        let changes = fold(&alerts, &taken, &round, at(self.seconds));
        for alert in changes.all() {
            self.alerts.insert(alert.id.clone(), alert.clone());
        }
        if let Some(folded) = &changes.folded {
            self.folded.insert(folded.run.clone(), folded.clone());
        }
        changes
    }

    fn unresolved(&self, kind: CauseKind) -> Vec<&Alert> {
        let open = self.alerts.values().filter(|a| a.state != AlertState::Resolved);
        open.filter(|alert| alert.cause.kind == kind).collect()
    }

    fn resolve(&mut self) {
        self.alerts.values_mut().for_each(|alert| alert.state = AlertState::Resolved);
    }
}

fn known(run: u32, revision: u64, columns: [&[u8]; 3]) -> Known {
    Known { run, revision, columns: columns.map(<[u8]>::to_vec) }
}

#[test]
fn findings_of_a_late_page_are_folded_into_the_alert_of_their_run() {
    let mut store = Store::default();
    store.fold(&known(1, 1, [&[], &[1], &[]]));
    let changes = store.fold(&known(1, 2, [&[], &[1, 2], &[7]]));
    assert_eq!((changes.continued.len(), changes.opened.len()), (1, 1));
    let alert = &changes.continued[0];
    assert_eq!((alert.findings.len(), alert.occurrences), (2, 1), "more of the same run is no second sight");
    assert_eq!(alert.last_seen, at(2), "but it is news");
    assert_eq!(store.fold(&known(1, 2, [&[], &[1, 2], &[7]])), Changes::default());
    assert_eq!(store.fold(&known(1, 1, [&[], &[1], &[]])), Changes::default(), "who knew less comes late");
}

#[test]
fn what_turns_out_worse_than_somebody_had_read_opens_the_alert_again() {
    let mut store = Store::default();
    let (read, late) = (known(1, 1, [&[], &[1], &[]]), known(1, 2, [&[], &[1], &[]]));
    store.fold(&read);
    store.resolve();
    assert_eq!(store.fold(&late).all().count(), 0, "the same finding is no news");
    let mut worse = anomaly(&late, Metric::NullShare, 1);
    worse.finding.chance = 1e-9;
    let changes = store.fold_found(&Known { revision: 3, ..late }, &[worse]);
    assert_eq!(changes.reopened.len(), 1);
    assert!(changes.reopened[0].severity > Severity::Info);
}

#[test]
fn an_older_run_that_is_measured_late_neither_resolves_nor_overwrites_nor_opens() {
    let mut store = Store::default();
    store.fold(&known(5, 1, [&[1], &[], &[]]));
    let alerts = store.alerts.clone();
    for old in [known(4, 1, [&[], &[], &[]]), known(3, 1, [&[2], &[3], &[]])] {
        let changes = store.fold(&old);
        assert_eq!(changes.all().count(), 0, "{old:?}");
        assert_eq!(changes.folded.unwrap().run, run(old.run), "what it found is remembered");
    }
    assert_eq!(store.alerts, alerts);
}

#[test]
fn what_a_person_resolved_comes_back_with_news_or_with_the_next_run_only() {
    let mut store = Store::default();
    store.fold(&known(1, 1, [&[], &[1, 2], &[]]));
    store.resolve();
    assert_eq!(store.fold(&known(1, 2, [&[], &[1], &[]])).all().count(), 0, "less than they had read");
    assert_eq!(store.fold(&known(1, 3, [&[], &[1, 2], &[]])).all().count(), 0, "what they had read");
    assert_eq!(store.fold(&known(1, 4, [&[], &[1, 3], &[]])).reopened.len(), 1, "news");
    store.resolve();
    let next = store.fold(&known(2, 1, [&[], &[1], &[]]));
    assert_eq!((next.reopened.len(), next.reopened[0].occurrences), (1, 2));
}

#[test]
fn a_run_that_is_better_known_takes_back_what_it_said_and_says_it_again() {
    let mut store = Store::default();
    store.fold(&known(1, 1, [&[1], &[], &[]]));
    assert_eq!(store.fold(&known(1, 2, [&[], &[], &[]])).resolved.len(), 1);
    assert_eq!(store.fold(&known(1, 3, [&[1], &[], &[]])).reopened.len(), 1);
}

fn columns() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(Vec::new()), prop::collection::vec(0..4u8, 1..4)]
}

/// Up to four runs, each known a little better several times.
fn rounds() -> impl Strategy<Value = Vec<Known>> {
    let versions = prop::collection::vec([columns(), columns(), columns()], 1..4);
    prop::collection::vec(versions, 1..5).prop_map(|runs| {
        let numbered = (0u32..).zip(runs);
        let of_run = |(run, versions): (u32, Vec<[Vec<u8>; 3]>)| {
            (1u64..).zip(versions).map(move |(revision, columns)| Known { run, revision, columns })
        };
        numbered.flat_map(of_run).collect()
    })
}

proptest! {
    #[test]
    fn in_any_order_and_again_the_unresolved_alerts_are_the_newest_runs(
        (rounds, order) in rounds().prop_flat_map(|rounds| {
            let again = rounds.iter().chain(&rounds).cloned().collect::<Vec<_>>();
            (Just(rounds), Just(again).prop_shuffle())
        })
    ) {
        let mut store = Store::default();
        for known in &order {
            store.fold(known);
        }
        let newest = rounds.last().unwrap();
        for (place, (kind, _)) in METRICS.iter().enumerate() {
            let open = store.unresolved(*kind);
            let expected = subjects(newest, place);
            prop_assert_eq!(open.len(), usize::from(!expected.is_empty()));
            for alert in open {
                let mut found: Vec<String> = alert.findings.iter().map(|f| f.subject.clone()).collect();
                found.sort();
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(&alert.run, &run(newest.run));
            }
        }
        let (alerts, folded) = (store.alerts.clone(), store.folded.clone());
        for known in &order {
            prop_assert_eq!(store.fold(known), Changes::default());
        }
        prop_assert_eq!((alerts, folded), (store.alerts, store.folded));
    }

    #[test]
    fn a_run_counts_once_among_an_alerts_occurrences(times in prop::collection::vec(0..6u32, 1..30)) {
        let mut store = Store::default();
        let mut newest = None;
        let mut rises = 0;
        for number in times {
            store.fold(&known(number, 1, [&[1], &[], &[]]));
            rises += u64::from(newest.is_none_or(|newest| number > newest));
            newest = newest.max(Some(number));
        }
        let open = store.unresolved(CauseKind::Flow);
        prop_assert_eq!((open.len(), open[0].occurrences), (1, rises));
    }
}

#[test]
fn what_a_run_says_nothing_of_stays_as_it_is() {
    let mut store = Store::default();
    store.fold(&known(1, 1, [&[1], &[1], &[1]]));
    let open: Vec<Alert> = store.alerts.values().cloned().collect();
    let (source, stream, run) = (source(), stream(), run(2));
    let kept = |unjudged: &[CauseKind]| {
        let round = Round {
            source: &source,
            stream: Some(&stream),
            run: &run,
            revision: 1,
            anomalies: &[],
            unjudged,
            rules: &[],
            failure: None,
        };
        let resolved: Vec<Alert> = fold(&open, &[], &round, at(9)).resolved;
        open.iter()
            .map(|a| a.cause.kind)
            .filter(|kind| !resolved.iter().any(|a| a.cause.kind == *kind))
            .count()
    };
    use CauseKind::{Content, Flow, Schema};
    assert_eq!([kept(&[]), kept(&[Content, Schema]), kept(&[Flow, Content, Schema])], [0, 2, 3]);
}
