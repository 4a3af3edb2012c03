//! Plots of a few characters.

use forebay_model::profile::{ColumnProfile, HistogramBin};

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar for each count, the largest full. A count above 0 is never shown as none.
pub fn line(counts: &[f64]) -> String {
    let largest = counts.iter().copied().fold(0.0, f64::max);
    let level = |count: f64| match count {
        c if c <= 0.0 || largest <= 0.0 => ' ',
        c => LEVELS[((c / largest * 8.0).ceil() as usize).clamp(1, 8) - 1],
    };
    counts.iter().map(|count| level(*count)).collect()
}

/// A horizontal bar of at most `width` characters, in eighths of one.
pub fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8 - 1]);
    }
    bar
}

/// The shape of a column: how its numbers are spread, else how its texts' lengths are, else how its most
/// frequent values compare.
pub fn shape(column: &ColumnProfile, width: usize) -> String {
    if let Some(numbers) = column.numbers.as_ref().filter(|n| n.histogram.len() > 1) {
        return line(&spread(&numbers.histogram, width));
    }
    if column.distinct.value > 20.0
        && let Some(texts) = column.texts.as_ref().filter(|texts| texts.lengths.len() > 1)
    {
        let bins = texts.lengths.iter();
        let bins = bins.map(|b| HistogramBin {
            low: b.low as f64,
            high: b.high as f64 + 1.0,
            count: b.count as f64,
        });
        return line(&spread(&bins.collect::<Vec<_>>(), width));
    }
    let counts: Vec<f64> = column.frequent.iter().take(width).map(|value| value.count as f64).collect();
    if column.distinct.value > 100.0 { String::new() } else { line(&counts) }
}

/// Bins of any widths as `width` equal ones.
fn spread(bins: &[HistogramBin], width: usize) -> Vec<f64> {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return Vec::new() };
    let range = last.high - first.low;
    if range <= 0.0 {
        return vec![bins.iter().map(|bin| bin.count).sum()];
    }
    let step = range / width as f64;
    let mut counts = vec![0.0; width];
    for bin in bins {
        let thickness = (bin.high - bin.low).max(f64::MIN_POSITIVE);
        for (at, count) in counts.iter_mut().enumerate() {
            let low = first.low + step * at as f64;
            let overlap = (bin.high.min(low + step) - bin.low.max(low)).max(0.0);
            *count += bin.count * overlap / thickness;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_few_is_not_none() {
        assert_eq!(line(&[0.0, 1.0, 500.0, 1000.0]), " ▁▄█");
        assert_eq!(line(&[]), "");
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.03125, 4), "▏");
    }

    #[test]
    fn bins_keep_their_sum_when_they_are_spread_anew() {
        let bins =
            [(0.0, 1.0, 4.0), (1.0, 4.0, 6.0)].map(|(low, high, count)| HistogramBin { low, high, count });
        assert_eq!(spread(&bins, 2), [6.0, 4.0]);
        assert_eq!(spread(&bins, 8).iter().sum::<f64>(), 10.0);
    }
}
