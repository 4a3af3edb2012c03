//! A client of the simulated account, as small as a test needs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "every test file uses a part of it")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, EcdsaKeyPair, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use forebay_netsuite_account::account::machine_now;
use forebay_netsuite_account::auth::{Credentials, TOKEN_PATH};
use forebay_netsuite_account::{Running, Settings, start};
use serde_json::{Value, json};

pub mod shapes;

pub const SUITEQL: &str = "/services/rest/query/v1/suiteql";
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An account in a folder of its own, and a client that is logged in to it.
pub struct Bench {
    pub running: Running,
    pub http: reqwest::Client,
    pub token: String,
    _folder: tempfile::TempDir,
}

/// A small account: about 770 records.
pub async fn bench() -> Bench {
    bench_with(|settings| settings.scale = 0.001).await
}

pub async fn bench_with(change: impl FnOnce(&mut Settings)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    change(&mut settings);
    let running = start(settings).await.unwrap();
    let http = reqwest::Client::new();
    let claims = Claims::valid(running.credentials());
    let credentials = running.credentials();
    let jwt = sign("PS256", &credentials.certificate_id, &credentials.private_key_pem, &claims.json());
    let token =
        ask_token(&http, running.base_url(), &jwt).await.1["access_token"].as_str().unwrap().to_owned();
    Bench { running, http, token, _folder: folder }
}

/// The claims of an assertion.
pub struct Claims(pub Value);

impl Claims {
    pub fn valid(credentials: &Credentials) -> Self {
        let now = machine_now();
        Self(json!({
            "iss": credentials.client_id,
            "aud": format!("{}{TOKEN_PATH}", credentials.base_url),
            "iat": now,
            "exp": now + 300,
            "scope": ["rest_webservices"],
        }))
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0[name] = value;
        self
    }

    pub fn json(&self) -> Value {
        self.0.clone()
    }
}

pub fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

/// A signed JWT.
pub fn sign(algorithm: &str, kid: &str, pem: &str, claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": algorithm, "kid": kid });
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let random = SystemRandom::new();
    let pss: Option<&'static dyn RsaEncoding> = match algorithm {
        "PS256" => Some(&signature::RSA_PSS_SHA256),
        "PS384" => Some(&signature::RSA_PSS_SHA384),
        "PS512" => Some(&signature::RSA_PSS_SHA512),
        "RS256" => Some(&signature::RSA_PKCS1_SHA256),
        _ => None,
    };
    let signature = match pss {
        Some(encoding) => {
            let pair = KeyPair::from_pkcs8(&der(pem)).unwrap();
            let mut out = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &random, signed.as_bytes(), &mut out).unwrap();
            out
        }
        None => {
            let ec = match algorithm {
                "ES256" => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
                "ES384" => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
                _ => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            };
            let pair = EcdsaKeyPair::from_pkcs8(ec, &der(pem)).unwrap();
            pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
        }
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Status and body of a request for a token.
pub async fn ask_token(http: &reqwest::Client, base: &str, jwt: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", jwt),
    ];
    let answer = http.post(format!("{base}{TOKEN_PATH}")).form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Code and text of a vendor error.
pub fn fault(body: &Value) -> (&str, &str) {
    let detail = &body["o:errorDetails"][0];
    (detail["o:errorCode"].as_str().unwrap_or(""), detail["detail"].as_str().unwrap_or(""))
}

impl Bench {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base_url())
    }

    /// Status and body of a query with all that it needs.
    pub async fn ask(&self, paging: &str, body: &Value) -> (u16, Value) {
        let answer = self
            .http
            .post(self.url(&format!("{SUITEQL}{paging}")))
            .bearer_auth(&self.token)
            .header("Prefer", "transient")
            .json(body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn sql(&self, q: &str) -> (u16, Value) {
        self.ask("", &json!({ "q": q })).await
    }

    /// The items of a query that must be answered.
    pub async fn items(&self, q: &str) -> Vec<Value> {
        let (status, body) = self.sql(q).await;
        assert_eq!(status, 200, "{q}: {body}");
        body["items"].as_array().unwrap().clone()
    }

    /// The error of a query that must be refused.
    pub async fn refused(&self, q: &str) -> String {
        let (status, body) = self.sql(q).await;
        assert_eq!(status, 400, "{q}: {body}");
        assert_eq!(fault(&body).0, "INVALID_PARAMETER", "{q}: {body}");
        fault(&body).1.to_owned()
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.http.get(self.url(path)).bearer_auth(&self.token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(self.url(&format!("/_control/{path}"))).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {body}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub async fn counts(&self) -> Value {
        self.http.get(self.url("/_control/counts")).send().await.unwrap().json().await.unwrap()
    }

    /// Every true row of a table.
    pub async fn truth(&self, table: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = i64::MIN;
        loop {
            let path = format!("/_control/rows?table={table}&after={after}&limit=20000");
            let body: Value = self.http.get(self.url(&path)).send().await.unwrap().json().await.unwrap();
            all.extend(body["items"].as_array().unwrap().iter().cloned());
            match body["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }
}
