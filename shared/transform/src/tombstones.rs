//! Which deletions of other streams a record announces.

use forebay_model::schema::TombstoneTarget;
use forebay_model::{Delete, Instant, RecordKey, RecordVersion, StreamSchema, TypedRecord, Value};

/// The deletion that `record` announces; `None` for a record type no stream holds.
pub fn deletion(schema: &StreamSchema, record: &TypedRecord, observed: Instant) -> Option<Delete> {
    let tombstones = schema.tombstones.as_ref()?;
    let value = |name: &str| schema.columns.iter().position(|c| c.name == name).map(|i| &record.values[i]);
    let key = value(&tombstones.key_column)?;
    let record_type = value(&tombstones.type_column)?.to_text()?;
    let modified = match value(&tombstones.deleted_column)? {
        Value::Timestamp(at) => *at,
        _ => observed,
    };
    let target = target(&tombstones.targets, &record_type)?;
    Some(Delete {
        stream: target.stream.clone(),
        key: RecordKey::from_parts([key])?,
        version: RecordVersion { modified, observed, deleted: true },
    })
}

/// A target that names the type, else the one that takes all others.
fn target<'t>(targets: &'t [TombstoneTarget], record_type: &str) -> Option<&'t TombstoneTarget> {
    let names = |t: &&TombstoneTarget| t.record_types.iter().any(|r| r.eq_ignore_ascii_case(record_type));
    let takes_all = |t: &&TombstoneTarget| t.record_types.iter().any(|r| r == "*");
    targets.iter().find(names).or_else(|| targets.iter().find(takes_all))
}
