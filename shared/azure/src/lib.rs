#![doc = include_str!("../README.md")]

pub mod blob;
mod credential;
mod crypto;
mod error;
pub mod event_hubs;
pub mod key_vault;
pub mod queue;
pub mod sql;
mod storage;

pub use blob::BlobStore;
pub use credential::{LocalCredential, credential};
pub use crypto::install_crypto_provider;
pub use event_hubs::{EventHubsPublisher, PublishOptions};
pub use key_vault::KeyVaultSecrets;
pub use queue::StorageQueue;
pub use sql::{AzureSql, SqlOptions, open_repository};
