use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_netsuite_account::{Running, Settings, start};
use forebay_suite::{Account, Offer, Size, Vendor};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{connector, faults, standard};

#[derive(Clone)]
struct NetSuite;

struct Books {
    running: Running,
    _data: TempDir,
}

#[async_trait]
impl Vendor for NetSuite {
    fn connector(&self) -> Row {
        connector("netsuite")
    }

    async fn account(&self, size: Size) -> Result<Box<dyn Account>> {
        let data = TempDir::new()?;
        let scale = if size == Size::Small { 0.0003 } else { 0.0009 };
        let running = start(Settings { scale, ..Settings::new(data.path()) }).await?;
        Ok(Box::new(Books { running, _data: data }))
    }
}

impl Account for Books {
    fn base_url(&self) -> &str {
        self.running.base_url()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let held = self.running.credentials();
        vec![
            ("account", held.account.clone()),
            ("base_url", self.running.base_url().to_owned()),
            ("client_id", held.client_id.clone()),
            ("certificate_id", held.ec_certificate_id.clone()),
            ("retry_first_delay_ms", "2".into()),
            ("page_size", "150".into()),
            ("slice_rows", "400".into()),
        ]
    }

    fn narrow(&self) -> Vec<(&'static str, String)> {
        vec![("overlap_seconds", "2".into()), ("second_pass_seconds", "0".into())]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("private_key", self.running.credentials().ec_private_key_pem.clone())]
    }

    fn written(&self, _: &str, mut row: Map<String, Value>) -> Value {
        // Amounts are doubles in the account, and SuiteQL shows ten digits after the point.
        for value in row.values_mut() {
            if let Some(number) = value.as_f64().filter(|_| value.is_f64()) {
                *value = format!("{number:.10}").into();
            }
        }
        Value::Object(row)
    }

    fn offer(&self) -> Offer {
        let tables =
            vec!["customer", "item", "transaction", "transactionline", "contact", "nexttransactionlink"];
        Offer {
            deniable: tables.clone(),
            silenceable: tables,
            rejectable: vec!["customer.phone", "item.displayname", "transaction.memo"],
            faults: vec![
                json!({ "upper_case_keys": true }),
                json!({ "churn": { "every": 7, "updates": 3, "inserts": 1, "deletes": 1, "remove_lines": 1 } }),
            ],
            changes: vec![json!({ "remove_lines": 8, "add_lines": 4, "touch_lines": 6 })],
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn netsuite_keeps_every_rule() -> Result<()> {
    standard(&NetSuite).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn netsuite_survives_faults() -> Result<()> {
    faults(NetSuite).await
}
