//! The suite of `RawStore`.

use bytes::Bytes;

use super::assert_error;
use super::given::unique;
use crate::raw_store::{Landed, RawStore};

/// Proves the guarantees of `RawStore` that can be seen from outside. Names begin with a fresh prefix.
pub async fn raw_store(store: &dyn RawStore) {
    let prefix = format!("raw/{}", unique("tenant"));
    an_object_is_read_back_as_it_was_written(store, &prefix).await;
    a_taken_name_keeps_its_bytes(store, &prefix).await;
    writers_at_once_create_one_object(store, &prefix).await;
    an_unknown_name_is_not_found(store, &prefix).await;
    a_name_cannot_leave_the_store(store).await;
    names_are_listed_in_order_and_in_slices(store, &prefix).await;
}

async fn an_object_is_read_back_as_it_was_written(store: &dyn RawStore, prefix: &str) {
    let every_byte: Bytes = (0..=255u8).cycle().take(300_000).collect();
    for (name, bytes) in [("bytes", every_byte), ("empty", Bytes::new())] {
        let name = format!("{prefix}/content/{name}.json.zst");
        assert_eq!(store.put(&name, bytes.clone()).await.unwrap(), Landed::Created);
        assert_eq!(store.get(&name).await.unwrap(), bytes);
    }
}

async fn a_taken_name_keeps_its_bytes(store: &dyn RawStore, prefix: &str) {
    let name = format!("{prefix}/taken");
    store.put(&name, Bytes::from_static(b"first")).await.unwrap();
    let again = store.put(&name, Bytes::from_static(b"second")).await.unwrap();
    assert_eq!(again, Landed::AlreadyThere);
    assert_eq!(store.get(&name).await.unwrap(), Bytes::from_static(b"first"));
}

async fn writers_at_once_create_one_object(store: &dyn RawStore, prefix: &str) {
    let name = format!("{prefix}/race");
    let bytes = Bytes::from(vec![7u8; 100_000]);
    let put = || store.put(&name, bytes.clone());
    let (a, b, c, d) = tokio::join!(put(), put(), put(), put());
    let created = [a, b, c, d].into_iter().filter(|r| *r.as_ref().unwrap() == Landed::Created).count();
    assert_eq!(created, 1);
    assert_eq!(store.get(&name).await.unwrap(), bytes);
}

async fn an_unknown_name_is_not_found(store: &dyn RawStore, prefix: &str) {
    assert_error!(store.get(&format!("{prefix}/nowhere")).await, NotFound);
    assert_eq!(store.list(&format!("{prefix}/nowhere"), None, 10).await.unwrap(), Vec::<String>::new());
}

async fn a_name_cannot_leave_the_store(store: &dyn RawStore) {
    for name in ["", "/etc/passwd", "../escape", "raw/../../escape", "raw//x", "raw/..", "raw\\..\\x"] {
        assert_error!(store.put(name, Bytes::from_static(b"x")).await, Rejected);
        assert_error!(store.get(name).await, Rejected);
    }
}

async fn names_are_listed_in_order_and_in_slices(store: &dyn RawStore, prefix: &str) {
    let base = format!("{prefix}/list");
    // `-` and `.` sort before `/`: an order by folder would be another one.
    let mut names: Vec<String> = ["b/2", "b/10", "b-1/x", "b.a", "a/z/1", "a/z-1", "c"]
        .iter()
        .map(|n| format!("{base}/{n}"))
        .collect();
    for name in &names {
        store.put(name, Bytes::from_static(b"x")).await.unwrap();
    }
    names.sort();
    assert_eq!(store.list(&base, None, 100).await.unwrap(), names);
    let mut sliced: Vec<String> = Vec::new();
    loop {
        let slice = store.list(&base, sliced.last().map(String::as_str), 2).await.unwrap();
        if slice.is_empty() {
            break;
        }
        assert!(slice.len() <= 2);
        sliced.extend(slice);
    }
    assert_eq!(sliced, names);
    let with_prefix = store.list(&format!("{base}/b/"), None, 100).await.unwrap();
    assert_eq!(with_prefix, [format!("{base}/b/10"), format!("{base}/b/2")]);
}
