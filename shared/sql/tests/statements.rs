//! Both dialects' statements, as they are sent. `FOREBAY_TSQL_DUMP=<folder>` writes the T-SQL texts as files,
//! for a check by Microsoft's own parser.

use std::collections::BTreeSet;
use std::fs;

use forebay_sql::{sqlite_samples, tsql_samples};

fn snapshot(samples: &[(String, String)]) -> String {
    let lines: Vec<String> = samples.iter().map(|(name, sql)| format!("-- {name}\n{sql}\n")).collect();
    lines.join("\n")
}

#[test]
fn sqlites_statements_are_as_reviewed() {
    insta::assert_snapshot!("sqlite", snapshot(&sqlite_samples()));
}

#[test]
fn t_sqls_statements_are_as_reviewed() {
    insta::assert_snapshot!("tsql", snapshot(&tsql_samples()));
}

#[test]
fn no_dialect_has_the_others_words() {
    for (name, sql) in tsql_samples() {
        for word in ["LIMIT", "?", "json_each", "ON CONFLICT", "IF NOT EXISTS ["] {
            assert!(!sql.contains(word), "{name} has {word}: {sql}");
        }
    }
    for (name, sql) in sqlite_samples() {
        for word in ["OPENJSON", "@P", "FETCH NEXT", "[dbo]", "N'"] {
            assert!(!sql.contains(word), "{name} has {word}: {sql}");
        }
    }
}

/// Tenants must not meet: a statement over rows of tenants binds the tenant.
#[test]
fn every_statement_over_tenants_rows_binds_the_tenant() {
    let shared =
        ["stream_table", "stream_column", "migration", "source_ping", "table_", "ddl_", "lock", "set_tenant"];
    for (name, sql) in tsql_samples() {
        if shared.iter().any(|s| name.starts_with(s) || name.ends_with(s)) {
            continue;
        }
        assert!(
            sql.contains("tenant] = @P1")
                || sql.contains("[tenant] NVARCHAR")
                || sql.contains("[_tenant] NVARCHAR"),
            "{name}: {sql}"
        );
    }
}

#[test]
fn names_are_unique_and_texts_can_be_dumped() {
    let samples = tsql_samples();
    let names: BTreeSet<&String> = samples.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), samples.len());
    let Ok(folder) = std::env::var("FOREBAY_TSQL_DUMP") else { return };
    fs::create_dir_all(&folder).unwrap();
    for (name, sql) in &samples {
        fs::write(format!("{folder}/{name}.sql"), sql).unwrap();
    }
}
