//! Unusual points.

use forebay_model::anomaly::{Anomaly, Expected, Metric, Unusual};
use forebay_model::{SourceId, StreamName};

use super::super::assert_error;
use super::super::given::{World, all, at, stream};
use super::series::{append, key, run};
use crate::repository::{AnomalyFilter, Mark, Repository, Slice};

pub(super) async fn suite(repo: &dyn Repository) {
    an_anomaly_is_one_however_often_it_is_saved(repo).await;
    anomalies_are_filtered_and_sliced_newest_first(repo).await;
    a_mark_reaches_the_point(repo).await;
}

pub(super) fn anomaly(world: &World<'_>, id: &str, when: i64) -> Anomaly {
    Anomaly {
        id: id.into(),
        series: key(world, Some("name"), Metric::NullShare),
        run: run("run-1"),
        at: at(when),
        observed: 0.9,
        expected: Expected { value: 0.1, low: 0.0, high: 0.2 },
        finding: Unusual {
            deviations: 8.5,
            chance: 0.001,
            since: at(when),
            explanation: "90 % lack it, where 10 % do usually".into(),
        },
        false_alarm: false,
    }
}

async fn an_anomaly_is_one_however_often_it_is_saved(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = anomaly(&world, "one", 1);
    let save = |list: Vec<Anomaly>| {
        let tenant = &world.tenant;
        async move { repo.save_anomalies(tenant, &list).await.unwrap() }
    };
    save(vec![first.clone(), first.clone()]).await;
    let changed = Anomaly { observed: 0.95, ..first.clone() };
    let other = anomaly(&world, "two", 2);
    save(vec![changed.clone(), other.clone()]).await;
    save(Vec::new()).await;
    let filter = AnomalyFilter::default();
    let found = repo.anomalies(&world.tenant, &filter, all()).await.unwrap();
    assert_eq!(found, [other, changed.clone()]);
    assert_eq!(repo.anomaly(&world.tenant, "one").await.unwrap(), Some(changed));
    assert_eq!(repo.anomaly(&world.tenant, "none").await.unwrap(), None);
}

async fn anomalies_are_filtered_and_sliced_newest_first(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut saved = Vec::new();
    for n in 0..8i64 {
        let mut one = anomaly(&world, &format!("id-{n}"), n / 3);
        if n % 2 == 1 {
            one.series.metric = Metric::Volume;
            one.series.column = None;
            one.run = run("run-2");
        }
        if n == 4 {
            one.series.stream = stream("other");
        }
        if n == 5 {
            one.series.source = SourceId::new("source-2").unwrap();
        }
        saved.push(one);
    }
    repo.save_anomalies(&world.tenant, &saved).await.unwrap();
    saved.sort_by(|a, b| b.at.cmp(&a.at).then(a.id.cmp(&b.id)));
    let none = AnomalyFilter::default;
    type Test = fn(&Anomaly) -> bool;
    let other: StreamName = stream("other");
    let cases: [(AnomalyFilter, Test); 6] = [
        (none(), |_| true),
        (AnomalyFilter { source: Some(SourceId::new("source-2").unwrap()), ..none() }, |a| a.id == "id-5"),
        (AnomalyFilter { stream: Some(other), ..none() }, |a| a.id == "id-4"),
        (AnomalyFilter { run: Some(run("run-2")), ..none() }, |a| a.run.as_str() == "run-2"),
        (AnomalyFilter { metric: Some(Metric::NullShare), ..none() }, |a| a.series.column.is_some()),
        (AnomalyFilter { since: Some(at(1)), ..none() }, |a| a.at >= at(1)),
    ];
    for (filter, wanted) in cases {
        let expected: Vec<Anomaly> = saved.iter().filter(|a| wanted(a)).cloned().collect();
        let mut sliced: Vec<Anomaly> = Vec::new();
        loop {
            let slice = Slice { after: sliced.last().map(|a| a.id.clone()), limit: 2 };
            let more = repo.anomalies(&world.tenant, &filter, slice).await.unwrap();
            if more.is_empty() {
                break;
            }
            sliced.extend(more);
        }
        assert_eq!(sliced, expected, "{filter:?}");
    }
}

async fn a_mark_reaches_the_point(repo: &dyn Repository) {
    let world = World::new(repo);
    let one = anomaly(&world, "one", 1);
    append(&world, &one.series, "run-1", 1, one.observed).await;
    repo.save_anomalies(&world.tenant, std::slice::from_ref(&one)).await.unwrap();
    let point = async || repo.series(&world.tenant, &one.series, at(0), 9).await.unwrap()[0].mark;
    let marked = repo.mark_anomaly(&world.tenant, "one", Mark::FalseAlarm).await.unwrap();
    assert!(marked.false_alarm);
    assert_eq!(point().await, Mark::FalseAlarm);
    repo.save_anomalies(&world.tenant, std::slice::from_ref(&one)).await.unwrap();
    let kept = repo.anomaly(&world.tenant, "one").await.unwrap();
    assert_eq!(kept, Some(Anomaly { false_alarm: true, ..one.clone() }), "saved again it keeps its mark");
    repo.mark_anomaly(&world.tenant, "one", Mark::None).await.unwrap();
    assert_eq!(point().await, Mark::None);
    assert_eq!(repo.anomaly(&world.tenant, "one").await.unwrap(), Some(one.clone()));
    repo.thin_points(&world.tenant, &one.series, &[run("run-1")]).await.unwrap();
    assert!(repo.mark_anomaly(&world.tenant, "one", Mark::FalseAlarm).await.unwrap().false_alarm);
    assert_error!(repo.mark_anomaly(&world.tenant, "none", Mark::None).await, NotFound);
}
