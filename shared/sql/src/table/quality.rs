//! The tables of `0003_quality`: rules, series, anomalies, alerts.

use super::Table;
use crate::dialect::SqlType::{Boolean, Bytes, Float, Id, Instant, Integer, Small, Text};

pub const QUALITY_RULE: Table = Table {
    name: "quality_rule",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id), ("rule", Id), ("version", Small)],
    columns: &[
        ("since", Instant),
        ("author", Text),
        ("retired", Boolean),
        ("asks_tables", Boolean),
        ("body", Text),
    ],
};

pub const REFERENCE_LIST: Table = Table {
    name: "reference_list",
    keys: &[("tenant", Id), ("name", Id), ("version", Small)],
    columns: &[
        ("since", Instant),
        ("author", Text),
        ("retired", Boolean),
        ("items", Integer),
        ("body", Text),
    ],
};

pub const RULE_OUTCOME: Table = Table {
    name: "rule_outcome",
    keys: &[("tenant", Id), ("run", Id), ("stream", Id), ("rule", Id)],
    columns: &[("source", Id), ("at", Instant), ("body", Text)],
};

pub const PROFILE_ROLLUP: Table = Table {
    name: "profile_rollup",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id), ("run", Id), ("state_name", Id)],
    columns: &[
        ("ordinal", Small),
        ("from_started", Instant),
        ("to_started", Instant),
        ("runs", Small),
        ("revision", Integer),
        ("state", Bytes),
    ],
};

pub const SERIES_POINT: Table = Table {
    name: "series_point",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id), ("column_name", Id), ("metric", Id), ("run", Id)],
    columns: &[("at", Instant), ("value", Float), ("false_alarm", Boolean)],
};

pub const STREAM_MEASURE: Table = Table {
    name: "stream_measure",
    keys: &[("tenant", Id), ("run", Id), ("stream", Id)],
    columns: &[("revision", Integer)],
};

pub const ANOMALY: Table = Table {
    name: "anomaly",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("source", Id),
        ("stream", Id),
        ("column_name", Id),
        ("metric", Id),
        ("run", Id),
        ("at", Instant),
        ("false_alarm", Boolean),
        ("body", Text),
    ],
};

pub const EXCLUSION: Table = Table {
    name: "exclusion",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[("begins", Instant), ("ends", Instant), ("body", Text)],
};

pub const ALERT: Table = Table {
    name: "alert",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("source", Id),
        ("stream", Id),
        ("kind", Id),
        ("severity", Id),
        ("state", Id),
        ("opened", Instant),
        ("last_seen", Instant),
        ("resolved_at", Instant),
        ("version", Integer),
        ("body", Text),
    ],
};

pub const ALERT_FOLD: Table = Table {
    name: "alert_fold",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id), ("run", Id)],
    columns: &[("revision", Integer), ("at", Instant), ("body", Text)],
};

pub const SILENCE: Table = Table {
    name: "silence",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[("until", Instant), ("body", Text)],
};

pub const ALERT_CHANNEL: Table =
    Table { name: "alert_channel", keys: &[("tenant", Id), ("id", Id)], columns: &[("body", Text)] };

pub const DELIVERY: Table = Table {
    name: "delivery",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("channel", Id),
        ("alert", Id),
        ("source", Id),
        ("stream", Id),
        ("kind", Id),
        ("severity", Id),
        ("due", Instant),
        ("state", Id),
        ("attempts", Small),
        ("holder", Id),
        ("lease", Instant),
        ("asked", Instant),
        ("error", Text),
        ("done", Instant),
        ("body", Text),
    ],
};
