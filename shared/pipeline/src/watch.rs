//! A look at quality: how a source's runs ended and what they brought is measured and told, and what is due is
//! sent. A kill at any moment leaves the look's own message, or the one that follows it.

use std::sync::Arc;
use std::time::Duration;

use forebay_model::{Instant, Run, RunState, SourceId, TenantId};
use forebay_ports::repository::Slice;
use forebay_ports::{PortError, WorkQueue};

use crate::deliver::{Deliverer, DeliveryReport};
use crate::engine::Engine;
use crate::looks::{FIRST_PAUSE, QualityRequest};
use crate::thin::begins_a_day;

/// What a look at a source came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// Streams' parts of runs that were measured now.
    pub measured: u32,
    /// Streams of the newest run that are still read or profiled: worth another look.
    pub waiting: u32,
    /// Whether there is more to measure than one look takes: worth another one at once.
    pub left: bool,
}

/// The newest run, and the one before.
pub(crate) const NEWEST: Slice = Slice { after: None, limit: 2 };

impl Engine {
    /// Tells how the newest run ended, measures what can be measured, says what cannot yet, and thins or
    /// removes what grew old with the first run of each day. The same look again changes nothing.
    pub async fn watch(&self, tenant: &TenantId, source: &SourceId) -> Result<Watched, PortError> {
        let newest = self.repository.runs(tenant, Some(source), NEWEST).await?;
        self.judge_newest_end(&newest).await?;
        let waiting = self.unsettled(newest.first()).await?;
        let measured = self.measure(tenant, source).await?;
        if begins_a_day(&newest) {
            self.thin(tenant, source).await?;
            self.forget_folded(tenant, source).await?;
            self.prune(tenant, source).await?;
        }
        let parts = u32::try_from(measured.parts).unwrap_or(u32::MAX);
        Ok(Watched { measured: parts, waiting, left: measured.left })
    }

    /// Streams of a run that are not through; one that is still read has at least one.
    pub(crate) async fn unsettled(&self, run: Option<&Run>) -> Result<u32, PortError> {
        let Some(run) = run else { return Ok(0) };
        let streams = self.repository.stream_runs(&run.tenant, &run.id).await?;
        let waiting = streams.iter().filter(|stream| !stream.is_settled()).count();
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        Ok(waiting.max(u32::from(run.state == RunState::Extracting)))
    }
}

/// Does what messages ask for.
pub struct Watcher {
    pub engine: Arc<Engine>,
    pub deliverer: Deliverer,
    pub queue: Arc<dyn WorkQueue>,
}

/// What a message came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookReport {
    pub watched: Watched,
    pub delivered: DeliveryReport,
}

impl Watcher {
    /// Does what the message asks for. Where this is an error, or is killed, the message is to come again; once it
    /// returns `Ok`, whatever is still to be done has a message of its own.
    pub async fn handle(&self, request: &QualityRequest) -> Result<LookReport, PortError> {
        let watched = match request {
            QualityRequest::Look { tenant, source, .. } => self.engine.watch(tenant, source).await,
            QualityRequest::Deliver { .. } => Ok(Watched::default()),
        };
        // Whatever could not be looked at, the alerts that are there are sent.
        let delivered = self.deliverer.deliver(request.tenant()).await?;
        let handled = match request {
            QualityRequest::Look { .. } => None,
            QualityRequest::Deliver { at, .. } => Some(*at),
        };
        self.see_to_the_rest(request.tenant(), handled).await?;
        let watched = watched?;
        if watched.left {
            request.send(self.queue.as_ref(), FIRST_PAUSE).await?;
        } else if watched.waiting > 0
            && let Some((next, pause)) = request.next_look()
        {
            next.send(self.queue.as_ref(), pause).await?;
        }
        Ok(LookReport { watched, delivered })
    }

    /// As long as an alert waits, there is a message that sees to it: one for all of a tenant's, at the time of
    /// the first. It is sent before it is remembered, so that a kill in between doubles it and loses none.
    /// `handled` is the time for which this look was asked, which counts as over also where the queue's clock is
    /// ahead of ours.
    async fn see_to_the_rest(&self, tenant: &TenantId, handled: Option<Instant>) -> Result<(), PortError> {
        let now = self.engine.clock.now();
        let over = handled.map_or(now, |at| at.max(now));
        let repository = &self.engine.repository;
        let Some(waiting) = repository.waiting_deliveries(tenant, now, over).await? else { return Ok(()) };
        let at = waiting.ready.max(now.plus_seconds(1));
        if waiting.asked.is_some_and(|asked| asked <= at) {
            return Ok(());
        }
        let delay = Duration::from_micros(at.micros().saturating_sub(now.micros()).unsigned_abs());
        let request = QualityRequest::Deliver { tenant: tenant.clone(), at, revived: 0 };
        request.send(self.queue.as_ref(), delay).await?;
        repository.look_asked(tenant, at).await
    }
}
