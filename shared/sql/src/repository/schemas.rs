//! Stream schemas, versioned from 1.

use async_trait::async_trait;
use forebay_model::{SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{SchemaStore, VersionedSchema};

use super::retry::again;
use super::{SqlRepository, to_json};
use crate::driver::WriteKind;
use crate::table::STREAM_SCHEMA;
use crate::value::Row;

pub(super) const NEWEST: &str = "SELECT [version], [body] FROM [stream_schema] AS s WHERE [tenant] = ?1 \
    AND [source] = ?2 AND [stream] = ?3 AND [version] = (SELECT MAX(n.[version]) FROM [stream_schema] AS n \
    WHERE n.[tenant] = ?1 AND n.[source] = ?2 AND n.[stream] = ?3)";

/// Whether an earlier schema of the stream kept no history.
pub(super) const WAS_CURRENT: &str = "SELECT COUNT(*) FROM [stream_schema] WHERE [tenant] = ?1 \
    AND [source] = ?2 AND [stream] = ?3 AND [body] LIKE '%\"history\":\"current\"%'";

pub(super) const ONE: &str = "SELECT [version], [body] FROM [stream_schema] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3 AND [version] = ?4";

pub(super) const ALL_NEWEST: &str = "SELECT s.[version], s.[body] FROM [stream_schema] AS s INNER JOIN \
    (SELECT [stream], MAX([version]) AS [newest] FROM [stream_schema] WHERE [tenant] = ?1 AND [source] = ?2 \
    GROUP BY [stream]) AS n ON n.[stream] = s.[stream] AND n.[newest] = s.[version] \
    WHERE s.[tenant] = ?1 AND s.[source] = ?2 ORDER BY s.[stream]";

fn read(row: &Row) -> Result<VersionedSchema, PortError> {
    let mut reader = row.reader();
    Ok(VersionedSchema { version: reader.small()?, schema: reader.json()? })
}

impl SqlRepository {
    async fn save_schema_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
    ) -> Result<VersionedSchema, PortError> {
        let key = [tenant.into(), source.into(), (&schema.stream).into()];
        let rows = self.query(tenant, NEWEST, &key).await?;
        if let Some(newest) = rows.first().map(read).transpose()?.filter(|n| n.schema == *schema) {
            return Ok(newest);
        }
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("schema/{tenant}/{source}/{}", schema.stream)).await?;
        let rows = tx.query(&self.text(NEWEST), &key).await?;
        let newest = rows.first().map(read).transpose()?;
        if let Some(newest) = newest.as_ref().filter(|n| n.schema == *schema) {
            return Ok(newest.clone());
        }
        let version = newest.map_or(0, |n| n.version) + 1;
        let mut row = key.to_vec();
        row.extend([version.into(), to_json(schema)?.into()]);
        STREAM_SCHEMA.write(tx.as_mut(), WriteKind::Insert, vec![row]).await?;
        tx.commit().await?;
        Ok(VersionedSchema { version, schema: schema.clone() })
    }
}

#[async_trait]
impl SchemaStore for SqlRepository {
    async fn save_schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
    ) -> Result<VersionedSchema, PortError> {
        again(|| self.save_schema_once(tenant, source, schema)).await
    }

    async fn schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        version: u32,
    ) -> Result<Option<VersionedSchema>, PortError> {
        let key = [tenant.into(), source.into(), stream.into(), version.into()];
        self.query(tenant, ONE, &key).await?.first().map(read).transpose()
    }

    async fn schemas(&self, tenant: &TenantId, source: &SourceId) -> Result<Vec<VersionedSchema>, PortError> {
        let rows = self.query(tenant, ALL_NEWEST, &[tenant.into(), source.into()]).await?;
        rows.iter().map(read).collect()
    }
}
