//! What the source counts, before a stream is read and after: for those who wait, and for those who doubt.

use forebay_model::{NoticeKind, StreamName, StreamRun};
use forebay_ports::repository::VersionedSchema;
use forebay_ports::{Access, PortError};

use super::StreamReader;

impl StreamReader<'_> {
    /// A stream that is read from its beginning takes long enough for a person to wait: what the source
    /// counts beforehand is what its progress is told by. Where it does not count, reading goes on without.
    pub(super) async fn expect(&self, schema: &VersionedSchema, state: &StreamRun) -> Result<(), PortError> {
        if state.start.is_some() || state.expected.is_some() {
            return Ok(());
        }
        let stream = &state.stream;
        match self.connector.count(self.request(schema, None)).await {
            Ok(Some(counted)) => {
                let (tenant, run) = (&self.source.tenant, &self.run.id);
                self.engine.repository.expect_records(tenant, run, stream, counted).await
            }
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::debug!(%stream, run = %self.run.id, %error, "the source did not count beforehand");
                Ok(())
            }
        }
    }

    /// What the source counts for the run's window, compared with what was read. The end is proven
    /// without it, so a source that does not answer now costs the comparison, not the stream.
    pub(super) async fn reconcile(
        &self,
        schema: &VersionedSchema,
        state: &StreamRun,
        before_restart: u64,
    ) -> Result<Option<u64>, PortError> {
        let (stream, read) = (&state.stream, state.records.saturating_sub(before_restart));
        if state.start.is_none() && state.records == 0 {
            self.doubt_emptiness(stream).await?;
        }
        let counted = match self.connector.count(self.request(schema, state.start.as_ref())).await {
            Ok(counted) => counted,
            Err(error) => {
                tracing::warn!(%stream, run = %self.run.id, %error, "the source did not count");
                None
            }
        };
        if let Some(counted) = counted.filter(|counted| *counted > read) {
            let detail = format!(
                "the source counts {counted} records in the run's window, {read} were read; records that became \
                 visible meanwhile are read by the next runs"
            );
            self.note(Some(stream), NoticeKind::CountMismatch, detail).await?;
        }
        Ok(counted)
    }

    async fn doubt_emptiness(&self, stream: &StreamName) -> Result<(), PortError> {
        match self.connector.probe(stream).await {
            Ok(Access::EmptyOrForbidden { detail }) => {
                self.note(Some(stream), NoticeKind::EmptyOrForbidden, detail).await
            }
            Ok(Access::Readable { .. }) | Err(_) => Ok(()),
        }
    }
}
