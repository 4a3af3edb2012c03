//! What one judged point costs, with ninety days of hourly history before it.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use forebay_anomalies::detect::Domain;
use forebay_anomalies::{Baseline, Marks, Settings, detect};
use forebay_model::Instant;
use forebay_model::anomaly::Point;

/// Hourly counts with a daily and a weekly season, and noise that repeats itself exactly.
fn history(days: i64) -> Vec<Point> {
    let value = |hour: i64| {
        let daily = ((hour % 24) as f64 / 24.0 * std::f64::consts::TAU).sin();
        let weekend = if hour / 24 % 7 >= 5 { 0.4 } else { 1.0 };
        let noise = (hour * 7919 % 1009) as f64 / 1009.0;
        ((1000.0 + 400.0 * daily) * weekend * (0.9 + 0.2 * noise)).round()
    };
    (0..days * 24).map(|hour| Point { at: at(hour), value: value(hour) }).collect()
}

fn at(hour: i64) -> Instant {
    Instant::EPOCH.plus_seconds(hour * 3600)
}

fn judge(c: &mut Criterion) {
    let settings = Settings { domain: Domain::Count, ..Settings::default() };
    let marks = Marks::default();
    for days in [14, 90] {
        let history = history(days);
        let new = Point { at: at(days * 24), value: 700.0 };
        c.bench_function(&format!("detect, {days} days of hours"), |b| {
            b.iter(|| detect(black_box(&history), &marks, black_box(new), &settings));
        });
        if let Ok(baseline) = Baseline::learn(&history, &marks, &settings) {
            c.bench_function(&format!("judge by a learned baseline, {days} days of hours"), |b| {
                b.iter(|| baseline.judge(black_box(new), &marks, &settings));
            });
        }
    }
}

criterion_group!(benches, judge);
criterion_main!(benches);
