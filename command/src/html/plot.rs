//! Plots as SVG. Each says in words what it shows, and each of its parts says its figures.

use forebay_model::profile::{ColumnProfile, LengthBin, NumberStatistics, TimeStatistics};

use super::escaped;
use crate::report::{figures, typical};

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 96.0;

/// A bar: what it stands for, where it begins and ends on the scale, how much it is.
struct Bar {
    label: String,
    low: f64,
    high: f64,
    count: f64,
}

fn figure(title: &str, height: f64, inner: &str) -> String {
    let title = escaped(title);
    format!(
        "<figure style=\"margin:0\"><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\
         <title>{title}</title>{inner}</svg></figure>"
    )
}

/// Bars side by side, with the ends of the scale below.
fn bars(title: &str, bars: &[Bar], ends: [&str; 2]) -> String {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return String::new() };
    let range = (last.high - first.low).max(f64::MIN_POSITIVE);
    let largest = bars.iter().map(|bar| bar.count).fold(f64::MIN_POSITIVE, f64::max);
    let mut inner = String::new();
    for bar in bars {
        let x = (bar.low - first.low) / range * WIDTH;
        let width = ((bar.high - bar.low) / range * WIDTH - 1.0).max(1.0);
        let height = if bar.count > 0.0 { (bar.count / largest * HEIGHT).max(1.0) } else { 0.0 };
        inner.push_str(&format!(
            "<rect class=\"f\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{}</title></rect>",
            HEIGHT - height,
            escaped(&bar.label)
        ));
    }
    inner.push_str(&axis(HEIGHT + 12.0, ends));
    figure(title, HEIGHT + 16.0, &inner)
}

fn axis(y: f64, [low, high]: [&str; 2]) -> String {
    format!(
        "<text x=\"0\" y=\"{y}\">{}</text><text x=\"{WIDTH}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
        escaped(low),
        escaped(high)
    )
}

/// How a column's numbers or times are spread.
pub fn histogram(column: &ColumnProfile, numbers: &NumberStatistics) -> String {
    let (Some(first), Some(last)) = (numbers.histogram.first(), numbers.histogram.last()) else {
        return String::new();
    };
    let shown = |x: f64| typical::figure(column, x);
    let all: Vec<Bar> = numbers
        .histogram
        .iter()
        .map(|bin| Bar {
            label: format!(
                "{} to {}: {}",
                shown(bin.low),
                shown(bin.high),
                figures::number(bin.count.round())
            ),
            low: bin.low,
            high: bin.high,
            count: bin.count,
        })
        .collect();
    let (low, high) = (shown(first.low), shown(last.high));
    bars(&format!("Histogram from {low} to {high}"), &all, [low.as_str(), high.as_str()])
}

/// The middle half of the numbers as a box, 90% of them as a line, the median as a mark.
pub fn quantiles(column: &ColumnProfile, numbers: &NumberStatistics) -> String {
    let at = |rank: f64| numbers.quantiles.iter().find(|q| (q.rank - rank).abs() < 1e-9).map(|q| q.value);
    let known = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0].map(at);
    let [Some(min), Some(p5), Some(q1), Some(median), Some(q3), Some(p95), Some(max)] = known else {
        return String::new();
    };
    if max <= min {
        return String::new();
    }
    let x = |value: f64| ((value - min) / (max - min) * (WIDTH - 4.0) + 2.0).clamp(0.0, WIDTH);
    let shown = |value: f64| typical::figure(column, value);
    let line = |from: f64, to: f64, y: [f64; 2], thick: u8| {
        format!(
            "<line class=\"s\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{}\" y2=\"{}\" stroke-width=\"{thick}\"/>",
            x(from),
            x(to),
            y[0],
            y[1]
        )
    };
    let mut inner = line(min, min, [11.0, 17.0], 1) + &line(max, max, [11.0, 17.0], 1);
    inner += &line(p5, p95, [14.0, 14.0], 1);
    let width = (x(q3) - x(q1)).max(1.0);
    inner += &format!("<rect class=\"b\" x=\"{:.1}\" y=\"6\" width=\"{width:.1}\" height=\"16\"/>", x(q1));
    inner += &line(median, median, [4.0, 24.0], 2);
    inner += &axis(38.0, [shown(min).as_str(), shown(max).as_str()]);
    let title = format!(
        "Quantiles: least {}, 5 % {}, 25 % {}, median {}, 75 % {}, 95 % {}, most {}",
        shown(min),
        shown(p5),
        shown(q1),
        shown(median),
        shown(q3),
        shown(p95),
        shown(max)
    );
    figure(&title, 42.0, &inner)
}

/// How long texts are.
pub fn lengths(lengths: &[LengthBin]) -> String {
    let (Some(first), Some(last)) = (lengths.first(), lengths.last()) else { return String::new() };
    let all: Vec<Bar> = lengths
        .iter()
        .map(|bin| Bar {
            label: format!("{} to {} characters: {}", bin.low, bin.high, figures::count(bin.count)),
            low: bin.low as f64,
            high: bin.high as f64 + 1.0,
            count: bin.count as f64,
        })
        .collect();
    let title = format!("Lengths from {} to {} characters", first.low, last.high);
    bars(&title, &all, [first.low.to_string().as_str(), last.high.to_string().as_str()])
}

/// Weekdays, and hours where there are any, as strips whose strength is the count.
pub fn clock(times: &TimeStatistics) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let days = strip("Weekdays", &times.weekdays, 0.0, |at| DAYS[at % 7].to_owned());
    if times.hours.iter().all(|count| *count == 0) {
        return figure(&days.0, 40.0, &days.1);
    }
    let hours = strip("hours", &times.hours, 44.0, |at| at.to_string());
    figure(&format!("{}; {}", days.0, hours.0), 84.0, &(days.1 + &hours.1))
}

fn strip(name: &str, counts: &[u64], top: f64, label: impl Fn(usize) -> String) -> (String, String) {
    let largest = counts.iter().copied().max().unwrap_or_default().max(1) as f64;
    let width = WIDTH / counts.len() as f64;
    let mut inner = String::new();
    let mut most = 0;
    for (at, &count) in counts.iter().enumerate() {
        if count > counts[most] {
            most = at;
        }
        let x = width * at as f64;
        let strength = if count == 0 { 0.0 } else { 0.12 + 0.88 * count as f64 / largest };
        let class = if count == 0 { "z" } else { "f" };
        let opacity = if count == 0 { 0.5 } else { strength };
        inner.push_str(&format!(
            "<rect class=\"{class}\" fill-opacity=\"{opacity:.2}\" x=\"{x:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"20\">\
             <title>{}: {}</title></rect>",
            width - 1.0,
            label(at),
            figures::count(count)
        ));
        if counts.len() <= 7 || at % 3 == 0 {
            inner.push_str(&format!("<text x=\"{:.1}\" y=\"{}\">{}</text>", x + 1.0, top + 32.0, label(at)));
        }
    }
    (format!("{name}: most on {}", label(most)), inner)
}

/// A plot small enough for a line of a table.
pub fn small(column: &ColumnProfile) -> String {
    let counts: Vec<f64> = match column.numbers.as_ref().filter(|n| n.histogram.len() > 1) {
        Some(numbers) => numbers.histogram.iter().map(|bin| bin.count).collect(),
        None => column.frequent.iter().map(|value| value.count as f64).collect(),
    };
    let largest = counts.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return String::new();
    }
    let width = 84.0 / counts.len() as f64;
    let bar = |(at, count): (usize, &f64)| {
        let height = count / largest * 18.0;
        format!(
            "<rect class=\"f\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
            width * at as f64,
            18.0 - height,
            (width - 0.5).max(0.5)
        )
    };
    let inner: String = counts.iter().enumerate().map(bar).collect();
    format!("<svg viewBox=\"0 0 84 18\" style=\"width:84px\" aria-hidden=\"true\">{inner}</svg>")
}
