//! One query job.

use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::csv::{Delimiter, LineEnding, header, line};
use crate::catalog::Field;
use crate::instant;
use crate::soql::{Plan, Scope, Select, rows, sequences};

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    UploadComplete,
    InProgress,
    JobComplete,
    Aborted,
    Failed(String),
}

/// Rows in a file: where each begins, and where the last ends.
#[derive(Debug, Clone)]
pub struct Results {
    file: PathBuf,
    bounds: Vec<u64>,
}

/// A job as it was ordered and as far as it came.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub version: String,
    /// The org's user.
    pub user: String,
    pub all: bool,
    pub plan: Plan,
    pub delimiter: Delimiter,
    pub ending: LineEnding,
    pub state: JobState,
    pub created: i64,
    pub changed: i64,
    /// Times its state was asked for.
    pub polls: u32,
    pub results: Option<Results>,
}

impl Job {
    pub fn fields(&self) -> &[&'static Field] {
        match &self.plan.select {
            Select::Count => &[],
            Select::Fields(fields) => fields,
        }
    }

    /// Reads the rows and keeps them in `file`.
    ///
    /// # Errors
    /// When the rows cannot be read or written.
    pub fn run(&self, db: &Connection, file: PathBuf, now: i64) -> Result<Results> {
        let scope = Scope { all: self.all, now };
        let found = sequences(db, &self.plan, scope)?;
        let mut out = BufWriter::new(
            std::fs::File::create(&file).with_context(|| format!("cannot write {}", file.display()))?,
        );
        let mut bounds = vec![0];
        let mut lines: Vec<String> = Vec::new();
        // Lines are written a thousand rows at a time, so that big results do not fill the memory.
        for part in found.chunks(1_000) {
            rows(db, self.plan.object, self.fields(), part, scope, |row| {
                lines.push(line(row, self.fields(), self.delimiter, self.ending)?);
                Ok(())
            })?;
            for line in lines.drain(..) {
                out.write_all(line.as_bytes())?;
                bounds.push(bounds.last().copied().unwrap_or(0) + u64::try_from(line.len())?);
            }
        }
        out.flush()?;
        Ok(Results { file, bounds })
    }

    pub fn header(&self) -> String {
        header(self.fields(), self.delimiter, self.ending)
    }

    /// The job as the API shows it; lists show less.
    pub fn json(&self, whole: bool) -> Value {
        let (state, message) = match &self.state {
            JobState::UploadComplete => ("UploadComplete", None),
            JobState::InProgress => ("InProgress", None),
            JobState::JobComplete => ("JobComplete", None),
            JobState::Aborted => ("Aborted", None),
            JobState::Failed(message) => ("Failed", Some(message)),
        };
        let mut shown = json!({
            "id": self.id,
            "operation": if self.all { "queryAll" } else { "query" },
            "object": self.plan.object.name,
            "createdById": self.user,
            "createdDate": instant::rest(self.created),
            "systemModstamp": instant::rest(self.changed),
            "state": state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": self.version.trim_start_matches('v').parse::<f64>().unwrap_or(0.0),
            "lineEnding": self.ending,
            "columnDelimiter": self.delimiter,
        });
        if whole && let Some(object) = shown.as_object_mut() {
            let rows = self.results.as_ref().map_or(0, Results::len);
            object.insert("jobType".to_owned(), "V2Query".into());
            object.insert("numberRecordsProcessed".to_owned(), rows.into());
            object.insert("retries".to_owned(), 0.into());
            object.insert("totalProcessingTime".to_owned(), (self.changed - self.created).max(0).into());
            object.insert("isPkChunkingSupported".to_owned(), self.plan.order.is_empty().into());
            if let Some(message) = message {
                object.insert("errorMessage".to_owned(), message.as_str().into());
            }
        }
        shown
    }
}

impl Results {
    /// Rows in all.
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines of the rows `from..to`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lines(&self, from: usize, to: usize) -> Result<Vec<u8>> {
        let (Some(start), Some(end)) = (self.bounds.get(from), self.bounds.get(to)) else {
            return Ok(Vec::new());
        };
        let mut file = std::fs::File::open(&self.file)
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        file.seek(SeekFrom::Start(*start))?;
        let mut bytes = vec![0; usize::try_from(end - start)?];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub fn file(&self) -> &Path {
        &self.file
    }
}
