//! Ours, and two that people use.

use forebay_anomalies::{Baseline, Settings};
use forebay_model::anomaly::Verdict;

use crate::series::{LEARNING, Series};

/// Whether each point that is judged, from [`LEARNING`] on, is unusual.
pub type Alarms = Vec<(usize, bool)>;

fn each(series: &Series, judge: impl Fn(usize) -> bool) -> Alarms {
    (LEARNING..series.points.len()).map(|i| (i, !series.is_ignored(i) && judge(i))).collect()
}

/// As it would have run: every point is judged by those before it, at each of the targets.
pub fn ours<const N: usize>(series: &Series, targets: [f64; N]) -> [Alarms; N] {
    let settings =
        targets.map(|target| Settings { target_false_alarm_rate: target, ..series.settings.clone() });
    let mut alarms = [const { Alarms::new() }; N];
    for (index, point) in series.points.iter().enumerate().skip(LEARNING) {
        // What is learned does not depend on the target, so it is learned once for all.
        let Ok(baseline) = Baseline::learn(&series.points[..index], &series.marks, &series.settings) else {
            continue;
        };
        for (settings, alarms) in settings.iter().zip(&mut alarms) {
            let verdict = baseline.judge(*point, &series.marks, settings);
            alarms.push((index, matches!(verdict, Verdict::Unusual { .. })));
        }
    }
    alarms
}

/// Elementary's default: three standard deviations from the mean of the last 14 points.
pub fn rolling(series: &Series) -> Alarms {
    each(series, |i| {
        let window: Vec<f64> = series.points[i - 14..i].iter().map(|p| p.value).collect();
        let mean = window.iter().sum::<f64>() / 14.0;
        let variance = window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 13.0;
        (series.points[i].value - mean).abs() > 3.0 * variance.sqrt()
    })
}

/// Three and a half robust deviations from the median of the same weekday (and hour, where hourly).
pub fn weekday_mad(series: &Series) -> Alarms {
    let slot = |i: usize| {
        let seconds = series.points[i].at.micros() / 1_000_000;
        (seconds / 86_400 % 7, seconds % 86_400 / 3600)
    };
    each(series, |i| {
        let same = (0..i).filter(|j| slot(*j) == slot(i));
        let mut values: Vec<f64> = same.map(|j| series.points[j].value).collect();
        if values.len() < 3 {
            return false;
        }
        let middle = median(&mut values);
        let mut distances: Vec<f64> = values.iter().map(|v| (v - middle).abs()).collect();
        let spread = median(&mut distances) * 1.4826;
        (series.points[i].value - middle).abs() > 3.5 * spread
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}
