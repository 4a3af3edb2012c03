//! From a rule that the data breaks to somebody who hears of it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::{Machine, until};
use serde_json::{Value, json};

/// Whose webhook it is: refuses the first request of each kind of message as a busy service does, and keeps the rest.
struct Receiver {
    address: String,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}/hook", listener.local_addr()?);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut kinds = BTreeSet::new();
            for stream in listener.incoming().flatten() {
                if let Ok(Some(body)) = receive(stream, &mut kinds) {
                    theirs.lock().unwrap_or_else(PoisonError::into_inner).push(body);
                }
            }
        });
        Ok(Self { address, seen })
    }

    fn seen(&self, kind: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|message| message["type"] == kind).cloned().collect()
    }
}

/// `None` where it was refused.
fn receive(stream: TcpStream, kinds: &mut BTreeSet<String>) -> Result<Option<Value>> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body)?;
    let busy = kinds.insert(body["type"].to_string());
    let answer: &[u8] = if busy {
        b"HTTP/1.1 429 Busy\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
    } else {
        b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    };
    reader.get_mut().write_all(answer)?;
    Ok((!busy).then_some(body))
}

#[test]
fn a_broken_rule_is_heard_of_once_and_dealt_with() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let receiver = Receiver::start()?;
    let mut settings = account.settings()?;
    settings["Secret:alert-default--ops"] = receiver.address.clone().into();
    settings["FOREBAY_PAGE"] = "https://forebay.example/ui".into();
    let machine = Machine::start(&folder.path().join("machine"), &settings, &[])?;
    machine.extract()?;

    let client = &machine.client;
    let channel = json!({"kind": "webhook", "secret": "alert-default--ops", "least_severity": "warning"});
    let put = client.put("/api/v1/alert-channels/ops", &channel)?;
    ensure!(put.status == 200, "{put:?}");
    // To see whether anybody hears: first the receiver is busy, then it takes it.
    let busy = client.post("/api/v1/alert-channels/ops/test", &json!({}))?;
    ensure!(busy.status == 503 && busy.body["type"] == "urn:forebay:problem:channel-throttled", "{busy:?}");
    let tested = client.post("/api/v1/alert-channels/ops/test", &json!({}))?;
    ensure!(tested.status == 200 && tested.body["status"] == "202 Accepted", "{tested:?}");
    ensure!(!format!("{busy:?}{tested:?}").contains(&receiver.address), "{busy:?} {tested:?}");
    until("the test is kept", Duration::from_secs(5), || Ok(!receiver.seen("forebay.test").is_empty()))?;
    let test = receiver.seen("forebay.test");
    ensure!(test.len() == 1 && test[0]["test"] == true && test[0]["id"] == tested.body["id"], "{test:?}");
    // Several customers share one: no two may.
    let rule = json!({
        "version": 0, "description": "No two customers share their currency", "severity": "critical",
        "expectation": {"kind": "unique", "columns": ["currency"]},
    });
    let rules = "/api/v1/sources/netsuite/streams/customer/rules";
    let put = client.put(&format!("{rules}/own-currency"), &rule)?;
    ensure!(put.status == 200, "{put:?}");

    machine.extract()?;
    until("the webhook heard of it", Duration::from_secs(150), || {
        Ok(!receiver.seen("forebay.alert").is_empty())
    })
    .with_context(|| machine.host.log_tail())?;
    let alert = client.get("/api/v1/alerts?state=open")?["items"][0].clone();
    ensure!(alert["stream"] == "customer" && alert["kind"] == "rules", "{alert}");
    ensure!(alert["severity"] == "critical", "{alert}");
    let message = receiver.seen("forebay.alert")[0].clone();
    ensure!(message["id"] == alert["id"], "{message}");
    ensure!(message.to_string().contains("https://forebay.example/ui/alerts/"), "{message}");

    let outcome = client.get(&format!("{rules}/own-currency/outcomes"))?["items"][0].clone();
    let rows = account.counts()?["customer"].clone();
    ensure!(outcome["checked"] == rows && outcome["violations"].as_u64() > Some(1), "{outcome} of {rows}");
    ensure!(!outcome["examples"].as_array().context("no examples")?.is_empty(), "{outcome}");

    let path = format!("/api/v1/alerts/{}", alert["id"].as_str().context("no id")?);
    let deliveries = client.get(&format!("{path}/deliveries"))?;
    let delivery = &deliveries["items"][0];
    ensure!(delivery["state"] == "sent" && delivery["attempts"] == 2, "{deliveries}");
    let acknowledged = client.post(&format!("{path}/acknowledge"), &json!({}))?;
    ensure!(acknowledged.body["handled_by"] == "local", "{acknowledged:?}");

    // In somebody's hands: another run with the same finding tells nobody again.
    machine.extract()?;
    until("the run was looked at", Duration::from_secs(90), || {
        Ok(client.get(&path)?["occurrences"].as_u64() > Some(1))
    })
    .with_context(|| machine.host.log_tail())?;
    ensure!(receiver.seen("forebay.alert").len() == 1, "{:?}", receiver.seen("forebay.alert"));
    Ok(())
}
