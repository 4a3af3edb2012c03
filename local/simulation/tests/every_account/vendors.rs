//! The three accounts behind one face: a request that reads a column of a table.

use forebay_hubspot_account as hubspot;
use forebay_netsuite_account as netsuite;
use forebay_salesforce_account as salesforce;
use forebay_simulation::{Running, Simulated, machine_ms};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// What reads a column of a table, and the names of the two.
pub struct Reading {
    pub table: &'static str,
    pub column: &'static str,
    /// What the vendor refuses with, when it is asked too often and nothing else is ordered.
    pub usual: u16,
    method: Method,
    path: &'static str,
    body: Option<Value>,
}

/// An account with a client that may read it.
pub struct Vendor<A> {
    pub reading: Reading,
    running: Running<A>,
    token: fn(&A) -> String,
    http: Client,
    _folder: tempfile::TempDir,
}

pub async fn netsuite() -> Vendor<netsuite::account::Account> {
    let folder = tempfile::tempdir().unwrap();
    let settings = netsuite::Settings { scale: 0.001, ..netsuite::Settings::new(folder.path()) };
    let reading = Reading {
        table: "customer",
        column: "customer.email",
        usual: 429,
        method: Method::POST,
        path: "/services/rest/query/v1/suiteql",
        body: Some(json!({ "q": "SELECT id, email FROM customer" })),
    };
    Vendor {
        reading,
        running: netsuite::start(settings).await.unwrap(),
        token: |account| account.tokens.issue(account.now()).unwrap(),
        http: Client::new(),
        _folder: folder,
    }
}

pub async fn salesforce() -> Vendor<salesforce::org::Org> {
    let folder = tempfile::tempdir().unwrap();
    let reading = Reading {
        table: "Account",
        column: "Account.Segment__c",
        usual: 403,
        method: Method::GET,
        path: "/services/data/v62.0/query?q=SELECT+Id,Segment__c+FROM+Account",
        body: None,
    };
    Vendor {
        reading,
        running: salesforce::start(salesforce::Settings::new(folder.path())).await.unwrap(),
        token: |org| org.tokens.issue(org.now() / 1_000).unwrap(),
        http: Client::new(),
        _folder: folder,
    }
}

pub async fn hubspot() -> Vendor<hubspot::account::Account> {
    let folder = tempfile::tempdir().unwrap();
    let settings = hubspot::Settings { scale: 0.001, ..hubspot::Settings::new(folder.path()) };
    let sort = json!({ "propertyName": "loyalty_points", "direction": "ASCENDING" });
    let reading = Reading {
        table: "contacts",
        column: "contacts.loyalty_points",
        usual: 429,
        method: Method::POST,
        path: "/crm/v3/objects/contacts/search",
        body: Some(json!({ "sorts": [sort], "properties": ["loyalty_points"] })),
    };
    Vendor {
        reading,
        running: hubspot::start(settings.unlimited()).await.unwrap(),
        token: |portal| portal.tokens.issue(machine_ms()).unwrap(),
        http: Client::new(),
        _folder: folder,
    }
}

/// What came back: the status, `Retry-After`, and the body if it arrived.
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Option<String>,
}

impl Answer {
    pub fn is_whole(&self) -> bool {
        self.body.as_deref().is_some_and(|text| serde_json::from_str::<Value>(text).is_ok())
    }
}

impl<A: Simulated> Vendor<A> {
    /// A token that is good now.
    pub fn log_in(&self) -> String {
        (self.token)(self.running.account())
    }

    pub async fn ask(&self, token: &str) -> Answer {
        let Reading { method, path, body, .. } = &self.reading;
        let url = format!("{}{path}", self.running.base_url());
        let mut request =
            self.http.request(method.clone(), url).bearer_auth(token).header("Prefer", "transient");
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        Answer {
            status: answer.status().as_u16(),
            retry_after: answer.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned()),
            body: answer.text().await.ok(),
        }
    }

    /// The statuses of so many requests, one after another.
    pub async fn statuses(&self, token: &str, requests: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..requests {
            statuses.push(self.ask(token).await.status);
        }
        statuses
    }

    /// Status and answer of an order.
    pub async fn order(&self, what: &str, order: Value) -> (u16, Value) {
        let url = format!("{}/_control/{what}", self.running.base_url());
        let answer = self.http.post(url).json(&order).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    /// What the account answers to an order of faults that it must take.
    pub async fn fault(&self, order: Value) -> Value {
        let (status, answer) = self.order("faults", order.clone()).await;
        assert_eq!(status, 200, "{} {order}", A::NAME);
        answer
    }

    pub async fn seen(&self, what: &str) -> Value {
        let url = format!("{}/_control/{what}", self.running.base_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Takes everything back.
    pub async fn calm(&self) {
        let url = format!("{}/_control/faults", self.running.base_url());
        assert_eq!(self.http.delete(url).send().await.unwrap().status(), 204);
    }
}
