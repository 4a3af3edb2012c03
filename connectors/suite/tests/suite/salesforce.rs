use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_salesforce_account::{Running, Settings, start};
use forebay_suite::{Account, Offer, Size, SlowChanges, Vendor};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{connector, faults, standard};

#[derive(Clone)]
struct Salesforce;

struct Org {
    running: Running,
    _data: TempDir,
}

#[async_trait]
impl Vendor for Salesforce {
    fn connector(&self) -> Row {
        connector("salesforce")
    }

    async fn account(&self, size: Size) -> Result<Box<dyn Account>> {
        let data = TempDir::new()?;
        let mut settings = Settings::new(data.path());
        settings.scale = if size == Size::Small { 0.0004 } else { 0.0012 };
        settings.daily_requests = 1_000_000;
        Ok(Box::new(Org { running: start(settings).await?, _data: data }))
    }
}

impl Account for Org {
    fn base_url(&self) -> &str {
        self.running.base_url()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let held = self.running.credentials();
        let base = self.running.base_url().to_owned();
        vec![
            ("base_url", base.clone()),
            ("login_url", base),
            ("auth", "client_credentials".into()),
            ("client_id", held.client_id.clone()),
            ("retry_first_delay_ms", "2".into()),
            ("page_size", "60".into()),
            ("bulk_above", "200".into()),
            ("bulk_page_size", "75".into()),
        ]
    }

    fn thorough(&self) -> Vec<(&'static str, String)> {
        // As often as the log goes; 0 would leave it unread.
        vec![("deleted_log_minutes", "1".into())]
    }

    fn narrow(&self) -> Vec<(&'static str, String)> {
        vec![("overlap_seconds", "2".into()), ("second_pass_seconds", "0".into())]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("client_secret", self.running.credentials().client_secret.clone())]
    }

    fn table(&self, stream: &str) -> Option<String> {
        // The log of deletions is no object.
        (stream != "deletedrecord").then(|| stream.to_owned())
    }

    fn change_options(&self) -> Map<String, Value> {
        Map::from_iter([("purges".to_owned(), 0.into())])
    }

    /// What was purged stands in the log of deletions alone, which goes by whole minutes.
    fn slow_changes(&self) -> Option<SlowChanges> {
        // Purged is what earlier orders deleted: these rows go before anybody has seen them deleted.
        // With an opportunity go its lines.
        let orders = vec![json!({ "deletes": 12, "purges": 0 }), json!({ "purges": 10_000 })];
        Some(SlowChanges { orders, shows: Duration::from_secs(61), rows: 150 })
    }

    fn offer(&self) -> Offer {
        let tables = vec!["Lead", "Case", "Task", "Opportunity"];
        Offer {
            deniable: tables.clone(),
            silenceable: tables,
            rejectable: vec!["Lead.Phone", "Opportunity.Amount", "Account.Segment__c"],
            faults: vec![
                json!({ "query_timeouts": 2 }),
                json!({ "fail_jobs": 1 }),
                json!({ "expire_locators": true }),
                json!({ "late_commit_seconds": 1 }),
            ],
            changes: vec![json!({ "updates": 9, "deletes": 4, "purges": 0 })],
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn salesforce_keeps_every_rule() -> Result<()> {
    standard(&Salesforce).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn salesforce_survives_faults() -> Result<()> {
    faults(Salesforce).await
}
