//! Months of runs, thinned: fewer periods and points, and no figure changes.

use std::collections::BTreeSet;

use forebay_model::Instant;
use forebay_model::anomaly::{Metric, SeriesKey};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::profile::ColumnProfile;
use forebay_model::rule::{Expectation, RuleId};
use forebay_pipeline::{finish_profile, finish_relations};
use forebay_ports::repository::{PeriodQuery, ProfilePeriod, Slice, StateKind};

use crate::quality::demand;
use crate::support::chance::{Cut, Random};
use crate::support::{Bench, ScriptedSource, end, stream};

const DAYS: usize = 70;
const RUNS_A_DAY: usize = 3;
const PAGES: [&str; 3] = [
    r#"[{"id":1,"name":"red"},{"id":2,"name":"green"},{"id":3}]"#,
    r#"[{"id":4,"name":"red"},{"id":500,"name":""}]"#,
    r#"[{"id":-7,"name":"mauve"},{"id":8},{"id":9},{"id":10,"name":"red"}]"#,
];

/// Three runs a day, the first three hours after midnight.
async fn lived_through(days: usize) -> Bench {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    let (mut raw, mut records) = (0, 0);
    for run in 0..days * RUNS_A_DAY {
        source.page("item", "", PAGES[run % PAGES.len()], end(""));
        bench.clock.pass_hours(8);
        bench.extract(&source).await.unwrap();
        let pages = bench.inbound(RAW_HUB);
        bench.engine.transform(&pages[raw..]).await.unwrap();
        let transformed = bench.inbound(RECORDS_HUB);
        bench.engine.profile(&transformed[records..]).await.unwrap();
        bench.engine.measure(&bench.source.tenant, &bench.source.id).await.unwrap();
        (raw, records) = (pages.len(), transformed.len());
    }
    bench
}

async fn periods(bench: &Bench) -> Vec<ProfilePeriod> {
    let (source, item) = (&bench.source.id, stream("item"));
    let query = PeriodQuery {
        source,
        stream: &item,
        only: None,
        since: None,
        until: None,
        with_records: false,
        limit: 1_000,
    };
    bench.repository.profile_periods(&bench.source.tenant, &query).await.unwrap()
}

/// All periods as one profile of each column.
fn whole(periods: &[ProfilePeriod]) -> Vec<ColumnProfile> {
    let states = |column: &str| -> Vec<Vec<u8>> {
        let all = periods.iter().flat_map(|period| &period.states);
        let of_column = all.filter(|s| s.kind == StateKind::Column && s.name == column);
        of_column.map(|s| s.state.clone()).collect()
    };
    ["id", "name"].map(|column| finish_profile(column, &states(column), &[]).unwrap()).into()
}

fn rows_related(periods: &[ProfilePeriod]) -> u64 {
    let all = periods.iter().flat_map(|period| &period.states);
    let relations: Vec<Vec<u8>> =
        all.filter(|s| s.kind == StateKind::Relations).map(|s| s.state.clone()).collect();
    finish_relations(&relations).unwrap().rows
}

async fn volume(bench: &Bench) -> Vec<Instant> {
    let key = SeriesKey {
        source: bench.source.id.clone(),
        stream: stream("item"),
        column: None,
        metric: Metric::Volume,
    };
    let found = bench.repository.series(&bench.source.tenant, &key, Instant::MIN, 5_000).await.unwrap();
    found.into_iter().map(|stored| stored.point.at).collect()
}

async fn thin(bench: &Bench) -> usize {
    bench.engine.thin(&bench.source.tenant, &bench.source.id).await.unwrap()
}

/// Figures that are exact whatever was merged in which order.
fn exact(profiles: &[ColumnProfile]) -> Vec<String> {
    let figures = |p: &ColumnProfile| {
        let sum = p.numbers.as_ref().and_then(|n| n.sum.clone());
        format!(
            "{} {} {} {} {:?} {:?} {:?} {:?}",
            p.rows, p.nulls, p.missing, p.empties, p.distinct, p.min, p.max, sum
        )
    };
    profiles.iter().map(figures).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_thinned_to_days_and_years_to_weeks_and_no_figure_changes() {
    let bench = lived_through(DAYS).await;
    let before = periods(&bench).await;
    assert_eq!((before.len(), volume(&bench).await.len()), (DAYS * RUNS_A_DAY, DAYS * RUNS_A_DAY));
    let days = thin(&bench).await;
    assert!((DAYS - 32..=DAYS - 29).contains(&days), "{days}");
    assert_eq!(thin(&bench).await, 0, "thinning again finds nothing");
    let after = periods(&bench).await;
    let left = DAYS * RUNS_A_DAY - days * (RUNS_A_DAY - 1);
    assert!(after.len().abs_diff(left) <= 2, "{} periods, {left} points", after.len());
    assert_eq!(after.iter().map(|p| p.runs as usize).sum::<usize>(), DAYS * RUNS_A_DAY);
    assert_eq!(exact(&whole(&after)), exact(&whole(&before)));
    assert_eq!(rows_related(&after), rows_related(&before));
    let day = |at: &Instant| at.micros().div_euclid(86_400_000_000);
    let points = volume(&bench).await;
    let different: BTreeSet<i64> = points.iter().map(day).collect();
    assert!(different.len() >= DAYS, "no day is without a point");

    // Two years later only weeks are left.
    bench.clock.pass_hours(2 * 365 * 24);
    while thin(&bench).await > 0 {}
    let after = periods(&bench).await;
    assert!(after.len() <= DAYS / 7 + 2, "{}", after.len());
    assert_eq!(exact(&whole(&after)), exact(&whole(&before)));
    assert_eq!(volume(&bench).await.len(), after.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn thinning_that_is_killed_at_any_moment_loses_nothing_and_counts_nothing_twice() {
    let bench = lived_through(36).await;
    let before = periods(&bench).await;
    let random = Random::new(31);
    let (tenant, source) = (&bench.source.tenant, &bench.source.id);
    let mut cut_short = 0;
    for _ in 0..60 {
        let most = 1 + random.below(12);
        cut_short += usize::from(Cut::after(most, bench.engine.thin(tenant, source)).await.is_none());
        assert_eq!(exact(&whole(&periods(&bench).await)), exact(&whole(&before)));
    }
    assert!(cut_short > 5, "{cut_short}");
    thin(&bench).await;
    assert_eq!(thin(&bench).await, 0);
    let after = periods(&bench).await;
    assert!(after.len() < before.len());
    assert_eq!(exact(&whole(&after)), exact(&whole(&before)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_source_thins_with_the_first_run_of_a_day() {
    let bench = lived_through(34).await;
    let before = periods(&bench).await.len();
    let watch = async || bench.engine.watch(&bench.source.tenant, &bench.source.id).await.unwrap();
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", "[]", end(""));
    // A second run of the same day.
    bench.extract(&source).await.unwrap();
    watch().await;
    assert_eq!(periods(&bench).await.len(), before);
    bench.clock.pass_hours(24);
    bench.extract(&source).await.unwrap();
    watch().await;
    assert!(periods(&bench).await.len() < before);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_of_a_quarter_stay_and_older_ones_go_with_a_look_at_the_source() {
    let bench = Bench::new().await;
    let (tenant, source_id, item) = (&bench.source.tenant, &bench.source.id, stream("item"));
    demand(&bench, "named", Expectation::NotNull { column: "name".into() }, 0).await;
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", PAGES[0], end(""));
    for _ in 0..12 {
        bench.clock.pass_hours(10 * 24);
        bench.extract(&source).await.unwrap();
        bench.settle().await;
    }
    let rule = RuleId::new("named");
    let left = async || {
        let all = Slice { after: None, limit: 100 };
        bench.repository.outcomes_of_rule(tenant, source_id, &item, &rule, all).await.unwrap().len()
    };
    assert_eq!(left().await, 12);
    bench.engine.watch(tenant, source_id).await.unwrap();
    assert_eq!(left().await, 10, "of today and of 90 days back");
    assert_eq!(bench.engine.prune(tenant, source_id).await.unwrap(), 0, "once more removes nothing");
}
