//! Talks to the app over HTTP.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

#[derive(Clone)]
pub struct Client {
    base: String,
    agent: ureq::Agent,
}

/// A status and its JSON body; null where the body is no JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Client {
    pub fn new(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build();
        Self { base: format!("http://{address}"), agent: config.into() }
    }

    pub fn try_get(&self, path: &str) -> Result<Answer> {
        let mut answer = self.agent.get(format!("{}{path}", self.base)).call()?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: answer.body_mut().read_json().unwrap_or_default(),
        })
    }

    /// The body of a 200.
    pub fn get(&self, path: &str) -> Result<Value> {
        let answer = self.try_get(path)?;
        anyhow::ensure!(answer.status == 200, "GET {path} answered {}: {}", answer.status, answer.body);
        Ok(answer.body)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let mut answer = self.agent.post(format!("{}{path}", self.base)).send_json(body)?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: answer.body_mut().read_json().unwrap_or_default(),
        })
    }

    pub fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        let mut answer = self.agent.put(format!("{}{path}", self.base)).send_json(body)?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: answer.body_mut().read_json().unwrap_or_default(),
        })
    }

    /// All items of a paged list.
    pub fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut next = format!("{path}{separator}limit=1000");
        loop {
            let page = self.get(&next)?;
            items.extend(page["items"].as_array().context("a page without items")?.iter().cloned());
            match page["next"].as_str() {
                Some(after) => next = format!("{path}{separator}limit=1000&after={after}"),
                None => return Ok(items),
            }
        }
    }
}
