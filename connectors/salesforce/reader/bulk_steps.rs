//! A full read by the Bulk API, one step a page, so that each is remembered: a job that was made is found again,
//! and read on from the part that landed last.

use super::{Read, Reader, Rest};
use crate::salesforce::bulk::{self, Status};
use crate::salesforce::cursor::{By, Full, Open, Plan};
use crate::salesforce::failure::Failure;
use crate::salesforce::soql::Slice;

/// Jobs lost for one range before it is read over REST.
const TRIES: u32 = 2;
/// Times a job is asked for, at ten seconds each, before it is given up: some three hours.
const POLLS: u32 = 1_000;

fn with(full: &Full, by: By) -> Open {
    Open::Full(Full { by, ..full.clone() })
}

/// Over REST instead, from the range's beginning: the Bulk API's rows come in no order, so there is no place to go
/// on from, and rows read twice are one.
fn over_rest(full: &Full, why: &str) -> Read {
    tracing::warn!(reason = why, "the Bulk API does not read it; REST does");
    Read::nothing(with(full, By::Rest))
}

impl Reader<'_> {
    pub(super) async fn bulk_step(&self, plan: &Plan<'_>, full: &Full) -> Result<Read, Failure> {
        match &full.by {
            By::BulkCreate { tries, counted } => self.create_job(plan, full, *tries, *counted).await,
            By::BulkWait { .. } => self.await_job(plan, full).await,
            By::Bulk { .. } => self.read_part(plan, full).await,
            By::BulkDelete { job, read } => {
                bulk::delete(self.client, job).await?;
                let open = Open::Full(full.clone());
                let proof =
                    format!("the bulk job's last part is read, {read} rows as it says, {}", open.describe());
                Ok(Read { rest: Rest::End(proof), ..Read::nothing(open) })
            }
            By::Undecided | By::Rest => Ok(Read::nothing(with(full, By::Rest))),
        }
    }

    async fn create_job(
        &self,
        plan: &Plan<'_>,
        full: &Full,
        tries: u32,
        counted: Option<u64>,
    ) -> Result<Read, Failure> {
        let open = Open::Full(full.clone());
        let counted = match counted {
            None => self.count_in_time(plan, &open).await?,
            counted => counted,
        };
        if counted == Some(0) {
            return Ok(Read::nothing(with(full, By::Rest)));
        }
        let rows = open.rows();
        let slice = Slice { schema: plan.schema, rows: &rows };
        match bulk::create(self.client, &slice.bulk(), slice.scope()).await {
            Ok(job) => Ok(Read::nothing(with(full, By::BulkWait { job, polls: 0, tries, counted }))),
            // The object, or this user, has no Bulk API.
            Err(
                Failure::Refused { detail, .. }
                | Failure::NotPermitted { detail }
                | Failure::NotFound { detail },
            ) => Ok(over_rest(full, &detail)),
            Err(failure) => Err(failure),
        }
    }

    async fn await_job(&self, plan: &Plan<'_>, full: &Full) -> Result<Read, Failure> {
        let By::BulkWait { job, polls, tries, counted } = &full.by else {
            return Ok(Read::nothing(with(full, By::Rest)));
        };
        let (polls, tries, counted) = (*polls, *tries, *counted);
        tokio::time::sleep(self.client.patience(polls)).await;
        match bulk::status(self.client, job).await {
            Ok(Status::Working) if polls < POLLS => {
                let by = By::BulkWait { job: job.clone(), polls: polls + 1, tries, counted };
                Ok(Read::nothing(with(full, by)))
            }
            Ok(Status::Working) => Ok(over_rest(full, "the bulk job does not end")),
            Ok(Status::Complete { total }) => {
                if let Some(other) = self.lacking(plan, full, total, counted, tries).await? {
                    bulk::delete(self.client, job).await?;
                    return Ok(other);
                }
                let by = By::Bulk { job: job.clone(), total, read: 0, locator: None, tries };
                Ok(Read::nothing(with(full, by)))
            }
            // A field that the user may not see fails the job too; over REST the answer names it.
            Ok(Status::Lost { why }) => Ok(over_rest(full, &why)),
            Err(Failure::NotFound { detail }) => Ok(again(full, tries, &detail)),
            Err(failure) => Err(failure),
        }
    }

    /// What is done instead, where a job found nothing, or less than was counted, and the same rows counted again
    /// do not explain it: rows that changed or were deleted meanwhile are in no job, and rows that sharing hides
    /// are in none either.
    async fn lacking(
        &self,
        plan: &Plan<'_>,
        full: &Full,
        total: u64,
        counted: Option<u64>,
        tries: u32,
    ) -> Result<Option<Read>, Failure> {
        if total > 0 && counted.is_none_or(|counted| counted <= total) {
            return Ok(None);
        }
        let now = self.count_in_time(plan, &Open::Full(full.clone())).await?;
        Ok(match now {
            Some(now) if now > total => {
                Some(again(full, tries, &format!("it found {total} rows, and COUNT() says {now}")))
            }
            // An empty page over REST is an end only if the object still shows rows.
            Some(0) => Some(over_rest(full, "no row is left of those that a bulk job should find")),
            None if total == 0 => Some(again(full, tries, "it found no row")),
            _ => None,
        })
    }

    async fn read_part(&self, plan: &Plan<'_>, full: &Full) -> Result<Read, Failure> {
        let By::Bulk { job, total, read, locator, tries } = &full.by else {
            return Ok(Read::nothing(with(full, By::Rest)));
        };
        let fields: Vec<&str> = plan.schema.columns.iter().map(|c| c.source_field.as_str()).collect();
        let rows = self.settings.bulk_page_size;
        let results = match bulk::results(self.client, job, locator.as_deref(), rows, &fields).await {
            Ok(results) => results,
            // Results are kept for seven days, and a locator as long as its job.
            Err(Failure::NotFound { detail } | Failure::Refused { detail, .. }) => {
                return Ok(again(full, *tries, &detail));
            }
            Err(failure) => return Err(failure),
        };
        let now = read + u64::from(results.part.rows);
        let by = match results.locator {
            Some(_) if results.part.rows == 0 => {
                return Err(evidence(
                    "a part of the bulk job's result is empty, but not the last",
                    *total,
                    now,
                ));
            }
            Some(_) if now >= *total => {
                return Err(evidence("the bulk job has more parts than rows", *total, now));
            }
            Some(locator) => {
                By::Bulk { job: job.clone(), total: *total, read: now, locator: Some(locator), tries: *tries }
            }
            None if now != *total => {
                return Err(evidence(
                    "the parts of the bulk job's result do not hold what it says",
                    *total,
                    now,
                ));
            }
            None => By::BulkDelete { job: job.clone(), read: now },
        };
        Ok(Read { body: results.part.body, records: results.part.rows, rest: Rest::More(with(full, by)) })
    }
}

fn evidence(what: &str, total: u64, read: u64) -> Failure {
    Failure::Contradiction { evidence: format!("{what}: numberRecordsProcessed={total}, rows read={read}") }
}

/// The job is gone or no good: another is made, and after some of them REST is used.
fn again(full: &Full, tries: u32, why: &str) -> Read {
    if tries >= TRIES {
        return over_rest(full, why);
    }
    tracing::warn!(reason = why, "the bulk job is gone or lacks rows; another one is made");
    Read::nothing(with(full, By::BulkCreate { tries: tries + 1, counted: None }))
}
