//! The adapters of this crate keep their ports' guarantees.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use forebay_embedded::{FolderQueue, FolderStore, SettingsSecrets, temporary_repository};
use forebay_ports::contract;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_passes_the_repositorys_suite() {
    contract::repository(&temporary_repository().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_passes_the_raw_stores_suite() {
    let folder = tempfile::tempdir().unwrap();
    contract::raw_store(&FolderStore::new(folder.path().join("raw"))).await;
}

#[tokio::test]
async fn the_settings_file_passes_the_secrets_suite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("local.settings.json");
    fs::write(&file, r#"{"Values": {"Secret:key": "value-of-key", "Other": 1}}"#).unwrap();
    contract::secret_store(&SettingsSecrets::new(file), "key", "value-of-key").await;
}

/// Reads the folder as the documentation states its layout.
struct Consumer(PathBuf);

#[async_trait]
impl contract::TakeMessage for Consumer {
    async fn take(&self, queue: &str) -> Option<Bytes> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let entries = fs::read_dir(self.0.join(queue)).ok()?.flatten();
        let visible = entries.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let since = name.strip_suffix(".message").and_then(|name| name.split('-').next());
            since.is_some_and(|since| since.parse::<u128>().unwrap() <= now)
        })?;
        let body = fs::read(&visible).unwrap();
        fs::remove_file(visible).unwrap();
        Some(body.into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_passes_the_queues_suite() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("queues");
    contract::work_queue(&FolderQueue::new(&root), &Consumer(root)).await;
}
