//! Which secrets were fetched, and when.

use async_trait::async_trait;
use forebay_model::{Instant, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{SecretAuditStore, SecretFetch, Slice};
use xxhash_rust::xxh3::xxh3_128;

use super::retry::again;
use super::{SqlRepository, rejected, to_json};
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::SECRET_FETCH;
use crate::value::{Row, SqlValue};

const COLUMNS: &str = "[tenant], [source], [at], [secret], [version], [failure]";

/// Everything of one instant.
pub(super) const AT: &str = "SELECT [tenant], [source], [at], [secret], [version], [failure] FROM [secret_fetch] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [at] = ?3 ORDER BY [id]";

/// The parameters are tenant, source and limit, then the instant to continue before.
pub(super) fn list(dialect: Dialect, after: bool) -> String {
    format!(
        "SELECT {COLUMNS} FROM [secret_fetch] WHERE [tenant] = ?1 AND [source] = ?2{} \
         ORDER BY [at] DESC, [id]{}",
        if after { " AND [at] < ?4" } else { "" },
        dialect.limit(3)
    )
}

fn read(row: &Row) -> Result<SecretFetch, PortError> {
    let mut reader = row.reader();
    Ok(SecretFetch {
        tenant: reader.id()?,
        source: reader.id()?,
        at: reader.instant()?,
        secret: reader.text()?,
        version: reader.optional_text()?,
        failure: reader.optional_text()?,
    })
}

fn row(fetch: &SecretFetch) -> Result<Vec<SqlValue>, PortError> {
    let content = to_json(&(&fetch.secret, &fetch.version, &fetch.failure))?;
    Ok(vec![
        (&fetch.tenant).into(),
        (&fetch.source).into(),
        fetch.at.into(),
        format!("{:032x}", xxh3_128(content.as_bytes())).into(),
        fetch.secret.as_str().into(),
        fetch.version.clone().into(),
        fetch.failure.clone().into(),
    ])
}

impl SqlRepository {
    async fn record_fetch_once(&self, fetch: &SecretFetch) -> Result<(), PortError> {
        let mut tx = self.begin(&fetch.tenant).await?;
        tx.lock(&format!("secrets/{}/{}", fetch.tenant, fetch.source)).await?;
        SECRET_FETCH.write(tx.as_mut(), WriteKind::Upsert, vec![row(fetch)?]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl SecretAuditStore for SqlRepository {
    async fn record_secret_fetch(&self, fetch: &SecretFetch) -> Result<(), PortError> {
        again(|| self.record_fetch_once(fetch)).await
    }

    /// Continuing goes by instant, so what was fetched at one instant is never parted: the last instant's
    /// are left for the next slice, or are all given where there is no other.
    async fn secret_fetches(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        slice: Slice,
    ) -> Result<Vec<SecretFetch>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), source.into(), (u64::from(slice.limit) + 1).into()];
        if let Some(after) = &slice.after {
            let micros =
                after.parse().map_err(|_| rejected(format!("`{after}` is no time in microseconds")))?;
            params.push(Instant::from_micros(micros).into());
        }
        let rows = self.query(tenant, &list(self.db.dialect(), slice.after.is_some()), &params).await?;
        let mut fetches = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let Some(cut) = fetches.get(slice.limit as usize).map(|f| f.at) else { return Ok(fetches) };
        if fetches.first().is_some_and(|first| first.at != cut) {
            fetches.retain(|f| f.at != cut);
            return Ok(fetches);
        }
        let params = [tenant.into(), source.into(), cut.into()];
        self.query(tenant, AT, &params).await?.iter().map(read).collect()
    }
}
