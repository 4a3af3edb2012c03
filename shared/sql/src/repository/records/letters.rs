//! Dead letters, written with the page they belong to.

use std::collections::{BTreeMap, HashSet};

use forebay_model::{DeadLetterId, DeadLetterState, Instant, PageDescriptor, RejectedRecord};
use forebay_ports::PortError;
use forebay_ports::repository::PageBatch;

use super::super::word;
use crate::dialect::MAX_KEY;
use crate::driver::{Transaction, WriteKind};
use crate::table::DEAD_LETTER;
use crate::value::SqlValue;

/// A key that no index can hold costs its record, not the page.
pub(super) fn reject_long_keys(batch: &mut PageBatch<'_>) {
    let too_long = |key: &str| key.len() > MAX_KEY && key.encode_utf16().count() > MAX_KEY;
    let rejected = batch.records.iter().filter(|r| too_long(r.key.as_str())).map(|r| RejectedRecord {
        ordinal: r.ordinal,
        code: "key_too_long".into(),
        reason: format!("the key has more than the {MAX_KEY} characters that a table's key can hold"),
    });
    batch.rejected.extend(rejected);
    batch.records.retain(|r| !too_long(r.key.as_str()));
    batch.deletes.retain(|d| !too_long(d.key.as_str()));
}

/// Writes the letters; gives how many.
pub(super) async fn save(
    tx: &mut dyn Transaction,
    page: &PageDescriptor,
    rejected: Vec<RejectedRecord>,
    at: Instant,
) -> Result<u64, PortError> {
    let rejected: BTreeMap<u32, RejectedRecord> = rejected.into_iter().map(|r| (r.ordinal, r)).collect();
    let count = rejected.len() as u64;
    let open = word(DeadLetterState::Open)?;
    let row = |letter: RejectedRecord| {
        let mut row = key(page, letter.ordinal);
        row.extend([
            (&page.source).into(),
            (&page.stream).into(),
            (&page.run).into(),
            (&page.id).into(),
            page.blob.as_str().into(),
            letter.ordinal.into(),
            letter.code.into(),
            letter.reason.into(),
            open.clone().into(),
            at.into(),
        ]);
        row
    };
    DEAD_LETTER.write(tx, WriteKind::Upsert, rejected.into_values().map(row).collect()).await?;
    Ok(count)
}

/// The places of the page's open letters.
pub(super) async fn open(
    tx: &mut dyn Transaction,
    sql: &str,
    page: &PageDescriptor,
) -> Result<HashSet<u32>, PortError> {
    let params = [(&page.tenant).into(), (&page.run).into(), (&page.id).into()];
    let rows = tx.query(sql, &params).await?;
    rows.iter().map(|row| row.reader().small()).collect()
}

/// Letters that a replay could not load either say why now; gives how many.
pub(super) async fn update_reasons(
    tx: &mut dyn Transaction,
    page: &PageDescriptor,
    rejected: Vec<RejectedRecord>,
) -> Result<u64, PortError> {
    let rejected: BTreeMap<u32, RejectedRecord> = rejected.into_iter().map(|r| (r.ordinal, r)).collect();
    let count = rejected.len() as u64;
    let row = |letter: RejectedRecord| {
        let mut row = key(page, letter.ordinal);
        row.extend([letter.code.into(), letter.reason.into()]);
        row
    };
    let rows = rejected.into_values().map(row).collect();
    DEAD_LETTER.write_some(tx, WriteKind::Update, &["code", "reason"], rows).await?;
    Ok(count)
}

pub(super) async fn mark_replayed(
    tx: &mut dyn Transaction,
    page: &PageDescriptor,
    ordinals: &[u32],
) -> Result<(), PortError> {
    let replayed = word(DeadLetterState::Replayed)?;
    let row = |ordinal: &u32| {
        let mut row = key(page, *ordinal);
        row.push(replayed.clone().into());
        row
    };
    let rows = ordinals.iter().map(row).collect();
    DEAD_LETTER.write_some(tx, WriteKind::Update, &["state"], rows).await
}

fn key(page: &PageDescriptor, ordinal: u32) -> Vec<SqlValue> {
    vec![(&page.tenant).into(), (&DeadLetterId::of(&page.id, ordinal)).into()]
}
