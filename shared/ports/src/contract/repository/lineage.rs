//! Lineage facts.

use forebay_model::RunId;
use forebay_model::lineage::{DatasetKind, DatasetName, LineageEdge, Transformation};

use super::super::given::{World, at};
use crate::repository::Repository;

pub(super) fn dataset(name: &str) -> DatasetName {
    DatasetName { namespace: "contract".into(), name: name.into() }
}

pub(super) fn edge(from: &str, to: &str, field: Option<&str>) -> LineageEdge {
    LineageEdge {
        from: dataset(from),
        from_kind: DatasetKind::Raw,
        from_field: field.map(str::to_owned),
        to: dataset(to),
        to_kind: DatasetKind::Table,
        to_field: field.map(str::to_owned),
        transformation: Transformation {
            kind: "DIRECT".into(),
            subtype: "IDENTITY".into(),
            description: "as it is".into(),
        },
    }
}

fn sorted(mut edges: Vec<LineageEdge>) -> Vec<LineageEdge> {
    edges.sort();
    edges
}

pub(super) async fn suite(repo: &dyn Repository) {
    let world = World::new(repo);
    let tenant = &world.tenant;
    let [one, two] = ["run-1", "run-2"].map(|r| RunId::new(r).unwrap());
    let (ab, ab_x, bc, xc) =
        (edge("a", "b", None), edge("a", "b", Some("x")), edge("b", "c", None), edge("x", "c", None));
    let record = async |run: &RunId, edges: &[LineageEdge], seconds| {
        repo.record_lineage(tenant, run, edges, at(seconds)).await.unwrap();
    };
    record(&one, &[], 0).await;
    record(&one, &[ab.clone(), ab_x.clone(), ab.clone()], 1).await;
    record(&one, &[ab.clone(), bc.clone()], 2).await;
    record(&two, &[ab.clone(), xc.clone()], 3).await;
    assert_eq!(repo.count_edges(tenant).await.unwrap(), 4, "one fact however often it is recorded");

    let of_run = async |run| sorted(repo.edges_of_run(tenant, run).await.unwrap());
    assert_eq!(of_run(&one).await, sorted(vec![ab.clone(), ab_x.clone(), bc.clone()]));
    assert_eq!(of_run(&two).await, sorted(vec![ab.clone(), xc.clone()]));

    let other = DatasetName { namespace: "other".into(), ..dataset("c") };
    let into = async |datasets: &[DatasetName]| sorted(repo.edges_into(tenant, datasets).await.unwrap());
    assert_eq!(into(&[dataset("c")]).await, sorted(vec![bc.clone(), xc.clone()]));
    assert_eq!(into(&[dataset("b"), dataset("c")]).await.len(), 4);
    assert_eq!(into(&[other]).await, []);
    assert_eq!(into(&[]).await, []);
    let from = sorted(repo.edges_from(tenant, &[dataset("a"), dataset("x")]).await.unwrap());
    assert_eq!(from, sorted(vec![ab.clone(), ab_x, xc]));

    let edges = [ab, bc];
    let at_once = |run| repo.record_lineage(tenant, run, &edges, at(9));
    let (a, b) = tokio::join!(at_once(&one), at_once(&two));
    a.and(b).unwrap();
    assert_eq!(repo.count_edges(tenant).await.unwrap(), 4);
}
