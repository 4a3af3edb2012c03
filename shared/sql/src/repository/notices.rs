//! What runs met on their way, counted per stream and kind.

use std::collections::BTreeMap;

use async_trait::async_trait;
use forebay_model::{NoticeKind, RunId, RunNotice, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::NoticeStore;

use super::retry::again;
use super::{SqlRepository, from_word, word};
use crate::driver::{Transaction, WriteKind};
use crate::table::RUN_NOTICE;
use crate::value::{Row, SqlValue};

pub(super) const OF_RUN: &str = "SELECT [stream], [kind], [occurrences], [detail], [last] FROM [run_notice] \
    WHERE [tenant] = ?1 AND [run] = ?2";

/// `None` sorts first, which is the whole source.
type Notices = BTreeMap<(Option<StreamName>, NoticeKind), RunNotice>;

fn add(notices: &mut Notices, notice: RunNotice) {
    let key = (notice.stream.clone(), notice.kind);
    let Some(known) = notices.get_mut(&key) else {
        notices.insert(key, notice);
        return;
    };
    known.count = known.count.saturating_add(notice.count);
    if notice.last >= known.last {
        known.last = notice.last;
        known.detail = notice.detail;
    }
}

fn read(rows: &[Row]) -> Result<Notices, PortError> {
    let mut notices = Notices::new();
    for row in rows {
        let mut reader = row.reader();
        let stream = reader.text()?;
        let stream = if stream.is_empty() { None } else { StreamName::try_from(stream).ok() };
        let notice = RunNotice {
            stream,
            kind: from_word(reader.text()?)?,
            count: reader.count()?,
            detail: reader.text()?,
            last: reader.instant()?,
        };
        add(&mut notices, notice);
    }
    Ok(notices)
}

fn row(tenant: &TenantId, run: &RunId, notice: &RunNotice) -> Result<Vec<SqlValue>, PortError> {
    Ok(vec![
        tenant.into(),
        run.into(),
        notice.stream.as_ref().map_or("", StreamName::as_str).into(),
        word(notice.kind)?.into(),
        notice.count.into(),
        notice.detail.as_str().into(),
        notice.last.into(),
    ])
}

impl SqlRepository {
    /// Everything but the commit.
    async fn notices_added(
        &self,
        tenant: &TenantId,
        run: &RunId,
        fresh: &Notices,
    ) -> Result<Box<dyn Transaction>, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("notices/{tenant}/{run}")).await?;
        let mut all = read(&tx.query(&self.text(OF_RUN), &[tenant.into(), run.into()]).await?)?;
        for notice in fresh.values() {
            add(&mut all, notice.clone());
        }
        let changed = fresh.keys().filter_map(|key| all.get(key));
        let rows = changed.map(|notice| row(tenant, run, notice)).collect::<Result<_, _>>()?;
        RUN_NOTICE.write(tx.as_mut(), WriteKind::Upsert, rows).await?;
        Ok(tx)
    }
}

#[async_trait]
impl NoticeStore for SqlRepository {
    async fn add_notices(
        &self,
        tenant: &TenantId,
        run: &RunId,
        notices: &[RunNotice],
    ) -> Result<(), PortError> {
        let mut fresh = Notices::new();
        for notice in notices {
            add(&mut fresh, notice.clone());
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let fresh = &fresh;
        // The commit is not tried again: where its answer was lost, counting once more would be wrong.
        again(|| self.notices_added(tenant, run, fresh)).await?.commit().await
    }

    async fn notices(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<RunNotice>, PortError> {
        let rows = self.query(tenant, OF_RUN, &[tenant.into(), run.into()]).await?;
        Ok(read(&rows)?.into_values().collect())
    }
}
