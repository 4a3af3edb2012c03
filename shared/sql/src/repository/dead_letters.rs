//! Reading dead letters. They are written with their pages.

use async_trait::async_trait;
use forebay_model::{DeadLetter, DeadLetterId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{DeadLetterFilter, DeadLetterStore, Slice};

use super::{SqlRepository, from_word, word};
use crate::dialect::Dialect;
use crate::value::{Row, SqlValue};

const COLUMNS: &str = "[id], [tenant], [source], [stream], [run], [page], [blob], [ordinal], [code], \
    [reason], [state], [created]";

pub(super) fn one() -> String {
    format!("SELECT {COLUMNS} FROM [dead_letter] WHERE [tenant] = ?1 AND [id] = ?2")
}

/// The parameters are tenant and limit, then those of the conditions. A condition is a column and how it
/// is compared.
pub(super) fn list(dialect: Dialect, conditions: &[&str]) -> String {
    let conditions: String =
        conditions.iter().zip(3..).map(|(condition, n)| format!(" AND {condition} ?{n}")).collect();
    format!(
        "SELECT {COLUMNS} FROM [dead_letter] WHERE [tenant] = ?1{conditions} ORDER BY [id]{}",
        dialect.limit(2)
    )
}

fn read(row: &Row) -> Result<DeadLetter, PortError> {
    let mut reader = row.reader();
    Ok(DeadLetter {
        id: DeadLetterId::from_text(reader.text()?),
        tenant: reader.id()?,
        source: reader.id()?,
        stream: reader.id()?,
        run: reader.id()?,
        page: reader.id()?,
        blob: reader.text()?,
        ordinal: reader.small()?,
        code: reader.text()?,
        reason: reader.text()?,
        state: from_word(reader.text()?)?,
        created: reader.instant()?,
    })
}

#[async_trait]
impl DeadLetterStore for SqlRepository {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        slice: Slice,
    ) -> Result<Vec<DeadLetter>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let given = [
            ("[source] =", filter.source.as_ref().map(SqlValue::from)),
            ("[stream] =", filter.stream.as_ref().map(SqlValue::from)),
            ("[run] =", filter.run.as_ref().map(SqlValue::from)),
            ("[state] =", filter.state.map(word).transpose()?.map(SqlValue::from)),
            ("[id] >", slice.after.as_deref().map(SqlValue::from)),
        ];
        let mut params = vec![tenant.into(), slice.limit.into()];
        let mut conditions = Vec::new();
        for (condition, value) in given {
            if let Some(value) = value {
                conditions.push(condition);
                params.push(value);
            }
        }
        let rows = self.query(tenant, &list(self.db.dialect(), &conditions), &params).await?;
        rows.iter().map(read).collect()
    }

    async fn dead_letter(
        &self,
        tenant: &TenantId,
        id: &DeadLetterId,
    ) -> Result<Option<DeadLetter>, PortError> {
        let rows = self.query(tenant, &one(), &[tenant.into(), id.into()]).await?;
        rows.first().map(read).transpose()
    }
}
