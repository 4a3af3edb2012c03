//! Ranks of numbers that occur several times, and what one number does to the ranks of others.

/// Places in ascending order.
pub(super) fn order(x: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]));
    order
}

/// From 1; equal values share their mean place (midranks).
pub(super) fn ranks(x: &[f64], order: &[usize], counts: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; x.len()];
    let mut before = 0.0;
    for same in order.chunk_by(|a, b| x[*a] == x[*b]) {
        let count: f64 = same.iter().map(|at| counts[*at]).sum();
        same.iter().for_each(|at| ranks[*at] = before + (count + 1.0) / 2.0);
        before += count;
    }
    ranks
}

/// What one more of each number adds to a mean in which ranks count by `gains`: it raises the ranks of all higher ones by
/// one, those of its equals by half, in units of the ranks' standard deviation.
pub(super) fn rank_influences(
    x: &[f64],
    order: &[usize],
    counts: &[f64],
    gains: &[f64],
    deviation: f64,
) -> Vec<f64> {
    let gain = |at: &usize| gains[*at] * counts[*at];
    let mut above: f64 = order.iter().map(gain).sum();
    let mut influences = vec![0.0; x.len()];
    for same in order.chunk_by(|a, b| x[*a] == x[*b]) {
        let own: f64 = same.iter().map(gain).sum();
        above -= own;
        same.iter().for_each(|at| influences[*at] = (above + own / 2.0) / deviation);
    }
    influences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn influences_are_what_one_more_number_does_to_all_ranks() {
        let (x, counts, gains) = ([3.0, 1.0, 2.0, 2.0], [1.0, 2.0, 1.0, 3.0], [0.5, -1.0, 2.0, 0.25]);
        let found = rank_influences(&x, &order(&x), &counts, &gains, 1.0);
        for at in 0..x.len() {
            let mut more = counts;
            more[at] += 1.0;
            let (before, after) = (ranks(&x, &order(&x), &counts), ranks(&x, &order(&x), &more));
            let shift: f64 = (0..x.len()).map(|i| gains[i] * counts[i] * (after[i] - before[i])).sum();
            assert!((shift - found[at]).abs() < 1e-12, "{at}: {shift} {}", found[at]);
        }
    }
}
