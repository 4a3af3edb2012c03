//! Hosts and handlers are killed again and again; every event arrives, in order, at least once.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::{TestApp, bodies, kill};
use serde_json::{Value, json};
use std::time::Duration;

const EVENTS: usize = 240;
const KILLS: u64 = 24;

/// The numbers a partition delivered, batch by batch.
fn delivered(app: &TestApp, partition: &str) -> Vec<Vec<usize>> {
    let calls = app.calls("transform");
    let of = |call: &&Value| call["body"]["Metadata"]["PartitionContext"]["PartitionId"] == partition;
    calls
        .iter()
        .filter(of)
        .map(|call| bodies(call).iter().map(|body| body.parse().unwrap()).collect())
        .collect()
}

#[tokio::test]
async fn nothing_is_lost_and_order_holds_under_kills() {
    let retry = json!({"strategy": "fixedDelay", "maxRetryCount": -1, "delayInterval": "00:00:00.01"});
    let slow: Vec<Value> = (0..400).map(|_| json!({"delayMs": 12})).collect();
    let app = TestApp::new().event_hub("transform", Some(retry)).script("transform", &json!(slow));
    let numbers: Vec<String> = (0..EVENTS).map(|number| number.to_string()).collect();
    for partition in ["0", "1"] {
        app.publish(partition, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let arguments = ["--max-crashes", "1000"];
    let mut host = app.start(&arguments).await;
    for round in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(20 + round * 37 % 90)).await;
        if round % 2 == 0 {
            host.kill();
            host = app.start(&arguments).await;
        } else if let Some(pid) = host.status().await["processes"][0]["pid"].as_u64() {
            kill(u32::try_from(pid).unwrap(), "KILL");
        }
    }
    let last = i64::try_from(EVENTS - 1).unwrap();
    for partition in ["0", "1"] {
        app.checkpoint_when("transform", partition, last).await;
        let mut expected = 0;
        for batch in delivered(&app, partition) {
            assert!(batch[0] <= expected, "events before {batch:?} were skipped at {expected}");
            assert!(batch.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{batch:?}");
            expected = batch.last().unwrap() + 1;
        }
        assert_eq!(expected, EVENTS);
    }
    assert!(app.calls("transform").len() > 2 * EVENTS / 3, "no kill hit anything");
}
