//! Edits of existing records.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::params;

use super::{Change, add, object};
use crate::store::quoted;

/// Edits one record, most often an opportunity. One edit in five is an automated process, which moves SystemModstamp
/// and leaves LastModifiedDate.
pub fn update(change: &Change<'_>, counts: &mut BTreeMap<&'static str, u64>) -> Result<()> {
    let (name, text, number) = match change.choose("update.object", 10) {
        0..3 => ("Opportunity", "Description", "Amount"),
        3..5 => ("Account", "Description", "Credit_Limit__c"),
        5 => ("Contact", "Title", ""),
        6 => ("Lead", "Title", ""),
        7 => ("Case", "Subject", ""),
        8 => ("Task", "Description", ""),
        _ => ("Shipment__c", "Notes__c", "Freight_Cost__c"),
    };
    let object = object(name)?;
    let Some((row, _)) = change.pick(object, "update")? else { return Ok(()) };
    change.keep(object, row)?;
    let table = quoted(name);
    let remark = format!("edited by change {}", change.number);
    change.db.execute(
        &format!("UPDATE {table} SET {} = ?1, \"SystemModstamp\" = ?2 WHERE _seq = ?3", quoted(text)),
        params![remark, change.now, row],
    )?;
    if object.has(number) {
        #[expect(clippy::cast_precision_loss, reason = "amounts are small")]
        let amount = change.choose("update.amount", 5_000_000) as f64 / 100.0;
        let sql = format!("UPDATE {table} SET {} = ?1 WHERE _seq = ?2", quoted(number));
        change.db.execute(&sql, params![amount, row])?;
    }
    if change.choose("update.automated", 5) > 0 {
        let sql = format!("UPDATE {table} SET \"LastModifiedDate\" = ?1 WHERE _seq = ?2");
        change.db.execute(&sql, params![change.now, row])?;
    }
    add(counts, object);
    Ok(())
}
