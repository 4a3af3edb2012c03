//! What extraction shares between processes: the API asks for none of it but the fetches of secrets.

use async_trait::async_trait;
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    AccountStore, Claim, ClaimStore, Discovered, DiscoveryStore, Refused, SecretAuditStore, SecretFetch,
    Share, ShareRequest, Slice,
};

use super::fake::{Fake, written};

#[async_trait]
impl ClaimStore for Fake {
    async fn claim_run(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &str,
        _: Instant,
        _: Instant,
    ) -> Result<Claim, PortError> {
        written()
    }
    async fn release_run(&self, _: &TenantId, _: &RunId, _: &str) -> Result<(), PortError> {
        written()
    }
}

#[async_trait]
impl AccountStore for Fake {
    async fn take_share(&self, _: ShareRequest<'_>) -> Result<Share, PortError> {
        written()
    }
    async fn give_share_back(&self, _: &TenantId, _: &str, _: &str) -> Result<(), PortError> {
        written()
    }
    async fn pause_account(&self, _: &TenantId, _: &str, _: Instant, _: &str) -> Result<(), PortError> {
        written()
    }
}

#[async_trait]
impl DiscoveryStore for Fake {
    async fn discovered(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
    ) -> Result<Option<Discovered>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn save_discovered(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &Discovered,
    ) -> Result<(), PortError> {
        written()
    }
    async fn refused(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
    ) -> Result<Option<Refused>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn save_refused(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &Refused,
    ) -> Result<(), PortError> {
        written()
    }
}

#[async_trait]
impl SecretAuditStore for Fake {
    async fn record_secret_fetch(&self, _: &SecretFetch) -> Result<(), PortError> {
        written()
    }
    async fn secret_fetches(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: Slice,
    ) -> Result<Vec<SecretFetch>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
}
