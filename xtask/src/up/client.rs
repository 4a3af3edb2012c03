//! Talks to the app as any user would: over HTTP.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub struct Client {
    address: String,
    agent: ureq::Agent,
}

impl Client {
    pub fn new(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .build();
        Self { address: address.to_owned(), agent: config.into() }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let url = format!("http://{}{path}", self.address);
        let mut answer = self.agent.get(&url).call().with_context(|| format!("GET {path}"))?;
        let status = answer.status();
        if !status.is_success() {
            let problem: Value = answer.body_mut().read_json().unwrap_or_default();
            let detail = problem["detail"].as_str().unwrap_or("no detail");
            bail!("GET {path} answered {status}: {detail}");
        }
        answer.body_mut().read_json().with_context(|| format!("GET {path} answered something unexpected"))
    }

    /// Fires a function now.
    pub fn fire(&self, function: &str) -> Result<()> {
        let path = format!("/admin/functions/{function}");
        let url = format!("http://{}{path}", self.address);
        let answer = self.agent.post(&url).send_json(serde_json::json!({ "input": "" }))?;
        if answer.status() != 202 {
            bail!("POST {path} answered {}", answer.status());
        }
        Ok(())
    }

    pub fn wait_until_running(&self, patience: Duration) -> Result<()> {
        let started = Instant::now();
        loop {
            let status: Result<Value> = self.get("/admin/host/status");
            if status.as_ref().is_ok_and(|s| s["state"] == "Running")
                && self.get::<Value>("/api/v1/health/live").is_ok()
            {
                return Ok(());
            }
            if started.elapsed() > patience {
                bail!("the Functions host is not running after {} s", patience.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The id of a source's newest run, and whether it still extracts.
    pub fn newest_run(&self, source: &str) -> Result<Option<(String, bool)>> {
        let runs: Value = self.get(&format!("/api/v1/runs?limit=1&source={source}"))?;
        let Some(run) = runs["items"].get(0) else { return Ok(None) };
        let id = run["id"].as_str().context("a run without an id")?.to_owned();
        Ok(Some((id, run["state"] == "extracting")))
    }
}
