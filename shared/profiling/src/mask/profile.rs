//! A profile with its values masked.

use forebay_model::profile::{ColumnProfile, NumberStatistics, SensitiveKind, TimeStatistics};

use super::{Mask, Screen};

/// Masks what shows values: all of it where the column holds personal data, else those values that prove to be
/// personal by themselves. `ordinary` as in [`Screen`].
pub(crate) fn apply(profile: &mut ColumnProfile, ordinary: u64) {
    let screen = Screen::new(&profile.sensitive, ordinary);
    let hides = |text: &str| screen.show(text) != text;
    // Extremes are in quantiles and bins too, and the only value of a column is in all figures. Other quantiles
    // are looked at where they are a few numbers themselves: of many, which ones they are is chance, and seconds
    // since 1970 are ten digits as ids are.
    let extremes = [&profile.min, &profile.max].into_iter().flatten();
    let few = profile.numbers.as_ref().filter(|n| n.rank_error == 0.0 && profile.times.is_none());
    let hidden = extremes.map(String::as_str).any(hides)
        || few.is_some_and(|n| n.quantiles.iter().any(|q| hides(&q.value.to_string())));
    for shown in [&mut profile.min, &mut profile.max].into_iter().flatten() {
        *shown = screen.show(shown).into_owned();
    }
    for frequent in &mut profile.frequent {
        frequent.value = screen.show(&frequent.value).into_owned();
    }
    if screen.mask.is_some() || hidden {
        profile.numbers = profile.numbers.take().map(counts_only);
    }
    if let Some(mask) = screen.mask {
        profile.times = profile.times.take().map(|times| decades_only(times, mask));
        profile.masked = true;
    }
}

/// Quantiles, bins, means and sums of ids and birthdays are values or give them away.
fn counts_only(numbers: NumberStatistics) -> NumberStatistics {
    NumberStatistics {
        masked: true,
        count: numbers.count,
        from_text: numbers.from_text,
        nan: numbers.nan,
        infinities: numbers.infinities,
        zeros: numbers.zeros,
        negatives: numbers.negatives,
        integers: numbers.integers,
        ..NumberStatistics::default()
    }
}

/// Weekdays and hours of many people are nobody's; gaps name days.
fn decades_only(mut times: TimeStatistics, mask: Mask) -> TimeStatistics {
    let decade = |text: &str| match (mask.kind, text.get(..3)) {
        (SensitiveKind::BirthDate, Some(decade)) if decade.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{decade}*")
        }
        _ => mask.apply(text),
    };
    (times.earliest, times.latest) = (decade(&times.earliest), decade(&times.latest));
    times.gaps.longest.clear();
    times
}
