//! Work in a folder: a file per message. The crate's documentation states the layout, which consumers
//! rely on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use forebay_ports::PortError;
use forebay_ports::queue::{WorkQueue, check_message};

use crate::folder::{blocking, io_error, sync_folders, unique_name, write_synced};

const SERVICE: &str = "the queue folder";

/// Where files are written before they are messages.
const INCOMING: &str = ".incoming";

/// Queues as folders below a folder.
#[derive(Debug, Clone)]
pub struct FolderQueue {
    root: PathBuf,
}

impl FolderQueue {
    /// The folder is made when the first message is sent.
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self { root: root.as_ref().to_owned() }
    }

    fn put(&self, queue: &str, body: &[u8], delay: Option<Duration>) -> std::io::Result<()> {
        let folder = self.root.join(queue);
        let incoming = folder.join(INCOMING);
        fs::create_dir_all(&incoming)?;
        let inserted = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let visible = inserted + delay.unwrap_or_default();
        // Dashes part the fields of a name.
        let id = unique_name().replace('-', "_");
        let temporary = incoming.join(&id);
        let name = format!("{:014}-0-{}-{id}.message", visible.as_millis(), inserted.as_millis());
        write_synced(&temporary, body)?;
        fs::rename(&temporary, folder.join(name))?;
        sync_folders(&self.root, &folder)
    }
}

#[async_trait]
impl WorkQueue for FolderQueue {
    async fn send(&self, queue: &str, body: Bytes, delay: Option<Duration>) -> Result<(), PortError> {
        check_message(SERVICE, queue, &body, delay)?;
        let (this, queue) = (self.clone(), queue.to_owned());
        blocking(SERVICE, move || {
            this.put(&queue, &body, delay).map_err(|error| io_error(SERVICE, &queue, &error))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_is_a_file_whose_name_says_when_it_is_visible() {
        let folder = tempfile::tempdir().unwrap();
        let queue = FolderQueue::new(folder.path().join("queues"));
        let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        queue.send("tasks", Bytes::from_static(b"x"), Some(Duration::from_secs(5))).await.unwrap();
        let names: Vec<String> = fs::read_dir(folder.path().join("queues/tasks"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        let [name] = names.as_slice() else { panic!("{names:?}") };
        let fields: Vec<&str> = name.strip_suffix(".message").unwrap().split('-').collect();
        let [visible, dequeues, inserted, _id] = fields.as_slice() else { panic!("{name}") };
        let (visible, inserted): (u128, u128) = (visible.parse().unwrap(), inserted.parse().unwrap());
        assert!(inserted >= before && visible == inserted + 5_000, "{name}");
        assert_eq!(*dequeues, "0");
        assert_eq!(fs::read_dir(folder.path().join("queues/tasks/.incoming")).unwrap().count(), 0);
    }
}
