//! Which adapter serves a port: the only place in Forebay that decides it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use forebay_azure::{BlobStore, EventHubsPublisher, KeyVaultSecrets, PublishOptions, StorageQueue};
use forebay_delivery::Delivery;
use forebay_embedded::{FolderQueue, FolderStore, SettingsSecrets};
use forebay_ports::{
    AlertSender, EventPublisher, PortError, RawStore, Repository, Secret, SecretStore, WorkQueue,
};

use crate::settings::{EventsSetting, QueueSetting, RawSetting, RepositorySetting, SecretsSetting};

pub async fn repository(setting: &RepositorySetting) -> Result<Arc<dyn Repository>, PortError> {
    Ok(match setting {
        RepositorySetting::AzureSql(connection) => Arc::new(forebay_azure::open_repository(connection)?),
        RepositorySetting::Sqlite(file) => Arc::new(forebay_embedded::open_repository(file).await?),
    })
}

/// In Azure the container comes from infrastructure code, and the identity may not create it.
pub async fn raw_store(setting: &RawSetting) -> Result<Arc<dyn RawStore>, PortError> {
    Ok(match setting {
        RawSetting::Blob { url, container } if url.starts_with("https://") && !url.contains('?') => {
            Arc::new(BlobStore::with_credential(url, container, forebay_azure::credential()?)?)
        }
        RawSetting::Blob { url, container } => {
            let store = BlobStore::from_connection(url, container)?;
            store.ensure_container().await?;
            Arc::new(store)
        }
        RawSetting::Folder(folder) => Arc::new(FolderStore::new(folder)),
    })
}

/// On one machine the broker is restarted in seconds and nobody waits on a far network.
const LOCAL_EVENTS: PublishOptions =
    PublishOptions { timeout: Duration::from_secs(5), attempts: 5, first_pause: Duration::from_millis(100) };

pub fn events(setting: &EventsSetting) -> Result<Arc<dyn EventPublisher>, PortError> {
    Ok(Arc::new(match setting {
        EventsSetting::Namespace(namespace) => {
            EventHubsPublisher::azure(namespace, forebay_azure::credential()?, PublishOptions::default())?
        }
        EventsSetting::Local(endpoint) => EventHubsPublisher::local(endpoint, LOCAL_EVENTS)?,
    }))
}

pub fn queue(setting: &QueueSetting) -> Result<Arc<dyn WorkQueue>, PortError> {
    Ok(match setting {
        QueueSetting::Account(url) => {
            Arc::new(StorageQueue::with_credential(url, forebay_azure::credential()?)?)
        }
        QueueSetting::Connection(text) => Arc::new(StorageQueue::from_connection(text)?),
        QueueSetting::Folder(folder) => Arc::new(FolderQueue::new(folder)),
    })
}

/// The same at home and in Azure: it opens nothing until something is sent.
pub fn alert_sender() -> Arc<dyn AlertSender> {
    Arc::new(Delivery)
}

/// A vault that cannot be set up says so when a secret is asked for, on the run that needs it.
pub fn secrets(setting: &SecretsSetting) -> Arc<dyn SecretStore> {
    match setting {
        SecretsSetting::File(file) => Arc::new(SettingsSecrets::new(file)),
        SecretsSetting::KeyVault(url) => {
            match forebay_azure::credential().and_then(|c| KeyVaultSecrets::new(url, c)) {
                Ok(vault) => Arc::new(vault),
                Err(error) => Arc::new(Unopened(error.to_string())),
            }
        }
    }
}

struct Unopened(String);

#[async_trait]
impl SecretStore for Unopened {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let detail = format!("secret {name} cannot be fetched: {}", self.0);
        Err(PortError::Misconfigured { service: "Key Vault", detail })
    }
}
