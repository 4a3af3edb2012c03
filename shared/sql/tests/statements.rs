//! Both dialects' statements, as they are sent. `FOREBAY_TSQL_DUMP=<folder>` writes the T-SQL texts as files,
//! for a check by Microsoft's own parser.

use std::collections::{BTreeMap, BTreeSet};
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

/// Who changes tables works for no tenant: under row-level security it would rewrite no row, and then drop
/// the column that still has them all.
#[test]
fn no_row_is_rewritten_under_row_level_security_and_no_table_is_left_without_it() {
    let mut widenings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, sql) in tsql_samples().into_iter().filter(|(name, _)| name.starts_with("ddl_widen_")) {
        let widening = name.rsplit_once('_').unwrap().0.to_owned();
        widenings.entry(widening).or_default().push(sql);
    }
    assert!(widenings.len() > 10, "{}", widenings.len());
    for (name, statements) in widenings {
        let mut lifted: BTreeSet<&str> = BTreeSet::new();
        let mut rewritten: BTreeSet<&str> = BTreeSet::new();
        for sql in &statements {
            for table in ["[dbo].[netsuite_sample]", "[dbo].[netsuite_sample_history]"] {
                let does = |what: &str| sql.contains(&format!("{what} PREDICATE ON {table}"));
                let adds = |kind: &str| {
                    sql.contains(&format!(
                        "ADD {kind} PREDICATE [security].[tenant_predicate]([_tenant]) ON {table}"
                    ))
                };
                if does("DROP FILTER") && does("DROP BLOCK") {
                    assert!(lifted.insert(table), "{name}: lifted twice");
                } else if adds("FILTER") && adds("BLOCK") {
                    assert!(lifted.remove(table), "{name}: restored twice");
                } else if sql.contains(table) && !sql.contains("LOCK_ESCALATION") {
                    assert!(lifted.contains(table), "{name}: under the policy: {sql}");
                    rewritten.insert(table);
                }
            }
        }
        assert_eq!((lifted.len(), rewritten.len()), (0, 2), "{name}: {statements:#?}");
    }
}
