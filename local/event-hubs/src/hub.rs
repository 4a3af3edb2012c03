//! Hubs: named sets of partitions below the data directory.
//!
//! ```text
//! <data>/.lock                       held while a process serves the directory
//! <data>/<hub>/hub.json              how many partitions, and since when
//! <data>/<hub>/<partition>/*.log     the partition's log
//! ```

use std::{
    collections::HashMap,
    fs::{File, TryLockError},
    io,
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicU16, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use crate::{
    log::{LogOptions, Partition},
    partition_key::partition_of,
};

/// The service's limit on its largest tier.
const MOST_PARTITIONS: u16 = 1024;

/// A hub to serve, written `name=partitions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubSpec {
    pub name: String,
    pub partitions: u16,
}

impl FromStr for HubSpec {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, partitions) = text.split_once('=').unwrap_or((text, "1"));
        let well_formed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(well_formed) {
            bail!(
                "{name:?} is no hub name: use letters, digits, '.', '-' and '_', and start with a letter or digit"
            );
        }
        let partitions =
            partitions.parse().with_context(|| format!("{partitions:?} is no number of partitions"))?;
        if !(1..=MOST_PARTITIONS).contains(&partitions) {
            bail!("{name} has {partitions} partitions: choose 1 to {MOST_PARTITIONS}");
        }
        Ok(Self { name: name.to_owned(), partitions })
    }
}

/// What a hub was created with.
#[derive(Debug, Serialize, Deserialize)]
struct Created {
    partitions: u16,
    created_ms: i64,
}

/// One hub.
#[derive(Debug)]
pub(crate) struct Hub {
    pub name: String,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    partitions: Vec<Partition>,
    next: AtomicU16,
}

impl Hub {
    fn open(data: &Path, spec: &HubSpec, options: LogOptions) -> anyhow::Result<Self> {
        let directory = data.join(spec.name.to_ascii_lowercase());
        std::fs::create_dir_all(&directory)?;
        let created = created(&directory, spec.partitions)?;
        if created.partitions != spec.partitions {
            bail!(
                "it was created with {} partitions and is now asked for with {}: keys would move to other \
                 partitions. Ask for {0}, or remove {} to start over",
                created.partitions,
                spec.partitions,
                directory.display()
            );
        }
        let open = |number: u16| Partition::open(&directory.join(number.to_string()), options);
        let partitions = (0..spec.partitions).map(open).collect::<io::Result<_>>()?;
        Ok(Self {
            name: spec.name.clone(),
            created_ms: created.created_ms,
            partitions,
            next: AtomicU16::new(0),
        })
    }

    pub fn partition_count(&self) -> u16 {
        u16::try_from(self.partitions.len()).unwrap_or(u16::MAX)
    }

    /// A partition and its number, by the id that clients use.
    pub fn partition(&self, id: &str) -> Option<(u16, &Partition)> {
        let number: u16 = id.parse().ok()?;
        Some((number, self.partitions.get(usize::from(number))?))
    }

    /// The partition for an event that names none: by its key, else each in turn.
    pub fn choose(&self, key: Option<&str>) -> Option<&Partition> {
        let count = self.partition_count();
        let number = match key {
            Some(key) => partition_of(key, count),
            None => self.next.fetch_add(1, Ordering::Relaxed) % count.max(1),
        };
        self.partitions.get(usize::from(number))
    }
}

/// Reads `hub.json`, or creates it.
fn created(directory: &Path, partitions: u16) -> anyhow::Result<Created> {
    let path = directory.join("hub.json");
    match std::fs::read(&path) {
        Ok(json) => serde_json::from_slice(&json).with_context(|| format!("reading {}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let created = Created { partitions, created_ms: i64::try_from(now.as_millis()).unwrap_or(0) };
            crate::files::write_whole(&path, &serde_json::to_vec(&created)?)?;
            Ok(created)
        }
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// All hubs of a data directory.
#[derive(Debug)]
pub(crate) struct Namespace {
    hubs: HashMap<String, Hub>,
    /// Unlocked when it is dropped or the process ends, however it ends.
    _lock: File,
}

impl Namespace {
    /// Opens or creates the hubs.
    ///
    /// # Errors
    /// When another process serves the directory, or a hub's files cannot be used.
    pub fn open(data: &Path, specs: &[HubSpec], options: LogOptions) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
        let lock = lock(data)?;
        let mut hubs = HashMap::new();
        for spec in specs {
            let hub =
                Hub::open(data, spec, options).with_context(|| format!("opening the hub {}", spec.name))?;
            if hubs.insert(spec.name.to_ascii_lowercase(), hub).is_some() {
                bail!("the hub {} is asked for twice", spec.name);
            }
        }
        Ok(Self { hubs, _lock: lock })
    }

    /// A hub by its name, in any case.
    pub fn hub(&self, name: &str) -> Option<&Hub> {
        self.hubs.get(&name.to_ascii_lowercase())
    }
}

fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join(".lock");
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "{} is served by another process: stop that one, or choose another directory",
                data.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_written_name_equals_partitions() {
        let spec: HubSpec = "raw=4".parse().unwrap();
        assert_eq!(spec, HubSpec { name: "raw".into(), partitions: 4 });
        assert_eq!("raw".parse::<HubSpec>().unwrap().partitions, 1);
        for wrong in ["", "=3", "raw=0", "raw=1025", "raw=x", "../up=1", "a/b=1", ".lock=1"] {
            assert!(wrong.parse::<HubSpec>().is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn another_number_of_partitions_is_refused_by_name() {
        let data = tempfile::tempdir().unwrap();
        let open = |spec: &str| Namespace::open(data.path(), &[spec.parse().unwrap()], LogOptions::default());
        drop(open("raw=4").unwrap());
        let error = format!("{:#}", open("raw=2").unwrap_err());
        assert!(error.contains("created with 4 partitions"), "{error}");
        assert!(open("raw=4").is_ok());
    }

    #[tokio::test]
    async fn a_second_process_cannot_serve_the_same_directory() {
        let data = tempfile::tempdir().unwrap();
        let open = || Namespace::open(data.path(), &["raw=1".parse().unwrap()], LogOptions::default());
        let first = open().unwrap();
        assert!(open().is_err());
        drop(first);
        assert!(open().is_ok());
    }
}
