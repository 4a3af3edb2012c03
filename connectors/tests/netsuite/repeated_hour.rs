//! The hour that the account's clocks (America/Los_Angeles) show twice on the first Sunday of November.

use std::collections::BTreeMap;

use forebay_model::{Cursor, Instant};

use super::account::{TestAccount, stream};
use super::loading::{Key, key, load};

const SUNDAYS: [&str; 7] =
    ["2019-11-03", "2020-11-01", "2021-11-07", "2022-11-06", "2023-11-05", "2024-11-03", "2025-11-02"];
/// Windows of this many minutes, from the hour's first occurrence to the end of its second.
const MINUTES: i64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_both_occurrences_are_read_once_and_none_is_lost() {
    let account = TestAccount::start().await;
    let settings = [("overlap_seconds", "0"), ("second_pass_seconds", "0"), ("page_size", "2")];
    let connector = account.connect(&settings);
    let (mut first, mut second) = (0, 0);
    for name in ["customer", "item", "transaction", "transactionline"] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let modified = schema.modified.clone().unwrap();
        let parent = schema.parent.as_ref().and_then(|parent| parent.modified.clone());
        let rows = account.rows(name).await;
        let parents: BTreeMap<String, Instant> = account
            .rows("transaction")
            .await
            .iter()
            .map(|row| {
                (row["id"].to_string(), Instant::parse(row["lastmodifieddate"].as_str().unwrap()).unwrap())
            })
            .collect();
        for sunday in SUNDAYS {
            // 01:00 to 02:00 of daylight time, then of standard time.
            let from = Instant::parse(&format!("{sunday}T08:00:00Z")).unwrap();
            for window in 0..(120 / MINUTES) {
                let lower = from.plus_seconds(window * MINUTES * 60);
                let upper = lower.plus_seconds(MINUTES * 60);
                let inside = |at: Instant| lower <= at && at <= upper;
                let expected: Vec<Key> = rows
                    .iter()
                    .map(|row| row.as_object().unwrap())
                    .filter(|row| {
                        let own = Instant::parse(row[&modified].as_str().unwrap()).unwrap();
                        let head = parent.as_ref().map(|_| parents[&row["transaction"].to_string()]);
                        match head {
                            Some(head) => inside(head) || inside(own) && head < lower,
                            None => inside(own),
                        }
                    })
                    .map(|row| key(&schema, row))
                    .collect();
                let cursor = Cursor::new(format!(r#"{{"v":2,"watermark":"{lower}"}}"#));
                let loaded = load(connector.as_ref(), &schema, Some(cursor), upper).await;
                let mut read = loaded.keys(&schema);
                let mut expected = expected;
                read.sort();
                expected.sort();
                assert_eq!(read, expected, "{name} from {lower} to {upper}");
                if window < 60 / MINUTES { first += read.len() } else { second += read.len() }
            }
        }
    }
    assert!(first > 10 && second > 10, "no rows to prove with: {first}, {second}");
}
