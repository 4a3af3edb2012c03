//! Reads pages and counts rows.

mod bulk_steps;
mod emptiness;
mod rejected;

use bytes::Bytes;
use forebay_model::{Instant, StreamSchema};
use forebay_ports::{NextPage, PageRequest, Slices, SourceError, SourcePage};

pub use self::emptiness::{is_said_empty, look, shows_rows};

use super::client::{Client, Scope};
use super::config::Settings;
use super::cursor::{By, Full, Next, Open, Plan, Purpose, Step};
use super::describe::Described;
use super::failure::Failure;
use super::page::{self, Page};
use super::ranges;
use super::soql::{Slice, bad_name};
use crate::window::Rules;

/// Reads one object of one org.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub client: &'a Client,
    pub settings: &'a Settings,
}

/// What a page brought, and how the reading goes on.
struct Read {
    body: Bytes,
    records: u32,
    rest: Rest,
}

/// What is left of what is open.
enum Rest {
    More(Open),
    /// Nothing: the proof.
    End(String),
    /// Nothing, says an answer without rows; one that sharing has emptied says the same.
    Empty {
        proof: String,
        /// Whether the object has shown rows before.
        had_rows: bool,
    },
}

impl Read {
    /// A step that reads no rows.
    fn nothing(rest: Open) -> Self {
        Self { body: Bytes::from_static(b"{\"records\":[]}"), records: 0, rest: Rest::More(rest) }
    }
}

/// Times that a query may run out of time, each for a quarter of the rows.
const TIMEOUTS: u32 = 4;
/// Most parts that a first window is divided into.
const MOST_SLICES: u64 = 8;

impl Reader<'_> {
    pub async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let (plan, mut step) = self.plan(&request)?;
        let read = loop {
            let read = match self.read(&plan, &step).await {
                Ok(read) => read,
                Err(failure) => return Err(rejected::explain(self, request.schema, failure).await),
            };
            // No cursor is given that leaves an empty window behind on its word alone: rows of the next window
            // confirm it, or at the end the object itself does.
            let Rest::Empty { had_rows: true, .. } = &read.rest else { break read };
            let Next::More(bookmark) = plan.done(&step, request.bound) else { break read };
            let Some(open) = bookmark.open.clone() else { break read };
            step = Step { bookmark, open };
        };
        let next = self.next(&plan, step, read.rest, request.bound).await;
        let next = next.map_err(|failure| failure.of_stream(&request.schema.stream))?;
        Ok(SourcePage { body: read.body, records: read.records, replaces: Vec::new(), next })
    }

    async fn next(
        &self,
        plan: &Plan<'_>,
        step: Step,
        rest: Rest,
        bound: Instant,
    ) -> Result<NextPage, Failure> {
        let proof = match rest {
            Rest::More(open) => return Ok(NextPage::More(step.bookmark.with(Some(open)).cursor())),
            Rest::End(proof) => proof,
            Rest::Empty { proof, had_rows: true } => {
                let words = emptiness::confirm(self.client, plan.schema.stream.as_str(), &proof).await?;
                format!("{proof}; {words}")
            }
            Rest::Empty { proof, had_rows: false } => {
                return self.nothing_yet(plan, &step, &proof).await;
            }
        };
        Ok(match self.after(plan, &step, bound).await? {
            Next::More(bookmark) => NextPage::More(bookmark.cursor()),
            Next::Refresh(bookmark) | Next::End(bookmark) => {
                NextPage::End { cursor: bookmark.cursor(), proof }
            }
        })
    }

    /// The end of a run that has found no row where none was found before. No window is over by that.
    async fn nothing_yet(&self, plan: &Plan<'_>, step: &Step, proof: &str) -> Result<NextPage, Failure> {
        let words = if step.bookmark.unseen {
            "no row has ever been seen".to_owned()
        } else {
            emptiness::prove(self.client, plan.schema.stream.as_str()).await?
        };
        let proof = format!("{proof}; {words}; the next run looks for all rows again");
        Ok(NextPage::End { cursor: plan.unseen().cursor(), proof })
    }

    pub async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        let (plan, step) = self.plan(&request)?;
        let mut total = 0;
        for step in plan.remaining(step, request.bound) {
            let counted = match &step.open {
                Open::Full(Full { by: By::Bulk { total, read, .. }, .. }) => Ok(total.saturating_sub(*read)),
                Open::Full(Full { by: By::BulkDelete { .. }, .. }) => Ok(0),
                open => self.count_rows(&plan, open).await,
            };
            match counted {
                Ok(counted) => total += counted,
                // Counting took too long; reading does not depend on it.
                Err(Failure::Refused { code, .. }) if code == "QUERY_TIMEOUT" => return Ok(None),
                Err(failure) => return Err(failure.of_stream(&request.schema.stream)),
            }
        }
        Ok(Some(total))
    }

    pub async fn slices(&self, request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        let (plan, step) = self.plan(&request)?;
        if request.cursor.is_some() || plan.schema.modified.is_none() {
            return Ok(None);
        }
        let stream = &request.schema.stream;
        let counted = self.count_rows(&plan, &step.open).await.map_err(|f| f.of_stream(stream))?;
        let parts = (counted / self.settings.bulk_above.max(1)).min(MOST_SLICES);
        if parts < 2 {
            return Ok(None);
        }
        let ends = self.ends(request.schema).await.map_err(|f| f.of_stream(stream))?;
        let Some((first, last)) = ends else { return Ok(None) };
        let ranges = ranges::divide(&first, &last, parts);
        if ranges.len() < 2 {
            return Ok(None);
        }
        let begin = ranges.into_iter().map(|range| plan.slice(request.bound, range).cursor()).collect();
        Ok(Some(Slices { begin, then: plan.loaded(plan.fresh(), request.bound).cursor() }))
    }

    /// The first and the last id.
    async fn ends(&self, schema: &StreamSchema) -> Result<Option<(String, String)>, Failure> {
        let mut ends = Vec::new();
        for order in ["ASC", "DESC"] {
            let soql = format!("SELECT Id FROM {} ORDER BY Id {order} LIMIT 1", schema.stream);
            let page = self.client.query(&soql, Scope::All, |body| page::read(&body)).await?;
            ends.extend(page.records.into_iter().next().and_then(|row| row.id));
        }
        Ok(ends
            .into_iter()
            .collect::<Vec<_>>()
            .try_into()
            .ok()
            .map(|[first, last]: [String; 2]| (first, last)))
    }

    fn plan<'p>(&self, request: &PageRequest<'p>) -> Result<(Plan<'p>, Step), SourceError> {
        let stream = &request.schema.stream;
        if let Some(name) = bad_name(request.schema) {
            return Err(SourceError::RejectedColumns {
                stream: stream.clone(),
                columns: vec![name.to_ascii_lowercase()],
                detail: "an API name starts with a letter and holds letters, digits and underscores".into(),
            });
        }
        let plan = Plan {
            schema: request.schema,
            rules: Rules { overlap: self.settings.overlap_seconds, delay: self.settings.second_pass_seconds },
            refresh: self.settings.formula_refresh_seconds,
        };
        let step = plan.step(request.cursor, request.bound);
        let step = step.map_err(|detail| SourceError::GoneCursor { stream: stream.clone(), detail })?;
        Ok((plan, step))
    }

    async fn read(&self, plan: &Plan<'_>, step: &Step) -> Result<Read, Failure> {
        match &step.open {
            Open::Full(full) => match &full.by {
                By::Undecided => self.decide(plan, step, full).await,
                By::Rest => self.rest_page(plan, step, &step.open).await,
                _ => self.bulk_step(plan, full).await,
            },
            Open::Changed { .. } => self.rest_page(plan, step, &step.open).await,
        }
    }

    /// Counts first: many rows are read with the Bulk API, few at once.
    async fn decide(&self, plan: &Plan<'_>, step: &Step, full: &Full) -> Result<Read, Failure> {
        let counted = self.count_in_time(plan, &step.open).await?;
        // What cannot be counted in time is large.
        let Some(rows) = counted.filter(|rows| *rows <= self.settings.bulk_above) else {
            let by = By::BulkCreate { tries: 0, counted };
            return Ok(Read::nothing(Open::Full(Full { by, ..full.clone() })));
        };
        let rest = Open::Full(Full { by: By::Rest, ..full.clone() });
        if rows == 0 && step.bookmark.unseen {
            let rest = Rest::Empty { proof: format!("COUNT() says 0, {}", rest.describe()), had_rows: false };
            return Ok(Read { rest, ..Read::nothing(step.open.clone()) });
        }
        let mut read = self.rest_page(plan, step, &rest).await?;
        if let Rest::Empty { proof, had_rows } = &mut read.rest {
            // Rows that have changed or were deleted meanwhile are none of this window's any more.
            let now = if rows == 0 { 0 } else { self.count_rows(plan, &rest).await? };
            if now > 0 {
                let evidence = format!("the query gives no rows, but COUNT() says {now}");
                return Err(Failure::Contradiction { evidence });
            }
            *had_rows |= rows > 0;
            *proof = format!("{proof}; COUNT() says 0");
        }
        Ok(read)
    }

    /// A page over REST. A query that runs out of time is asked for fewer rows.
    async fn rest_page(&self, plan: &Plan<'_>, step: &Step, open: &Open) -> Result<Read, Failure> {
        let mut limit = self.settings.page_size;
        for _ in 0..TIMEOUTS {
            match self.page_of(plan, step, open, limit).await {
                Err(Failure::Refused { code, detail }) if code == "QUERY_TIMEOUT" => {
                    tracing::warn!(stream = %plan.schema.stream, limit, detail, "the query took too long");
                    limit = (limit / 4).max(1);
                }
                read => return read,
            }
        }
        Err(Failure::Transient {
            detail: format!("queries of {} run out of time, even for {limit} rows", plan.schema.stream),
        })
    }

    async fn page_of(&self, plan: &Plan<'_>, step: &Step, open: &Open, limit: u32) -> Result<Read, Failure> {
        let rows = open.rows();
        let slice = Slice { schema: plan.schema, rows: &rows };
        let read = |body: Bytes| {
            let page = page::read(&body)?;
            if let Some(evidence) = page.contradiction(limit) {
                return Err(evidence);
            }
            let last = page::check(open, &page.records, plan.schema.modified.as_deref())?;
            Ok((body, page, last))
        };
        let (body, page, last) = self.client.query(&slice.page(limit), slice.scope(), read).await?;
        let records = u32::try_from(page.records.len()).unwrap_or(u32::MAX);
        let rest = match (last, page.more(limit)) {
            (Some(last), true) => Rest::More(moved(open, last)),
            _ if records == 0 => {
                Rest::Empty { proof: rest_proof(open, &page, limit), had_rows: step.had_rows() }
            }
            _ => Rest::End(rest_proof(open, &page, limit)),
        };
        Ok(Read { body, records, rest })
    }

    /// What follows the end of what is open. Whether an object has formulas is asked when that matters, once in
    /// a refresh's time.
    async fn after(&self, plan: &Plan<'_>, step: &Step, bound: Instant) -> Result<Next, Failure> {
        match plan.done(step, bound) {
            Next::Refresh(bookmark) => {
                let described = self.describe(plan.schema).await?;
                Ok(plan.refresh(bookmark, bound, described.has_formulas()))
            }
            next => Ok(next),
        }
    }

    async fn describe(&self, schema: &StreamSchema) -> Result<Described, Failure> {
        let path = format!("/sobjects/{}/describe", schema.stream);
        self.client.get(&path, Vec::new(), |answer| Described::read(&answer.body)).await
    }

    /// `None` where counting takes too long.
    async fn count_in_time(&self, plan: &Plan<'_>, open: &Open) -> Result<Option<u64>, Failure> {
        match self.count_rows(plan, open).await {
            Err(Failure::Refused { code, .. }) if code == "QUERY_TIMEOUT" => Ok(None),
            counted => counted.map(Some),
        }
    }

    async fn count_rows(&self, plan: &Plan<'_>, open: &Open) -> Result<u64, Failure> {
        let rows = open.rows();
        let slice = Slice { schema: plan.schema, rows: &rows };
        count(self.client, &slice.count(), slice.scope()).await
    }
}

/// Runs a `SELECT COUNT()`.
pub async fn count(client: &Client, soql: &str, scope: Scope) -> Result<u64, Failure> {
    let read = |body: Bytes| {
        let page = page::read(&body)?;
        if page.done && page.records.is_empty() {
            Ok(page.total)
        } else {
            Err("COUNT() gave rows".to_owned())
        }
    };
    client.query(soql, scope, read).await
}

/// After the page's last row.
fn moved(open: &Open, last: super::cursor::Place) -> Open {
    match open {
        Open::Full(full) => {
            let range = super::cursor::Range { after: Some(last.id), ..full.range.clone() };
            Open::Full(Full { range, ..full.clone() })
        }
        Open::Changed { window, .. } => Open::Changed { window: *window, after: Some(last) },
    }
}

fn rest_proof(open: &Open, page: &Page, limit: u32) -> String {
    let purpose = match open {
        Open::Full(Full { purpose: Purpose::Refresh, .. }) => " (read again for its formulas)",
        _ => "",
    };
    format!("done=true with {} of {limit} rows, {}{purpose}", page.records.len(), open.describe())
}
