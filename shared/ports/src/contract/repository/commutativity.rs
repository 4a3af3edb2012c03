//! Any order of pages and any repetition end in the same tables.

use forebay_model::{PageDescriptor, StreamSchema, TypedRecord};

use super::super::given::{World, child_schema, key, record, schema, stream, version};
use super::super::shuffle::Random;
use crate::repository::{Delete, Repository, StoredRecord};

/// Orders tried, each with other pages.
const ROUNDS: u64 = 8;

#[derive(Debug, Clone)]
struct Page {
    schema: usize,
    content: String,
    records: Vec<TypedRecord>,
    deletes: Vec<Delete>,
}

pub(super) async fn suite(repo: &dyn Repository) {
    let schemas = [schema("whole"), child_schema("part", "whole"), schema("deletedrecord")];
    for schema in &schemas {
        repo.prepare_table(schema).await.unwrap();
    }
    for round in 0..ROUNDS {
        let mut random = Random::new(round);
        let pages: Vec<Page> = (0..10).map(|n| page(n, &mut random)).collect();
        let straight = end_of(repo, &schemas, &pages).await;
        let mut twice = [pages.clone(), pages].concat();
        random.shuffle(&mut twice);
        assert_eq!(end_of(repo, &schemas, &twice).await, straight, "round {round}");
    }
}

/// Few keys and few instants, so that versions meet.
fn page(n: usize, random: &mut Random) -> Page {
    let schema = random.below(3);
    let count = 1 + random.below(6);
    let mut any = |bound| i64::try_from(random.below(bound)).unwrap_or(0);
    let mut records = Vec::new();
    let mut deletes = Vec::new();
    for _ in 0..count {
        let mut version = version(any(6), 10 + any(3));
        // Some streams say in the record itself that it is deleted.
        version.deleted = schema < 2 && any(6) == 0;
        match schema {
            0 => records.push(record(any(4), ["a", "b"][usize::from(any(2) == 0)], None, version)),
            1 => records.push(record(any(6), ["a", "b"][usize::from(any(2) == 0)], Some(any(4)), version)),
            _ => {
                let (name, keys) = if any(4) == 0 { ("part", 6) } else { ("whole", 4) };
                let version = forebay_model::RecordVersion { deleted: true, ..version };
                deletes.push(Delete { stream: stream(name), key: key(any(keys)), version });
            }
        }
    }
    Page { schema, content: n.to_string(), records, deletes }
}

/// What the tables hold after these pages: records, history and counts, per stream.
async fn end_of(
    repo: &dyn Repository,
    schemas: &[StreamSchema],
    pages: &[Page],
) -> Vec<(Vec<StoredRecord>, Vec<StoredRecord>, u64)> {
    let world = World::new(repo);
    for page in pages {
        let schema = &schemas[page.schema];
        let descriptor: PageDescriptor = world.page("run-1", schema.stream.as_str(), 0, &page.content);
        let mut batch = world.batch(&descriptor, schema, page.records.clone());
        batch.deletes.clone_from(&page.deletes);
        assert!(repo.apply_page(batch).await.unwrap().outcome().balances());
    }
    let mut end = Vec::new();
    for schema in schemas {
        let (current, history) = (world.current(schema).await, world.history(schema).await);
        check_history(&current, &history);
        assert_eq!(world.count(schema).await, current.len() as u64);
        end.push((current, history, world.count(schema).await));
    }
    end
}

/// Each version is valid to the next one's `modified`, and the last one is what is current.
pub(super) fn check_history(current: &[StoredRecord], history: &[StoredRecord]) {
    for pair in history.windows(2) {
        let next = (pair[0].key == pair[1].key).then_some(pair[1].version.modified);
        assert_eq!(pair[0].valid_to, next);
    }
    let open: Vec<_> = history.iter().filter(|r| r.valid_to.is_none() && !r.version.deleted).collect();
    assert_eq!(open, current.iter().collect::<Vec<_>>());
}
