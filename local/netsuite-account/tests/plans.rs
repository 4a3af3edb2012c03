//! Queries of connectors run as a range over an index, whatever the size of the account.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::bench_with;
use common::shapes::shapes;
use forebay_netsuite_account::account::machine_now;
use forebay_netsuite_account::suiteql::{Access, Plan, Refusal, plan};

fn explained(bench: &common::Bench, sql: &str) -> String {
    let store = &bench.running.account().store;
    let steps = store.read(|db| {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(3))?;
        Ok::<_, Refusal>(rows.collect::<Result<Vec<_>, _>>()?.join("; "))
    });
    steps.unwrap()
}

#[tokio::test]
async fn connectors_queries_range_over_an_index_without_sorting() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    for (name, q) in shapes() {
        let Plan { rows, shape, .. } = plan(&q, &[], &Access::default(), machine_now()).unwrap();
        for sql in [&rows, &shape] {
            let steps = explained(&bench, sql);
            assert!(steps.contains("SEARCH"), "{name}: {steps}\n{sql}");
            for bad in ["SCAN", "TEMP B-TREE", "MULTI-INDEX"] {
                assert!(!steps.contains(bad), "{name}: {steps}\n{sql}");
            }
        }
    }
}

#[tokio::test]
async fn a_timestamp_compared_with_a_date_column_leaves_the_index() {
    let bench = bench_with(|s| s.scale = 0.001).await;
    let steps = |condition: &str| {
        let q = format!("SELECT id FROM transaction WHERE lastmodifieddate > {condition}");
        explained(&bench, &plan(&q, &[], &Access::default(), machine_now()).unwrap().rows)
    };
    assert!(steps("TO_DATE('2025-01-01', 'YYYY-MM-DD')").contains("SEARCH"));
    assert!(!steps("TO_TIMESTAMP('2025-01-01', 'YYYY-MM-DD')").contains("SEARCH"));
}
