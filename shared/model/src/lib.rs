#![doc = include_str!("../README.md")]

pub mod alert;
pub mod anomaly;
pub mod change;
pub mod cursor;
pub mod dead_letter;
pub mod event;
pub mod exclusion;
pub mod ids;
pub mod instant;
pub mod lineage;
pub mod notice;
pub mod page;
pub mod profile;
pub mod record;
pub mod rule;
pub mod run;
pub mod schema;
pub mod source;
pub mod value;

pub use change::{Current, Decision, decide};
pub use cursor::Cursor;
pub use dead_letter::{DeadLetter, DeadLetterId, DeadLetterState, RejectedRecord};
pub use ids::{ConnectorKind, PageId, RunId, SourceId, StreamName, TenantId};
pub use instant::Instant;
pub use notice::{NoticeKind, RunNotice};
pub use page::{ChildSet, PageDescriptor, PageOutcome, RecordsAt};
pub use record::{ContentHash, Delete, RecordKey, RecordVersion, TypedRecord};
pub use run::{Run, RunState, StreamRun, StreamRunState, Trigger};
pub use schema::{Column, ColumnType, HistoryMode, StreamSchema, Tombstones};
pub use source::SourceConfig;
pub use value::Value;
