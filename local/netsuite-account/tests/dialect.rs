//! What SuiteQL accepts, refuses and answers.

mod common;

use common::{Bench, bench, bench_with, fault};
use serde_json::{Value, json};

#[tokio::test]
async fn queries_that_netsuite_takes_are_answered() {
    let bench = bench().await;
    for q in [
        "SELECT id, companyname FROM customer",
        "select ID, CompanyName as \"Name\" from CUSTOMER c where c.isinactive = 'F'",
        "SELECT c.* FROM customer c",
        "SELECT COUNT(*) FROM transaction",
        "SELECT COUNT(*) AS n, MAX(lastmodifieddate), MIN(id), SUM(foreigntotal), AVG(foreigntotal) FROM transaction",
        "SELECT type, COUNT(*) AS n FROM transaction GROUP BY type HAVING COUNT(*) > 1 ORDER BY n DESC, type",
        "SELECT DISTINCT recordtype FROM transaction ORDER BY recordtype",
        "SELECT t.id, tl.id AS line FROM transaction t INNER JOIN transactionline tl ON tl.transaction = t.id WHERE tl.mainline = 'F'",
        "SELECT t.id, c.companyname FROM transaction t LEFT JOIN customer c ON c.id = t.entity ORDER BY c.companyname",
        "SELECT t.id FROM transaction t, customer c WHERE c.id = t.entity AND c.id IN (1004, 1007, 1010)",
        "SELECT id FROM customer WHERE id IN (SELECT entity FROM transaction WHERE type = 'CustInvc')",
        "SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM transaction t WHERE t.entity = c.id)",
        "SELECT id FROM customer WHERE id NOT IN (SELECT entity FROM transaction) AND companyname LIKE 'Customer#%'",
        "SELECT id FROM transaction WHERE lastmodifieddate >= TO_DATE('2025-01-01', 'YYYY-MM-DD')",
        "SELECT id FROM transaction WHERE trandate BETWEEN TO_DATE('2020-01-01', 'YYYY-MM-DD') AND SYSDATE - 30",
        "SELECT id FROM transaction WHERE SYS_EXTRACT_UTC(lastmodifieddate) >= TO_TIMESTAMP('2025-01-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS')",
        "SELECT id FROM transaction WHERE lastmodifieddate >= TO_TIMESTAMP('2025-01-01 00:00:00.5', 'YYYY-MM-DD HH24:MI:SS.FF1')",
        "SELECT id FROM transaction WHERE trandate >= '1/1/2020'",
        "SELECT id, TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS at FROM transaction ORDER BY at, id",
        "SELECT UPPER(companyname), LOWER(email), SUBSTR(phone, 1, 3), LENGTH(comments) FROM customer",
        "SELECT NVL(email, 'none'), COALESCE(email, phone, 'x'), NVL2(email, 'T', 'F') FROM customer",
        "SELECT CASE WHEN isinactive = 'T' THEN 'old' ELSE 'new' END AS age, DECODE(isperson, 'T', 1, 0) FROM customer",
        "SELECT BUILTIN.DF(entity) AS who, companyname || ' (' || id || ')' FROM (SELECT entity, 'x' AS companyname, id FROM transaction)",
        "SELECT id FROM customer WHERE ROWNUM <= 5",
        "SELECT TOP 5 id FROM customer ORDER BY id",
        "SELECT * FROM (SELECT id, ROWNUM AS rn FROM customer) WHERE rn BETWEEN 11 AND 20",
        "SELECT id FROM customer UNION SELECT id FROM vendor ORDER BY id",
        "SELECT id FROM customer UNION ALL SELECT id FROM vendor",
        "SELECT recordid, deleteddate FROM deletedrecord",
        "SELECT * FROM customfield",
        "SELECT s.id, s.date, s.type, s.name, s.field FROM systemnote s WHERE s.recordtypeid = -9 ORDER BY s.date, s.id",
        "SELECT previousdoc, nextdoc, linktype FROM nexttransactionlink WHERE lastmodifieddate > TO_DATE('2019-01-01','YYYY-MM-DD')",
        "SELECT l.* FROM nexttransactionlinelink l WHERE l.previousdoc IN (1, 2, 3)",
        "SELECT scriptid, internalid, name, recordname FROM customrecordtype",
        "SELECT c.id, BUILTIN.DF(c.company) FROM contact c",
        "SELECT id, name FROM term ORDER BY id",
        "SELECT id FROM pricelevel UNION SELECT id FROM unitstype",
        "SELECT id, custrecord_route_mode FROM customrecord_shipment_route WHERE lastmodified > TO_DATE('2019-01-01','YYYY-MM-DD')",
        "SELECT TRUNC(lastmodifieddate, 'MM'), COUNT(*) FROM transaction GROUP BY TRUNC(lastmodifieddate, 'MM')",
        "SELECT ROUND(foreigntotal / 3, 2), MOD(id, 7), ABS(-id), TO_NUMBER('12') FROM transaction WHERE NOT (id = 5 OR memo IS NULL)",
        "SELECT id FROM customer ORDER BY 1 DESC",
    ] {
        let (status, body) = bench.sql(q).await;
        assert_eq!(status, 200, "{q}: {body}");
        let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["count", "hasMore", "items", "links", "offset", "totalResults"], "{q}");
    }
}

#[tokio::test]
async fn queries_that_netsuite_does_not_take_are_refused() {
    let bench = bench().await;
    let long = (0..1_001).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let long = format!("SELECT id FROM customer WHERE id IN ({long})");
    for q in [
        "WITH c AS (SELECT id FROM customer) SELECT id FROM c",
        "SELECT id FROM customer WHERE lastmodifieddate > DATE '2024-01-01'",
        "SELECT id FROM customer WHERE lastmodifieddate > TIMESTAMP '2024-01-01 00:00:00'",
        "SELECT id FROM customer WHERE lastmodifieddate > {d '2024-01-01'}",
        "SELECT id FROM customer WHERE lastmodifieddate > '2024-01-01'",
        "SELECT id FROM customer LIMIT 10",
        "SELECT id FROM customer ORDER BY id OFFSET 10 ROWS",
        "SELECT id FROM customer ORDER BY id FETCH FIRST 10 ROWS ONLY",
        "SELECT id FROM customer;",
        "SELECT id FROM customer FOR UPDATE",
        "UPDATE customer SET companyname = 'x'",
        "DELETE FROM customer",
        "INSERT INTO customer (id) VALUES (1)",
        "DROP TABLE customer",
        "PRAGMA table_list",
        "SELECT name FROM sqlite_master",
        "SELECT value FROM forebay_meta",
        "SELECT rowid FROM customer",
        "SELECT sqlite_version() FROM customer",
        "SELECT id FROM nothing",
        "SELECT nothing FROM customer",
        "SELECT x.id FROM customer c",
        "SELECT id FROM customer c, vendor v",
        "SELECT id, COUNT(*) FROM customer",
        "SELECT type, memo, COUNT(*) FROM transaction GROUP BY type",
        "SELECT SUM(COUNT(*)) FROM transaction GROUP BY type",
        "SELECT TO_CHAR(lastmodifieddate, 'YYYY-MM-DDTHH24:MI:SS') FROM customer",
        "SELECT id FROM customer WHERE lastmodifieddate > TO_DATE('2024-13-01', 'YYYY-MM-DD')",
        "SELECT id FROM customer WHERE lastmodifieddate > 5",
        "SELECT id FROM customer WHERE id = 'abc'",
        "SELECT id FROM customer WHERE companyname ILIKE 'c%'",
        "SELECT id FROM customer WHERE id = ?",
        "SELECT id::text FROM customer",
        "SELECT id FROM customer WHERE id REGEXP '1'",
        "SELECT id FROM customer c NATURAL JOIN vendor v",
        "SELECT 1",
        "SELECT id FROM customer WHERE lastmodifieddate > SYSDATE - 99999999999999",
        "SELECT id FROM customer WHERE lastmodifieddate > ADD_MONTHS(SYSDATE, 99999999999)",
        "SELECT lastmodifieddate + id * 99999999999 FROM customer",
        "SELECT id / 0 FROM customer",
        "",
        long.as_str(),
    ] {
        bench.refused(q).await;
    }
}

#[tokio::test]
async fn refusals_use_the_vendors_words() {
    let bench = bench_with(|s| {
        s.scale = 0.001;
        s.deny = vec!["vendor".to_owned()];
        s.deny_silently = vec!["employee".to_owned()];
        s.reject_column = vec!["customer.email".parse().unwrap()];
    })
    .await;
    let lead = "Invalid search query. Detailed unprocessed description follows. ";
    for (q, words) in [
        (
            "SELECT nope FROM customer c",
            "Search error occurred: Unknown identifier 'nope'. Available identifiers are: {c=customer}.",
        ),
        (
            "SELECT email FROM customer",
            "Search error occurred: Unknown identifier 'email'. Available identifiers are: {customer=customer}.",
        ),
        ("SELECT id FROM nothing", "Invalid search type: nothing."),
        ("SELECT id FROM message", "Invalid search type: message."),
        ("SELECT id FROM Partner", "Search error occurred: Record 'partner' was not found."),
        ("SELECT id FROM job", "Search error occurred: Record 'job' was not found."),
        (
            "SELECT id FROM CUSTOMRECORD_PAYROLL_GRADE",
            "Search error occurred: Record 'customrecord_payroll_grade' was not found.",
        ),
        ("SELECT id FROM vendor", "Search error occurred: Record 'vendor' was not found."),
        (
            "SELECT subsidiary FROM transaction",
            "Search error occurred: Field 'subsidiary' for record 'transaction' was not found. Reason: NOT_EXPOSED",
        ),
        ("SELECT id FROM customer LIMIT 1", "Search error occurred: Invalid or unsupported search"),
    ] {
        assert_eq!(bench.refused(q).await, format!("{lead}{words}"), "{q}");
    }
    let (status, body) = bench.sql("SELECT id, image FROM customer").await;
    assert_eq!((status, fault(&body).0), (500, "UNEXPECTED_ERROR"), "some columns break the query");
    assert_eq!(bench.items("SELECT id FROM employee").await.len(), 0);
    assert!(!bench.items("SELECT * FROM customer").await.iter().any(|i| i.get("email").is_some()));
}

#[tokio::test]
async fn values_are_strings_nulls_are_missing_and_dates_lose_their_time() {
    let bench = bench().await;
    let items = bench.items("SELECT Id, IsInactive, Email, CreditLimit, LastModifiedDate, DateCreated FROM customer ORDER BY id").await;
    let truth = bench.truth("customer").await;
    assert_eq!(items.len(), truth.len());
    let mut missing = 0;
    for (item, row) in items.iter().zip(&truth) {
        assert_eq!(item["links"], json!([]));
        assert_eq!(item["id"], row["id"].to_string());
        assert_eq!(item["isinactive"], if row["isinactive"] == true { "T" } else { "F" });
        assert_eq!(item.get("email").is_none(), row["email"].is_null());
        missing += usize::from(row["email"].is_null());
        let shown = item["lastmodifieddate"].as_str().unwrap();
        assert!(shown.split('/').count() == 3 && !shown.contains(':') && !shown.starts_with('0'), "{shown}");
        assert!(item.as_object().unwrap().iter().all(|(k, v)| k == "links" || v.is_string()));
    }
    assert!(missing > 0);
    let (_, body) = bench
        .sql("SELECT COUNT(*), UPPER(entityid) FROM customer WHERE id = 1004 GROUP BY UPPER(entityid)")
        .await;
    assert_eq!(body["items"][0], json!({ "links": [], "expr1": "1", "expr2": "CUSTOMER#000000001" }));
}

#[tokio::test]
async fn to_char_of_sys_extract_utc_is_the_true_instant_and_plain_to_char_is_the_accounts_clock() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    let q = "SELECT id, TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS utc, \
             TO_CHAR(lastmodifieddate, 'YYYY-MM-DD HH24:MI:SS') AS local FROM customer WHERE ROWNUM <= 900 ORDER BY id";
    let truth = bench.truth("customer").await;
    let mut offsets = std::collections::BTreeSet::new();
    for item in bench.items(q).await {
        let id: i64 = item["id"].as_str().unwrap().parse().unwrap();
        let row = truth.iter().find(|r| r["id"] == id).unwrap();
        assert_eq!(item["utc"], row["lastmodifieddate"]);
        let hour = |v: &Value| v.as_str().unwrap()[11..13].parse::<i64>().unwrap();
        offsets.insert((hour(&item["utc"]) - hour(&item["local"])).rem_euclid(24));
    }
    assert_eq!(offsets.into_iter().collect::<Vec<_>>(), [7, 8]);
}

#[tokio::test]
async fn a_text_cursor_loses_rows_of_the_repeated_hour_and_a_utc_cursor_does_not() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    let show = "TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD HH24:MI:SS')";
    // The hour before the clocks went back on 2023-11-05, in UTC.
    let (from, to) = ("2023-11-05 08:00:00", "2023-11-05 10:00:00");
    let all = bench
        .items(&format!(
            "SELECT id, TO_CHAR(lastmodifieddate, 'YYYY-MM-DD HH24:MI:SS') AS local, {show} AS utc FROM transaction \
             WHERE {show} >= '{from}' AND {show} < '{to}' ORDER BY lastmodifieddate, id"
        ))
        .await;
    assert!(all.len() > 4, "the hour has {} rows", all.len());
    let first = &all[0];
    let rest = |condition: String| {
        let bench = &bench;
        async move {
            let q = format!(
                "SELECT id FROM transaction WHERE ({condition}) AND {show} < '{to}' ORDER BY lastmodifieddate, id"
            );
            bench.items(&q).await.len()
        }
    };
    let id = first["id"].as_str().unwrap();
    let utc = first["utc"].as_str().unwrap();
    let exact = rest(format!("{show} > '{utc}' OR ({show} = '{utc}' AND id > {id})")).await;
    assert_eq!(exact, all.len() - 1);
    let local = format!("TO_DATE('{}', 'YYYY-MM-DD HH24:MI:SS')", first["local"].as_str().unwrap());
    let naive =
        rest(format!("lastmodifieddate > {local} OR (lastmodifieddate = {local} AND id > {id})")).await;
    assert!(naive < exact, "a reading of the clocks names two instants, and the vendor takes the later");
}

#[tokio::test]
async fn more_than_a_hundred_columns_yield_nothing_and_no_error() {
    let bench = bench().await;
    let columns = |n: usize| (0..n).map(|i| format!("id AS c{i}")).collect::<Vec<_>>().join(", ");
    let hundred = bench.items(&format!("SELECT {} FROM customer", columns(100))).await;
    assert!(!hundred.is_empty());
    let (status, body) = bench.sql(&format!("SELECT {} FROM customer", columns(101))).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&body["count"], &body["totalResults"], &body["hasMore"]),
        (&json!(0), &json!(0), &json!(false))
    );
}

#[tokio::test]
async fn select_star_lacks_the_columns_of_single_item_types() {
    let bench = bench().await;
    let has = |items: &[Value]| items.iter().any(|i| i.get("averagecost").is_some());
    assert!(!has(&bench.items("SELECT * FROM item").await));
    assert!(has(&bench.items("SELECT * FROM item WHERE itemtype = 'InvtPart'").await));
    assert!(has(&bench.items("SELECT id, averagecost FROM item").await));
}

async fn bound(bench: &Bench, q: &str, params: Value) -> (u16, Value) {
    bench.ask("", &json!({ "q": q, "params": params })).await
}

#[tokio::test]
async fn bound_values_are_strings_and_as_many_as_question_marks() {
    let bench = bench().await;
    let q = "SELECT id FROM customer WHERE id = ? AND isinactive IN (?, ?)";
    let (status, body) = bound(&bench, q, json!(["1004", "T", "F"])).await;
    assert_eq!((status, &body["count"]), (200, &json!(1)), "{body}");
    for wrong in [
        json!(["1004", "T"]),
        json!(["1004", "T", null]),
        json!([1004, "T", "F"]),
        json!(["1", "T", "F", "x"]),
        json!([]),
    ] {
        assert_eq!(bound(&bench, q, wrong.clone()).await.0, 400, "{wrong}");
    }
    for column in ["id", "companyname", "lastmodifieddate", "custentity_last_review", "creditlimit"] {
        let q = format!("SELECT id FROM customer WHERE {column} > ?");
        assert_eq!(bound(&bench, &q, json!(["0"])).await.0, 200, "0 compares with {column}");
    }
    let (_, body) =
        bound(&bench, "SELECT id FROM customer WHERE companyname = ?", json!(["' OR '1'='1"])).await;
    assert_eq!(body["count"], 0);
}

#[tokio::test]
async fn null_and_the_empty_text_are_one_and_nulls_sort_last() {
    let bench = bench().await;
    let truth = bench.truth("customer").await;
    let without = truth.iter().filter(|r| r["email"].is_null()).count();
    assert!(without > 0);
    assert_eq!(bench.items("SELECT id FROM customer WHERE email IS NULL").await.len(), without);
    assert_eq!(bench.items("SELECT id FROM customer WHERE email = ''").await.len(), 0);
    let sorted = bench.items("SELECT email FROM customer ORDER BY email").await;
    assert!(sorted[0].get("email").is_some());
    assert!(sorted[sorted.len() - 1].get("email").is_none());
    let first = bench.items("SELECT email FROM customer ORDER BY email DESC").await;
    assert!(first[0].get("email").is_none());
}
