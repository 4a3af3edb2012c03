//! Connections to one file: a few idle ones, and one turn to write.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forebay_ports::PortError;
use forebay_sql::{Dialect, migrations};
use rusqlite::{Connection, ErrorCode, InterruptHandle, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::from_sqlite;
use super::{functions, values};
use crate::folder::io_error;

/// How long a writer waits for those of other processes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections kept open without work; each holds up to 2 MiB of cached pages.
const MAX_IDLE: usize = 3;

/// Statements kept prepared per connection.
const STATEMENTS: usize = 128;

#[derive(Debug)]
pub(super) struct Connections {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// Writers of this process follow each other here, in order, instead of all asking SQLite.
    turn: Arc<Semaphore>,
}

impl Connections {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(Vec::new()), turn: Arc::new(Semaphore::new(1)) }
    }

    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, PortError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned()).await;
        match turn {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(lost()),
            Err(_) => Err(PortError::Throttled {
                service: "SQLite",
                detail: format!("no turn to write within {} s", PATIENCE.as_secs()),
                retry_after: None,
            }),
        }
    }

    /// Runs work on a connection in a blocking thread, and gives the connection with its result.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        connection: Option<Connection>,
        work: impl FnOnce(&mut Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<(Connection, T), PortError> {
        let this = Arc::clone(self);
        let task = move || {
            let mut connection = connection.map_or_else(|| this.take(), Ok)?;
            let result = work(&mut connection)?;
            Ok((connection, result))
        };
        tokio::task::spawn_blocking(task).await.map_err(|_| lost())?
    }

    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let (connection, result) = self.work(None, work).await?;
        self.give_back(connection);
        Ok(result)
    }

    /// The same, and what is asked is stopped where nobody waits for its answer any more: a scan of a large table
    /// would keep a core busy for nothing.
    pub(super) async fn read_while_awaited<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let running = Running::default();
        let awaited = Awaited(running.clone());
        let (connection, result) =
            self.work(None, move |connection| running.during(connection, work)).await?;
        drop(awaited);
        self.give_back(connection);
        Ok(result)
    }

    fn take(&self) -> Result<Connection, PortError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open(&self.path), Ok)
    }

    pub(super) fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE && connection.is_autocommit() {
            idle.push(connection);
        }
    }
}

/// How to stop what a connection does; nothing while it does nothing for us.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<Asked>>);

#[derive(Default)]
enum Asked {
    #[default]
    NotYet,
    Now(InterruptHandle),
    /// Answered, or not to be asked at all.
    NoMore,
}

impl Running {
    fn during<T>(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&mut Connection) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        {
            let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(*asked, Asked::NoMore) {
                return Err(PortError::Transient {
                    service: "SQLite",
                    detail: "nobody waits any more".into(),
                });
            }
            *asked = Asked::Now(connection.get_interrupt_handle());
        }
        let result = work(connection);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Asked::NoMore;
        result
    }
}

/// Stops what is still running when it is dropped.
struct Awaited(Running);

impl Drop for Awaited {
    fn drop(&mut self) {
        let mut asked = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Asked::Now(running) = &*asked {
            running.interrupt();
        }
        *asked = Asked::NoMore;
    }
}

fn lost() -> PortError {
    PortError::Transient { service: "SQLite", detail: "the process is shutting down".into() }
}

fn open(path: &Path) -> Result<Connection, PortError> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        let name = || format!("the folder {}", folder.display());
        std::fs::create_dir_all(folder).map_err(|e| io_error("SQLite", &name(), &e))?;
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|e| at(path, e))?;
    connection.busy_handler(Some(wait)).map_err(|e| at(path, e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    configure(&connection).map_err(|e| at(path, e))?;
    functions::add(&connection).map_err(|e| at(path, e))?;
    Ok(connection)
}

/// The page size counts for a new file only, and must come before WAL.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA page_size=8192; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;")?;
    let mut attempts = 0;
    loop {
        // SQLite does not wait when two processes create the same file and both switch to WAL.
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if is_busy(&error) && attempts < 500 => {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Asks again after 1 to 5 ms, for as long as `PATIENCE`. SQLite's own handler sleeps up to 100 ms, in
/// which others take their turns.
fn wait(attempts: i32) -> bool {
    let pause = u64::try_from(attempts).unwrap_or(0).clamp(1, 5);
    if u128::from(pause) * u128::try_from(attempts).unwrap_or(0) > PATIENCE.as_millis() {
        return false;
    }
    std::thread::sleep(Duration::from_millis(pause));
    true
}

fn at(path: &Path, error: rusqlite::Error) -> PortError {
    let permission = matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::NotADatabase | ErrorCode::PermissionDenied)
    );
    if permission {
        let detail = format!("{} cannot be used as a database: {error}", path.display());
        return PortError::Misconfigured { service: "SQLite", detail };
    }
    from_sqlite(error)
}

/// Whether every migration has been applied as it is now. An empty file says no.
pub(super) fn is_migrated(connection: &mut Connection) -> Result<bool, PortError> {
    let known = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'";
    let rows = values::query(connection, known, &[])?;
    if rows.first().map_or(Ok(0), |row| row.reader().count())? == 0 {
        return Ok(false);
    }
    let rows = values::query(connection, migrations::APPLIED, &[])?;
    let applied = migrations::read_applied(&rows)?;
    Ok(migrations::due(migrations::all(Dialect::Sqlite), &applied)?.is_empty())
}
