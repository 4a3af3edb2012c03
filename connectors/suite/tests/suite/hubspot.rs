use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_hubspot_account::{Running, Settings, start};
use forebay_suite::{Account, Offer, Size, Vendor};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{connector, faults, standard};

#[derive(Clone)]
struct HubSpot;

struct Portal {
    running: Running,
    _data: TempDir,
}

#[async_trait]
impl Vendor for HubSpot {
    fn connector(&self) -> Row {
        connector("hubspot")
    }

    async fn account(&self, size: Size) -> Result<Box<dyn Account>> {
        let data = TempDir::new()?;
        let scale = if size == Size::Small { 0.0004 } else { 0.0012 };
        let settings = Settings { scale, ..Settings::new(data.path()) }.unlimited();
        Ok(Box::new(Portal { running: start(settings).await?, _data: data }))
    }
}

/// Fields of a record beside its properties, as the control plane and as the API call them.
const FIELDS: &[(&str, &str)] =
    &[("id", "id"), ("createdat", "createdAt"), ("updatedat", "updatedAt"), ("archived", "archived")];

impl Account for Portal {
    fn base_url(&self) -> &str {
        self.running.base_url()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let held = self.running.credentials();
        vec![
            ("base_url", self.running.base_url().to_owned()),
            ("auth", "oauth".into()),
            ("client_id", held.client_id.clone()),
            ("retry_first_delay_ms", "2".into()),
            ("page_size", "40".into()),
        ]
    }

    fn thorough(&self) -> Vec<(&'static str, String)> {
        vec![("archived_every_minutes", "0".into()), ("association_refresh_hours", "0".into())]
    }

    fn narrow(&self) -> Vec<(&'static str, String)> {
        vec![("overlap_seconds", "2".into()), ("second_pass_seconds", "0".into())]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        let held = self.running.credentials();
        vec![("client_secret", held.client_secret.clone()), ("refresh_token", held.refresh_token.clone())]
    }

    fn table(&self, stream: &str) -> Option<String> {
        Some(if stream == "shipment" { "p_shipment".to_owned() } else { stream.to_owned() })
    }

    fn written(&self, stream: &str, mut row: Map<String, Value>) -> Value {
        if stream == "owners" {
            // An owner without a name has an empty one.
            for name in ["firstname", "lastname"] {
                row.entry(name).and_modify(|name| *name = name.as_str().unwrap_or_default().into());
            }
        }
        if stream.contains("_to_") || stream == "owners" {
            return Value::Object(row);
        }
        let mut record = Map::new();
        for (told, name) in FIELDS {
            record.insert((*name).to_owned(), row.remove(*told).unwrap_or_default());
        }
        record.insert("properties".to_owned(), Value::Object(row));
        Value::Object(record)
    }

    fn offer(&self) -> Offer {
        Offer {
            deniable: vec!["contacts", "deals", "notes", "line_items"],
            silenceable: Vec::new(),
            rejectable: vec!["deals.amount", "contacts.phone"],
            faults: vec![json!({ "search_lag_ms": 1_500 })],
            changes: vec![json!({ "merges": 3, "deletes": 2 })],
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hubspot_keeps_every_rule() -> Result<()> {
    standard(&HubSpot).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hubspot_survives_faults() -> Result<()> {
    faults(HubSpot).await
}
