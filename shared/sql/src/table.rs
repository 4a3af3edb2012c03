//! Forebay's own tables, as far as statements that write many rows need them. Their twins in
//! `migrations/` create them; a test keeps the two equal.

mod quality;

use forebay_ports::PortError;

use crate::dialect::SqlType::{self, Boolean, Bytes, Hash, Id, Instant, Integer, Key, Small, Text};
use crate::driver::{ColumnSpec, RowWrite, Transaction, WriteKind};
use crate::value::SqlValue;

pub use quality::*;

/// A table of `migrations/`.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub keys: &'static [(&'static str, SqlType)],
    pub columns: &'static [(&'static str, SqlType)],
}

pub const SOURCE: Table =
    Table { name: "source", keys: &[("tenant", Id), ("id", Id)], columns: &[("body", Text)] };

pub const STREAM_SCHEMA: Table = Table {
    name: "stream_schema",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id), ("version", Small)],
    columns: &[("body", Text)],
};

pub const RUN: Table = Table {
    name: "run",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("source", Id),
        ("trigger", Id),
        ("state", Id),
        ("started", Instant),
        ("bound", Instant),
        ("ended", Instant),
    ],
};

pub const STREAM_RUN: Table = Table {
    name: "stream_run",
    keys: &[("tenant", Id), ("run", Id), ("stream", Id)],
    columns: &[
        ("source", Id),
        ("state", Id),
        ("start_json", Text),
        ("cursor_json", Text),
        ("expected", Integer),
        ("evidence", Text),
        ("started", Instant),
        ("ended", Instant),
        ("profile_revision", Integer),
    ],
};

pub const STREAM_CURSOR: Table = Table {
    name: "stream_cursor",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id)],
    columns: &[("cursor_json", Text)],
};

pub const PAGE: Table = Table {
    name: "page",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("source", Id),
        ("connector", Id),
        ("stream", Id),
        ("run", Id),
        ("sequence", Small),
        ("blob", Text),
        ("records", Integer),
        ("bytes", Integer),
        ("schema_version", Small),
        ("observed", Instant),
        ("replaces_json", Text),
        ("landed", Instant),
        ("applied", Instant),
        ("profiled", Boolean),
        ("rows_read", Integer),
        ("rows_inserted", Integer),
        ("rows_updated", Integer),
        ("rows_unchanged", Integer),
        ("rows_superseded", Integer),
        ("rows_dead_lettered", Integer),
        ("rows_deleted", Integer),
        ("failed", Instant),
        ("failure_code", Id),
        ("failure_reason", Text),
    ],
};

pub const DEAD_LETTER: Table = Table {
    name: "dead_letter",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("source", Id),
        ("stream", Id),
        ("run", Id),
        ("page", Id),
        ("blob", Text),
        ("ordinal", Small),
        ("code", Id),
        ("reason", Text),
        ("state", Id),
        ("created", Instant),
    ],
};

pub const PROFILE_STATE: Table = Table {
    name: "profile_state",
    keys: &[("tenant", Id), ("run", Id), ("stream", Id), ("column_name", Id)],
    columns: &[("source", Id), ("ordinal", Small), ("state", Bytes)],
};

pub const LINEAGE_EDGE: Table = Table {
    name: "lineage_edge",
    keys: &[("tenant", Id), ("id", Id)],
    columns: &[
        ("from_namespace", Key),
        ("from_name", Key),
        ("to_namespace", Key),
        ("to_name", Key),
        ("body", Text),
        ("first_run", Id),
        ("first_at", Instant),
        ("last_run", Id),
        ("last_at", Instant),
    ],
};

pub const LINEAGE_RUN: Table =
    Table { name: "lineage_run", keys: &[("tenant", Id), ("run", Id), ("edge", Id)], columns: &[] };

pub const STREAM_TOTAL: Table = Table {
    name: "stream_total",
    keys: &[("tenant", Id), ("source", Id), ("table_name", Id)],
    columns: &[("live", Integer)],
};

pub const STREAM_TABLE: Table = Table {
    name: "stream_table",
    keys: &[("table_name", Id)],
    columns: &[("connector", Id), ("stream", Id), ("parent_table", Id), ("build", Small)],
};

pub const STREAM_COLUMN: Table = Table {
    name: "stream_column",
    keys: &[("table_name", Id), ("ordinal", Small)],
    columns: &[("column_name", Id), ("column_type", Key), ("revision", Small)],
};

pub const RUN_CLAIM: Table = Table {
    name: "run_claim",
    keys: &[("tenant", Id), ("run", Id)],
    columns: &[("holder", Id), ("until", Instant)],
};

pub const ACCOUNT_SHARE: Table = Table {
    name: "account_share",
    keys: &[("tenant", Id), ("account", Id), ("holder", Id)],
    columns: &[("wanted", Small), ("granted", Small), ("until", Instant)],
};

pub const ACCOUNT_PAUSE: Table = Table {
    name: "account_pause",
    keys: &[("tenant", Id), ("account", Id)],
    columns: &[("until", Instant), ("reason", Text)],
};

pub const DISCOVERY: Table = Table {
    name: "discovery",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id)],
    columns: &[("schema_version", Small), ("at", Instant), ("settings", Text), ("rejected_json", Text)],
};

pub const REFUSAL: Table = Table {
    name: "refusal",
    keys: &[("tenant", Id), ("source", Id), ("stream", Id)],
    columns: &[("at", Instant), ("settings", Text), ("detail", Text)],
};

pub const RUN_NOTICE: Table = Table {
    name: "run_notice",
    keys: &[("tenant", Id), ("run", Id), ("stream", Id), ("kind", Id)],
    columns: &[("occurrences", Integer), ("detail", Text), ("last", Instant)],
};

pub const SECRET_FETCH: Table = Table {
    name: "secret_fetch",
    keys: &[("tenant", Id), ("source", Id), ("at", Instant), ("id", Hash)],
    columns: &[("secret", Text), ("version", Text), ("failure", Text)],
};

pub const CHILD_MARK: Table = Table {
    name: "child_mark",
    keys: &[("tenant", Id), ("source", Id), ("table_name", Id), ("parent", Key), ("modified", Instant)],
    columns: &[("observed", Instant)],
};

pub const ALL: &[&Table] = &[
    &SOURCE,
    &STREAM_SCHEMA,
    &RUN,
    &STREAM_RUN,
    &STREAM_CURSOR,
    &PAGE,
    &DEAD_LETTER,
    &PROFILE_STATE,
    &LINEAGE_EDGE,
    &LINEAGE_RUN,
    &STREAM_TOTAL,
    &STREAM_TABLE,
    &STREAM_COLUMN,
    &RUN_CLAIM,
    &ACCOUNT_SHARE,
    &ACCOUNT_PAUSE,
    &DISCOVERY,
    &REFUSAL,
    &RUN_NOTICE,
    &SECRET_FETCH,
    &CHILD_MARK,
    &QUALITY_RULE,
    &REFERENCE_LIST,
    &RULE_OUTCOME,
    &PROFILE_ROLLUP,
    &SERIES_POINT,
    &STREAM_MEASURE,
    &ANOMALY,
    &EXCLUSION,
    &ALERT,
    &ALERT_FOLD,
    &SILENCE,
    &ALERT_CHANNEL,
    &DELIVERY,
];

pub(crate) fn specs(columns: &[(&str, SqlType)]) -> Vec<ColumnSpec> {
    columns.iter().map(|(name, sql_type)| ColumnSpec::new(*name, *sql_type)).collect()
}

impl Table {
    /// The named columns, in the order of the names.
    pub fn pick(&self, names: &[&str]) -> Vec<ColumnSpec> {
        let found = |name: &&str| self.columns.iter().find(|(n, _)| n == name);
        names.iter().filter_map(found).map(|(name, sql_type)| ColumnSpec::new(*name, *sql_type)).collect()
    }

    pub fn key_specs(&self) -> Vec<ColumnSpec> {
        specs(self.keys)
    }

    /// Writes rows that hold the keys, then every column.
    pub(crate) async fn write(
        &self,
        tx: &mut dyn Transaction,
        kind: WriteKind,
        rows: Vec<Vec<SqlValue>>,
    ) -> Result<(), PortError> {
        let (keys, columns) = (self.key_specs(), specs(self.columns));
        tx.write(RowWrite { kind, table: self.name, keys: &keys, columns: &columns, rows }).await
    }

    /// Writes rows that hold the keys, then the named columns.
    pub(crate) async fn write_some(
        &self,
        tx: &mut dyn Transaction,
        kind: WriteKind,
        names: &[&str],
        rows: Vec<Vec<SqlValue>>,
    ) -> Result<(), PortError> {
        let (keys, columns) = (self.key_specs(), self.pick(names));
        tx.write(RowWrite { kind, table: self.name, keys: &keys, columns: &columns, rows }).await
    }
}
