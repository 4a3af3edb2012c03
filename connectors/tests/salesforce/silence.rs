//! Sharing that begins to hide every row of an object in the middle of things: queries go on and find nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use forebay_connectors::Context;
use forebay_model::{Cursor, Instant, StreamSchema};
use forebay_ports::{
    Answer, Connector, NextPage, PageRequest, Pass, Paused, RequestGate, SourceError, Unlimited,
};
use serde_json::json;

use super::loading::{Table, load, same, truth, try_load};
use super::org::{TestOrg, stream};

/// A copy of one stream, kept up page by page.
#[derive(Default)]
struct Copy {
    table: Table,
    cursor: Option<Cursor>,
    proof: Option<String>,
}

impl Copy {
    async fn step(
        &mut self,
        connector: &dyn Connector,
        schema: &StreamSchema,
        bound: Instant,
    ) -> Result<(), SourceError> {
        let request = PageRequest { schema, cursor: self.cursor.as_ref(), bound };
        let page = connector.read_page(request).await?;
        let typed = forebay_transform::read_page(schema, &page.body, bound).unwrap();
        for record in typed.records {
            self.table.insert(record.key.as_str().to_owned(), record.values);
        }
        match page.next {
            NextPage::More(next) => self.cursor = Some(next),
            NextPage::End { cursor, proof } => (self.cursor, self.proof) = (Some(cursor), Some(proof)),
        }
        Ok(())
    }
}

async fn silence(org: &TestOrg, object: &str) {
    org.order("faults", json!({"silence_table": object})).await;
}

async fn allow(org: &TestOrg, object: &str) {
    org.order("faults", json!({"allow_table": object})).await;
}

/// Sharing hides an object just before the request that follows so many.
#[derive(Debug)]
struct Tripwire {
    left: AtomicI64,
    control: String,
    object: &'static str,
}

#[async_trait]
impl RequestGate for Tripwire {
    async fn enter(&self, lane: Option<&str>) -> Result<Pass, Paused> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 0 {
            let order = json!({ "silence_table": self.object }).to_string();
            let sent = reqwest::Client::new().post(&self.control).header("content-type", "application/json");
            assert!(sent.body(order).send().await.unwrap().status().is_success());
        }
        Unlimited.enter(lane).await
    }

    async fn report(&self, answer: Answer) {
        Unlimited.report(answer).await;
    }
}

/// Reads on from `copy` with sharing that begins to hide the rows before each request in turn, and then without;
/// gives how often that was refused.
async fn silenced_at_every_request(
    org: &TestOrg,
    settings: &[(&str, &str)],
    schema: &StreamSchema,
    from: &Copy,
    bound: Instant,
) -> u32 {
    let object = "Opportunity";
    let truth = truth(org, schema).await;
    let mut refused = 0;
    for left in 1..200 {
        let control = format!("{}/_control/faults", org.running.base_url());
        let gate = Arc::new(Tripwire { left: AtomicI64::new(left), control, object });
        let context = Context { secrets: Arc::new(org.secrets()), gate: Arc::clone(&gate) as _ };
        let connector = forebay_connectors::open(&org.config(settings), context).unwrap();
        let mut copy = Copy { table: from.table.clone(), cursor: from.cursor.clone(), proof: None };
        let mut result = Ok(());
        while result.is_ok() && copy.proof.is_none() {
            result = copy.step(connector.as_ref(), schema, bound).await;
        }
        let untouched = gate.left.swap(-1, Ordering::SeqCst) >= 0;
        allow(org, object).await;
        if let Err(error) = result {
            told(&error);
            refused += 1;
        }
        copy.proof = None;
        while copy.proof.is_none() {
            copy.step(connector.as_ref(), schema, bound).await.unwrap();
        }
        same(schema, &copy.table, &truth);
        if untouched {
            return refused;
        }
    }
    panic!("more requests than there should be");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_hidden_before_any_request_are_read_once_they_show_again() {
    let org = TestOrg::start().await;
    let rest = [("page_size", "97"), ("overlap_seconds", "2"), ("second_pass_seconds", "60")];
    let bulk = [&rest[..], &[("bulk_above", "50"), ("bulk_page_size", "97")]].concat();
    let connector = org.connect(&rest);
    let schema = connector.discover(&stream("Opportunity")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    for settings in [&rest[..], &bulk] {
        let refused = silenced_at_every_request(&org, settings, &schema, &Copy::default(), bound).await;
        // What a job has found is read to its end.
        assert!(refused > 1, "{settings:?}: {refused}");
    }
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    let from = Copy { table: loaded.table(), cursor: Some(loaded.end), proof: None };
    org.order("changes", json!({"updates": 150, "inserts": 40})).await;
    org.order("faults", json!({"clock_skew_seconds": 200})).await;
    let bound = connector.server_time().await.unwrap();
    let refused = silenced_at_every_request(&org, &rest, &schema, &from, bound).await;
    assert!(refused > 0, "{refused}");
}

/// The error says who has to give what back.
fn told(error: &SourceError) {
    let (SourceError::Contradiction { evidence: said, .. } | SourceError::Forbidden { detail: said, .. }) =
        error
    else {
        panic!("{error}")
    };
    assert!(said.contains("View All") && said.contains("integration's user"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_hidden_after_any_page_of_a_first_load_are_read_once_they_show_again() {
    let org = TestOrg::start().await;
    let bulk = [("bulk_above", "50"), ("bulk_page_size", "97")];
    for (settings, lasting) in [(&[][..], true), (&[], false), (&bulk[..], true), (&bulk, false)] {
        let connector = org.connect(&[&[("page_size", "97")], settings].concat());
        let bound = connector.server_time().await.unwrap();
        let schema = connector.discover(&stream("Opportunity")).await.unwrap();
        let truth = truth(&org, &schema).await;
        let (mut refused, mut places) = (0, 0);
        for pages in 0.. {
            let mut copy = Copy::default();
            for _ in 0..pages {
                if copy.proof.is_none() {
                    copy.step(connector.as_ref(), &schema, bound).await.unwrap();
                }
            }
            if copy.proof.is_some() {
                break;
            }
            silence(&org, "Opportunity").await;
            let mut result = copy.step(connector.as_ref(), &schema, bound).await;
            while lasting && result.is_ok() && copy.proof.is_none() {
                result = copy.step(connector.as_ref(), &schema, bound).await;
            }
            allow(&org, "Opportunity").await;
            places += 1;
            if let Err(error) = result {
                told(&error);
                refused += 1;
            }
            while copy.proof.is_none() {
                copy.step(connector.as_ref(), &schema, bound).await.unwrap();
            }
            same(&schema, &copy.table, &truth);
        }
        // What a job found is read to its end, whatever is hidden meanwhile.
        assert!(places > 4 && refused > 0, "{settings:?}: {refused} of {places}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slices_end_on_no_answer_that_sharing_emptied() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("bulk_above", "50"), ("bulk_page_size", "60")]);
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let slices =
        connector.slices(PageRequest { schema: &schema, cursor: None, bound }).await.unwrap().unwrap();
    silence(&org, "OpportunityLineItem").await;
    for begin in slices.begin.iter().chain([&slices.then]) {
        told(&try_load(connector.as_ref(), &schema, Some(begin.clone()), bound).await.unwrap_err());
    }
    allow(&org, "OpportunityLineItem").await;
    let mut table = Table::new();
    for begin in slices.begin.iter().chain([&slices.then]) {
        load(connector.as_ref(), &schema, Some(begin.clone()), bound).await.apply(&mut table);
    }
    same(&schema, &table, &truth(&org, &schema).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_increment_without_rows_ends_only_if_the_object_still_shows_some() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("overlap_seconds", "2"), ("second_pass_seconds", "60")]);
    let schema = connector.discover(&stream("Opportunity")).await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
    let mut table = loaded.table();
    org.order("changes", json!({"updates": 40, "inserts": 20, "deletes": 10})).await;
    // Due by now: the second reading of what the first load was too early for, and what has changed since.
    org.order("faults", json!({"clock_skew_seconds": 200})).await;
    let bound = connector.server_time().await.unwrap();
    silence(&org, "Opportunity").await;
    let error = try_load(connector.as_ref(), &schema, Some(loaded.end.clone()), bound).await.unwrap_err();
    told(&error);
    assert!(matches!(error, SourceError::Contradiction { .. }), "{error}");
    allow(&org, "Opportunity").await;
    let read = load(connector.as_ref(), &schema, Some(loaded.end), bound).await;
    assert!(!read.records.is_empty());
    read.apply(&mut table);
    same(&schema, &table, &truth(&org, &schema).await);

    org.order("faults", json!({"clock_skew_seconds": 900})).await;
    let bound = connector.server_time().await.unwrap();
    org.reset("requests").await;
    let rest = load(connector.as_ref(), &schema, Some(read.end), bound).await;
    assert!(rest.proof.contains("still shows rows"), "{}", rest.proof);
    let again = rest.records.len();
    assert_eq!(org.requests().await, 3, "two windows and one look, {again} rows read again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn formulas_are_not_taken_for_read_while_sharing_hides_the_rows() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("formula_refresh_hours", "1"), ("second_pass_seconds", "0")]);
    let schema = connector.discover(&stream("Account")).await.unwrap();
    let loaded = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
    org.order("faults", json!({"formula_shift": 3})).await;
    org.order("faults", json!({"clock_skew_seconds": 3_700})).await;
    let bound = connector.server_time().await.unwrap();
    let mut copy = Copy { cursor: Some(loaded.end.clone()), table: loaded.table(), proof: None };
    copy.step(connector.as_ref(), &schema, bound).await.unwrap();
    assert!(copy.proof.is_none(), "the increment is over, the refresh is due: {:?}", copy.proof);
    silence(&org, "Account").await;
    told(&copy.step(connector.as_ref(), &schema, bound).await.unwrap_err());
    allow(&org, "Account").await;
    while copy.proof.is_none() {
        copy.step(connector.as_ref(), &schema, bound).await.unwrap();
    }
    assert!(copy.proof.as_ref().is_some_and(|proof| proof.contains("formulas")));
    same(&schema, &copy.table, &truth(&org, &schema).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_never_showed_a_row_is_looked_at_whole_by_each_run() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[]);
    let schema = connector.discover(&stream("Lead")).await.unwrap();
    // Before the first of its rows.
    let early = load(connector.as_ref(), &schema, None, Instant::EPOCH).await;
    assert!(early.records.is_empty() && early.proof.contains("newer"), "{}", early.proof);
    silence(&org, "Lead").await;
    let bound = connector.server_time().await.unwrap();
    org.reset("requests").await;
    let hidden = load(connector.as_ref(), &schema, Some(early.end), bound).await;
    assert_eq!(org.requests().await, 1);
    assert!(hidden.proof.contains("COUNT() says 0"), "{}", hidden.proof);
    allow(&org, "Lead").await;
    let shown = load(connector.as_ref(), &schema, Some(hidden.end), bound).await;
    same(&schema, &shown.table(), &truth(&org, &schema).await);
    silence(&org, "Lead").await;
    told(&try_load(connector.as_ref(), &schema, Some(shown.end), bound.plus_seconds(9)).await.unwrap_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_log_of_deletions_is_not_believed_while_sharing_hides_the_object() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("objects", "Lead,Account"), ("deleted_log_minutes", "1")]);
    let log = stream("deletedrecord");
    let schema = connector.discover(&log).await.unwrap();
    let begun = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
    silence(&org, "Lead").await;
    org.order("faults", json!({"clock_skew_seconds": 200})).await;
    let bound = connector.server_time().await.unwrap();
    let read = load(connector.as_ref(), &schema, Some(begun.end), bound).await;
    assert!(read.proof.contains("but Lead up to"), "{}", read.proof);
    allow(&org, "Lead").await;
    org.order("faults", json!({"clock_skew_seconds": 400})).await;
    let bound = connector.server_time().await.unwrap();
    let read = load(connector.as_ref(), &schema, Some(read.end), bound).await;
    assert!(!read.proof.contains("but"), "{}", read.proof);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_was_not_offered_while_the_log_was_read_is_asked_for_when_it_is_back() {
    let org = TestOrg::start().await;
    let connect = || org.connect(&[("deleted_log_minutes", "1")]);
    let log = stream("deletedrecord");
    let schema = connect().discover(&log).await.unwrap();
    let run = async |cursor: Option<Cursor>, skew: i64| {
        org.order("faults", json!({"clock_skew_seconds": skew})).await;
        let connector = connect();
        load(connector.as_ref(), &schema, cursor, connector.server_time().await.unwrap()).await
    };
    let begun = run(None, 0).await;
    org.order("changes", json!({"deletes": 60})).await;
    let purged = org.order("changes", json!({"deletes": 60})).await;
    let cases = purged["deleted"]["Case"].as_u64().unwrap();
    assert!(cases > 0, "{purged}");
    org.order("faults", json!({"deny_table": "Case"})).await;
    let of_cases =
        |deletes: &[(String, String)]| deletes.iter().filter(|(stream, _)| stream == "Case").count();
    let without = run(Some(begun.end), 200).await;
    assert_eq!(of_cases(&without.deletes), 0);
    assert!(without.proof.contains("but Case up to"), "{}", without.proof);
    allow(&org, "Case").await;
    let with = run(Some(without.end), 400).await;
    assert!(of_cases(&with.deletes) as u64 >= cases, "{:?}", with.deletes);
}
