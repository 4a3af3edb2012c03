use forebay_model::StreamSchema;
use forebay_ports::{Connector, NextPage, PageRequest};
use serde_json::json;

use super::loading::{Table, load, same, truth};
use super::org::{TestOrg, stream};

const BULK: [(&str, &str); 3] = [("bulk_above", "50"), ("bulk_page_size", "60"), ("page_size", "200")];

async fn calls(org: &TestOrg, endpoint: &str) -> u64 {
    org.ask("requests").await["endpoints"][endpoint]["requests"].as_u64().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_objects_are_read_by_bulk_jobs_and_every_value_is_true() {
    let org = TestOrg::start().await;
    org.order("changes", json!({"updates": 5, "inserts": 5, "deletes": 20})).await;
    let connector = org.connect(&BULK);
    let bound = connector.server_time().await.unwrap();
    for name in ["Account", "Contact", "Opportunity", "OpportunityLineItem", "Lead", "Task", "Shipment__c"] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, bound).await;
        let truth = truth(&org, &schema).await;
        assert_eq!(loaded.proof.contains("bulk job"), truth.len() > 50, "{name}: {}", loaded.proof);
        assert_eq!(loaded.records.len(), truth.len(), "{name}");
        same(&schema, &loaded.table(), &truth);
    }
    let made = calls(&org, "bulk-create").await;
    assert!(made >= 4, "{made} jobs prove little");
    assert_eq!(calls(&org, "bulk-delete").await, made, "jobs are left behind");
}

async fn read_slices(connector: &dyn Connector, schema: &StreamSchema) -> (Table, usize, usize) {
    let bound = connector.server_time().await.unwrap();
    let request = PageRequest { schema, cursor: None, bound };
    let slices = connector.slices(request).await.unwrap().unwrap();
    let (mut table, mut rows) = (Table::new(), 0);
    for begin in &slices.begin {
        let part = load(connector, schema, Some(begin.clone()), bound).await;
        rows += part.records.len();
        part.apply(&mut table);
    }
    let rest = load(connector, schema, Some(slices.then.clone()), bound).await;
    rest.apply(&mut table);
    (table, rows, slices.begin.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slices_read_side_by_side_hold_every_row_once() {
    let org = TestOrg::start().await;
    let connector = org.connect(&BULK);
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let (table, rows, slices) = read_slices(connector.as_ref(), &schema).await;
    let truth = truth(&org, &schema).await;
    assert!(slices > 2, "{slices} slices");
    assert_eq!(rows, truth.len());
    same(&schema, &table, &truth);
    let small = connector.discover(&stream("CaseStatus")).await.unwrap();
    let request = PageRequest { schema: &small, cursor: None, bound: connector.server_time().await.unwrap() };
    assert_eq!(connector.slices(request).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_load_goes_on_from_every_cursor() {
    let org = TestOrg::start().await;
    let connector = org.connect(&BULK);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let truth = truth(&org, &schema).await;
    // A process that stops after `pages` pages, and another that goes on.
    for pages in [1, 2, 4, 6, 8] {
        let (mut cursor, mut table) = (None, Table::new());
        for _ in 0..pages {
            let page = connector
                .read_page(PageRequest { schema: &schema, cursor: cursor.as_ref(), bound })
                .await
                .unwrap();
            let NextPage::More(next) = page.next else { break };
            let typed = forebay_transform::read_page(&schema, &page.body, bound).unwrap();
            table.extend(typed.records.into_iter().map(|r| (r.key.as_str().to_owned(), r.values)));
            cursor = Some(next);
        }
        load(org.connect(&BULK).as_ref(), &schema, cursor, bound).await.apply(&mut table);
        same(&schema, &table, &truth);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_job_or_an_object_without_bulk_is_read_all_the_same() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("bulk_above", "0"), ("bulk_page_size", "60"), ("page_size", "200")]);
    let bound = connector.server_time().await.unwrap();
    org.order("faults", json!({"fail_jobs": 1})).await;
    for name in ["OpportunityLineItem", "CaseStatus"] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, bound).await;
        assert!(loaded.proof.contains("done=true"), "{name}: {}", loaded.proof);
        same(&schema, &loaded.table(), &truth(&org, &schema).await);
    }
    // A job that somebody deletes while it is read: another one is made.
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let (mut cursor, mut deleted) = (None, false);
    let mut table = Table::new();
    for _ in 0..200 {
        let page = connector
            .read_page(PageRequest { schema: &schema, cursor: cursor.as_ref(), bound })
            .await
            .unwrap();
        let typed = forebay_transform::read_page(&schema, &page.body, bound).unwrap();
        table.extend(typed.records.into_iter().map(|r| (r.key.as_str().to_owned(), r.values)));
        let NextPage::More(next) = page.next else { break };
        if page.records > 0 && !deleted {
            let text: serde_json::Value = serde_json::from_str(next.as_str()).unwrap();
            let job = text.pointer("/open/full/by/bulk/job").and_then(|j| j.as_str()).unwrap().to_owned();
            let gone = next.as_str().replace(&job, "750Ks0000000000AAA");
            cursor = Some(forebay_model::Cursor::new(gone));
            deleted = true;
        } else {
            cursor = Some(next);
        }
    }
    assert!(deleted);
    same(&schema, &table, &truth(&org, &schema).await);
}
