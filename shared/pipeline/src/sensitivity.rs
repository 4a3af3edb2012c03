//! How readily figures are called unusual, and by which clock their hours and weekdays are told.

use forebay_anomalies::Settings;
use forebay_anomalies::detect::DEFAULT_RATE;
use forebay_model::anomaly::SeriesKey;

/// What holds for every series of this installation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sensitivity {
    pub rate: FalseAlarmRate,
    pub zone: ZoneOffset,
}

impl Sensitivity {
    /// What suits the series' metric, at this rate and by this clock.
    pub(crate) fn settings(self, series: &SeriesKey) -> Settings {
        Settings {
            target_false_alarm_rate: self.rate.0,
            zone_offset_seconds: self.zone.0,
            ..Settings::for_series(series)
        }
    }
}

/// Of a series' usual points, the share that may be called unusual: above 0, and at most [`Self::MOST`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FalseAlarmRate(f64);

impl FalseAlarmRate {
    /// Where every tenth usual figure is an alarm, nobody reads alarms.
    pub const MOST: f64 = 0.1;

    /// `None` outside of the range, and for what is no number.
    pub fn new(rate: f64) -> Option<Self> {
        (rate > 0.0 && rate <= Self::MOST).then_some(Self(rate))
    }

    /// Reads a decimal number, such as `0.001` or `1e-3`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::new(text.parse().ok()?)
    }
}

impl Default for FalseAlarmRate {
    fn default() -> Self {
        Self(DEFAULT_RATE)
    }
}

/// Seconds east of UTC, always the same: a clock that knows no summer time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZoneOffset(i32);

impl ZoneOffset {
    /// Minutes that the furthest clocks are behind UTC, and ahead of it.
    const MINUTES: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

    /// Reads `+02:00` or `-05:30`, from `-12:00` to `+14:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let &[sign, h, hh, b':', m, mm] = text.as_bytes() else { return None };
        let sign = match sign {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, minutes) = (two_digits(h, hh)?, two_digits(m, mm)?);
        let offset = sign * (hours * 60 + minutes);
        (minutes < 60 && Self::MINUTES.contains(&offset)).then_some(Self(offset * 60))
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_above_zero_and_at_most_a_tenth() {
        for good in ["0.001", "1e-3", "0.1", "0.00001"] {
            assert_eq!(FalseAlarmRate::parse(good).unwrap().0, good.parse::<f64>().unwrap());
        }
        for bad in ["0", "-0.001", "0.10001", "1", "NaN", "inf", "0,001", "0.1%", " 0.01", ""] {
            assert_eq!(FalseAlarmRate::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_offset_has_a_sign_hours_and_minutes_of_a_clock_that_somebody_has() {
        let seconds = |text: &str| ZoneOffset::parse(text).map(|zone| zone.0);
        assert_eq!(seconds("+02:00"), Some(7_200));
        assert_eq!(seconds("-05:30"), Some(-19_800));
        assert_eq!(seconds("+00:00"), Some(0));
        assert_eq!(seconds("-00:00"), Some(0));
        assert_eq!((seconds("-12:00"), seconds("+14:00")), (Some(-43_200), Some(50_400)));
        for bad in
            ["-12:01", "+14:01", "+02:60", "+99:00", "02:00", "+2:00", "+0200", "Z", "UTC", "+02:0é", ""]
        {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn unless_somebody_says_otherwise_a_series_is_judged_as_its_metric_suggests() {
        let series = crate::judge::tests::volume();
        assert_eq!(Sensitivity::default().settings(&series), Settings::for_series(&series));
    }
}
