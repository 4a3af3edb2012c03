//! Reading typed tables and their history.

use forebay_model::{RecordKey, RecordVersion, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Slice, StoredRecord};

use super::super::SqlRepository;
use super::texts;
use crate::typed::{Layout, convert::from_sql};
use crate::value::{Row, SqlValue};

impl SqlRepository {
    pub(super) async fn read_current(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        layout: &Layout,
        slice: Slice,
    ) -> Result<Vec<StoredRecord>, PortError> {
        let sql = texts::current(self.db.dialect(), layout, slice.after.is_some());
        let mut params = vec![tenant.into(), source.into(), slice.limit.into()];
        params.extend(slice.after.as_deref().map(SqlValue::from));
        let rows = self.query(tenant, &sql, &params).await?;
        rows.into_iter().map(|row| read(row, layout, false)).collect()
    }

    /// Continuing goes by key, so a key's versions are never parted: the last key's are left for the next
    /// slice, or are all given where there is no other key.
    pub(super) async fn read_history(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        layout: &Layout,
        slice: Slice,
    ) -> Result<Vec<StoredRecord>, PortError> {
        let sql = texts::history(self.db.dialect(), layout, slice.after.is_some());
        let limit = slice.limit as usize;
        let mut params = vec![tenant.into(), source.into(), (u64::from(slice.limit) + 1).into()];
        params.extend(slice.after.as_deref().map(SqlValue::from));
        let rows = self.query(tenant, &sql, &params).await?;
        let records = rows.into_iter().map(|row| read(row, layout, true));
        let mut records = records.collect::<Result<Vec<_>, _>>()?;
        let Some(cut) = records.get(limit).map(|r| r.key.clone()) else { return Ok(records) };
        if records.first().is_some_and(|first| first.key != cut) {
            records.retain(|r| r.key != cut);
            return Ok(records);
        }
        let params = [tenant.into(), source.into(), (&cut).into()];
        let rows = self.query(tenant, &texts::history_of_key(layout), &params).await?;
        rows.into_iter().map(|row| read(row, layout, true)).collect()
    }
}

fn read(row: Row, layout: &Layout, is_history: bool) -> Result<StoredRecord, PortError> {
    let mut reader = row.reader();
    let key = RecordKey::from_text(reader.text()?);
    let version =
        RecordVersion { modified: reader.instant()?, observed: reader.instant()?, deleted: reader.flag()? };
    let valid_to = if is_history { reader.optional_instant()? } else { None };
    let contents = row.into_values().into_iter().skip(if is_history { 5 } else { 4 });
    let values = layout
        .columns
        .iter()
        .zip(contents)
        .map(|(column, value)| (column.name.clone(), from_sql(value, column.column_type)))
        .collect();
    Ok(StoredRecord { key, version, values, valid_to })
}
