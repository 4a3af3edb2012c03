//! SQLite's errors as what the caller does next. Messages of SQLite name tables and columns, never values.

use forebay_ports::PortError;
use rusqlite::ErrorCode;

const SERVICE: &str = "SQLite";

/// The shared-memory file cannot grow, which happens on a full disk only (sqlite.org, "Result and Error
/// Codes", SQLITE_IOERR_SHMSIZE).
const SHM_SIZE: i32 = 4874;

pub(super) fn from_sqlite(error: rusqlite::Error) -> PortError {
    let detail = error.to_string();
    let Some(sqlite) = error.sqlite_error() else {
        return PortError::Rejected { service: SERVICE, detail };
    };
    match sqlite.code {
        ErrorCode::DiskFull => PortError::Full { service: SERVICE, detail },
        ErrorCode::SystemIoFailure if sqlite.extended_code == SHM_SIZE => {
            PortError::Full { service: SERVICE, detail }
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            PortError::Throttled { service: SERVICE, detail, retry_after: None }
        }
        ErrorCode::SystemIoFailure
        | ErrorCode::OutOfMemory
        | ErrorCode::OperationInterrupted
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::SchemaChanged => PortError::Transient { service: SERVICE, detail },
        ErrorCode::ConstraintViolation => PortError::Conflict { what: detail },
        ErrorCode::PermissionDenied
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen
        | ErrorCode::NotADatabase
        | ErrorCode::DatabaseCorrupt => PortError::Misconfigured { service: SERVICE, detail },
        _ => PortError::Rejected { service: SERVICE, detail },
    }
}
