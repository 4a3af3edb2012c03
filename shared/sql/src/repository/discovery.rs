//! What discovery last found of each stream, and what it was refused. A found schema itself is the version
//! that was saved with it.

use async_trait::async_trait;
use forebay_model::{SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Discovered, DiscoveryStore, Refused, VersionedSchema};

use super::retry::again;
use super::{SqlRepository, to_json};
use crate::driver::WriteKind;
use crate::table::{DISCOVERY, REFUSAL as REFUSAL_TABLE};
use crate::value::Row;

pub(super) const ONE: &str = "SELECT d.[schema_version], s.[body], d.[at], d.[settings], d.[rejected_json] \
    FROM [discovery] AS d INNER JOIN [stream_schema] AS s ON s.[tenant] = d.[tenant] AND s.[source] = d.[source] \
    AND s.[stream] = d.[stream] AND s.[version] = d.[schema_version] \
    WHERE d.[tenant] = ?1 AND d.[source] = ?2 AND d.[stream] = ?3";

pub(super) const REFUSAL: &str = "SELECT [at], [settings], [detail] FROM [refusal] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3";

fn read_refused(row: &Row) -> Result<Refused, PortError> {
    let mut reader = row.reader();
    Ok(Refused { at: reader.instant()?, settings: reader.text()?, detail: reader.text()? })
}

fn read(row: &Row) -> Result<Discovered, PortError> {
    let mut reader = row.reader();
    Ok(Discovered {
        schema: VersionedSchema { version: reader.small()?, schema: reader.json()? },
        at: reader.instant()?,
        settings: reader.text()?,
        rejected: reader.json()?,
    })
}

impl SqlRepository {
    async fn save_discovered_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        discovered: &Discovered,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("discovery/{tenant}/{source}/{stream}")).await?;
        let row = vec![
            tenant.into(),
            source.into(),
            stream.into(),
            discovered.schema.version.into(),
            discovered.at.into(),
            discovered.settings.as_str().into(),
            to_json(&discovered.rejected)?.into(),
        ];
        DISCOVERY.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }

    async fn save_refused_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        refused: &Refused,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("discovery/{tenant}/{source}/{stream}")).await?;
        let (settings, detail) = (refused.settings.as_str(), refused.detail.as_str());
        let row = vec![
            tenant.into(),
            source.into(),
            stream.into(),
            refused.at.into(),
            settings.into(),
            detail.into(),
        ];
        REFUSAL_TABLE.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl DiscoveryStore for SqlRepository {
    async fn discovered(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Option<Discovered>, PortError> {
        let rows = self.query(tenant, ONE, &[tenant.into(), source.into(), stream.into()]).await?;
        rows.first().map(read).transpose()
    }

    async fn save_discovered(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        discovered: &Discovered,
    ) -> Result<(), PortError> {
        again(|| self.save_discovered_once(tenant, source, stream, discovered)).await
    }

    async fn refused(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Option<Refused>, PortError> {
        let rows = self.query(tenant, REFUSAL, &[tenant.into(), source.into(), stream.into()]).await?;
        rows.first().map(read_refused).transpose()
    }

    async fn save_refused(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        refused: &Refused,
    ) -> Result<(), PortError> {
        again(|| self.save_refused_once(tenant, source, stream, refused)).await
    }
}
