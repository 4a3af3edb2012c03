//! Every target on its seeds, and on some thousand mutations of them: what CI has time for.

use forebay_fuzz::TARGETS;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const MUTATIONS: u64 = 400;

#[test]
fn no_target_falls_over_its_seeds_or_their_mutations() {
    for (at, target) in TARGETS.iter().enumerate() {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        seeds.iter().for_each(|seed| (target.run)(seed));
        for round in 0..MUTATIONS {
            let mut random = StdRng::seed_from_u64(at as u64 * 1_000_003 + round);
            let mut input = seeds[random.random_range(0..seeds.len())].clone();
            mutate(&mut input, &mut random);
            (target.run)(&input);
        }
    }
}

fn mutate(input: &mut Vec<u8>, random: &mut impl Rng) {
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=input.len());
        match random.random_range(0..4) {
            0 => input.insert(at, random.random()),
            1 => input.truncate(at),
            2 => {
                let copied = input[at..].to_vec();
                input.extend(copied);
            }
            _ => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = random.random();
                }
            }
        }
    }
}
