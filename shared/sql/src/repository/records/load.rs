//! Takes arrivals into one table: read what is there, decide in memory, write.

use std::collections::{HashMap, HashSet};

use forebay_model::{ContentHash, Current, PageOutcome, RecordVersion};
use forebay_ports::PortError;

use super::marks::{Standing, parents_in};
use super::policy::Policy;
use super::write::TableWrites;
use super::{PageWork, texts};
use crate::plan::{Arrival, Entry, Keep, Marks, Origin, RecordPlan, Settling, unfold};
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
        let policy = self.policy(&layout, is_own).await?;
        let keeps = policy.history.is_full();
        let standing = if is_own { self.standing(&layout, keeps).await? } else { Standing::new() };
        if arrivals.is_empty() && standing.is_empty() {
            return Ok(outcome);
        }
        // Of another stream only deletions arrive, which are versions of their own. What its history keeps
        // is not known here, so it is always read.
        let keep = is_own.then_some(policy.keep);
        let groups = by_key(&arrivals, &standing);
        if keeps {
            self.resume_history(&layout, groups.iter().map(|g| g.key)).await?;
        }
        let mut known = self.known(&layout, &groups, &arrivals, is_own, &policy).await?;
        let settling = Settling::of(keep);
        let mut writes = TableWrites::new(self.page, &layout, &policy);
        for group in &groups {
            let mut plan = known.plan(group.key);
            plan.refreshes = policy.parent_modified.is_some();
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
                if known.folds {
                    plan.timeline.fold(&known.marks, &arrivals);
                }
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
        is_own: bool,
        policy: &Policy,
    ) -> Result<Known, PortError> {
        let (found, parents) = self.current_versions(layout, groups.iter().map(|g| g.key)).await?;
        let brings_marks = is_own && !self.page.replaces.is_empty();
        let is_marked = brings_marks || self.has_marks(layout).await?;
        let needs = |group: &&Group<'_>| {
            let Some(current) = found.get(group.key) else { return false };
            let own: Vec<&Arrival> = group.arrivals.iter().map(|&i| &arrivals[i]).collect();
            !is_own || is_marked || RecordPlan::needs_history(Some(*current), &own, policy.keep)
        };
        let needed = groups.iter().filter(|_| policy.history.is_full()).filter(needs);
        let keys: HashSet<&str> = needed.map(|g| g.key).collect();
        let histories = self.histories(layout, &keys).await?;
        let (before, marks) = (Marks::default(), Marks::default());
        let folds = is_marked && policy.history.is_full() && policy.keep == Keep::EveryVersion;
        let mut known = Known { found, histories, parents, before, marks, is_marked, folds };
        if is_marked {
            let parents = arrivals.iter().filter_map(|a| a.parent.as_deref());
            let parents = parents.chain(parents_in(&known.histories));
            let parents = parents.chain(known.parents.values().map(String::as_str)).collect();
            known.before = self.marks_of(&layout.table, parents).await?;
            known.marks = known.before.clone();
            for set in self.page.replaces.iter().filter(|_| is_own) {
                known.marks.add(set.parent.as_str().to_owned(), set.modified, self.page.observed);
            }
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
    /// As they were before the page: those under which the histories were folded.
    before: Marks,
    /// With the page's own.
    marks: Marks,
    /// Whether marks concern the table.
    is_marked: bool,
    /// Whether versions that marks stand for are left out of its history.
    folds: bool,
}

impl Known {
    fn plan(&mut self, key: &str) -> RecordPlan {
        let found = self.found.get(key).copied();
        let history = self.histories.remove(key).or_else(|| {
            let current = found?;
            let entry = Entry::stored(current.version, current.hash, None);
            Some(vec![entry.of_parent(self.parents.get(key).cloned())])
        });
        let history = if self.folds { history.map(|h| unfold(h, &self.before)) } else { history };
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
    let others = standing.iter().filter(|key| !places.contains_key(key.as_str()));
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
