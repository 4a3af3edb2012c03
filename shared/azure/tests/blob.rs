//! The raw store on a real Blob service: Azurite, or any account whose connection string is given in
//! `FOREBAY_TEST_AZURITE`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "test helpers outside of test functions fail loudly and say what they skip"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use forebay_azure::BlobStore;
use forebay_ports::{Landed, PortError, RawStore};

/// A store in a container of its own, or `None`, said aloud.
async fn store(test: &str) -> Option<BlobStore> {
    let Ok(connection) = std::env::var("FOREBAY_TEST_AZURITE") else {
        eprintln!("skipped: {test} did not run, because FOREBAY_TEST_AZURITE holds no connection string");
        return None;
    };
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let store = BlobStore::from_connection(&connection, &format!("t{nanos}")).unwrap();
    store.ensure_container().await.unwrap();
    store.ensure_container().await.unwrap();
    Some(store)
}

#[tokio::test]
async fn the_store_keeps_the_ports_guarantees() {
    let Some(store) = store("the_store_keeps_the_ports_guarantees").await else { return };
    forebay_ports::contract::raw_store(&store).await;
}

#[tokio::test]
async fn a_page_of_many_blocks_comes_back_whole_and_is_never_replaced() {
    let Some(store) = store("a_page_of_many_blocks").await else { return };
    let large: Bytes =
        (0..20 * 1024 * 1024_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(store.put("t/large", large.clone()).await.unwrap(), Landed::Created);
    assert_eq!(store.put("t/large", Bytes::from_static(b"other")).await.unwrap(), Landed::AlreadyThere);
    assert_eq!(store.get("t/large").await.unwrap(), large);
}

#[tokio::test]
async fn an_empty_object_is_an_object() {
    let Some(store) = store("an_empty_object").await else { return };
    assert_eq!(store.put("empty", Bytes::new()).await.unwrap(), Landed::Created);
    assert_eq!(store.get("empty").await.unwrap(), Bytes::new());
}

#[tokio::test]
async fn of_many_writers_at_once_exactly_one_creates() {
    let Some(store) = store("of_many_writers").await else { return };
    let writing = (0..8).map(|n| store.put("t/one", Bytes::from(vec![n; 1000])));
    let landed: Vec<Landed> = futures::future::try_join_all(writing).await.unwrap();
    assert_eq!(landed.iter().filter(|l| **l == Landed::Created).count(), 1);
    let kept = store.get("t/one").await.unwrap();
    assert!(kept.iter().all(|b| *b == kept[0]) && kept.len() == 1000);
}

#[tokio::test]
async fn a_listing_goes_on_where_the_last_one_stopped() {
    let Some(store) = store("a_listing").await else { return };
    for n in 0..25 {
        store.put(&format!("t/s/{n:03} ä.zst"), Bytes::from_static(b"x")).await.unwrap();
    }
    store.put("t/z/other", Bytes::from_static(b"x")).await.unwrap();
    let mut all: Vec<String> = Vec::new();
    loop {
        let slice = store.list("t/s/", all.last().map(String::as_str), 10).await.unwrap();
        if slice.is_empty() {
            break;
        }
        assert!(slice.len() <= 10);
        all.extend(slice);
    }
    let expected: Vec<String> = (0..25).map(|n| format!("t/s/{n:03} ä.zst")).collect();
    assert_eq!(all, expected);
}

#[tokio::test]
async fn a_missing_container_is_a_setting_and_a_missing_object_is_not() {
    let Some(store) = store("a_missing_container").await else { return };
    assert!(matches!(store.get("t/none").await, Err(PortError::NotFound { .. })));
    let connection = std::env::var("FOREBAY_TEST_AZURITE").unwrap();
    let nowhere = BlobStore::from_connection(&connection, "never-created").unwrap();
    let error = nowhere.put("a", Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(error, PortError::Misconfigured { .. }), "{error}");
    assert!(error.to_string().contains("container never-created does not exist"), "{error}");
}

#[tokio::test]
async fn a_wrong_key_is_unauthorized() {
    let Some(_store) = store("a_wrong_key").await else { return };
    let connection = std::env::var("FOREBAY_TEST_AZURITE").unwrap();
    let wrong: String = connection
        .split(';')
        .map(|part| if part.starts_with("AccountKey=") { "AccountKey=d3Jvbmc=" } else { part })
        .collect::<Vec<_>>()
        .join(";");
    if wrong == connection {
        eprintln!("skipped: a_wrong_key needs a connection string with an AccountKey");
        return;
    }
    let error = BlobStore::from_connection(&wrong, "raw").unwrap().get("a").await.unwrap_err();
    assert!(matches!(error, PortError::Unauthorized { .. }), "{error}");
}
