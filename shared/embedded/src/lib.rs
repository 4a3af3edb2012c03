#![doc = include_str!("../README.md")]

mod folder;
mod folder_queue;
mod secrets;
mod sqlite;

pub use folder::FolderStore;
pub use folder_queue::FolderQueue;
pub use secrets::SettingsSecrets;
pub use sqlite::{SqliteDatabase, open_repository, temporary_repository};
