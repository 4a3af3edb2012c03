//! The two dialects' migrations are twins, and the model of Azure SQL is what its migrations make.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use forebay_sql::dialect::tsql;
use forebay_sql::{Dialect, migrations, table};

const MODEL: &str = include_str!("../../../migrations/azure/model.sql");

/// Without comments, white space made one.
fn tidy(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn batches(text: &str) -> Vec<String> {
    let batches = text.split("\nGO\n").map(tidy);
    batches.filter(|batch| !batch.is_empty() && batch != "GO").collect()
}

/// Table and declaration of a column that a later migration adds; one statement is one line.
fn added(line: &str) -> Option<(&str, &str)> {
    let (table, column) = line.strip_prefix("ALTER TABLE ")?.split_once(" ADD ")?;
    let table = table.trim_start_matches("[dbo].").trim_matches(['[', ']']);
    Some((table, column.trim_start_matches("COLUMN ").trim_end_matches(';')))
}

/// Name and the rest of `[name] TYPE ...`.
fn declared(column: &str) -> (String, String) {
    let (name, rest) = column[1..].split_once("] ").unwrap_or((column, "has no type"));
    (name.to_owned(), rest.trim_end_matches(',').to_owned())
}

/// What the batches of all migrations come to, as `CREATE` statements alone: columns are added before the
/// constraints of their table, and predicates before the policy's state.
fn result(made: Vec<String>) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    for batch in made {
        if let Some((table, column)) = added(&batch) {
            let of_table = format!("CREATE TABLE [dbo].[{table}] (");
            let target = result.iter_mut().find(|b| b.starts_with(&of_table)).unwrap();
            *target = target.replacen(" CONSTRAINT [pk_", &format!(" {column}, CONSTRAINT [pk_"), 1);
        } else if let Some(predicates) =
            batch.strip_prefix("ALTER SECURITY POLICY [security].[tenant_policy] ")
        {
            let target = result.iter_mut().find(|b| b.starts_with("CREATE SECURITY POLICY")).unwrap();
            let predicates = predicates.trim_end_matches(';');
            *target = target.replace(" WITH (STATE", &format!(", {predicates} WITH (STATE"));
        } else {
            result.push(batch);
        }
    }
    result
}

/// Table to its columns, each with the rest of its declaration.
fn tables(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut current: Option<(String, BTreeMap<String, String>)> = None;
    for line in text.lines().map(str::trim) {
        if let Some((table, column)) = added(line) {
            let (name, rest) = declared(column);
            tables.entry(table.to_owned()).or_default().insert(name, rest);
        } else if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let name = rest.trim_start_matches("[dbo].").trim_end_matches(" (").trim_matches(['[', ']']);
            current = Some((name.to_owned(), BTreeMap::new()));
        } else if line.starts_with(')') {
            tables.extend(current.take());
        } else if let (Some((_, columns)), true) = (current.as_mut(), line.starts_with('[')) {
            columns.extend([declared(line)]);
        }
    }
    tables
}

fn all(dialect: Dialect) -> String {
    migrations::all(dialect).iter().map(|m| m.text).collect::<Vec<_>>().join("\nGO\n")
}

#[test]
fn twins_have_the_same_tables_columns_and_nullability() {
    let shape = |dialect| {
        let nullable = |rest: &String| rest.contains("NOT NULL");
        let columns = |c: BTreeMap<String, String>| -> BTreeMap<String, bool> {
            c.iter().map(|(name, rest)| (name.clone(), nullable(rest))).collect()
        };
        tables(&all(dialect)).into_iter().map(|(t, c)| (t, columns(c))).collect::<BTreeMap<_, _>>()
    };
    let sqlite = shape(Dialect::Sqlite);
    assert_eq!(sqlite, shape(Dialect::TSql));
    assert!(sqlite.len() >= 13);
}

#[test]
fn statements_write_the_columns_that_the_migrations_make_with_types_that_fit() {
    let made = tables(&all(Dialect::TSql));
    for table in table::ALL {
        let columns: Vec<_> = table.keys.iter().chain(table.columns).collect();
        assert_eq!(columns.len(), made[table.name].len(), "{}", table.name);
        for (name, sql_type) in columns {
            let declared = &made[table.name][*name];
            let base = |t: &str| t.split(['(', ' ']).next().map(str::to_owned);
            assert_eq!(base(declared), base(&tsql::type_name(*sql_type)), "{}.{name}", table.name);
        }
    }
}

#[test]
fn the_model_is_what_the_migrations_make() {
    let model: BTreeSet<String> = batches(MODEL).into_iter().collect();
    let made = result(batches(&all(Dialect::TSql)));
    for batch in &made {
        assert!(batch.starts_with("CREATE "), "state the result in model.sql: {batch}");
        assert!(model.contains(batch), "model.sql lacks: {batch}");
    }
    let extra: Vec<&String> = model.iter().filter(|batch| !made.contains(batch)).collect();
    assert_eq!(extra.len(), 1, "model.sql has more than the migrations: {extra:?}");
    assert!(extra[0].starts_with("CREATE TABLE [dbo].[migration]"));
}

#[test]
fn every_table_with_a_tenant_is_under_row_level_security() {
    let text = all(Dialect::TSql);
    for (table, columns) in tables(&text) {
        for kind in ["FILTER", "BLOCK"] {
            let predicate =
                format!("ADD {kind} PREDICATE [security].[tenant_predicate]([tenant]) ON [dbo].[{table}]");
            let is_protected = [",", ";", "\n"].iter().any(|end| text.contains(&format!("{predicate}{end}")));
            assert_eq!(is_protected, columns.contains_key("tenant"), "{kind} on {table}");
        }
    }
}
