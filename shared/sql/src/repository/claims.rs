//! Who reads a run.

use async_trait::async_trait;
use forebay_model::{Instant, RunId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Claim, ClaimStore};

use super::SqlRepository;
use super::retry::again;
use crate::driver::{Transaction, WriteKind};
use crate::table::RUN_CLAIM;

pub(super) const ONE: &str = "SELECT [holder], [until] FROM [run_claim] WHERE [tenant] = ?1 AND [run] = ?2";

pub(super) const RELEASE: &str =
    "DELETE FROM [run_claim] WHERE [tenant] = ?1 AND [run] = ?2 AND [holder] = ?3";

/// The name of a claim's lock.
pub(super) fn lock(tenant: &TenantId, run: &RunId) -> String {
    format!("claim/{tenant}/{run}")
}

/// Who claimed the run last and has not given it back, within a transaction that holds the claim's lock.
pub(super) async fn holder(
    repository: &SqlRepository,
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    run: &RunId,
) -> Result<Option<String>, PortError> {
    let rows = tx.query(&repository.text(ONE), &[tenant.into(), run.into()]).await?;
    rows.first().map(|row| row.reader().text()).transpose()
}

impl SqlRepository {
    async fn claim_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Claim, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&lock(tenant, run)).await?;
        let rows = tx.query(&self.text(ONE), &[tenant.into(), run.into()]).await?;
        if let Some(row) = rows.first() {
            let mut reader = row.reader();
            let (by, held_until) = (reader.text()?, reader.instant()?);
            if by != holder && held_until > now {
                return Ok(Claim::Taken { until: held_until });
            }
        }
        let row = vec![tenant.into(), run.into(), holder.into(), until.into()];
        RUN_CLAIM.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await?;
        Ok(Claim::Mine)
    }

    async fn release_once(&self, tenant: &TenantId, run: &RunId, holder: &str) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&lock(tenant, run)).await?;
        tx.execute(&self.text(RELEASE), &[tenant.into(), run.into(), holder.into()]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl ClaimStore for SqlRepository {
    async fn claim_run(
        &self,
        tenant: &TenantId,
        run: &RunId,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Claim, PortError> {
        again(|| self.claim_once(tenant, run, holder, now, until)).await
    }

    async fn release_run(&self, tenant: &TenantId, run: &RunId, holder: &str) -> Result<(), PortError> {
        again(|| self.release_once(tenant, run, holder)).await
    }
}
