//! Checks a page against itself and against the place it was asked from. Pure.

use bytes::Bytes;
use forebay_model::Instant;

use super::sets::{Child, Sets, mark, of_page};
use crate::netsuite::cursor::{Phase, Plan, Position, Seen, Step};
use crate::netsuite::page::{self, Page, Row, Wanted};
use crate::netsuite::query::PARENT_MODIFIED;

/// What a page says about itself, once checked.
#[derive(Debug)]
pub struct Checked {
    pub body: Bytes,
    pub records: u32,
    pub more: bool,
    pub last: Option<Position>,
    pub sets: Sets,
    /// Whether a row came without its parent's modification time, where rows come with it.
    pub orphans: bool,
}

impl Seen {
    pub fn of(checked: &Checked) -> Self {
        let (last, set) = (checked.last.clone(), checked.sets.open.clone());
        Self { last, more: checked.more, rows: checked.records > 0, set }
    }
}

pub fn check(
    plan: &Plan<'_>,
    step: &Step,
    body: Bytes,
    limit: u32,
    bound: Instant,
) -> Result<Checked, String> {
    if step.phase == Phase::Childless {
        return childless(step, &body, limit);
    }
    let field = |name: &str| plan.schema.column(name).map_or(name.to_owned(), |c| c.source_field.clone());
    let key: Vec<String> = plan.schema.key.iter().map(|name| field(name)).collect();
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let timed = plan.schema.modified.as_deref().filter(|_| step.phase == Phase::Changed).map(field);
    let of_parents = step.phase == Phase::OfChangedParents;
    let with_parents = plan.parents_timed();
    let wanted =
        Wanted { key: &key, modified: timed.as_deref(), parent: with_parents.then_some(PARENT_MODIFIED) };
    let page = page::parse(&body, wanted)?;
    let places = places(plan, step, &page, limit)?;
    let sets = match of_parents {
        true => {
            let children = children(&page, &places)?;
            of_page(&children, step.after.as_ref(), step.set.as_ref(), page.has_more, bound)
        }
        false => Sets::default(),
    };
    let orphans = with_parents && page.rows.iter().any(|row| row.parent.is_none());
    let (more, records) = (page.has_more, u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
    let last = places.last().cloned().or_else(|| step.after.clone());
    Ok(Checked { body, records, more, last, sets, orphans })
}

/// The rows' places, in order.
pub fn places(plan: &Plan<'_>, step: &Step, page: &Page<'_>, limit: u32) -> Result<Vec<Position>, String> {
    if let Some(evidence) = page.contradiction(limit) {
        return Err(evidence);
    }
    let mut places: Vec<Position> = Vec::with_capacity(page.rows.len());
    for (ordinal, row) in page.rows.iter().enumerate() {
        let here = position(plan, step, row)
            .map_err(|what| format!("row {ordinal} has no {what}, which pages are read by"))?;
        if let Some(before) = places.last().or(step.after.as_ref()) {
            let unmoved = *before == here;
            if unmoved || plan.advances(step.phase, before, &here) == Some(false) {
                let why = if unmoved {
                    "two rows share a key, choose one that is unique"
                } else {
                    "the rows are not in order"
                };
                let (here, before) = (plan.place(&here), plan.place(before));
                return Err(format!("row {ordinal} ({here}) does not come after {before}: {why}"));
            }
        }
        places.push(here);
    }
    Ok(places)
}

fn position(plan: &Plan<'_>, step: &Step, row: &Row<'_>) -> Result<Position, String> {
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

fn children(page: &Page<'_>, places: &[Position]) -> Result<Vec<Child>, String> {
    let child = |(row, place): (&Row<'_>, &Position)| {
        let modified = row.parent.as_deref().and_then(Instant::parse);
        let modified = modified.ok_or_else(|| format!("a row has no {PARENT_MODIFIED}"))?;
        let parent = place.key.first().cloned().unwrap_or_default();
        Ok(Child { parent, modified, place: place.clone() })
    };
    page.rows.iter().zip(places).map(child).collect()
}

/// Parents whose last child is gone. Their rows are no records of the stream, so the page that lands holds
/// none, and keeps the answer as evidence.
fn childless(step: &Step, body: &Bytes, limit: u32) -> Result<Checked, String> {
    let page = page::parse(body, Wanted { key: &["id"], modified: Some(PARENT_MODIFIED), parent: None })?;
    if let Some(evidence) = page.contradiction(limit) {
        return Err(evidence);
    }
    let mut whole = Vec::new();
    let mut last = step.after.clone();
    for row in &page.rows {
        let id = row.key.first().and_then(|id| id.as_deref()).ok_or("a parent has no id")?;
        let modified = row.modified.as_deref().and_then(Instant::parse);
        whole.push(mark(id, modified.ok_or_else(|| format!("parent {id} has no {PARENT_MODIFIED}"))?));
        let here = Position { modified: None, key: vec![id.to_owned()] };
        if last.as_ref() == Some(&here) {
            return Err(format!("parent {id} comes twice"));
        }
        last = Some(here);
    }
    let mut composed = b"{\"items\":[],\"childless\":".to_vec();
    composed.extend_from_slice(body);
    composed.push(b'}');
    let sets = Sets { whole, ..Sets::default() };
    Ok(Checked { body: composed.into(), records: 0, more: page.has_more, last, sets, orphans: false })
}
