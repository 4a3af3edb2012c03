//! What runs met on their way.

use forebay_model::{NoticeKind, RunId, RunNotice};

use super::super::given::{World, at, stream};
use crate::repository::Repository;

pub(super) async fn suite(repo: &dyn Repository) {
    notices_of_one_stream_and_kind_add_up(repo).await;
    notices_are_in_order_of_stream_and_kind(repo).await;
    counters_at_once_lose_nothing(repo).await;
}

/// Throttled requests.
pub(super) fn notice(name: Option<&str>, count: u64, last: i64) -> RunNotice {
    RunNotice {
        stream: name.map(stream),
        kind: NoticeKind::Throttled,
        count,
        detail: format!("at {last}"),
        last: at(last),
    }
}

async fn notices_of_one_stream_and_kind_add_up(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run, other) = (RunId::new("run-1").unwrap(), RunId::new("run-2").unwrap());
    let add = async |run: &RunId, notices: &[RunNotice]| {
        repo.add_notices(&world.tenant, run, notices).await.unwrap();
    };
    assert_eq!(repo.notices(&world.tenant, &run).await.unwrap(), []);
    add(&run, &[]).await;
    add(&run, &[notice(Some("item"), 2, 5), notice(None, 1, 1), notice(Some("item"), 3, 9)]).await;
    add(&run, &[notice(Some("item"), 1, 7)]).await;
    add(&other, &[notice(None, 50, 7)]).await;
    let expected = [notice(None, 1, 1), notice(Some("item"), 6, 9)];
    assert_eq!(repo.notices(&world.tenant, &run).await.unwrap(), expected, "the later words stay");
    add(&run, &[notice(None, 4, 3)]).await;
    let expected = [notice(None, 5, 3), notice(Some("item"), 6, 9)];
    assert_eq!(repo.notices(&world.tenant, &run).await.unwrap(), expected);
}

async fn notices_are_in_order_of_stream_and_kind(repo: &dyn Repository) {
    use NoticeKind::{ColumnsAdded, EmptyOrForbidden, Throttled, Transient, TypeWidened};
    let world = World::new(repo);
    let run = RunId::new("run-1").unwrap();
    let of = |name: Option<&str>, kind| RunNotice { kind, ..notice(name, 1, 1) };
    let expected = [
        of(None, Throttled),
        of(None, Transient),
        of(Some("a"), ColumnsAdded),
        of(Some("a"), TypeWidened),
        of(Some("b"), Throttled),
        of(Some("b"), EmptyOrForbidden),
    ];
    let mut mixed = expected.clone();
    mixed.reverse();
    repo.add_notices(&world.tenant, &run, &mixed).await.unwrap();
    assert_eq!(repo.notices(&world.tenant, &run).await.unwrap(), expected);
}

async fn counters_at_once_lose_nothing(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = RunId::new("run-1").unwrap();
    let one = [notice(None, 1, 1), notice(Some("item"), 2, 1)];
    let add = || repo.add_notices(&world.tenant, &run, &one);
    let (a, b, c, d) = tokio::join!(add(), add(), add(), add());
    for result in [a, b, c, d] {
        result.unwrap();
    }
    let expected = [notice(None, 4, 1), notice(Some("item"), 8, 1)];
    assert_eq!(repo.notices(&world.tenant, &run).await.unwrap(), expected);
}
