//! A batch of transformed pages: observed, merged into the run's profiles, saved once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use forebay_model::event::{PAGE_TRANSFORMED, PageTransformed};
use forebay_model::{NoticeKind, PageDescriptor, PageId, RunId, RunNotice, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::Profiled;

use crate::engine::Engine;
use crate::inbound::{Inbound, keep_undelivered};
use crate::quality::Observed;

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProfileReport {
    pub pages: usize,
    /// Pages that had been profiled before.
    pub repeated: usize,
    /// Events that are not ours, or whose page cannot be profiled, kept aside.
    pub undelivered: usize,
    pub records: u64,
}

/// Merging is tried again when another instance merged first; each try makes progress for somebody.
const MAX_TRIES: u32 = 50;

type Group = (TenantId, RunId, StreamName);

impl Engine {
    /// Profiles the pages that the events announce, and asks to look at runs that are complete with them. An error
    /// means that the batch is to be delivered again; what was saved until then does not count twice.
    pub async fn profile(&self, events: &[Inbound]) -> Result<ProfileReport, PortError> {
        let mut report = ProfileReport::default();
        let mut groups: BTreeMap<Group, Vec<PageDescriptor>> = BTreeMap::new();
        let mut seen = HashSet::new();
        let mut bodies: Vec<(PageId, &Inbound)> = Vec::new();
        for event in events {
            let Some(envelope) = self.read_or_keep::<PageTransformed>(event, PAGE_TRANSFORMED).await? else {
                report.undelivered += 1;
                continue;
            };
            let page = envelope.data.page;
            if seen.insert(page.id.clone()) {
                bodies.push((page.id.clone(), event));
                let group = (page.tenant.clone(), page.run.clone(), page.stream.clone());
                groups.entry(group).or_default().push(page);
            }
        }
        let mut runs = BTreeSet::new();
        for (group, pages) in groups {
            let run = |page: &PageDescriptor| (page.tenant.clone(), page.source.clone(), page.run.clone());
            runs.extend(pages.first().map(run));
            let ids: Vec<PageId> = pages.iter().map(|p| p.id.clone()).collect();
            match self.profile_group(&group, pages, &mut report).await {
                Ok(()) => {}
                Err(error) if error.concerns_one_page() => {
                    let theirs = bodies.iter().filter(|(id, _)| ids.contains(id)).map(|(_, e)| (*e).clone());
                    report.undelivered += ids.len();
                    let reason = error.to_string();
                    keep_undelivered(self, &theirs.collect::<Vec<_>>(), &reason).await?;
                    self.give_up(&group, &ids, &reason).await?;
                }
                Err(error) => return Err(error),
            }
        }
        for (tenant, source, run) in runs {
            // Also where all pages are repeated: a kill may have come before the look was asked for.
            self.ask_if_complete(&tenant, &source, &run).await?;
        }
        Ok(report)
    }

    /// These pages are not waited for any more, and their run says so: the rest of it is measured without them.
    async fn give_up(
        &self,
        (tenant, run, stream): &Group,
        pages: &[PageId],
        reason: &str,
    ) -> Result<(), PortError> {
        let now = self.clock.now();
        let count = self.repository.fail_profiles(tenant, pages, reason, now).await?;
        // None where this was known, or where the events name pages that there are not.
        if count == 0 {
            return Ok(());
        }
        let detail = format!("pages that no profile or rule takes into account: {reason}");
        let (stream, kind) = (Some(stream.clone()), NoticeKind::NotProfiled);
        let notice = RunNotice { stream, kind, count, detail, last: now };
        self.repository.add_notices(tenant, run, &[notice]).await
    }

    async fn profile_group(
        &self,
        group: &Group,
        mut pages: Vec<PageDescriptor>,
        report: &mut ProfileReport,
    ) -> Result<(), PortError> {
        report.pages += pages.len();
        for _ in 0..MAX_TRIES {
            let ids: Vec<PageId> = pages.iter().map(|p| p.id.clone()).collect();
            let open: HashSet<PageId> =
                self.repository.unprofiled(&group.0, &ids).await?.into_iter().collect();
            report.repeated += pages.iter().filter(|p| !open.contains(&p.id)).count();
            pages.retain(|p| open.contains(&p.id));
            if pages.is_empty() {
                return Ok(());
            }
            let observed = self.observe_pages(&pages).await?;
            let records = observed.records;
            if self.merge_and_save(group, &pages, observed).await? {
                report.records += records;
                return Ok(());
            }
        }
        Err(PortError::Conflict { what: format!("the profile of stream {} in run {}", group.2, group.1) })
    }

    /// False where another writer merged in between.
    async fn merge_and_save(
        &self,
        (tenant, run, stream): &Group,
        pages: &[PageDescriptor],
        observed: Observed,
    ) -> Result<bool, PortError> {
        let (revision, stored) = self.repository.run_profiles(tenant, run, stream).await?;
        let states = observed.merged(stored).map_err(|why| PortError::Rejected {
            service: "profile store",
            detail: format!("a stored state of stream {stream} cannot be read: {why}"),
        })?;
        let ids: Vec<PageId> = pages.iter().map(|p| p.id.clone()).collect();
        let saved = self.repository.save_profiles(tenant, run, stream, revision, &states, &ids).await?;
        Ok(saved == Profiled::Saved)
    }
}
