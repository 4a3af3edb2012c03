//! What a source's runs brought: how they ended, and what was measured of them as far as they are profiled.

use forebay_model::{SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::Slice;

use crate::engine::Engine;

/// What a look at a source came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// Streams' parts of runs that were measured now.
    pub measured: u32,
    /// Streams of the newest run that are still read or profiled: worth another look.
    pub waiting: u32,
}

impl Engine {
    /// Tells how the newest run ended, measures what can be measured, and says what cannot yet. The same look
    /// again changes nothing.
    pub async fn watch(&self, tenant: &TenantId, source: &SourceId) -> Result<Watched, PortError> {
        self.judge_newest_end(tenant, source).await?;
        let waiting = self.unsettled(tenant, source).await?;
        let measured = self.measure(tenant, source).await?;
        Ok(Watched { measured: u32::try_from(measured).unwrap_or(u32::MAX), waiting })
    }

    async fn unsettled(&self, tenant: &TenantId, source: &SourceId) -> Result<u32, PortError> {
        let newest = self.repository.runs(tenant, Some(source), Slice { after: None, limit: 1 }).await?;
        let Some(run) = newest.first() else { return Ok(0) };
        let streams = self.repository.stream_runs(tenant, &run.id).await?;
        let waiting = streams.iter().filter(|stream| !stream.is_settled()).count();
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }
}
