//! The control plane of a simulated account: what is ordered, and what is compared with.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use forebay_model::Instant;
use serde_json::{Map, Value};

/// Longer than any answer of the control plane on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub struct Control {
    base: String,
    http: reqwest::Client,
    /// Part of every order of changes.
    change_options: Map<String, Value>,
}

impl Control {
    pub fn new(base_url: &str, change_options: Map<String, Value>) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { base: format!("{base_url}/_control"), http, change_options })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let answer = request.send().await?;
        let (url, status) = (answer.url().clone(), answer.status());
        let body = answer.bytes().await?;
        ensure!(status.is_success(), "{url} answered {status}: {}", String::from_utf8_lossy(&body));
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
    }

    /// `POST /_control/{what}`.
    pub async fn order(&self, what: &str, order: &Value) -> Result<Value> {
        self.send(self.http.post(format!("{}/{what}", self.base)).json(order)).await
    }

    /// `GET /_control/{what}`.
    pub async fn ask(&self, what: &str) -> Result<Value> {
        self.send(self.http.get(format!("{}/{what}", self.base))).await
    }

    /// Makes changes now; gives what the account says of them.
    pub async fn change(&self, updates: u32, inserts: u32, deletes: u32) -> Result<Value> {
        let mut order = self.change_options.clone();
        for (name, count) in [("updates", updates), ("inserts", inserts), ("deletes", deletes)] {
            order.insert(name.to_owned(), count.into());
        }
        self.order("changes", &Value::Object(order)).await
    }

    /// Waits until every question shows what has changed so far, and a second that began later has begun:
    /// sources tell whole seconds.
    pub async fn all_visible(&self) -> Result<()> {
        let told = |clock: &Value, name: &str| {
            let text = clock[name].as_str().unwrap_or_default().to_owned();
            Instant::parse(&text).with_context(|| format!("the clock's {name} is '{text}'"))
        };
        let asked = told(&self.ask("clock").await?, "now")?;
        let next_second = Instant::from_micros((asked.micros() / 1_000_000 + 1) * 1_000_000);
        for _ in 0..1_000 {
            let clock = self.ask("clock").await?;
            if told(&clock, "visible")? >= asked && told(&clock, "now")? >= next_second {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("what changed is not visible after 20 s")
    }

    /// Nothing is ordered any more; permissions stay as they are.
    pub async fn calm(&self) -> Result<()> {
        self.send(self.http.delete(format!("{}/faults", self.base))).await.map(drop)
    }

    /// Requests answered since the account started, the control plane's left out.
    pub async fn requests(&self) -> Result<u64> {
        let answer = self.ask("requests").await?;
        let endpoints = answer["endpoints"].as_object().context("endpoints")?;
        Ok(endpoints.values().filter_map(|calls| calls["requests"].as_u64()).sum())
    }

    /// Every true row of a table.
    pub async fn rows(&self, table: &str) -> Result<Vec<Map<String, Value>>> {
        let (mut rows, mut after) = (Vec::new(), None::<i64>);
        loop {
            let from = after.map_or(String::new(), |after| format!("&after={after}"));
            let page = self.ask(&format!("rows?table={table}&limit=10000{from}")).await?;
            let items = page["items"].as_array().context("items")?;
            rows.extend(items.iter().filter_map(|row| row.as_object().cloned()));
            after = page["next"].as_i64();
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}
