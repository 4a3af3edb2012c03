//! The messages of the queue `quality`, and when the next one is sent. Everything that has an alert follow from it
//! sends one before it is done, so that a kill at any moment leaves a message.

use std::time::Duration;

use bytes::Bytes;
use forebay_model::{Instant, NoticeKind, RunId, RunNotice, SourceId, TenantId};
use forebay_ports::queue::MAX_DELAY;
use forebay_ports::repository::Slice;
use forebay_ports::{PortError, WorkQueue};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;

/// The queue of looks.
pub const QUALITY_QUEUE: &str = "quality";

/// Profiling follows extraction by seconds.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// Minutes from one look to the next, while the newest run is still read or profiled: seven wake-ups in an hour.
/// The hub gives a page up after half of that; whatever is profiled later asks for a look itself.
const MINUTES: [u64; 6] = [1, 2, 4, 8, 15, 30];

/// Minutes until a message comes back that failed whenever it was tried. Five failures are over in two and a half:
/// the first pause is for a database that was away for a moment.
const REVIVED_MINUTES: [u64; 6] = [10, 60, 120, 240, 480, 960];

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum QualityRequest {
    /// Look at what a source's runs brought, and send what is due.
    Look {
        tenant: TenantId,
        source: SourceId,
        /// How often it was looked before, while something was waited for.
        #[serde(default)]
        looks: u32,
        /// How often it came back from the poison queue.
        #[serde(default)]
        revived: u32,
    },
    /// Send what is due of a tenant's alerts; the first is at that time.
    Deliver {
        tenant: TenantId,
        at: Instant,
        #[serde(default)]
        revived: u32,
    },
}

impl QualityRequest {
    /// The first look at what a run brought. It is followed by others while something waits.
    pub fn first_look(tenant: &TenantId, source: &SourceId) -> Self {
        Self::Look { tenant: tenant.clone(), source: source.clone(), looks: 0, revived: 0 }
    }

    /// A look that waits for nothing.
    pub fn one_look(tenant: &TenantId, source: &SourceId) -> Self {
        let looks = u32::try_from(MINUTES.len()).unwrap_or(u32::MAX);
        Self::Look { tenant: tenant.clone(), source: source.clone(), looks, revived: 0 }
    }

    /// Says what is wrong without the message's content.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let problem = |_| format!("a message of {} bytes is no request to look at quality", body.len());
        serde_json::from_slice(body).map_err(problem)
    }

    pub fn tenant(&self) -> &TenantId {
        match self {
            Self::Look { tenant, .. } | Self::Deliver { tenant, .. } => tenant,
        }
    }

    /// The look that follows this one where something is still waited for, and after how long.
    pub fn next_look(&self) -> Option<(Self, Duration)> {
        let Self::Look { tenant, source, looks, .. } = self else { return None };
        let minutes = MINUTES.get(usize::try_from(*looks).ok()?)?;
        let next =
            Self::Look { tenant: tenant.clone(), source: source.clone(), looks: looks + 1, revived: 0 };
        Some((next, Duration::from_secs(60 * minutes)))
    }

    /// The same once more, and after how long; `None` where it was tried for more than a day.
    pub fn revived(&self) -> Option<(Self, Duration)> {
        let mut again = self.clone();
        let (Self::Look { revived, .. } | Self::Deliver { revived, .. }) = &mut again;
        let minutes = REVIVED_MINUTES.get(usize::try_from(*revived).ok()?)?;
        *revived += 1;
        Some((again, Duration::from_secs(60 * minutes)))
    }

    /// Durable when this returns; seen after `delay`.
    pub async fn send(&self, queue: &dyn WorkQueue, delay: Duration) -> Result<(), PortError> {
        let body = serde_json::to_vec(self)
            .map_err(|error| PortError::Rejected { service: "the queue", detail: error.to_string() })?;
        queue.send(QUALITY_QUEUE, Bytes::from(body), Some(delay.min(MAX_DELAY))).await
    }
}

impl Engine {
    /// Asks to look at a source's newest run, which is about to end. Where the queue does not take it, the run
    /// ends all the same: the next firing of the source's timer asks again.
    pub(crate) async fn ask_to_look(&self, tenant: &TenantId, source: &SourceId) {
        self.send_look(&QualityRequest::first_look(tenant, source), source).await;
    }

    /// Asks to look once, where something is profiled and not measured, where how the newest run ended is not
    /// told, or an alert waits that nobody is asked to send: some message was lost, or what it asked for came too
    /// late for it.
    pub async fn remind(&self, tenant: &TenantId, source: &SourceId) -> Result<bool, PortError> {
        let now = self.clock.now();
        let forgotten = match self.repository.waiting_deliveries(tenant, now, now).await? {
            Some(waiting) => waiting.asked.is_none_or(|asked| asked > waiting.ready.max(now)),
            None => false,
        };
        let owed = forgotten
            || self.is_measurable(tenant, source).await?
            || self.is_end_untold(tenant, source).await?;
        if owed {
            self.send_look(&QualityRequest::one_look(tenant, source), source).await;
        }
        Ok(owed)
    }

    /// Asks to look at what a batch of pages completed, where its run is over. While it is read, its end is still
    /// to ask.
    pub(crate) async fn ask_if_complete(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        run: &RunId,
    ) -> Result<(), PortError> {
        let run = self.repository.run(tenant, run).await?;
        if self.unsettled(run.as_ref()).await? == 0 && self.is_measurable(tenant, source).await? {
            self.send_look(&QualityRequest::one_look(tenant, source), source).await;
        }
        Ok(())
    }

    /// Says on the source's newest run that nobody could look at it. Where that cannot be said either, it is in
    /// the log.
    pub async fn note_not_measured(&self, tenant: &TenantId, source: &SourceId, why: &str) {
        if let Err(error) = self.try_to_note(tenant, source, why).await {
            tracing::warn!(%tenant, %source, %error, "the run does not say that it is not measured");
        }
    }

    async fn try_to_note(&self, tenant: &TenantId, source: &SourceId, why: &str) -> Result<(), PortError> {
        let newest = Slice { after: None, limit: 1 };
        let runs = self.repository.runs(tenant, Some(source), newest).await?;
        let Some(run) = runs.first() else { return Ok(()) };
        let (detail, last) = (why.to_owned(), self.clock.now());
        let notice = RunNotice { stream: None, kind: NoticeKind::NotMeasured, count: 1, detail, last };
        self.repository.add_notices(tenant, &run.id, &[notice]).await
    }

    async fn send_look(&self, request: &QualityRequest, source: &SourceId) {
        let Some(queue) = &self.queue else { return };
        if let Err(error) = request.send(queue.as_ref(), FIRST_PAUSE).await {
            let tenant = request.tenant();
            tracing::error!(%tenant, %source, %error, "nobody is asked to look at quality; the source's next run asks again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> QualityRequest {
        let (tenant, source) = (TenantId::new("acme").unwrap(), SourceId::new("netsuite").unwrap());
        QualityRequest::first_look(&tenant, &source)
    }

    #[test]
    fn a_page_that_is_stuck_costs_seven_looks_within_an_hour() {
        let mut pauses = vec![FIRST_PAUSE.as_secs()];
        let mut request = look();
        while let Some((next, pause)) = request.next_look() {
            pauses.push(pause.as_secs());
            request = next;
        }
        assert_eq!(pauses, [5, 60, 120, 240, 480, 900, 1_800]);
        assert!(pauses.iter().sum::<u64>() <= 3_605);
        let (tenant, source) = (TenantId::new("acme").unwrap(), SourceId::new("netsuite").unwrap());
        assert_eq!(QualityRequest::one_look(&tenant, &source).next_look(), None);
    }

    #[test]
    fn what_fails_for_more_than_a_day_is_left_to_the_next_run() {
        let (mut request, mut minutes) = (look(), Vec::new());
        while let Some((next, pause)) = request.revived() {
            minutes.push(pause.as_secs() / 60);
            request = next;
        }
        assert_eq!(minutes[0], 10, "a database that was away for a moment costs no hour");
        assert_eq!(minutes.iter().sum::<u64>(), 31 * 60 + 10);
        assert_eq!(request.next_look().unwrap().0.revived().unwrap().1.as_secs(), 600, "a look of its own");
    }

    #[test]
    fn a_message_is_read_back_and_what_is_none_is_refused_without_its_content() {
        let bare = br#"{"ask":"look","tenant":"acme","source":"netsuite"}"#;
        assert_eq!(QualityRequest::parse(bare), Ok(look()));
        let at = Instant::EPOCH;
        let deliver = QualityRequest::Deliver { tenant: look().tenant().clone(), at, revived: 2 };
        for request in [look(), deliver] {
            let body = serde_json::to_vec(&request).unwrap();
            assert_eq!(QualityRequest::parse(&body), Ok(request));
        }
        for body in [&b"secret"[..], b"{}", br#"{"ask":"secret","tenant":"acme"}"#] {
            let problem = QualityRequest::parse(body).unwrap_err();
            assert!(problem.contains("is no request") && !problem.contains("secret"), "{problem}");
        }
    }
}
