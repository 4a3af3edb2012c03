//! Queries in the shapes that connectors send.

pub const UPPER: &str = "TO_TIMESTAMP('2025-12-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS')";
const AT: &str = "TO_TIMESTAMP('2023-07-01 10:00:00', 'YYYY-MM-DD HH24:MI:SS')";
const TEXT: &str = "'2023-07-01T10:00:00Z'";

/// Name and text of queries that must run as one range over an index.
pub fn shapes() -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("transaction by key", by_key("transaction", "lastmodifieddate", "t.id > 5000", "t.id")),
        ("customer by key", by_key("customer", "lastmodifieddate", "t.id > 2000", "t.id")),
        (
            "lines by key",
            by_key(
                "transactionline",
                "linelastmodifieddate",
                "t.transaction >= 5000 AND (t.transaction > 5000 OR (t.transaction = 5000 AND t.id > 2))",
                "t.transaction, t.id",
            ),
        ),
        ("transaction changed", changed("transaction", "lastmodifieddate", "t.id > 500", "t.id")),
        (
            "lines changed",
            changed(
                "transactionline",
                "linelastmodifieddate",
                "(t.transaction > 5000 OR (t.transaction = 5000 AND t.id > 2))",
                "t.transaction, t.id",
            ),
        ),
        (
            "lines of parents",
            "SELECT t.* FROM transactionline t WHERE t.transaction IN (1, 2, 3, 4, 5)".to_owned(),
        ),
        (
            "accounting lines of parents",
            "SELECT t.* FROM transactionaccountingline t WHERE t.transaction BETWEEN 1 AND 100".to_owned(),
        ),
        ("deletions", changed("deletedrecord", "deleteddate", "t.recordid > 5", "t.recordid")),
    ];
    let utc = "TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    for (name, column, value) in [
        ("keyset over text", utc, TEXT),
        (
            "keyset over the bare column",
            "lastmodifieddate",
            "TO_DATE('2023-07-01 03:00:00', 'YYYY-MM-DD HH24:MI:SS')",
        ),
    ] {
        all.push((
            name,
            format!(
                "SELECT *, {utc} AS at FROM transaction WHERE ({column} > {value} OR ({column} = {value} AND id > 500)) \
                 ORDER BY lastmodifieddate, id"
            ),
        ));
    }
    all
}

fn by_key(table: &str, modified: &str, beyond: &str, order: &str) -> String {
    format!(
        "SELECT t.*, TO_CHAR(SYS_EXTRACT_UTC(t.{modified}), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS at FROM {table} t \
         WHERE (t.{modified} IS NULL OR SYS_EXTRACT_UTC(t.{modified}) <= {UPPER}) AND {beyond} ORDER BY {order}"
    )
}

fn changed(table: &str, modified: &str, beyond: &str, order: &str) -> String {
    let utc = format!("SYS_EXTRACT_UTC(t.{modified})");
    format!(
        "SELECT t.* FROM {table} t WHERE t.{modified} >= TO_DATE('2023-06-30', 'YYYY-MM-DD') AND {utc} >= {AT} \
         AND {utc} <= {UPPER} AND ({utc} > {AT} OR ({utc} = {AT} AND {beyond})) ORDER BY {utc}, {order}"
    )
}
