//! How far each consumer of a partition has come, on disk.

use crate::files;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One function's view of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The function that consumes.
    pub function: String,
    /// The event hub.
    pub hub: String,
    /// The consumer group.
    pub consumer_group: String,
    /// The partition.
    pub partition: String,
}

/// The last event that was delivered, whether or not the function succeeded with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkpoint {
    /// Delivery goes on after this one.
    pub sequence_number: i64,
    /// For people who look.
    pub offset: String,
}

/// Checkpoints under `checkpoints/<function>/<hub>/<group>/<partition>.json` in the state directory.
#[derive(Debug, Clone)]
pub struct CheckpointStore {
    directory: PathBuf,
}

impl CheckpointStore {
    /// Uses the host's state directory.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self { directory: state.join("checkpoints") }
    }

    /// The stored checkpoint; nothing when there is none, and then the partition is read from its beginning.
    #[must_use]
    pub fn load(&self, address: &Address) -> Option<Checkpoint> {
        files::read_json(&self.path(address))
    }

    /// Replaces the checkpoint atomically.
    ///
    /// # Errors
    /// When the state directory cannot be written.
    pub fn save(&self, address: &Address, checkpoint: &Checkpoint) -> anyhow::Result<()> {
        files::write_json(&self.path(address), checkpoint).context("the checkpoint cannot be written")
    }

    fn path(&self, address: &Address) -> PathBuf {
        let Address { function, hub, consumer_group, partition } = address;
        let folders = [function, hub, consumer_group].map(|part| files::safe_name(part));
        self.directory
            .join(folders.iter().collect::<PathBuf>())
            .join(format!("{}.json", files::safe_name(partition)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumers_of_a_partition_do_not_share_a_checkpoint() {
        let directory = tempfile::tempdir().unwrap();
        let store = CheckpointStore::new(directory.path());
        let address = |function: &str| Address {
            function: function.into(),
            hub: "raw".into(),
            consumer_group: "$Default".into(),
            partition: "0".into(),
        };
        let checkpoint = Checkpoint { sequence_number: 41, offset: "900".into() };
        store.save(&address("transform"), &checkpoint).unwrap();
        assert_eq!(store.load(&address("transform")), Some(checkpoint));
        assert_eq!(store.load(&address("profile")), None);
    }
}
