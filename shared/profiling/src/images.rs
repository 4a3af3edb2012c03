//! A column's sketches in the binary forms of Apache DataSketches.

use crate::ColumnState;
use crate::mask::{self, Exposure, Screen};
use crate::statistics::Statistics;

const DISTINCT: &str = "hll";
const NUMBERS: &str = "kll_doubles";
const FREQUENT: &str = "frequent_strings";

impl ColumnState {
    /// Images of the sketches in the binary forms of Apache DataSketches, by the names that its libraries
    /// give them: `hll` (distinct values), `kll_doubles` (numbers), `frequent_strings` (frequent values).
    /// Sketches of nothing are left out. Others can read and estimate them; unions of `hll` make sense only
    /// with our own, because DataSketches hashes values with MurmurHash3 and we with XXH3. Values are in them as
    /// they are: personal data is not masked.
    pub fn sketches(&self) -> Vec<(&'static str, Vec<u8>)> {
        images(&self.settled())
    }

    /// Those of [`sketches`](Self::sketches) that tell no value which would be masked wherever it is shown, or all
    /// where values may be seen. `hll` holds hashes alone. `frequent_strings` is left out where one of the values that
    /// it holds would be masked, also one that no profile lists; `kll_doubles` where the profile does not show numbers,
    /// or where it holds one that would be masked.
    pub fn sketches_with(&self, column: &str, exposure: Exposure) -> Vec<(&'static str, Vec<u8>)> {
        let statistics = self.settled();
        let mut all = images(&statistics);
        if exposure == Exposure::Masked {
            let withheld = withheld(&statistics, column);
            all.retain(|(form, _)| !withheld.contains(form));
        }
        all
    }
}

fn images(statistics: &Statistics) -> Vec<(&'static str, Vec<u8>)> {
    let images = [
        (DISTINCT, statistics.distinct.image()),
        (NUMBERS, statistics.quantiles.image()),
        (FREQUENT, statistics.frequent.image()),
    ];
    images.into_iter().filter_map(|(name, image)| Some((name, image?))).collect()
}

/// The forms that hold what is masked.
fn withheld(statistics: &Statistics, column: &str) -> Vec<&'static str> {
    let mut profile = statistics.finish(column);
    let ordinary = statistics.sensitive.ordinary();
    let screen = Screen::new(&profile.sensitive, ordinary);
    let hides = |text: &str| screen.show(text) != text;
    mask::apply(&mut profile, ordinary);
    // Seconds since 1970 are ten digits as ids are.
    let are_times = profile.times.is_some();
    let shows_numbers = profile.numbers.is_some_and(|numbers| !numbers.masked);
    let mut withheld = Vec::new();
    if profile.masked || statistics.frequent.values().any(|value| hides(&value)) {
        withheld.push(FREQUENT);
    }
    if !shows_numbers || (!are_times && statistics.quantiles.held().any(|x| hides(&x.to_string()))) {
        withheld.push(NUMBERS);
    }
    withheld
}

#[cfg(test)]
mod tests {
    use forebay_model::Value;

    use super::*;

    fn forms(values: impl Iterator<Item = Value>) -> Vec<&'static str> {
        let mut state = ColumnState::new();
        values.for_each(|value| state.observe(&value));
        assert!(state.sketches_with("note", Exposure::Shown) == state.sketches());
        let shown = state.sketches_with("note", Exposure::Masked);
        shown.into_iter().map(|(form, _)| form).collect()
    }

    #[test]
    fn a_sketch_that_holds_one_masked_value_is_withheld() {
        let notes = |i: i64| Value::Text(format!("note {i}"));
        assert_eq!(forms((0..90).map(notes)), [DISTINCT, FREQUENT]);
        // Too rare to be listed among the twenty of a profile.
        let card = [Value::Text("pay with 4111 1111 1111 1111".into())];
        assert_eq!(forms((0..90).chain(0..90).map(notes).chain(card)), [DISTINCT]);
    }

    #[test]
    fn numbers_that_no_profile_shows_are_withheld() {
        let words = |i: i64| Value::Text(format!("w{i}"));
        let card = [Value::Text("4111111111111111".into())];
        assert_eq!(forms((0..90).map(words).chain(card)), [DISTINCT]);
        assert_eq!(forms((0..90).map(Value::Integer)), [DISTINCT, NUMBERS, FREQUENT]);
        // Neither an extreme nor a quantile.
        let numbers = (0..30).chain(9_000_000_000_000_000_000..9_000_000_000_000_000_030);
        assert_eq!(forms(numbers.chain([4_111_111_111_111_111]).map(Value::Integer)), [DISTINCT]);
    }
}
