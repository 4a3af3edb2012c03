//! Reads pages and counts rows.

mod emptiness;
mod rejected;

use bytes::Bytes;
use forebay_model::Instant;
use forebay_ports::{NextPage, PageRequest, SourceError, SourcePage};

use super::client::{Client, Patience};
use super::cursor::{Next, Phase, Plan, Position, Step};
use super::failure::Failure;
use super::page::{self, Page, Wanted};
use super::query::{Slice, bad_name};
use super::streams::Definition;

/// Reads one stream of one account.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub client: &'a Client,
    pub definition: &'a Definition,
    pub page_size: u32,
    pub overlap_seconds: i64,
}

/// What a page says about itself, once checked.
struct Checked {
    body: Bytes,
    records: u32,
    more: bool,
    last: Option<Position>,
}

impl Reader<'_> {
    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let (plan, step) = self.plan(&request)?;
        let checked = match self.page(&plan, &step, Patience::Usual).await {
            Ok(checked) => checked,
            Err(failure) => match rejected::explain(self.client, request.schema, failure).await {
                Some(error) => return Err(error),
                // The columns are not to blame, so it is an outage, which is waited for.
                None => {
                    let again = self.page(&plan, &step, Patience::Outage).await;
                    again.map_err(|failure| failure.of_stream(&request.schema.stream))?
                }
            },
        };
        let proof = match checked.records == 0 && !checked.more && step.is_very_first() {
            true => self.prove_empty(&plan, &step).await?,
            false => self.proof(&plan, &step, &checked),
        };
        let next = match plan.next(&step, checked.last, checked.more, request.bound) {
            Next::More(cursor) => NextPage::More(cursor),
            Next::End(cursor) => NextPage::End { cursor, proof },
        };
        Ok(SourcePage { body: checked.body, records: checked.records, replaces: Vec::new(), next })
    }

    pub async fn count(&self, request: PageRequest<'_>) -> Result<u64, SourceError> {
        let (plan, step) = self.plan(&request)?;
        let mut total = 0;
        for step in plan.remaining(step, request.bound) {
            let counted = self.count_slice(&slice(&plan, &step)).await;
            total += counted.map_err(|failure| failure.of_stream(&request.schema.stream))?;
        }
        Ok(total)
    }

    fn plan<'p>(&'p self, request: &PageRequest<'p>) -> Result<(Plan<'p>, Step), SourceError> {
        let stream = &request.schema.stream;
        if let Some(name) = bad_name(request.schema) {
            return Err(SourceError::RejectedColumns {
                stream: stream.clone(),
                columns: vec![name.to_owned()],
                detail: "a name in SuiteQL starts with a letter and holds letters, digits and underscores"
                    .into(),
            });
        }
        let plan = Plan {
            definition: self.definition,
            schema: request.schema,
            overlap_seconds: self.overlap_seconds,
        };
        let step = plan.step(request.cursor, request.bound);
        let step = step.map_err(|detail| SourceError::GoneCursor { stream: stream.clone(), detail })?;
        Ok((plan, step))
    }

    async fn page(&self, plan: &Plan<'_>, step: &Step, patience: Patience) -> Result<Checked, Failure> {
        let sql = slice(plan, step).rows();
        let field = |name: &str| plan.schema.column(name).map_or(name.to_owned(), |c| c.source_field.clone());
        let key: Vec<String> = plan.schema.key.iter().map(|name| field(name)).collect();
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        let timed = plan.schema.modified.as_deref().filter(|_| step.phase == Phase::Changed).map(field);
        let read = |body: Bytes| {
            let page = page::parse(&body, Wanted { key: &key, modified: timed.as_deref() })?;
            let last = check(plan, step, &page, self.page_size)?;
            let (more, records) = (page.has_more, u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
            Ok(Checked { body, records, more, last })
        };
        self.client.suiteql(&sql, self.page_size, patience, read).await
    }

    fn proof(&self, plan: &Plan<'_>, step: &Step, checked: &Checked) -> String {
        let after =
            step.after.as_ref().map_or_else(String::new, |after| format!(" after {}", plan.place(after)));
        let rows = format!("{} of {} rows", checked.records, self.page_size);
        format!("hasMore=false with {rows}{after}, {}", plan.describe(step))
    }

    async fn prove_empty(&self, plan: &Plan<'_>, step: &Step) -> Result<String, SourceError> {
        let stream = &plan.schema.stream;
        let found =
            self.count_slice(&slice(plan, step)).await.map_err(|failure| failure.of_stream(stream))?;
        emptiness::prove(self.client, self.definition, found, &plan.describe(step)).await
    }

    async fn count_slice(&self, slice: &Slice<'_>) -> Result<u64, Failure> {
        let read = |body: Bytes| {
            let page = page::parse(&body, Wanted { key: &["n"], modified: None })?;
            let number = page.rows.first().and_then(|row| row.key.first()?.as_deref()?.parse().ok());
            number.ok_or_else(|| "COUNT(*) gave no number".to_owned())
        };
        self.client.suiteql(&slice.count(), 1, Patience::Outage, read).await
    }
}

fn slice<'a>(plan: &'a Plan<'a>, step: &'a Step) -> Slice<'a> {
    Slice { schema: plan.schema, phase: step.phase, window: plan.window(step), after: step.after.as_ref() }
}

/// Checks a page against itself and against the place it was asked from; gives the place of its last row.
fn check(plan: &Plan<'_>, step: &Step, page: &Page<'_>, limit: u32) -> Result<Option<Position>, String> {
    if let Some(evidence) = page.contradiction(limit) {
        return Err(evidence);
    }
    let mut previous = step.after.clone();
    for (ordinal, row) in page.rows.iter().enumerate() {
        let here = position(plan, step, row)
            .map_err(|what| format!("row {ordinal} has no {what}, which pages are read by"))?;
        if let Some(before) = &previous {
            let unmoved = *before == here;
            if unmoved || plan.advances(step.phase, before, &here) == Some(false) {
                return Err(format!(
                    "row {ordinal} ({}) does not come after {}: {}",
                    plan.place(&here),
                    plan.place(before),
                    if unmoved {
                        "two rows share a key, choose one that is unique"
                    } else {
                        "the rows are not in order"
                    }
                ));
            }
        }
        previous = Some(here);
    }
    Ok(previous)
}

fn position(plan: &Plan<'_>, step: &Step, row: &page::Row<'_>) -> Result<Position, String> {
    let named = plan.schema.key.iter().zip(&row.key);
    let key: Result<Vec<String>, String> =
        named.map(|(name, value)| value.as_deref().map(str::to_owned).ok_or_else(|| name.clone())).collect();
    let modified = match (step.phase, plan.schema.modified.as_deref()) {
        (Phase::Changed, Some(name)) => {
            let text = row.modified.as_deref().ok_or_else(|| name.to_owned())?;
            Instant::parse(text).ok_or_else(|| format!("{name} in UTC"))?;
            Some(text.to_owned())
        }
        _ => None,
    };
    Ok(Position { modified, key: key? })
}

#[cfg(test)]
mod tests;
