//! The adapters of this crate keep their ports' guarantees.

use std::fs;

use forebay_embedded::{FolderStore, SettingsSecrets, temporary_repository};
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
