//! Any rows, split in two: merging is commutative to the byte, states come back, shares are shares.

use forebay_model::Value;
use forebay_profiling::Relations;
use xxhash_rust::xxh3::xxh3_64;

use crate::Target;
use crate::input::Input;

pub(crate) const TARGET: Target = Target { name: "relations", run, seeds };

const COLUMNS: [&str; 4] = ["a", "b", "c", "d"];

/// The first byte says whether the rest is rows or a forged state.
fn run(bytes: &[u8]) {
    match bytes.split_first() {
        Some((0, forged)) => state(forged),
        Some((_, rows)) => observe(rows),
        None => {}
    }
}

fn observe(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut shards = [Relations::new(&COLUMNS), Relations::new(&COLUMNS)];
    while !input.is_empty() {
        let shard = usize::from(input.byte() % 2);
        let row: Vec<Value> = (0..COLUMNS.len()).map(|_| input.value()).collect();
        shards[shard].observe_row(&row);
    }
    let [mut left, right] = shards;
    let mut other_way = right.clone();
    other_way.merge(&left);
    left.merge(&right);
    assert!(left.to_bytes() == other_way.to_bytes(), "merging is commutative");
    let back = Relations::from_bytes(&left.to_bytes()).expect("a state reads what it wrote");
    assert_eq!(back.finish(), left.finish());
    check(&left);
}

fn state(bytes: &[u8]) {
    let mut forged = bytes.to_vec();
    forged.extend_from_slice(&(xxh3_64(bytes) as u32).to_le_bytes());
    let Ok(mut read) = Relations::from_bytes(&forged) else { return };
    let copy = read.clone();
    read.merge(&copy);
    read.finish();
    read.to_bytes();
}

fn check(relations: &Relations) {
    let profile = relations.finish();
    for found in &profile.correlations {
        let sane = |r: f64| (-1.000_001..=1.000_001).contains(&r);
        assert!(sane(found.pearson) && sane(found.spearman), "{found:?}");
    }
    for count in [profile.duplicate_rows, profile.repeated_rows] {
        let ordered = count.low <= count.value && count.value <= count.high;
        assert!(ordered && count.low >= 0.0 && count.high <= profile.rows as f64, "{count:?}");
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let rows =
        |tag: u8| (0..200_u8).flat_map(move |at| [1, tag, at, at / 3, tag, at / 7, 5]).collect::<Vec<u8>>();
    let mut relations = Relations::new(&COLUMNS);
    (0..50).for_each(|at| {
        relations.observe_row(&[Value::Integer(at), Value::Null, Value::Boolean(at % 2 == 0)])
    });
    let mut forged = relations.to_bytes();
    forged.truncate(forged.len() - 4);
    let mut seeds: Vec<Vec<u8>> = (0..12).map(|tag| [vec![1], rows(tag)].concat()).collect();
    seeds.push([vec![0], forged].concat());
    seeds
}
