//! What was taken into alerts, by stream and run.

use std::collections::BTreeMap;

use forebay_model::alert::{CauseKind, Folded};
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::AlertFold;

use super::super::{SqlRepository, to_json};
use super::stream_or_empty;
use crate::driver::{Transaction, WriteKind};
use crate::table::ALERT_FOLD;
use crate::value::{Row, SqlValue};

const FOLDED: &str = "SELECT [run], [revision], [body] FROM [alert_fold] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND [stream] = ?3 AND [run] >= ?4 ORDER BY [run]";

/// The newest run of each stream stays: the next look asks for it, however long ago it was.
const FORGET: &str = "DELETE FROM [alert_fold] WHERE [tenant] = ?1 AND [source] = ?2 AND [at] < ?3 \
    AND EXISTS (SELECT 1 FROM [alert_fold] AS n WHERE n.[tenant] = [alert_fold].[tenant] \
    AND n.[source] = [alert_fold].[source] AND n.[stream] = [alert_fold].[stream] AND n.[run] > [alert_fold].[run])";

pub(super) fn statements() -> Vec<(&'static str, String)> {
    vec![("alert_folded", FOLDED.into()), ("alert_fold_forget", FORGET.into())]
}

fn read(row: &Row) -> Result<Folded, PortError> {
    let mut reader = row.reader();
    let (run, revision) = (reader.id()?, reader.count()?);
    let findings: BTreeMap<CauseKind, String> = reader.json()?;
    Ok(Folded { run, revision, findings })
}

fn params(tenant: &TenantId, source: &SourceId, stream: Option<&StreamName>, from: &RunId) -> [SqlValue; 4] {
    [tenant.into(), source.into(), stream_or_empty(stream), from.into()]
}

impl SqlRepository {
    pub(super) async fn read_folded(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: Option<&StreamName>,
        from: &RunId,
    ) -> Result<Vec<Folded>, PortError> {
        let rows = self.query(tenant, FOLDED, &params(tenant, source, stream, from)).await?;
        rows.iter().map(read).collect()
    }

    /// Writes what is folded, if what it was decided by still is so. False where it is written already and
    /// `nothing_else` is left to save: the answer was lost.
    pub(super) async fn fold_within(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        fold: &AlertFold<'_>,
        nothing_else: bool,
    ) -> Result<bool, PortError> {
        let AlertFold { source, stream, folded, .. } = *fold;
        let rows = tx.query(&self.text(FOLDED), &params(tenant, source, stream, &folded.run)).await?;
        let known = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if nothing_else && known.contains(folded) {
            return Ok(false);
        }
        if known != fold.read {
            return Err(PortError::Conflict { what: format!("what was folded of run {}", folded.run) });
        }
        let row = vec![
            tenant.into(),
            source.into(),
            stream_or_empty(stream),
            (&folded.run).into(),
            folded.revision.into(),
            fold.at.into(),
            to_json(&folded.findings)?.into(),
        ];
        ALERT_FOLD.write(tx, WriteKind::Upsert, vec![row]).await?;
        Ok(true)
    }

    pub(super) async fn forget_folded_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        before: Instant,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.execute(&self.text(FORGET), &[tenant.into(), source.into(), before.into()]).await?;
        tx.commit().await
    }
}
