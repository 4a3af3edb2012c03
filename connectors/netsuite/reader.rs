//! Reads pages and counts rows.

mod check;
mod emptiness;
mod rejected;
mod sets;
mod wide;
mod witness;

use bytes::Bytes;
use forebay_model::{Cursor, Instant};
use forebay_ports::{Access, NextPage, PageRequest, Slices, SourceError, SourcePage};

use self::check::{Checked, check};
use self::witness::Witness;
use super::client::Client;
use super::cursor::{Next, Part, Phase, Plan, Seen, Step};
use super::failure::Failure;
use super::page::{self, Wanted};
use super::query::{Slice, bad_name};
use super::streams::Definition;
use super::tried::Patience;
use crate::window::Rules;

/// Reads one stream of one account.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub client: &'a Client,
    pub definition: &'a Definition,
    pub page_size: u32,
    pub rules: Rules,
    /// Rows worth a part of their own in a first load; 0 never splits.
    pub slice_rows: u64,
}

/// Parts of one stream's first load at most.
const MOST_PARTS: u64 = 8;

impl Reader<'_> {
    /// A page. Answers without rows are passed over until something is found or the stream ends, and are
    /// believed only for what is found after them: see [`witness`].
    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let (plan, mut step) = self.plan(&request)?;
        let mut proof = Vec::new();
        loop {
            let checked = self.answer(&plan, &step, &request).await?;
            let replaces = self.replaces(&plan, &checked.sets).await?;
            proof.push(self.proof(&plan, &step, &checked));
            if checked.orphans {
                self.see_parents(&plan).await?;
            }
            let mut seen = Seen::of(&checked);
            let mut next = plan.next(&step, seen.clone(), request.bound);
            let ends = matches!(next, Next::End(_)) || step.is_first_without_rows();
            if checked.records == 0 && (ends || !replaces.is_empty()) {
                match self.witness(&plan, &step).await? {
                    Witness::Rows(words) | Witness::AllGone(words) => proof.push(words),
                    Witness::Never(words) => {
                        proof.push(words);
                        let (cursor, proof) = (plan.beginning(), proof.join("; "));
                        let next = NextPage::End { cursor, proof };
                        return Ok(SourcePage { body: checked.body, records: 0, replaces: Vec::new(), next });
                    }
                }
                seen.rows = true;
                next = plan.next(&step, seen, request.bound);
            }
            let next = match next {
                Next::More(cursor) if checked.records == 0 && replaces.is_empty() => {
                    step = self.step(&plan, Some(&cursor), &request)?;
                    continue;
                }
                Next::More(cursor) => NextPage::More(cursor),
                Next::End(cursor) => NextPage::End { cursor, proof: proof.join("; ") },
            };
            return Ok(SourcePage { body: checked.body, records: checked.records, replaces, next });
        }
    }

    async fn answer(
        &self,
        plan: &Plan<'_>,
        step: &Step,
        request: &PageRequest<'_>,
    ) -> Result<Checked, SourceError> {
        let failure = match self.page(plan, step, request.bound, Patience::Usual).await {
            Ok(checked) => return Ok(checked),
            Err(failure) => failure,
        };
        if let Some(error) = rejected::explain(self.client, self.definition, plan.schema, failure).await {
            return Err(error);
        }
        // The columns are not to blame, so it is an outage, which is waited for.
        let again = self.page(plan, step, request.bound, Patience::Outage).await;
        again.map_err(|failure| failure.of_stream(&plan.schema.stream))
    }

    pub async fn count(&self, request: PageRequest<'_>) -> Result<u64, SourceError> {
        let (plan, step) = self.plan(&request)?;
        let mut total = 0;
        for step in plan.remaining(step, request.bound) {
            if step.phase == Phase::Childless {
                continue;
            }
            let counted = self.count_slice(&slice(&plan, &step)).await;
            total += counted.map_err(|failure| failure.of_stream(&request.schema.stream))?;
        }
        Ok(total)
    }

    /// Ranges of the first key column, as many as the rows are worth.
    pub async fn slices(&self, request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        let (plan, step) = self.plan(&request)?;
        if self.slice_rows == 0 || step.phase != Phase::ByKey || !self.definition.integer_key {
            return Ok(None);
        }
        let read = |body: Bytes| {
            let page = page::parse(
                &body,
                Wanted { key: &["n", "lowest", "highest"], modified: None, parent: None },
            )?;
            let row = page.rows.first().map(|row| row.key.as_slice()).unwrap_or_default();
            let numbers: Vec<Option<i64>> =
                row.iter().map(|value| value.as_deref().and_then(|n| n.parse().ok())).collect();
            Ok(numbers)
        };
        let extent = self.client.suiteql(&slice(&plan, &step).extent(), 1, Patience::Outage, read).await;
        let extent = extent.map_err(|failure| failure.of_stream(&request.schema.stream))?;
        let [Some(rows), Some(lowest), Some(highest)] = extent[..] else { return Ok(None) };
        let parts = ranges(lowest, highest, (rows.unsigned_abs() / self.slice_rows).min(MOST_PARTS));
        if parts.len() < 2 {
            return Ok(None);
        }
        let (begin, then) = plan.parts(parts, request.bound);
        Ok(Some(Slices { begin, then }))
    }

    /// The cheapest question: any row of the table?
    pub async fn probe(&self) -> Result<Access, SourceError> {
        let stream = &self.definition.stream;
        let first = self.definition.key.first().map_or("id", String::as_str);
        let total = self
            .client
            .suiteql(&format!("SELECT t.{first} FROM {stream} t"), 1, Patience::Usual, total)
            .await;
        let (rows, total) = total.map_err(|failure| failure.of_stream(stream))?;
        if rows > 0 {
            return Ok(Access::Readable { records: total });
        }
        let found = emptiness::ask(self.client, self.definition).await?;
        Ok(match found.is_told() {
            true => Access::Readable { records: Some(0) },
            false => Access::EmptyOrForbidden { detail: format!("SuiteQL shows no row; {}", found.words()) },
        })
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
        let plan = Plan { definition: self.definition, schema: request.schema, rules: self.rules };
        let step = self.step(&plan, request.cursor, request)?;
        Ok((plan, step))
    }

    fn step(
        &self,
        plan: &Plan<'_>,
        cursor: Option<&Cursor>,
        request: &PageRequest<'_>,
    ) -> Result<Step, SourceError> {
        let step = plan.step(cursor, request.bound);
        step.map_err(|detail| SourceError::GoneCursor { stream: plan.schema.stream.clone(), detail })
    }

    async fn page(
        &self,
        plan: &Plan<'_>,
        step: &Step,
        bound: Instant,
        patience: Patience,
    ) -> Result<Checked, Failure> {
        let slice = slice(plan, step);
        let groups = wide::groups(plan.schema);
        let (sql, rest) = match groups.split_first() {
            Some((first, rest)) if !rest.is_empty() && step.phase != Phase::Childless => {
                (slice.rows_of(first), rest)
            }
            _ => (slice.rows(), &[][..]),
        };
        let limit = self.page_size;
        let read = |body: Bytes| check(plan, step, body, limit, bound);
        if rest.is_empty() {
            return self.client.suiteql(&sql, limit, patience, read).await;
        }
        for _ in 0..wide::READINGS {
            let checked = self.client.suiteql(&sql, limit, patience, read).await?;
            if checked.records == 0 {
                return Ok(checked);
            }
            let mut bodies = vec![checked.body.clone()];
            for columns in rest {
                let whole = |body: Bytes| page::rows_only(&body).map(|()| body);
                bodies.push(self.client.suiteql(&slice.rows_of(columns), limit, patience, whole).await?);
            }
            let composed = wide::compose(plan.schema, &bodies)
                .map_err(|evidence| Failure::Contradiction { evidence })?;
            if let Some(body) = composed {
                return Ok(Checked { body, ..checked });
            }
            tracing::info!(stream = %plan.schema.stream, "rows changed between the parts of a page: it is read again");
        }
        Err(Failure::Transient {
            detail: "rows change faster than the parts of their page can be read".into(),
        })
    }

    fn proof(&self, plan: &Plan<'_>, step: &Step, checked: &Checked) -> String {
        let after =
            step.after.as_ref().map_or_else(String::new, |after| format!(" after {}", plan.place(after)));
        let rows = format!("{} of {} rows", checked.records, self.page_size);
        format!("hasMore=false with {rows}{after}, {}", plan.describe(step))
    }

    async fn count_slice(&self, slice: &Slice<'_>) -> Result<u64, Failure> {
        let read = |body: Bytes| {
            let page = page::parse(&body, Wanted { key: &["n"], modified: None, parent: None })?;
            let number = page.rows.first().and_then(|row| row.key.first()?.as_deref()?.parse().ok());
            number.ok_or_else(|| "COUNT(*) gave no number".to_owned())
        };
        self.client.suiteql(&slice.count(), 1, Patience::Outage, read).await
    }
}

/// Rows on the page, and in all where the answer says.
fn total(body: Bytes) -> Result<(usize, Option<u64>), String> {
    let page = page::parse(&body, Wanted { key: &[], modified: None, parent: None })?;
    Ok((page.rows.len(), page.total))
}

fn slice<'a>(plan: &'a Plan<'a>, step: &'a Step) -> Slice<'a> {
    let (part, after) = (step.part.as_ref(), step.after.as_ref());
    Slice { schema: plan.schema, phase: step.phase, span: plan.span(step), part, after }
}

/// Equal ranges; the outer ones are open, so that nothing is outside.
fn ranges(lowest: i64, highest: i64, count: u64) -> Vec<Part> {
    let count = i64::try_from(count).unwrap_or(1);
    let width = highest.saturating_sub(lowest).checked_div(count).unwrap_or(0);
    if width < 1 {
        return Vec::new();
    }
    let edges: Vec<i64> = (1..count).map(|n| lowest + n * width).collect();
    let from = std::iter::once(None).chain(edges.iter().copied().map(Some));
    let below = edges.iter().copied().map(Some).chain([None]);
    from.zip(below).map(|(from, below)| Part { from, below }).collect()
}

#[cfg(test)]
mod tests;
