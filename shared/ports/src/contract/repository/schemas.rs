//! Stream schemas, versioned.

use forebay_model::ColumnType;

use super::super::given::{World, column, schema, stream};
use crate::repository::Repository;

pub(super) async fn suite(repo: &dyn Repository) {
    versions_count_from_one_and_never_change(repo).await;
    writers_at_once_never_share_a_version(repo).await;
}

async fn versions_count_from_one_and_never_change(repo: &dyn Repository) {
    let world = World::new(repo);
    let (tenant, source) = (&world.tenant, &world.source);
    assert_eq!(repo.schemas(tenant, source).await.unwrap(), []);
    let (one, other) = (schema("item"), schema("customer"));
    let mut two = one.clone();
    two.columns.push(column("extra", ColumnType::Text));

    for (schema, version) in [(&one, 1), (&one, 1), (&two, 2), (&two, 2), (&one, 3), (&other, 1)] {
        let saved = repo.save_schema(tenant, source, schema).await.unwrap();
        assert_eq!((saved.version, &saved.schema), (version, schema));
    }
    for (version, expected) in [(1, Some(&one)), (2, Some(&two)), (3, Some(&one)), (4, None)] {
        let found = repo.schema(tenant, source, &stream("item"), version).await.unwrap();
        assert_eq!(found.as_ref().map(|v| &v.schema), expected);
    }
    let newest = repo.schemas(tenant, source).await.unwrap();
    let newest: Vec<_> = newest.iter().map(|v| (v.schema.stream.as_str(), v.version)).collect();
    assert_eq!(newest, [("customer", 1), ("item", 3)]);
}

async fn writers_at_once_never_share_a_version(repo: &dyn Repository) {
    let world = World::new(repo);
    let with = |extra: &str| {
        let mut schema = schema("item");
        schema.columns.push(column(extra, ColumnType::Text));
        schema
    };
    let (a, b, c) = (with("a"), with("b"), with("c"));
    let save = |s| repo.save_schema(&world.tenant, &world.source, s);
    let (ra, rb, rc) = tokio::join!(save(&a), save(&b), save(&c));
    let mut versions: Vec<u32> = [ra, rb, rc].into_iter().map(|r| r.unwrap().version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3]);
}
