//! Times that are neither judged nor learned from.

use async_trait::async_trait;
use forebay_model::exclusion::Exclusion;
use forebay_model::{Instant, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::ExclusionStore;

use super::super::retry::again;
use super::super::{SqlRepository, to_json};
use crate::driver::WriteKind;
use crate::table::EXCLUSION;

const ONE: &str = "SELECT [body] FROM [exclusion] WHERE [tenant] = ?1 AND [id] = ?2";

const FROM: &str =
    "SELECT [body] FROM [exclusion] WHERE [tenant] = ?1 AND [ends] > ?2 ORDER BY [begins], [id]";

const REMOVE: &str = "DELETE FROM [exclusion] WHERE [tenant] = ?1 AND [id] = ?2";

pub(super) fn statements() -> Vec<(&'static str, String)> {
    vec![("exclusion_one", ONE.into()), ("exclusion_from", FROM.into()), ("exclusion_remove", REMOVE.into())]
}

impl SqlRepository {
    async fn put_exclusion_once(&self, tenant: &TenantId, exclusion: &Exclusion) -> Result<(), PortError> {
        let Exclusion { id, from, until, .. } = exclusion;
        let row = vec![
            tenant.into(),
            id.as_str().into(),
            (*from).into(),
            (*until).into(),
            to_json(exclusion)?.into(),
        ];
        let mut tx = self.begin(tenant).await?;
        EXCLUSION.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }

    async fn remove_exclusion_once(&self, tenant: &TenantId, id: &str) -> Result<Exclusion, PortError> {
        let key = [tenant.into(), id.into()];
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("exclusion/{tenant}/{id}")).await?;
        let rows = tx.query(&self.text(ONE), &key).await?;
        let found: Option<Exclusion> = rows.first().map(|row| row.reader().json()).transpose()?;
        let exclusion = found.ok_or_else(|| PortError::NotFound { what: format!("exclusion {id}") })?;
        tx.execute(&self.text(REMOVE), &key).await?;
        tx.commit().await?;
        Ok(exclusion)
    }
}

#[async_trait]
impl ExclusionStore for SqlRepository {
    async fn put_exclusion(&self, tenant: &TenantId, exclusion: &Exclusion) -> Result<(), PortError> {
        again(|| self.put_exclusion_once(tenant, exclusion)).await
    }

    async fn exclusions(&self, tenant: &TenantId, from: Instant) -> Result<Vec<Exclusion>, PortError> {
        let rows = self.query(tenant, FROM, &[tenant.into(), from.into()]).await?;
        rows.iter().map(|row| row.reader().json()).collect()
    }

    async fn remove_exclusion(&self, tenant: &TenantId, id: &str) -> Result<Exclusion, PortError> {
        again(|| self.remove_exclusion_once(tenant, id)).await
    }
}
