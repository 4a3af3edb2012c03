//! From a rule that the data breaks to somebody who hears of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::{Machine, until};
use serde_json::{Value, json};

/// Whose webhook it is: refuses the first request as a busy service does, and keeps the rest.
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
            for (at, stream) in listener.incoming().flatten().enumerate() {
                if let Ok(body) = receive(stream, at == 0)
                    && at > 0
                {
                    theirs.lock().unwrap_or_else(PoisonError::into_inner).push(body);
                }
            }
        });
        Ok(Self { address, seen })
    }

    fn seen(&self) -> Vec<Value> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn receive(stream: TcpStream, busy: bool) -> Result<Value> {
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
    let answer: &[u8] = if busy {
        b"HTTP/1.1 429 Busy\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
    } else {
        b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    };
    reader.get_mut().write_all(answer)?;
    Ok(serde_json::from_slice(&body)?)
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
    // Several customers share one: no two may.
    let rule = json!({
        "version": 0, "description": "No two customers share their currency", "severity": "critical",
        "expectation": {"kind": "unique", "columns": ["currency"]},
    });
    let rules = "/api/v1/sources/netsuite/streams/customer/rules";
    let put = client.put(&format!("{rules}/own-currency"), &rule)?;
    ensure!(put.status == 200, "{put:?}");

    machine.extract()?;
    until("the webhook heard of it", Duration::from_secs(150), || Ok(!receiver.seen().is_empty()))
        .with_context(|| machine.host.log_tail())?;
    let alert = client.get("/api/v1/alerts?state=open")?["items"][0].clone();
    ensure!(alert["stream"] == "customer" && alert["kind"] == "rules", "{alert}");
    ensure!(alert["severity"] == "critical", "{alert}");
    let message = receiver.seen()[0].clone();
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
    ensure!(receiver.seen().len() == 1, "{:?}", receiver.seen());
    Ok(())
}
