//! Which alerts are to be delivered where, now.

use forebay_model::Instant;
use forebay_model::alert::{Alert, AlertChannel, AlertState, Cause, Silence};
use forebay_model::rule::Severity;

/// A delivery that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    pub channel: String,
    pub cause: Cause,
    pub severity: Severity,
    pub at: Instant,
}

/// A delivery to be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Due<'a> {
    pub channel: &'a AlertChannel,
    pub alert: &'a Alert,
}

/// What is due, by alert and then by channel. Open alerts only: an acknowledged one is in somebody's hands.
/// An alert that was delivered is due again when it was seen again since and the channel's cool-down for its
/// cause is over, or when it became more severe than what was delivered.
pub fn deliveries_due<'a>(
    alerts: &'a [Alert],
    channels: &'a [AlertChannel],
    silences: &[Silence],
    past: &[Delivered],
    now: Instant,
) -> Vec<Due<'a>> {
    let open = alerts.iter().filter(|a| a.state == AlertState::Open);
    let heard = open.filter(|a| !silences.iter().any(|silence| is_silenced(silence, &a.cause, now)));
    let wanted = heard.flat_map(|alert| channels.iter().map(move |channel| Due { channel, alert }));
    wanted.filter(|due| is_due(*due, past, now)).collect()
}

fn is_silenced(silence: &Silence, cause: &Cause, now: Instant) -> bool {
    now < silence.until
        && silence.source.as_ref().is_none_or(|source| *source == cause.source)
        && silence.stream.as_ref().is_none_or(|stream| Some(stream) == cause.stream.as_ref())
        && silence.kind.is_none_or(|kind| kind == cause.kind)
}

fn is_due(Due { channel, alert }: Due<'_>, past: &[Delivered], now: Instant) -> bool {
    if alert.severity < channel.least_severity {
        return false;
    }
    let here = |d: &&Delivered| d.channel == channel.id && d.cause == alert.cause;
    let Some(last) = past.iter().filter(here).max_by_key(|d| d.at) else { return true };
    // Severity is compared with all that this alert was delivered with: going down and up again is no news.
    let of_this = past.iter().filter(here).filter(|d| d.at >= alert.opened);
    let told = of_this.map(|d| d.severity).max().unwrap_or(last.severity);
    if alert.severity > told {
        return true;
    }
    alert.last_seen > last.at && last.at.plus_seconds(i64::from(channel.cool_down_seconds)) <= now
}
