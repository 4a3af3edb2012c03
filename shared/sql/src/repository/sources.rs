//! Configured sources, each as JSON under its tenant and id.

use async_trait::async_trait;
use forebay_model::{SourceConfig, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::SourceStore;

use super::retry::again;
use super::{SqlRepository, to_json};
use crate::driver::{Scope, WriteKind};
use crate::table::SOURCE;

pub(super) const ALL: &str = "SELECT [body] FROM [source] WHERE [tenant] = ?1 ORDER BY [id]";
pub(super) const ONE: &str = "SELECT [body] FROM [source] WHERE [tenant] = ?1 AND [id] = ?2";
pub(super) const PING: &str = "SELECT COUNT(*) FROM [stream_table]";

impl SqlRepository {
    async fn put_source_once(&self, source: &SourceConfig) -> Result<(), PortError> {
        // Sources are written at every start; most starts find them as they are.
        if self.source(&source.tenant, &source.id).await?.as_ref() == Some(source) {
            return Ok(());
        }
        let mut tx = self.begin(&source.tenant).await?;
        let row = vec![(&source.tenant).into(), (&source.id).into(), to_json(source)?.into()];
        SOURCE.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl SourceStore for SqlRepository {
    async fn put_source(&self, source: &SourceConfig) -> Result<(), PortError> {
        again(|| self.put_source_once(source)).await
    }

    async fn sources(&self, tenant: &TenantId) -> Result<Vec<SourceConfig>, PortError> {
        let rows = self.query(tenant, ALL, &[tenant.into()]).await?;
        rows.iter().map(|row| row.reader().json()).collect()
    }

    async fn source(&self, tenant: &TenantId, id: &SourceId) -> Result<Option<SourceConfig>, PortError> {
        let rows = self.query(tenant, ONE, &[tenant.into(), id.into()]).await?;
        rows.first().map(|row| row.reader().json()).transpose()
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.db.query(Scope::Structure, PING, &[]).await.map(drop)
    }
}
