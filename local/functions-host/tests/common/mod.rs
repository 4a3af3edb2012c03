//! An app in a temporary folder, run by the real host executable with the scripted handler.

#![expect(dead_code, reason = "every test file uses another part of this")]

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct TestApp {
    directory: tempfile::TempDir,
}

pub struct TestHost {
    child: Child,
    pub url: String,
}

impl TestApp {
    pub fn new() -> Self {
        let app = Self { directory: tempfile::tempdir().unwrap() };
        for folder in ["app", "double", "events/raw", "state"] {
            std::fs::create_dir_all(app.path(folder)).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_handler-double"), app.path("app/handler")).unwrap();
        app.host_json(&json!({}))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn host_json(self, extra: &Value) -> Self {
        let mut host = json!({
            "version": "2.0",
            "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"},
            "customHandler": {
                "description": {"defaultExecutablePath": "handler"},
                "enableProxyingHttpRequest": true,
            },
            "extensions": {"eventHubs": {"maxEventBatchSize": 3}},
        });
        for (key, value) in extra.as_object().unwrap() {
            host[key] = value.clone();
        }
        self.write("app/host.json", &host)
    }

    pub fn write(self, name: &str, value: &Value) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value.to_string()).unwrap();
        self
    }

    pub fn timer(self, name: &str, schedule: &str) -> Self {
        let binding =
            json!({"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": schedule});
        self.write(&format!("app/{name}/function.json"), &json!({"bindings": [binding]}))
    }

    pub fn event_hub(self, name: &str, retry: Option<Value>) -> Self {
        let binding = json!({
            "type": "eventHubTrigger", "direction": "in", "name": "events", "eventHubName": "%RAW_HUB%",
            "connection": "EventHubConnection", "consumerGroup": name, "cardinality": "many", "dataType": "string",
        });
        self.write(&format!("app/{name}/function.json"), &json!({"bindings": [binding], "retry": retry}))
    }

    /// Its failures come again after 50 ms, at most three times.
    pub fn queue(self, name: &str, queue: &str) -> Self {
        let binding = json!({
            "type": "queueTrigger", "direction": "in", "name": "message", "queueName": queue,
            "connection": "AzureWebJobsStorage", "dataType": "string",
        });
        let queues = json!({"maxDequeueCount": 3, "visibilityTimeout": "00:00:00.05", "maxPollingInterval": "00:00:00.2"});
        self.host_json(&json!({"extensions": {"queues": queues}}))
            .write(&format!("app/{name}/function.json"), &json!({"bindings": [binding]}))
    }

    /// Sends as the layout in the README says.
    pub fn send(&self, queue: &str, id: &str, body: &str) {
        let folder = self.path("state/queues").join(queue);
        std::fs::create_dir_all(&folder).unwrap();
        let beside = folder.join(id);
        std::fs::write(&beside, body).unwrap();
        std::fs::rename(beside, folder.join(format!("00000000000001-0-1700000000000-{id}.message"))).unwrap();
    }

    /// The names of the queue's messages, visible or not.
    pub fn messages(&self, queue: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("state/queues").join(queue)).into_iter().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".message")).collect()
    }

    pub fn http(self, name: &str, route: &str) -> Self {
        let bindings = json!([
            {"type": "httpTrigger", "direction": "in", "name": "req", "route": route, "authLevel": "anonymous"},
            {"type": "http", "direction": "out", "name": "res"},
        ]);
        self.write(&format!("app/{name}/function.json"), &json!({"bindings": bindings}))
    }

    /// What the handler does, call by call.
    pub fn script(self, function: &str, steps: &Value) -> Self {
        self.write(&format!("double/{function}.json"), steps)
    }

    pub fn publish(&self, partition: &str, bodies: &[&str]) {
        let path = self.path("events/raw").join(format!("{partition}.jsonl"));
        let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
        for body in bodies {
            file.write_all(format!("{}\n", json!({"body": body})).as_bytes()).unwrap();
        }
    }

    pub fn command(&self, extra: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_forebay-functions-host"));
        let _ = std::fs::remove_file(self.path("port"));
        command
            .args(["--script-root".as_ref(), self.path("app").as_os_str()])
            .args(["--state".as_ref(), self.path("state").as_os_str()])
            .args(["--port-file".as_ref(), self.path("port").as_os_str()])
            .args(["--log-file".as_ref(), self.path("log").as_os_str()])
            .args(["--event-hubs", &format!("file:{}", self.path("events").display())])
            .args(["--listen", "127.0.0.1:0", "--env", "RAW_HUB=raw"])
            .args(["--env", "EventHubConnection__fullyQualifiedNamespace=ns.servicebus.windows.net"])
            .args(["--env", &format!("DOUBLE_DIR={}", self.path("double").display())])
            .args(extra)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    pub async fn start(&self, extra: &[&str]) -> TestHost {
        let child = self.command(extra).spawn().unwrap();
        let mut host = TestHost { child, url: String::new() };
        let port = eventually("the host listens", || {
            assert!(host.child.try_wait().unwrap().is_none(), "the host ended:\n{}", self.log());
            std::fs::read_to_string(self.path("port")).ok()
        })
        .await;
        host.url = format!("http://127.0.0.1:{}", port.trim());
        host
    }

    /// The calls the handler received for a function, in order.
    pub fn calls(&self, function: &str) -> Vec<Value> {
        lines(&self.path(&format!("double/calls-{function}.jsonl")))
    }

    pub fn ends(&self, function: &str) -> Vec<Value> {
        lines(&self.path(&format!("double/ends-{function}.jsonl")))
    }

    pub async fn calls_when(&self, function: &str, count: usize) -> Vec<Value> {
        eventually(&format!("{function} is called {count} times\n"), || {
            let calls = self.calls(function);
            (calls.len() >= count).then_some(calls)
        })
        .await
    }

    pub fn checkpoint(&self, function: &str, partition: &str) -> Option<i64> {
        let path = self.path(&format!("state/checkpoints/{function}/raw/{function}/{partition}.json"));
        let value: Value = serde_json::from_slice(&std::fs::read(path).ok()?).unwrap();
        value["sequenceNumber"].as_i64()
    }

    pub async fn checkpoint_when(&self, function: &str, partition: &str, wanted: i64) {
        eventually("the checkpoint moves", || {
            (self.checkpoint(function, partition) == Some(wanted)).then_some(())
        })
        .await;
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub async fn eventually<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < deadline, "did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

impl TestHost {
    pub async fn status(&self) -> Value {
        reqwest::get(format!("{}/admin/host/status", self.url)).await.unwrap().json().await.unwrap()
    }

    pub async fn status_when(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = self.status().await;
            if wanted(&status) {
                return status;
            }
            assert!(Instant::now() < deadline, "did not happen: {what}: {status}");
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    pub async fn running(&self) -> Value {
        self.status_when("the host runs", |status| status["state"] == "Running").await
    }

    pub async fn fire(&self, function: &str) -> reqwest::StatusCode {
        let request = reqwest::Client::new().post(format!("{}/admin/functions/{function}", self.url));
        request.body(r#"{"input":""}"#).send().await.unwrap().status()
    }

    pub fn signal(&self, name: &str) {
        kill(self.child.id(), name);
    }

    /// SIGKILL, then waits for its end.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn ended(&mut self) -> ExitStatus {
        eventually("the host ends", || self.child.try_wait().unwrap()).await
    }

    /// What it wrote to stderr before it ended.
    pub fn last_words(&mut self) -> String {
        use std::io::Read as _;
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for TestHost {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn kill(pid: u32, signal: &str) {
    assert!(Command::new("kill").args(["-s", signal, &pid.to_string()]).status().unwrap().success());
}

pub fn is_alive(pid: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

/// The body of a queue call, dataType string.
pub fn message(call: &Value) -> String {
    serde_json::from_str(call["body"]["Data"]["message"].as_str().unwrap()).unwrap()
}

/// The bodies of an Event Hub call, dataType string.
pub fn bodies(call: &Value) -> Vec<String> {
    serde_json::from_str(call["body"]["Data"]["events"].as_str().unwrap()).unwrap()
}
