//! What the query language takes, finds and refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::{DATA, bench, bench_with, fault};
use serde_json::{Value, json};

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|r| r["Id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn queries_find_exactly_the_true_rows() {
    let bench = bench().await;
    for table in ["Account", "Contact", "Opportunity", "Lead", "Case", "Shipment__c", "User", "Attachment"] {
        let mut truth: Vec<Value> = bench.truth(table).await;
        let counts = bench.seen("counts").await;
        assert_eq!(counts[table], truth.len(), "{table}");
        let described = bench.get(&format!("{DATA}/sobjects/{table}/describe")).await.1;
        let fields: Vec<&str> =
            described["fields"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
        let records = bench.soql(&format!("SELECT {} FROM {table} ORDER BY Id", fields.join(", "))).await;
        assert_eq!(records.len(), truth.len());
        truth.sort_by_key(|row| row["Id"].as_str().unwrap().to_owned());
        for (record, row) in records.iter().zip(&truth) {
            assert_eq!(record["attributes"]["type"], table);
            for (name, value) in row.as_object().unwrap() {
                let shown = match record[name].as_str() {
                    Some(text) if text.ends_with(".000+0000") => text.replace(".000+0000", "Z").into(),
                    _ => record[name].clone(),
                };
                assert_eq!(&shown, value, "{table}.{name}");
            }
        }
    }
}

#[tokio::test]
async fn conditions_mean_what_the_vendor_means() {
    let bench = bench().await;
    let truth = bench.truth("Account").await;
    let expect = |keep: &dyn Fn(&Value) -> bool| -> BTreeSet<String> {
        truth.iter().filter(|row| keep(row)).map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
    };
    let first = truth[0]["Id"].as_str().unwrap();
    let tail = &first[..15];
    let cases: Vec<(String, BTreeSet<String>)> = vec![
        ("Industry = null".into(), expect(&|r| r["Industry"].is_null())),
        ("Industry != 'Energy'".into(), expect(&|r| r["Industry"] != "Energy")),
        ("Industry = 'ENERGY'".into(), expect(&|r| r["Industry"] == "Energy")),
        ("NOT Industry = 'Energy'".into(), expect(&|r| r["Industry"] != "Energy")),
        (
            "Industry IN ('Energy', 'Banking')".into(),
            expect(&|r| r["Industry"] == "Energy" || r["Industry"] == "Banking"),
        ),
        ("Industry NOT IN ('Energy')".into(), expect(&|r| r["Industry"] != "Energy")),
        (
            "Key_Account__c = true AND (Credit_Limit__c < 50000 OR Type = 'Partner')".into(),
            expect(&|r| {
                r["Key_Account__c"] == true
                    && (r["Credit_Limit__c"].as_f64().unwrap() < 50_000.0 || r["Type"] == "Partner")
            }),
        ),
        (format!("Id > '{tail}'"), expect(&|r| r["Id"].as_str().unwrap() > first)),
        ("Name LIKE '%gmbh%'".into(), expect(&|r| r["Name"].as_str().unwrap().contains("GmbH"))),
        ("Name LIKE 'Al\\%%'".into(), expect(&|_| false)),
        (
            "SystemModstamp = 2026-02-14T03:00:00Z".into(),
            expect(&|r| r["SystemModstamp"] == "2026-02-14T03:00:00Z"),
        ),
        (
            "SystemModstamp >= 2026-02-14T05:00:00.001+02:00".into(),
            expect(&|r| r["SystemModstamp"].as_str().unwrap() > "2026-02-14T03:00:00Z"),
        ),
        (
            "Renewal_Date__c < 2024-01-01".into(),
            expect(&|r| r["Renewal_Date__c"].as_str().is_some_and(|d| d < "2024-01-01")),
        ),
        ("Owner_Region__c = 'North region'".into(), expect(&|r| r["Owner_Region__c"] == "North region")),
    ];
    for (condition, expected) in cases {
        let found = bench.soql(&format!("SELECT Id FROM Account WHERE {condition}")).await;
        assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>(), expected, "{condition}");
    }
}

#[tokio::test]
async fn order_and_limit_hold_and_ties_come_as_they_like() {
    let bench = bench().await;
    let sorted = bench.soql("SELECT Id FROM Contact ORDER BY Id ASC").await;
    assert!(ids(&sorted).windows(2).all(|pair| pair[0] < pair[1]));
    let down =
        bench.soql("select id from contact order by SystemModstamp desc nulls last, Id desc limit 10").await;
    assert_eq!(down.len(), 10);
    let same = "SELECT Id FROM Contact WHERE SystemModstamp = 2026-02-14T03:00:00Z";
    let tied = bench.soql(&format!("{same} ORDER BY SystemModstamp")).await;
    assert!(tied.len() >= 250, "a bulk import puts many rows into one second");
    assert!(!ids(&tied).is_sorted(), "only what is named orders");
    let (_, body) = bench.ask("query", "SELECT COUNT() FROM Contact", 2_000).await;
    assert_eq!(body["totalSize"], sorted.len());
    let nulls = bench.soql("SELECT NumberOfEmployees FROM Account ORDER BY NumberOfEmployees").await;
    assert!(nulls[0]["NumberOfEmployees"].is_null());
}

#[tokio::test]
async fn wrong_queries_are_refused_in_the_vendors_words() {
    let bench = bench().await;
    let cases = [
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'"),
        (
            "SELECT Id FROM Account WHERE Nope = 1",
            "INVALID_FIELD",
            "No such column 'Nope' on entity 'Account'",
        ),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported"),
        ("SELECT Id FROM AccountChangeEvent", "INVALID_TYPE_FOR_OPERATION", "does not support query"),
        ("SELECT Id FROM ContentDocumentLink", "MALFORMED_QUERY", "requires a filter by a single Id"),
        ("SELECT * FROM Account", "MALFORMED_QUERY", "unexpected token: '*'"),
        ("SELECT Id FROM Account;", "MALFORMED_QUERY", "unexpected token: ';'"),
        ("SELECT Id, id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Account WHERE Name = 'a' AND Type = 'b' OR Type = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        ("SELECT Id FROM Account WHERE Name IS NULL", "MALFORMED_QUERY", "unexpected token: 'IS'"),
        ("SELECT Id FROM Account WHERE Name = 'open", "MALFORMED_QUERY", "expecting"),
        ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY", "Illegal character sequence '\\q'"),
        (
            "SELECT Id FROM Account WHERE Name = 5",
            "INVALID_FIELD",
            "must be of type string and should be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > '2026-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01",
            "INVALID_FIELD",
            "must be of type dateTime",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00",
            "MALFORMED_QUERY",
            "no viable alternative",
        ),
        ("SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
        (
            "SELECT Id FROM Account WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered",
        ),
        ("SELECT Id FROM Account WHERE BillingAddress = null", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Account ORDER BY Description", "MALFORMED_QUERY", "can not be sorted"),
        (
            "SELECT Id FROM Account WHERE Key_Account__c > true",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on boolean field",
        ),
        (
            "SELECT Id FROM Account LIMIT 5 OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        ("SELECT IsDeleted FROM User", "INVALID_FIELD", "No such column 'IsDeleted' on entity 'User'"),
    ];
    for (q, code, message) in cases {
        let (found, text) = bench.refused(q).await;
        assert!(found == code && text.contains(message), "{q}: {found} {text}");
    }
    let text = bench.refused("SELECT Id, Nope FROM Account").await.1;
    assert!(
        text.starts_with("\nSELECT Id, Nope FROM Account\n           ^\nERROR at Row:1:Column:12\n"),
        "{text}"
    );
}

#[tokio::test]
async fn a_plus_that_is_not_encoded_arrives_as_a_blank() {
    let bench = bench().await;
    let q = "SELECT+Id+FROM+Account+WHERE+CreatedDate>2026-01-01T00:00:00+00:00";
    let (status, body) = bench.get(&format!("{DATA}/query?q={q}")).await;
    assert_eq!((status, fault(&body).0), (400, "MALFORMED_QUERY"));
    let (status, _) = bench.get(&format!("{DATA}/query?q={}", q.replace("00+00", "00%2B00"))).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn permissions_hide_objects_and_fields_everywhere() {
    let bench = bench_with(|s| s.reject_column = vec!["Account.Segment__c".parse().unwrap()]).await;
    let column = "No such column 'Segment__c' on entity 'Account'";
    assert!(bench.refused("SELECT Segment__c FROM Account").await.1.contains(column));
    let described = bench.get(&format!("{DATA}/sobjects/Account/describe")).await.1;
    assert!(!described["fields"].as_array().unwrap().iter().any(|f| f["name"] == "Segment__c"));
    bench.control("faults", json!({ "allow_column": "Account.Segment__c", "deny_table": "Lead" })).await;
    bench.soql("SELECT Segment__c FROM Account").await;
    assert_eq!(bench.refused("SELECT Id FROM Lead").await.0, "INVALID_TYPE");
    assert_eq!(bench.get(&format!("{DATA}/sobjects/Lead/describe")).await.0, 404);
    let all = bench.get(&format!("{DATA}/sobjects")).await.1;
    assert!(!all["sobjects"].as_array().unwrap().iter().any(|o| o["name"] == "Lead"));
    bench.control("faults", json!({ "allow_table": "Lead" })).await;
    bench.soql("SELECT Id FROM Lead").await;
}

#[tokio::test]
async fn describe_tells_types_and_what_is_calculated() {
    let bench = bench().await;
    let described = bench.get(&format!("{DATA}/sobjects/Account/describe")).await.1;
    let field = |name: &str| {
        described["fields"].as_array().unwrap().iter().find(|f| f["name"] == name).unwrap().clone()
    };
    assert_eq!(field("Owner_Region__c")["calculated"], true);
    assert_eq!(field("BillingCity")["compoundFieldName"], "BillingAddress");
    assert_eq!(field("BillingAddress")["type"], "address");
    let credit = field("Credit_Limit__c");
    assert_eq!(
        (&credit["type"], &credit["precision"], &credit["scale"]),
        (&json!("currency"), &json!(18), &json!(2))
    );
    assert_eq!((credit["label"].as_str(), credit["custom"].as_bool()), (Some("Credit Limit"), Some(true)));
    assert_eq!(field("Description")["filterable"], false);
    assert_eq!(field("OwnerId")["referenceTo"], json!(["User"]));
    let account = bench.soql("SELECT BillingAddress, BillingCity FROM Account LIMIT 1").await;
    assert_eq!(account[0]["BillingAddress"]["city"], account[0]["BillingCity"]);
}
