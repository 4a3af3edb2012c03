//! Pages that landed but were never finished are announced again. Events get lost in ways nobody
//! reports: the Functions host moves its checkpoint also when a function fails, and a crashed handler
//! takes its batch with it. Announcing a finished page does no harm.

use forebay_model::{Instant, SourceConfig};
use forebay_ports::PortError;
use forebay_ports::repository::PageState;

use crate::engine::Engine;

/// Pages announced again in one sweep; the next sweep takes the rest.
const LIMIT: u32 = 1_000;

impl Engine {
    /// Announces pages of the source that landed before `before` and are not yet profiled. Gives their
    /// number.
    pub async fn sweep(&self, source: &SourceConfig, before: Instant) -> Result<usize, PortError> {
        let pages = self.repository.unfinished_pages(&source.tenant, &source.id, before, LIMIT).await?;
        for stored in &pages {
            match stored.state {
                PageState::Landed => self.announce_landed(&stored.page).await?,
                PageState::Applied => self.announce_transformed(&stored.page, stored.outcome).await?,
                PageState::Profiled | PageState::Unappliable(_) => {}
            }
        }
        if !pages.is_empty() {
            tracing::warn!(tenant = %source.tenant, source = %source.id, pages = pages.len(), "unfinished pages announced again");
        }
        Ok(pages.len())
    }
}
