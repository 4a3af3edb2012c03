//! Query jobs of the Bulk API 2.0.
//!
//! A job's results are fixed when it leaves UploadComplete, and kept in a file.

mod csv;
mod job;

pub use csv::{Delimiter, LineEnding, header, line};
pub use job::{Job, JobState, Results};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use crate::ids;

/// The org's jobs. They live as long as the process.
pub struct Jobs {
    folder: PathBuf,
    /// Times a job says InProgress.
    pub polls: u32,
    made: AtomicI64,
    jobs: Mutex<BTreeMap<String, Job>>,
}

impl Jobs {
    /// Uses `folder` for results, and empties it of those of earlier starts.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, polls: u32) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
            polls,
            made: AtomicI64::new(0),
            jobs: Mutex::new(BTreeMap::new()),
        })
    }

    /// Runs `work` on all jobs by id.
    pub fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<String, Job>) -> T) -> T {
        work(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where a job's rows go.
    pub fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.csv"))
    }

    /// An id that no job has had.
    pub fn next_id(&self) -> String {
        ids::id("750", self.made.fetch_add(1, Ordering::SeqCst) + 1)
    }
}
