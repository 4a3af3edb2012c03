//! A client of the simulated portal, as small as a test needs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "every test file uses a part of it")]

use forebay_hubspot_account::moment;
use forebay_hubspot_account::{Running, Settings, start};
use serde_json::{Value, json};

/// A portal in a folder of its own, and a client with the private app's token.
pub struct Bench {
    pub running: Running,
    pub http: reqwest::Client,
    pub folder: tempfile::TempDir,
}

/// A small portal without limits: about 3,000 records.
pub async fn bench() -> Bench {
    bench_with(|settings| settings).await
}

pub async fn bench_with(change: impl FnOnce(Settings) -> Settings) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path()).unlimited();
    settings.scale = 0.001;
    let running = start(change(settings)).await.unwrap();
    Bench { running, http: reqwest::Client::new(), folder }
}

impl Bench {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base_url())
    }

    pub fn token(&self) -> String {
        self.running.credentials().private_app_token
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(self.http.get(self.url(path)).bearer_auth(self.token())).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.http.post(self.url(path)).bearer_auth(self.token()).json(body)).await
    }

    /// The body of a search that must be answered.
    pub async fn search(&self, object: &str, body: Value) -> Value {
        let (status, answer) = self.post(&format!("/crm/v3/objects/{object}/search"), &body).await;
        assert_eq!(status, 200, "{body}: {answer}");
        answer
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(self.url(&format!("/_control/{path}"))).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {body}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub async fn counts(&self) -> Value {
        self.send(self.http.get(self.url("/_control/counts"))).await.1
    }

    /// The millisecond up to which search finds all changes.
    pub async fn visible(&self) -> i64 {
        let (status, clock) = self.send(self.http.get(self.url("/_control/clock"))).await;
        assert_eq!(status, 200, "{clock}");
        moment::parse(clock["visible"].as_str().unwrap()).unwrap()
    }

    /// Every true row of a table.
    pub async fn truth(&self, table: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = i64::MIN;
        loop {
            let path = format!("/_control/rows?table={table}&after={after}&limit=500");
            let (status, body) = self.send(self.http.get(self.url(&path))).await;
            assert_eq!(status, 200, "{body}");
            all.extend(body["items"].as_array().unwrap().iter().cloned());
            match body["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// Every row of a list, page after page.
    pub async fn listed(&self, object: &str, query: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/crm/v3/objects/{object}?limit=100&{query}&after={after}");
            let (status, body) = self.get(&path).await;
            assert_eq!(status, 200, "{body}");
            all.extend(body["results"].as_array().unwrap().iter().cloned());
            match body["paging"]["next"]["after"].as_str() {
                Some(next) => after = next.to_owned(),
                None => return all,
            }
        }
    }
}

/// A search for records modified from one moment to another.
pub fn window(property: &str, from: &str, to: &str) -> Value {
    json!([{ "filters": [
        { "propertyName": property, "operator": "BETWEEN", "value": from, "highValue": to },
    ]}])
}

pub fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(|row| row["id"].as_str().unwrap().parse().unwrap()).collect()
}

pub fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
