//! Raw pages in a folder.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use forebay_ports::{Landed, PortError, RawStore};

const SERVICE: &str = "the raw folder";

/// Where files are written before they have their names. No object can be in here: names with a part
/// that begins with a dot are refused.
const INCOMING: &str = ".incoming";

/// A file in `.incoming` of this age belongs to a process that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

static NEXT: AtomicU64 = AtomicU64::new(0);
static SWEEP: Once = Once::new();

/// Objects as files below a folder. See the crate's documentation for how a write survives a kill.
#[derive(Debug, Clone)]
pub struct FolderStore {
    root: PathBuf,
}

impl FolderStore {
    /// The folder is made when the first object is written.
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self { root: root.as_ref().to_owned() }
    }

    /// The path of an object; `Rejected` where the name could leave the folder.
    fn path(&self, name: &str) -> Result<PathBuf, PortError> {
        let part_is_good = |part: &str| !part.is_empty() && !part.starts_with('.') && part.len() <= 255;
        let is_good =
            name.len() <= 1024 && !name.contains(['\\', '\0', ':']) && name.split('/').all(part_is_good);
        if !is_good {
            let detail = format!("`{}` is no name of an object", name.escape_debug());
            return Err(PortError::Rejected { service: SERVICE, detail });
        }
        Ok(self.root.join(name))
    }

    fn put_file(&self, name: &str, bytes: &[u8]) -> Result<Landed, PortError> {
        let path = self.path(name)?;
        let incoming = self.root.join(INCOMING);
        let landed =
            write_once(&self.root, &incoming, &path, bytes).map_err(|e| io_error(SERVICE, name, &e))?;
        SWEEP.call_once(|| sweep(&incoming));
        Ok(landed)
    }

    fn list_files(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError> {
        let mut names = Vec::new();
        let wanted = |name: &str| name.starts_with(prefix) && after.is_none_or(|after| name > after);
        walk(&self.root, "", prefix, &wanted, &mut names).map_err(|e| io_error(SERVICE, prefix, &e))?;
        names.sort_unstable();
        names.truncate(limit);
        Ok(names)
    }
}

#[async_trait]
impl RawStore for FolderStore {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<Landed, PortError> {
        let (this, name) = (self.clone(), name.to_owned());
        blocking(SERVICE, move || this.put_file(&name, &bytes)).await
    }

    async fn get(&self, name: &str) -> Result<Bytes, PortError> {
        let (path, name) = (self.path(name)?, name.to_owned());
        blocking(SERVICE, move || match fs::read(path) {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                Err(PortError::NotFound { what: format!("raw object {name}") })
            }
            Err(error) => Err(io_error(SERVICE, &name, &error)),
        })
        .await
    }

    async fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError> {
        let (this, prefix, after) = (self.clone(), prefix.to_owned(), after.map(str::to_owned));
        blocking(SERVICE, move || this.list_files(&prefix, after.as_deref(), limit)).await
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    service: &'static str,
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    let lost = |_| PortError::Transient { service, detail: "the process is shutting down".into() };
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}

/// Writes the bytes under a name of their own, then links them to their name, which fails where it is taken.
fn write_once(root: &Path, incoming: &Path, path: &Path, bytes: &[u8]) -> io::Result<Landed> {
    let folder = path.parent().unwrap_or(root);
    if path.try_exists()? {
        // Whoever wrote it may not have synced its folder yet.
        sync_folders(root, folder)?;
        return Ok(Landed::AlreadyThere);
    }
    fs::create_dir_all(incoming)?;
    fs::create_dir_all(folder)?;
    let temporary = incoming.join(unique_name());
    let landed = write_synced(&temporary, bytes).and_then(|()| link(&temporary, path));
    // Linked or failed: the first name has served.
    let _ = fs::remove_file(&temporary);
    let landed = landed?;
    sync_folders(root, folder)?;
    Ok(landed)
}

pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn link(from: &Path, to: &Path) -> io::Result<Landed> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(Landed::Created),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Landed::AlreadyThere),
        // Some file systems have no links. Names follow from content, so a race would rename the same bytes.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            fs::rename(from, to).map(|()| Landed::Created)
        }
        Err(error) => Err(error),
    }
}

/// A new name is durable when its folder is, and a new folder when its own is, up to the root.
pub(crate) fn sync_folders(root: &Path, folder: &Path) -> io::Result<()> {
    for folder in folder.ancestors() {
        File::open(folder)?.sync_all()?;
        if folder == root {
            break;
        }
    }
    Ok(())
}

pub(crate) fn unique_name() -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{}-{nanos}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Removes what killed processes left. Failing to is no harm.
fn sweep(incoming: &Path) {
    for entry in fs::read_dir(incoming).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|m| m.modified()).ok();
        let age = modified.and_then(|at| SystemTime::now().duration_since(at).ok());
        if age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Collects names below `folder`, leaving out folders that cannot hold the prefix.
fn walk(
    folder: &Path,
    name: &str,
    prefix: &str,
    wanted: &impl Fn(&str) -> bool,
    names: &mut Vec<String>,
) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(part) = entry.file_name().into_string() else { continue };
        if part.starts_with('.') {
            continue;
        }
        let below = if name.is_empty() { part } else { format!("{name}/{part}") };
        if !entry.file_type()?.is_dir() {
            if wanted(&below) {
                names.push(below);
            }
            continue;
        }
        let inside = format!("{below}/");
        if inside.starts_with(prefix) || prefix.starts_with(&inside) {
            walk(&entry.path(), &below, prefix, wanted, names)?;
        }
    }
    Ok(())
}

/// An error of the file system as what the caller does next.
pub(crate) fn io_error(service: &'static str, what: &str, error: &io::Error) -> PortError {
    let detail = format!("{what}: {error}");
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            PortError::Full { service, detail }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
            PortError::Misconfigured { service, detail }
        }
        ErrorKind::InvalidFilename => PortError::Rejected { service, detail },
        _ => PortError::Transient { service, detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_killed_writer_left_is_no_object() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::new(folder.path());
        store.put("raw/a/1", Bytes::from_static(b"one")).await.unwrap();
        fs::write(folder.path().join(INCOMING).join("99-1-1"), b"half").unwrap();
        assert_eq!(store.list("", None, 10).await.unwrap(), ["raw/a/1"]);
        let error = store.get(".incoming/99-1-1").await.unwrap_err();
        assert!(matches!(error, PortError::Rejected { .. }), "{error}");
    }

    #[tokio::test]
    async fn nothing_is_left_behind_by_a_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::new(folder.path());
        for _ in 0..2 {
            store.put("raw/a/1", Bytes::from_static(b"one")).await.unwrap();
        }
        assert_eq!(fs::read_dir(folder.path().join(INCOMING)).unwrap().count(), 0);
    }

    #[test]
    fn a_full_disk_is_full() {
        let error = io::Error::from(ErrorKind::StorageFull);
        assert!(matches!(io_error(SERVICE, "x", &error), PortError::Full { .. }));
    }

    #[tokio::test]
    async fn a_file_where_the_folder_belongs_is_a_wrong_setting() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        let store = FolderStore::new(folder.path().join("file"));
        let error = store.put("raw/1", Bytes::from_static(b"one")).await.unwrap_err();
        assert!(matches!(error, PortError::Misconfigured { .. } | PortError::Transient { .. }), "{error}");
    }
}
