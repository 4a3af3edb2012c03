//! What a source's runs brought: how they ended, and what was measured of them as far as they are profiled.

use forebay_model::{Run, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::Slice;

use crate::engine::Engine;
use crate::thin::begins_a_day;

/// What a look at a source came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// Streams' parts of runs that were measured now.
    pub measured: u32,
    /// Streams of the newest run that are still read or profiled: worth another look.
    pub waiting: u32,
}

/// The newest run, and the one before.
const NEWEST: Slice = Slice { after: None, limit: 2 };

impl Engine {
    /// Tells how the newest run ended, measures what can be measured, says what cannot yet, and thins what grew
    /// old with the first run of each day. The same look again changes nothing.
    pub async fn watch(&self, tenant: &TenantId, source: &SourceId) -> Result<Watched, PortError> {
        let newest = self.repository.runs(tenant, Some(source), NEWEST).await?;
        self.judge_newest_end(&newest).await?;
        let waiting = self.unsettled(newest.first()).await?;
        let measured = self.measure(tenant, source).await?;
        if begins_a_day(&newest) {
            self.thin(tenant, source).await?;
        }
        Ok(Watched { measured: u32::try_from(measured).unwrap_or(u32::MAX), waiting })
    }

    async fn unsettled(&self, newest: Option<&Run>) -> Result<u32, PortError> {
        let Some(run) = newest else { return Ok(0) };
        let streams = self.repository.stream_runs(&run.tenant, &run.id).await?;
        let waiting = streams.iter().filter(|stream| !stream.is_settled()).count();
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }
}
