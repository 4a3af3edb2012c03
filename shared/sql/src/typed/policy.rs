//! Azure SQL's row-level security over typed tables. What changes a table's structure works for no tenant,
//! so under the policy it would see no row.

use crate::dialect::quote;

const POLICY: &str = "[security].[tenant_policy]";
const PREDICATE: &str = "[security].[tenant_predicate]([_tenant])";
const KINDS: [&str; 2] = ["FILTER", "BLOCK"];

/// Adds a table that may have been added before.
pub fn protect(table: &str) -> String {
    format!(
        "IF NOT EXISTS (SELECT 1 FROM sys.security_predicates WHERE [target_object_id] = OBJECT_ID(N'[dbo].{}')) {}",
        quote(table),
        add(&[table])
    )
}

/// Statements that rewrite every tenant's rows, and the policy lifted around them. Each takes effect with
/// the transaction: nobody else ever sees the tables without the policy.
///
/// Lifting and restoring have no condition, so a table that is not as expected fails the transaction
/// instead of losing the rows that the policy hides.
pub fn lifted(tables: &[&str], rewriting: Vec<String>) -> Vec<String> {
    if rewriting.is_empty() {
        return rewriting;
    }
    let mut statements: Vec<String> = tables.iter().map(|table| take(table)).collect();
    statements.push(drop(tables));
    statements.extend(rewriting);
    statements.push(add(tables));
    statements
}

/// Sets what is so by default, for the lock on the table that this holds until the transaction ends. Waiting
/// for pages that still write happens here, and not while the policy of all tables is held.
fn take(table: &str) -> String {
    format!("ALTER TABLE [dbo].{} SET (LOCK_ESCALATION = TABLE);", quote(table))
}

fn drop(tables: &[&str]) -> String {
    alter(tables, |kind, table| format!("DROP {kind} PREDICATE ON [dbo].{table}"))
}

fn add(tables: &[&str]) -> String {
    alter(tables, |kind, table| format!("ADD {kind} PREDICATE {PREDICATE} ON [dbo].{table}"))
}

fn alter(tables: &[&str], change: impl Fn(&str, &str) -> String) -> String {
    let changes: Vec<String> =
        tables.iter().flat_map(|table| KINDS.map(|kind| change(kind, &quote(table)))).collect();
    format!("ALTER SECURITY POLICY {POLICY} {};", changes.join(", "))
}
