//! Configured sources.

use forebay_model::SourceId;

use super::super::given::World;
use crate::repository::Repository;

pub(super) async fn suite(repo: &dyn Repository) {
    repo.ping().await.unwrap();
    let world = World::new(repo);
    assert_eq!(repo.sources(&world.tenant).await.unwrap(), []);
    assert_eq!(repo.source(&world.tenant, &world.source).await.unwrap(), None);

    let mut second = world.config();
    second.id = SourceId::new("source-2").unwrap();
    let mut first = world.config();
    for source in [&second, &first, &first] {
        repo.put_source(source).await.unwrap();
    }
    assert_eq!(repo.sources(&world.tenant).await.unwrap(), [first.clone(), second.clone()], "in order of id");

    first.settings.insert("account".into(), "2".into());
    repo.put_source(&first).await.unwrap();
    assert_eq!(repo.source(&world.tenant, &first.id).await.unwrap(), Some(first), "the newest settings");
    assert_eq!(repo.source(&world.tenant, &second.id).await.unwrap(), Some(second));
}
