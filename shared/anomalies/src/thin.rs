//! Which of what is kept over time can go: points and runs' profiles, thinned by age.

use std::collections::BTreeMap;

use forebay_model::Instant;

const DAY: i64 = 86_400_000_000;
/// The Monday before 1970-01-01, a Thursday, in days.
const MONDAY: i64 = -3;

/// How long what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Everything is kept for so many days.
    pub all_days: u32,
    /// Then one a day, for so many days more; then one a week, for good.
    pub daily_days: u32,
}

impl Default for Policy {
    /// All of 30 days, one a day for a year, then one a week.
    fn default() -> Self {
        Self { all_days: 30, daily_days: 365 }
    }
}

/// What becomes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<Id> {
    /// The day or week: from its beginning, until before the next one's.
    pub from: Instant,
    pub until: Instant,
    /// The newest of its day or week.
    pub keep: Id,
    /// The others, oldest first: to be merged into `keep` where they merge, as profiles do, and deleted.
    pub drop: Vec<Id>,
}

/// The days and weeks (of UTC, from Monday) that hold more than one, oldest first; whatever is in no group
/// stays as it is. A day or week is thinned when all of it is old enough, so thinning again changes
/// nothing, and it does not matter how often it is done.
pub fn thin<Id: Clone + Ord>(items: &[(Id, Instant)], now: Instant, policy: Policy) -> Vec<Group<Id>> {
    let mut periods: BTreeMap<(i64, i64), Vec<(Instant, &Id)>> = BTreeMap::new();
    for (id, at) in items {
        if let Some(period) = period(*at, now, policy) {
            periods.entry(period).or_default().push((*at, id));
        }
    }
    let mut groups = Vec::new();
    for ((first_day, days), mut members) in periods {
        members.sort_unstable();
        let Some((_, keep)) = members.pop() else { continue };
        if !members.is_empty() {
            let drop = members.into_iter().map(|(_, id)| id.clone()).collect();
            let from = Instant::from_micros(first_day * DAY);
            let until = Instant::from_micros((first_day + days) * DAY);
            groups.push(Group { from, until, keep: keep.clone(), drop });
        }
    }
    groups
}

/// First day and length of the period that `at` shares with others; `None` while it is kept by itself.
fn period(at: Instant, now: Instant, policy: Policy) -> Option<(i64, i64)> {
    let day = at.micros().div_euclid(DAY);
    let week = (day - MONDAY).div_euclid(7) * 7 + MONDAY;
    let old = |end: i64, days: i64| end.saturating_add(days) * DAY <= now.micros();
    let all = i64::from(policy.all_days);
    if old(week + 7, all + i64::from(policy.daily_days)) {
        return Some((week, 7));
    }
    old(day + 1, all).then_some((day, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(day: i64, hour: i64) -> Instant {
        Instant::from_micros(day * DAY + hour * 3_600_000_000)
    }

    #[test]
    fn months_are_kept_whole_then_by_day_then_by_week() {
        // 1971-01-04 was a Monday.
        let monday = 368;
        let now = day(monday + 1000, 0);
        let items =
            [(1, day(monday, 1)), (2, day(monday, 5)), (3, day(monday + 6, 1)), (4, day(monday + 7, 1))];
        let group =
            |days, keep, drop| Group { from: day(monday, 0), until: day(monday + days, 0), keep, drop };
        assert_eq!(thin(&items, now, Policy::default()), [group(7, 3, vec![1, 2])]);
        let now = day(monday + 100, 0);
        assert_eq!(thin(&items, now, Policy::default()), [group(1, 2, vec![1])]);
        let now = day(monday + 29, 0);
        assert_eq!(thin(&items, now, Policy::default()), []);
    }

    proptest! {
        #[test]
        fn thinning_again_changes_nothing_and_keeps_the_newest(
            times in proptest::collection::vec(0i64..900 * 24, 0..200),
        ) {
            let items: Vec<(usize, Instant)> =
                times.iter().enumerate().map(|(id, hour)| (id, day(0, *hour))).collect();
            let now = day(900, 0);
            let groups = thin(&items, now, Policy::default());
            let dropped: Vec<usize> = groups.iter().flat_map(|g| g.drop.clone()).collect();
            let left: Vec<(usize, Instant)> =
                items.iter().filter(|(id, _)| !dropped.contains(id)).copied().collect();
            prop_assert_eq!(thin(&left, now, Policy::default()), []);
            let newest = |items: &[(usize, Instant)]| items.iter().map(|(_, at)| *at).max();
            prop_assert_eq!(newest(&left), newest(&items));
            for (_, at) in &items {
                let near = left.iter().any(|(_, other)| (other.micros() - at.micros()).abs() < 7 * DAY);
                prop_assert!(near, "every point has one within its week");
            }
        }
    }
}
