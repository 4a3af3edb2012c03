use super::*;
use proptest::prelude::*;

/// Values in the order in which they come, by sorted blocks of 512.
fn sketch(values: &[i64]) -> Kll {
    let mut sketch = Kll::default();
    for block in values.chunks(512) {
        let mut block = block.to_vec();
        block.sort_unstable();
        sketch.add_sorted(&block);
    }
    sketch
}

/// The largest distance between true and estimated rank, as a share.
fn rank_error(sketch: &Kll, mut values: Vec<i64>) -> f64 {
    values.sort_unstable();
    let sorted = sketch.sorted();
    let error = |key: &i64| {
        let first = values.partition_point(|v| v < key) as f64;
        (first - sorted.below(*key) as f64).abs() / values.len() as f64
    };
    values.iter().step_by(97).map(error).fold(0.0, f64::max)
}

fn streams() -> Vec<(&'static str, Vec<i64>)> {
    let count = 100_000_i64;
    let random = |i: i64| mix(i as u64);
    vec![
        ("sorted", (0..count).collect()),
        ("reversed", (0..count).rev().collect()),
        ("random", (0..count).map(|i| random(i) as i64).collect()),
        ("few values", (0..count).map(|i| (random(i) % 7) as i64).collect()),
        ("skewed", (0..count).map(|i| 1 << (random(i).leading_zeros() % 63)).collect()),
        ("zigzag", (0..count).map(|i| if i % 2 == 0 { i } else { -i }).collect()),
        ("constant", vec![5; count as usize]),
    ]
}

#[test]
fn ranks_are_within_the_stated_error() {
    for (name, values) in streams() {
        let sketch = sketch(&values);
        assert!(sketch.levels.iter().map(Vec::len).sum::<usize>() < 800);
        let error = rank_error(&sketch, values);
        assert!(error < RANK_ERROR, "{name}: {error}");
    }
}

#[test]
fn ranks_are_within_the_stated_error_after_merging_a_thousand_shards() {
    for (name, values) in streams() {
        let mut merged = Kll::default();
        for shard in values.chunks(100) {
            merged.merge(&sketch(shard));
        }
        assert_eq!(merged.count(), values.len() as u64);
        let error = rank_error(&merged, values);
        assert!(error < RANK_ERROR, "{name}: {error}");
    }
}

#[test]
fn weights_stand_for_repetitions() {
    let mut weighted = Kll::default();
    let mut values = Vec::new();
    for i in 0..3_000_i64 {
        let (key, weight) = (mix(i as u64) as i64 % 5_000, mix(i as u64 + 9) % 60);
        weighted.add_weighted(vec![(key, weight + 1)]);
        values.extend(std::iter::repeat_n(key, weight as usize + 1));
    }
    weighted.add_weighted(vec![(77, 1_000_000)]);
    values.extend(std::iter::repeat_n(77, 1_000_000));
    let more: Vec<i64> = (0..100_000_i64).map(|i| i % 5_000).collect();
    weighted.merge(&sketch(&more));
    values.extend(more);
    assert_eq!(weighted.sorted().below(i64::MAX), values.len() as u64);
    let error = rank_error(&weighted, values);
    assert!(error < RANK_ERROR, "{error}");
}

proptest! {
    #[test]
    fn few_values_are_kept_exactly(mut values in prop::collection::vec(any::<i64>(), 1..KEPT)) {
        let sketch = sketch(&values);
        values.sort_unstable();
        prop_assert!(sketch.is_exact());
        let sorted = sketch.sorted();
        for (rank, key) in values.iter().enumerate() {
            prop_assert_eq!(sorted.at(rank as u64 + 1), Some(*key));
        }
    }

    #[test]
    fn merging_is_commutative_to_the_byte(left in prop::collection::vec(any::<i32>(), 0..2_000), right in prop::collection::vec(any::<i32>(), 0..2_000)) {
        let wide = |values: &[i32]| values.iter().map(|key| i64::from(*key)).collect::<Vec<_>>();
        let (mut ab, mut ba) = (sketch(&wide(&left)), sketch(&wide(&right)));
        let (a, b) = (ab.clone(), ba.clone());
        ab.merge(&b);
        ba.merge(&a);
        prop_assert_eq!(ab, ba);
    }

    #[test]
    fn images_come_back_as_they_were_written(values in prop::collection::vec(-1e9..1e9, 1..9_000)) {
        let keys: Vec<i64> = values.iter().map(|x| key::to_key(*x)).collect();
        let sketch = sketch(&keys);
        let image = sketch.image();
        prop_assert!(image.len() < 5_100);
        prop_assert_eq!(Kll::from_image(&image, sketch.compacted), Some(sketch));
        prop_assert_eq!(Kll::from_image(&image[..image.len() - 1], false), None);
    }
}
