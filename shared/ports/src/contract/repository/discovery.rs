//! What discovery last found.

use forebay_model::{ColumnType, SourceId};

use super::super::given::{World, at, column, schema, stream};
use crate::repository::{Discovered, Refused, Repository};

pub(super) async fn suite(repo: &dyn Repository) {
    what_was_last_found_is_given_back_whole(repo).await;
    finders_at_once_do_not_fail_each_other(repo).await;
    a_refusal_is_remembered_beside_what_was_found(repo).await;
}

pub(super) fn refusal(detail: &str) -> Refused {
    Refused { at: at(8), settings: "0123456789abcdef".into(), detail: detail.into() }
}

async fn a_refusal_is_remembered_beside_what_was_found(repo: &dyn Repository) {
    let world = World::new(repo);
    let (tenant, source) = (&world.tenant, &world.source);
    let (item, other) = (stream("item"), SourceId::new("source-2").unwrap());
    assert_eq!(repo.refused(tenant, source, &item).await.unwrap(), None);
    let refused = refusal("the role may not see \u{201c}items\u{201d}");
    repo.save_refused(tenant, source, &item, &refused).await.unwrap();
    assert_eq!(repo.refused(tenant, source, &item).await.unwrap(), Some(refused.clone()));
    assert_eq!(repo.discovered(tenant, source, &item).await.unwrap(), None, "nothing was found");
    let found = discovered(repo, &world, "item").await;
    repo.save_discovered(tenant, source, &item, &found).await.unwrap();
    assert_eq!(repo.refused(tenant, source, &item).await.unwrap(), Some(refused));
    let again = Refused { at: at(9), settings: String::new(), detail: String::new() };
    let save = || repo.save_refused(tenant, source, &item, &again);
    let (a, b) = tokio::join!(save(), save());
    a.and(b).unwrap();
    assert_eq!(repo.refused(tenant, source, &item).await.unwrap(), Some(again));
    assert_eq!(repo.discovered(tenant, source, &item).await.unwrap(), Some(found));
    assert_eq!(repo.refused(tenant, source, &stream("customer")).await.unwrap(), None);
    assert_eq!(repo.refused(tenant, &other, &item).await.unwrap(), None);
}

/// A saved schema, as found under some settings.
pub(super) async fn discovered(repo: &dyn Repository, world: &World<'_>, name: &str) -> Discovered {
    Discovered {
        schema: repo.save_schema(&world.tenant, &world.source, &schema(name)).await.unwrap(),
        at: at(7),
        settings: "0123456789abcdef".into(),
        rejected: vec!["custom_\"one\"".into(), "custom_two".into()],
    }
}

async fn what_was_last_found_is_given_back_whole(repo: &dyn Repository) {
    let world = World::new(repo);
    let (tenant, source) = (&world.tenant, &world.source);
    let (item, other) = (stream("item"), SourceId::new("source-2").unwrap());
    assert_eq!(repo.discovered(tenant, source, &item).await.unwrap(), None);
    let first = discovered(repo, &world, "item").await;
    repo.save_discovered(tenant, source, &item, &first).await.unwrap();
    assert_eq!(repo.discovered(tenant, source, &item).await.unwrap(), Some(first.clone()));
    let mut wider = schema("item");
    wider.columns.push(column("extra", ColumnType::Text));
    let schema = repo.save_schema(tenant, source, &wider).await.unwrap();
    let second = Discovered { schema, at: at(9), settings: String::new(), rejected: Vec::new() };
    repo.save_discovered(tenant, source, &item, &second).await.unwrap();
    assert_eq!(repo.discovered(tenant, source, &item).await.unwrap(), Some(second));
    assert_eq!(repo.discovered(tenant, source, &stream("customer")).await.unwrap(), None);
    assert_eq!(repo.discovered(tenant, &other, &item).await.unwrap(), None);
}

async fn finders_at_once_do_not_fail_each_other(repo: &dyn Repository) {
    let world = World::new(repo);
    let item = stream("item");
    let found = discovered(repo, &world, "item").await;
    let save = || repo.save_discovered(&world.tenant, &world.source, &item, &found);
    let (a, b, c) = tokio::join!(save(), save(), save());
    for result in [a, b, c] {
        result.unwrap();
    }
    assert_eq!(repo.discovered(&world.tenant, &world.source, &item).await.unwrap(), Some(found.clone()));
}
