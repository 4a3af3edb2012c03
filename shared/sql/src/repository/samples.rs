//! Every statement that the repository sends, over a sample table: for the parse check and the snapshots.
//! A statement that is missing here is found by the test that runs the contract suite with a recorder.

use super::{
    accounts, claims, dead_letters, discovery, lineage, notices, pages, periods, profiles, quality,
    records::texts, runs, schemas, secret_audit, sources,
};
use crate::dialect::{Dialect, sqlite, tsql};
use crate::driver::{ColumnSpec, WriteKind};
use crate::layouts;
use crate::migrations;
use crate::table::{self, STREAM_RUN, specs};
use crate::typed::{HISTORY_KEYS, HISTORY_VERSION, KEYS, Layout, VERSION, ddl};

type Named = (String, String);

/// Name and text, in the dialect's form. `layout` is the sample table.
pub fn statements(dialect: Dialect, layout: &Layout) -> Vec<Named> {
    let mut all = fixed(dialect);
    all.extend(dynamic(dialect));
    all.extend(typed(dialect, layout));
    all.extend(quality::statements(dialect, layout));
    let mut all: Vec<Named> =
        all.into_iter().map(|(name, sql)| (name.to_owned(), dialect.text(&sql).into_owned())).collect();
    all.extend(writes(dialect, layout));
    all.extend(structure(dialect, layout));
    all
}

fn fixed(dialect: Dialect) -> Vec<(&'static str, String)> {
    let list = [
        ("source_all", sources::ALL),
        ("source_one", sources::ONE),
        ("source_ping", sources::PING),
        ("schema_newest", schemas::NEWEST),
        ("schema_one", schemas::ONE),
        ("schema_all_newest", schemas::ALL_NEWEST),
        ("run_stream_names", runs::STREAM_NAMES),
        ("run_cursors", runs::CURSORS),
        ("run_forget_cursor", runs::FORGET_CURSOR),
        ("run_stream_state", runs::STREAM_STATE),
        ("run_unended", runs::UNENDED),
        ("run_stream_runs", runs::STREAM_RUNS),
        ("run_place", runs::PLACE),
        ("page_applied", pages::APPLIED),
        ("profile_of_run", profiles::OF_RUN),
        ("profile_revision", profiles::REVISION),
        ("profile_remove", profiles::REMOVE),
        ("period_rolled_revision", periods::ROLLED_REVISION),
        ("period_remove_rolled", periods::REMOVE_ROLLED),
        ("period_has_states", periods::HAS_STATES),
        ("lineage_of_run", lineage::OF_RUN),
        ("lineage_ids_of_run", lineage::IDS_OF_RUN),
        ("lineage_count", lineage::COUNT),
        ("claim_one", claims::ONE),
        ("claim_release", claims::RELEASE),
        ("account_shares", accounts::SHARES),
        ("account_expire", accounts::EXPIRE),
        ("account_give_back", accounts::GIVE_BACK),
        ("account_pause", accounts::PAUSE),
        ("discovery_one", discovery::ONE),
        ("refusal_one", discovery::REFUSAL),
        ("notice_of_run", notices::OF_RUN),
        ("secret_fetch_at", secret_audit::AT),
        ("marks_oldest_awaited", texts::OLDEST_AWAITED),
        ("letter_open", texts::OPEN_LETTERS),
        ("table_total", texts::TOTAL),
        ("table_layout", layouts::TABLE),
        ("table_revision", layouts::REVISION),
        ("table_old", layouts::OLD),
        ("table_renewed", layouts::RENEWED),
        ("schema_was_current", schemas::WAS_CURRENT),
        ("table_family", layouts::FAMILY),
        ("migration_create", migrations::create_table(dialect)),
        ("migration_applied", migrations::APPLIED),
        ("migration_record", migrations::RECORD),
    ];
    list.into_iter().map(|(name, sql)| (name, sql.to_owned())).collect()
}

fn dynamic(dialect: Dialect) -> Vec<(&'static str, String)> {
    let filter = ["[source] =", "[stream] =", "[run] =", "[state] =", "[id] >"];
    let every = periods::Which::default();
    let one_state = periods::Which { one_state: true, ..every };
    let with_records = periods::Which { with_records: true, ..every };
    vec![
        ("run_by_id", runs::run_by_id()),
        ("run_open", runs::open_run()),
        ("run_list", runs::runs(dialect, false, false)),
        ("run_list_after", runs::runs(dialect, false, true)),
        ("run_list_of_source", runs::runs(dialect, true, false)),
        ("run_list_of_source_after", runs::runs(dialect, true, true)),
        ("page_one", pages::one()),
        ("page_of_run", runs::pages_of_run(dialect, false, false)),
        ("page_of_run_after", runs::pages_of_run(dialect, false, true)),
        ("page_of_stream", runs::pages_of_run(dialect, true, false)),
        ("page_of_stream_after", runs::pages_of_run(dialect, true, true)),
        ("page_unfinished", runs::unfinished(dialect)),
        ("page_not_profiled", pages::not_profiled(dialect)),
        ("profile_pages", profiles::pages(dialect)),
        ("profile_mark", profiles::mark(dialect)),
        ("period_of_runs", periods::of_runs(dialect, every)),
        ("period_of_runs_one_state", periods::of_runs(dialect, one_state)),
        ("period_of_runs_with_records", periods::of_runs(dialect, with_records)),
        ("period_runs", periods::runs(dialect, every)),
        ("period_runs_one_state", periods::runs(dialect, one_state)),
        ("period_runs_with_records", periods::runs(dialect, with_records)),
        ("period_rolled_up", periods::rolled_up(dialect, every)),
        ("period_rolled_up_one_state", periods::rolled_up(dialect, one_state)),
        ("period_rolled_up_with_records", periods::rolled_up(dialect, with_records)),
        ("lineage_stated", lineage::stated(dialect)),
        ("lineage_into", lineage::by_end(dialect, "to_name")),
        ("lineage_from", lineage::by_end(dialect, "from_name")),
        ("secret_fetch_list", secret_audit::list(dialect, false)),
        ("secret_fetch_list_after", secret_audit::list(dialect, true)),
        ("letter_one", dead_letters::one()),
        ("letter_list", dead_letters::list(dialect, &[])),
        ("letter_list_filtered", dead_letters::list(dialect, &filter)),
    ]
}

fn typed(dialect: Dialect, layout: &Layout) -> Vec<(&'static str, String)> {
    let (table, history) = (&layout.table, layout.history());
    vec![
        ("typed_versions", texts::versions(dialect, table)),
        ("typed_histories", texts::histories(dialect, &history)),
        ("typed_children", texts::children(dialect, table)),
        ("typed_end_history", texts::end_history(dialect, layout)),
        ("typed_resume_history", texts::resume_history(dialect, layout)),
        ("typed_standing", texts::standing(dialect, &history)),
        ("marks_of_parents", texts::marks(dialect)),
        ("marks_forget", texts::forget_marks(dialect)),
        ("marks_any", texts::any_mark(dialect)),
        ("typed_deletions", texts::deletions(dialect, &history)),
        ("typed_parts", texts::parts(dialect, &history)),
        ("typed_copy_to_history", texts::copy_to_history(layout)),
        ("typed_copy_within_history", texts::copy_within_history(layout, None)),
        ("typed_copy_within_history_of_parent", texts::copy_within_history(layout, Some("lastmodified"))),
        ("typed_remove_from_history", texts::remove_from_history(&history)),
        ("typed_current", texts::current(dialect, layout, false)),
        ("typed_current_after", texts::current(dialect, layout, true)),
        ("typed_history", texts::history(dialect, layout, false)),
        ("typed_history_after", texts::history(dialect, layout, true)),
        ("typed_history_of_key", texts::history_of_key(layout)),
    ]
}

fn writes(dialect: Dialect, layout: &Layout) -> Vec<Named> {
    let text = |kind, table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]| match dialect {
        Dialect::Sqlite => sqlite::write_statement(kind, table, keys, columns),
        Dialect::TSql => tsql::write_statement(kind, table, keys, columns),
    };
    let mut all = Vec::new();
    for table in table::ALL {
        let (keys, columns) = (table.key_specs(), specs(table.columns));
        for (word, kind) in [("insert", WriteKind::Insert), ("upsert", WriteKind::Upsert)] {
            all.push((format!("{word}_{}", table.name), text(kind, table.name, &keys, &columns)));
        }
        if !columns.is_empty() {
            let sql = text(WriteKind::Update, table.name, &keys, &columns);
            all.push((format!("update_{}", table.name), sql));
        }
    }
    let some = STREAM_RUN.pick(&["state", "cursor_json"]);
    let sql = text(WriteKind::Update, STREAM_RUN.name, &STREAM_RUN.key_specs(), &some);
    all.push(("update_stream_run_cursor".into(), sql));
    let some = STREAM_RUN.pick(&["expected"]);
    let sql = text(WriteKind::Update, STREAM_RUN.name, &STREAM_RUN.key_specs(), &some);
    all.push(("update_stream_run_expected".into(), sql));
    for (name, kind, table, columns) in some_columns() {
        let sql = text(kind, table.name, &table.key_specs(), &table.pick(columns));
        all.push((name.to_owned(), sql));
    }
    let (keys, history_keys) = (specs(KEYS), specs(HISTORY_KEYS));
    let ends: Vec<ColumnSpec> = specs(HISTORY_VERSION).into_iter().filter(|c| c.name != "_parent").collect();
    let (table, history) = (&layout.table, layout.history());
    let list = [
        ("typed_insert", text(WriteKind::Insert, table, &keys, &layout.current_columns())),
        ("typed_update", text(WriteKind::Update, table, &keys, &layout.current_columns())),
        ("typed_move", text(WriteKind::Update, table, &keys, &specs(VERSION))),
        ("typed_history_insert", text(WriteKind::Insert, &history, &history_keys, &layout.history_columns())),
        (
            "typed_history_rewrite",
            text(WriteKind::Update, &history, &history_keys, &layout.history_columns()),
        ),
        ("typed_history_update", text(WriteKind::Update, &history, &history_keys, &ends)),
    ];
    all.extend(list.map(|(name, sql)| (name.to_owned(), sql)));
    all
}

/// Writes of some columns of the tables of quality.
fn some_columns() -> [(&'static str, WriteKind, &'static table::Table, &'static [&'static str]); 3] {
    [
        ("upsert_series_point_measured", WriteKind::Upsert, &table::SERIES_POINT, &["at", "value"]),
        ("update_anomaly_mark", WriteKind::Update, &table::ANOMALY, &["false_alarm"]),
        ("update_delivery_claim", WriteKind::Update, &table::DELIVERY, &["attempts", "holder", "lease"]),
    ]
}

/// Creating the sample table, and widening a column of every type to everything it can become.
fn structure(dialect: Dialect, layout: &Layout) -> Vec<Named> {
    let mut all = Vec::new();
    let mut push = |name: String, statements: Vec<String>| {
        all.extend(statements.into_iter().enumerate().map(|(i, sql)| (format!("{name}_{i}"), sql)));
    };
    push("ddl_create".into(), ddl::create(dialect, &layout.table));
    push("ddl_renew".into(), ddl::renew(dialect, &layout.table));
    push("ddl_add".into(), ddl::add(dialect, &layout.table, &layout.columns));
    for from in &layout.columns {
        let mut seen = vec![from.column_type];
        for to in &layout.columns {
            let wide = from.column_type.widen(to.column_type);
            if !seen.contains(&wide) {
                seen.push(wide);
                let name = format!("ddl_widen_{}_by_{}", from.name, to.name);
                push(name, ddl::widen(dialect, &layout.table, &from.name, from.column_type, wide));
            }
        }
    }
    if dialect == Dialect::TSql {
        all.push(("lock".into(), tsql::LOCK.to_owned()));
        all.push(("set_tenant".into(), tsql::SET_TENANT.to_owned()));
    }
    all
}
