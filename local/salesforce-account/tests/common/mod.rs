//! A client of the simulated org, as small as a test needs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "every test file uses a part of it")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use forebay_salesforce_account::auth::TOKEN_PATH;
use forebay_salesforce_account::{Running, Settings, start};
use forebay_simulation::secrets::pem;
use serde_json::{Value, json};

/// The version that tests speak.
pub const DATA: &str = "/services/data/v62.0";

/// An org in a folder of its own, and a client that is logged in to it.
pub struct Bench {
    pub running: Running,
    pub http: reqwest::Client,
    pub token: String,
    _folder: tempfile::TempDir,
}

pub async fn bench() -> Bench {
    bench_with(|_| {}).await
}

pub async fn bench_with(change: impl FnOnce(&mut Settings)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    change(&mut settings);
    let running = start(settings).await.unwrap();
    let mut bench = Bench { running, http: reqwest::Client::new(), token: String::new(), _folder: folder };
    bench.log_in().await;
    bench
}

/// A signed JWT.
pub fn sign(algorithm: &str, private_key_pem: &str, claims: &Value) -> String {
    let header = json!({ "alg": algorithm });
    let encode = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let signed = format!("{}.{}", encode(&header), encode(claims));
    let pair = KeyPair::from_pkcs8(&pem::decode(private_key_pem).unwrap()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The code and the text of a vendor error.
pub fn fault(body: &Value) -> (&str, &str) {
    (body[0]["errorCode"].as_str().unwrap_or(""), body[0]["message"].as_str().unwrap_or(""))
}

impl Bench {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base_url())
    }

    pub async fn log_in(&mut self) {
        let c = self.running.credentials().clone();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", c.client_id.as_str()),
            ("client_secret", c.client_secret.as_str()),
        ];
        let (status, body) = self.ask_token(&form).await;
        assert_eq!(status, 200, "{body}");
        self.token = body["access_token"].as_str().unwrap().to_owned();
    }

    pub async fn ask_token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let answer = self.http.post(self.url(TOKEN_PATH)).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(self.url(path)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.request(path).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn ask(&self, endpoint: &str, q: &str, batch: u32) -> (u16, Value) {
        let request = self
            .request(&format!("{DATA}/{endpoint}"))
            .query(&[("q", q)])
            .header("Sforce-Query-Options", format!("batchSize={batch}"));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    /// All records of a query, through all batches.
    pub async fn all(&self, endpoint: &str, q: &str) -> Vec<Value> {
        let (status, mut body) = self.ask(endpoint, q, 2_000).await;
        assert_eq!(status, 200, "{q}: {body}");
        let mut records = body["records"].as_array().unwrap().clone();
        while let Some(next) = body["nextRecordsUrl"].as_str().map(str::to_owned) {
            body = self.get(&next).await.1;
            records.extend(body["records"].as_array().unwrap().iter().cloned());
        }
        records
    }

    pub async fn soql(&self, q: &str) -> Vec<Value> {
        self.all("query", q).await
    }

    /// The code and text of a query that must be refused.
    pub async fn refused(&self, q: &str) -> (String, String) {
        let (status, body) = self.ask("query", q, 2_000).await;
        assert_eq!(status, 400, "{q}: {body}");
        let (code, message) = fault(&body);
        (code.to_owned(), message.to_owned())
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(self.url(&format!("/_control/{path}"))).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {body}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub async fn seen(&self, path: &str) -> Value {
        self.http.get(self.url(&format!("/_control/{path}"))).send().await.unwrap().json().await.unwrap()
    }

    /// Every true live row of an object.
    pub async fn truth(&self, table: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = i64::MIN;
        loop {
            let body = self.seen(&format!("rows?table={table}&after={after}&limit=500")).await;
            all.extend(body["items"].as_array().unwrap().iter().cloned());
            match body["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// A job's final state, after so many polls.
    pub async fn job(&self, order: Value) -> (Value, u32) {
        let url = self.url(&format!("{DATA}/jobs/query"));
        let answer = self.http.post(url).bearer_auth(&self.token).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let made: Value = answer.json().await.unwrap();
        assert_eq!(made["state"], "UploadComplete");
        let path = format!("{DATA}/jobs/query/{}", made["id"].as_str().unwrap());
        for polls in 1..20 {
            let job = self.get(&path).await.1;
            if !["UploadComplete", "InProgress"].contains(&job["state"].as_str().unwrap()) {
                return (job, polls);
            }
        }
        panic!("the job did not end");
    }
}
