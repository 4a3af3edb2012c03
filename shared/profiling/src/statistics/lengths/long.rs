//! Which texts are far longer than the others.

use forebay_model::profile::{LengthBin, LongTexts};

/// With fewer texts, none is far from the others.
const LEAST_TEXTS: u64 = 20;
/// Distances of the quartiles beyond the upper one, of logarithms: Tukey's outer fence.
const FAR: i32 = 3;
/// Where the quartiles are near each other, so many times the upper one is far.
const LEAST_TIMES: f64 = 4.0;

/// Empty texts are left out. The fence is the end of a bin, so that the count is exact where all texts are in bins:
/// states of programs that knew no bins say only how many there were.
pub(super) fn of(bins: &[LengthBin], all: u64) -> Option<LongTexts> {
    let filled = || bins.iter().filter(|bin| bin.high > 0);
    let texts = filled().fold(0_u64, |sum, bin| sum.saturating_add(bin.count));
    if texts < LEAST_TEXTS {
        return None;
    }
    let at = |rank: f64| {
        let mut below = 0_u64;
        filled().find(|bin| {
            below = below.saturating_add(bin.count);
            below as f64 >= rank * texts as f64
        })
    };
    let (low, high) = (at(0.25)?.low.max(1) as f64, at(0.75)?.high as f64);
    let fence = (LEAST_TIMES * high).max(high * (high / low).powi(FAR));
    let far = filled().find(|bin| bin.low as f64 > fence)?;
    let fence = filled().take_while(|bin| bin.low < far.low).map(|bin| bin.high as f64).fold(fence, f64::max);
    let beyond = filled().filter(|bin| bin.low >= far.low);
    let count = beyond.fold(0_u64, |sum, bin| sum.saturating_add(bin.count));
    let exact = bins.iter().fold(0_u64, |sum, bin| sum.saturating_add(bin.count)) == all;
    Some(LongTexts { fence: fence as u64, count, exact, examples: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(counts: &[(u64, u64, u64)]) -> Vec<LengthBin> {
        counts.iter().map(|&(low, high, count)| LengthBin { low, high, count }).collect()
    }

    fn found(counts: &[(u64, u64, u64)]) -> Option<(u64, u64)> {
        let all = counts.iter().map(|(_, _, count)| count).sum();
        of(&bins(counts), all).map(|long| (long.fence, long.count))
    }

    #[test]
    fn where_some_texts_are_in_no_bin_the_count_is_not_exact() {
        let exact = |all| of(&bins(&[(9, 9, 1_000), (5_000, 5_200, 2)]), all).map(|long| long.exact);
        assert_eq!([exact(1_002), exact(1_500)], [Some(true), Some(false)]);
    }

    #[test]
    fn texts_of_nearly_one_length_make_a_long_one_far() {
        assert_eq!(found(&[(9, 9, 1_000), (5_000, 5_200, 2)]), Some((36, 2)));
        assert_eq!(found(&[(9, 9, 1_000), (30, 30, 2)]), None);
    }

    #[test]
    fn lengths_that_differ_widely_leave_little_far() {
        let notes = [(1, 20, 300), (21, 80, 400), (81, 320, 300), (2_000, 2_500, 3)];
        assert_eq!(found(&notes), None);
    }

    #[test]
    fn few_texts_and_empty_ones_say_nothing() {
        assert_eq!(found(&[(9, 9, 10), (5_000, 5_200, 1)]), None);
        assert_eq!(found(&[(0, 0, 900), (3, 3, 50), (40, 40, 1)]), Some((12, 1)));
    }

    #[test]
    fn the_fence_never_cuts_a_bin() {
        assert_eq!(found(&[(100, 128, 90), (500, 600, 5), (4_097, 4_200, 1)]), Some((600, 1)));
    }
}
