//! Event Hub triggers against the local Event Hubs, over AMQP.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::TestApp;
use fe2o3_amqp::sasl_profile::SaslProfile;
use fe2o3_amqp::types::messaging::{Data, Message};
use fe2o3_amqp::types::primitives::Binary;
use fe2o3_amqp::{Connection, Sender, Session};
use forebay_event_hubs::server::{Server, ServerOptions};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Broker {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Broker {
    async fn start(address: SocketAddr, data: &Path) -> Self {
        let options = ServerOptions::new(data, vec!["raw=2".parse().unwrap()]);
        let server = Server::bind(address, options).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async move {
            let _ = stopped.await;
        }));
        Self { stop, task }
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

async fn send(address: SocketAddr, partition: &str, bodies: &[&[u8]]) {
    let connection = Connection::builder().container_id("test").sasl_profile(SaslProfile::Anonymous);
    let mut connection = connection.open(format!("amqp://{address}").as_str()).await.unwrap();
    let mut session = Session::begin(&mut connection).await.unwrap();
    let target = format!("raw/Partitions/{partition}");
    let mut sender = Sender::attach(&mut session, "test", target).await.unwrap();
    for body in bodies {
        let message = Message::builder().data(Data(Binary::from(body.to_vec()))).build();
        sender.send(message).await.unwrap();
    }
    sender.close().await.unwrap();
    session.end().await.unwrap();
    connection.close().await.unwrap();
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn binary() -> TestApp {
    let binding = json!({
        "type": "eventHubTrigger", "direction": "in", "name": "events", "eventHubName": "raw",
        "connection": "EventHubConnection", "consumerGroup": "transform", "cardinality": "many", "dataType": "binary",
    });
    TestApp::new().write("app/transform/function.json", &json!({"bindings": [binding]}))
}

fn bodies(calls: &[Value], partition: &str) -> Vec<String> {
    let of = |call: &&Value| call["body"]["Metadata"]["PartitionContext"]["PartitionId"] == partition;
    let texts = calls.iter().filter(of).map(|call| call["body"]["Data"]["events"].as_str().unwrap());
    texts.flat_map(|text| serde_json::from_str::<Vec<String>>(text).unwrap()).collect()
}

#[tokio::test]
async fn events_come_through_a_broker_that_comes_late_and_goes_away() {
    let app = binary();
    let address = free_address();
    let endpoint = format!("amqp://{address}");
    let arguments = ["--event-hubs", endpoint.as_str()];
    let mut host = app.start(&arguments).await;
    host.running().await;

    let data = app.path("broker");
    let broker = Broker::start(address, &data).await;
    send(address, "0", &[b"a", &[0, 255, 10], b"c", b"d"]).await;
    send(address, "1", &[b"other"]).await;
    app.checkpoint_when("transform", "0", 3).await;
    app.checkpoint_when("transform", "1", 0).await;
    assert_eq!(bodies(&app.calls("transform"), "0"), ["YQ==", "AP8K", "Yw==", "ZA=="]);
    assert_eq!(bodies(&app.calls("transform"), "1"), ["b3RoZXI="]);

    broker.stop().await;
    let broker = Broker::start(address, &data).await;
    send(address, "0", &[b"e"]).await;
    app.checkpoint_when("transform", "0", 4).await;

    host.kill();
    send(address, "0", &[b"f"]).await;
    let _host = app.start(&arguments).await;
    app.checkpoint_when("transform", "0", 5).await;
    assert_eq!(bodies(&app.calls("transform"), "0")[4..], ["ZQ==", "Zg=="]);
    broker.stop().await;
}
