//! Takes arrivals into one table: read what is there, decide in memory, write.

use std::collections::{HashMap, HashSet};

use forebay_model::{ContentHash, Current, PageOutcome, RecordVersion};
use forebay_ports::PortError;

use super::marks::{Standing, parents_in};
use super::write::TableWrites;
use super::{PageWork, texts};
use crate::plan::{Arrival, Entry, Keep, Marks, Origin, RecordPlan, Settling, is_replaced};
use crate::typed::Layout;
use crate::value::Reader;

impl PageWork<'_> {
    pub(super) async fn load_table(
        &mut self,
        table: &str,
        arrivals: Vec<Arrival>,
        is_own: bool,
    ) -> Result<PageOutcome, PortError> {
        let mut outcome = PageOutcome::default();
        let layout = self.repository.layouts.within(self.tx, self.repository.db.dialect(), table).await?;
        if arrivals.is_empty() && !is_own {
            return Ok(outcome);
        }
        let keeps = self.keeps_history(&layout, is_own).await?;
        let standing = if is_own { self.standing(&layout, keeps).await? } else { Standing::new() };
        if arrivals.is_empty() && standing.is_empty() {
            return Ok(outcome);
        }
        // Of another stream only deletions arrive, which are versions of their own. What its history keeps
        // is not known here, so it is always read.
        let keep = is_own.then_some(self.keep);
        let groups = by_key(&arrivals, &standing);
        if keeps {
            self.resume_history(&layout, groups.iter().map(|g| g.key)).await?;
        }
        let mut known = self.known(&layout, &groups, &arrivals, &standing, keep, keeps).await?;
        let settling = Settling::of(keep);
        let mut writes = TableWrites::new(self.page, &layout, keeps);
        for group in &groups {
            let mut plan = known.plan(group.key);
            if known.is_marked && keeps {
                let own: Vec<&Arrival> = group.arrivals.iter().map(|&i| &arrivals[i]).collect();
                plan.unsettle(settling, &own);
            }
            for &index in &group.arrivals {
                plan.take(&arrivals[index], index, keep.unwrap_or(Keep::EveryVersion), &mut outcome);
            }
            plan.finish();
            if known.is_marked && keeps {
                plan.settle(settling, &known.marks, &arrivals);
            } else if known.is_marked {
                let of_arrival = plan.content.map(|i| arrivals[i].parent.as_deref());
                let parent = of_arrival.unwrap_or_else(|| known.parents.get(group.key).map(String::as_str));
                plan.settle_current(parent, &known.marks);
            }
            let deletes = group.arrivals.iter().any(|&i| arrivals[i].origin == Origin::Deletion);
            let counts = if is_own { plan.replaced } else { deletes };
            outcome.deleted += u64::from(counts && plan.live_change() < 0);
            writes.add(group.key, &plan, &arrivals);
        }
        writes.run(self.repository, self.tx).await?;
        Ok(outcome)
    }

    /// All that is known of these records, as far as it is needed.
    async fn known(
        &mut self,
        layout: &Layout,
        groups: &[Group<'_>],
        arrivals: &[Arrival],
        standing: &Standing,
        keep: Option<Keep>,
        keeps: bool,
    ) -> Result<Known, PortError> {
        let (found, parents) = self.current_versions(layout, groups.iter().map(|g| g.key)).await?;
        let is_marked = self.has_marks(layout).await?;
        let needs = |group: &&Group<'_>| {
            let Some(current) = found.get(group.key).filter(|_| keeps) else { return false };
            let Some(keep) = keep else { return true };
            let own: Vec<&Arrival> = group.arrivals.iter().map(|&i| &arrivals[i]).collect();
            let by_marks = is_marked
                && (keep == Keep::Changes || is_replaced(current) || standing.get(group.key) == Some(&true));
            by_marks || RecordPlan::needs_history(Some(*current), &own, keep)
        };
        let keys: HashSet<&str> = groups.iter().filter(needs).map(|g| g.key).collect();
        let histories = self.histories(layout, &keys).await?;
        let mut known = Known { found, histories, parents, marks: Marks::default(), is_marked };
        if is_marked {
            let parents = arrivals.iter().filter_map(|a| a.parent.as_deref());
            let parents = parents.chain(parents_in(&known.histories));
            let parents = parents.chain(known.parents.values().map(String::as_str)).collect();
            known.marks = self.marks_of(&layout.table, parents).await?;
        }
        Ok(known)
    }

    /// Versions and parents as they are now.
    async fn current_versions<'k>(
        &mut self,
        layout: &Layout,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<(HashMap<String, Current>, HashMap<String, String>), PortError> {
        let sql = texts::versions(self.repository.db.dialect(), &layout.table);
        let rows = self.by_texts(&sql, keys).await?;
        let (mut found, mut parents) = (HashMap::with_capacity(rows.len()), HashMap::new());
        for row in &rows {
            let mut reader = row.reader();
            let key = reader.text()?;
            let current = read_current(&mut reader)?;
            if let Some(parent) = reader.optional_text()? {
                parents.insert(key.clone(), parent);
            }
            found.insert(key, current);
        }
        Ok((found, parents))
    }

    async fn histories(
        &mut self,
        layout: &Layout,
        keys: &HashSet<&str>,
    ) -> Result<HashMap<String, Vec<Entry>>, PortError> {
        let mut histories: HashMap<String, Vec<Entry>> = HashMap::new();
        if keys.is_empty() {
            return Ok(histories);
        }
        let sql = texts::histories(self.repository.db.dialect(), &layout.history());
        for row in &self.by_texts(&sql, keys.iter().copied()).await? {
            let mut reader = row.reader();
            let key = reader.text()?;
            let current = read_current(&mut reader)?;
            let entry = Entry::stored(current.version, current.hash, reader.optional_instant()?)
                .of_parent(reader.optional_text()?);
            histories.entry(key).or_default().push(entry);
        }
        Ok(histories)
    }
}

/// What the tables hold of a page's records.
struct Known {
    found: HashMap<String, Current>,
    histories: HashMap<String, Vec<Entry>>,
    /// As the current table has them.
    parents: HashMap<String, String>,
    marks: Marks,
    /// Whether marks concern the table.
    is_marked: bool,
}

impl Known {
    fn plan(&mut self, key: &str) -> RecordPlan {
        let found = self.found.get(key).copied();
        let history = self.histories.remove(key).or_else(|| {
            let current = found?;
            let entry = Entry::stored(current.version, current.hash, None);
            Some(vec![entry.of_parent(self.parents.get(key).cloned())])
        });
        RecordPlan::start(found, history)
    }
}

/// The arrivals of one record, by their places in the page's list.
struct Group<'a> {
    key: &'a str,
    arrivals: Vec<usize>,
}

/// In order of first arrival, then those that marks alone concern.
fn by_key<'a>(arrivals: &'a [Arrival], standing: &'a Standing) -> Vec<Group<'a>> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(arrivals.len());
    let mut groups: Vec<Group<'_>> = Vec::with_capacity(arrivals.len());
    for (index, arrival) in arrivals.iter().enumerate() {
        let place = *places.entry(&arrival.key).or_insert_with(|| {
            groups.push(Group { key: &arrival.key, arrivals: Vec::new() });
            groups.len() - 1
        });
        groups[place].arrivals.push(index);
    }
    let others = standing.keys().filter(|key| !places.contains_key(key.as_str()));
    groups.extend(others.map(|key| Group { key, arrivals: Vec::new() }));
    groups
}

fn read_current(reader: &mut Reader<'_>) -> Result<Current, PortError> {
    let version =
        RecordVersion { modified: reader.instant()?, observed: reader.instant()?, deleted: reader.flag()? };
    let hash = ContentHash::from_hex(&reader.text()?).ok_or_else(|| PortError::Rejected {
        service: "database",
        detail: "a stored record's hash has not 32 hexadecimal digits".into(),
    })?;
    Ok(Current { version, hash })
}
