//! Takes arrivals into one table: read what is there, decide in memory, write.

use std::collections::{HashMap, HashSet};

use forebay_model::{ContentHash, Current, PageOutcome, RecordVersion};
use forebay_ports::PortError;

use super::write::TableWrites;
use super::{PageWork, texts};
use crate::plan::{Arrival, Entry, Keep, Origin, RecordPlan};
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
        if arrivals.is_empty() {
            return Ok(outcome);
        }
        // Of another stream only deletions arrive, which are versions of their own. What its history keeps
        // is not known here, so it is always read.
        let keep = is_own.then_some(self.keep);
        let layout = self.repository.layouts.within(self.tx, self.repository.db.dialect(), table).await?;
        let groups = by_key(&arrivals);
        let found = self.current_versions(&layout, groups.iter().map(|g| g.key)).await?;
        let mut histories = self.histories(&layout, &groups, &arrivals, &found, keep).await?;
        let mut writes = TableWrites::new(self.page, &layout);
        for group in &groups {
            let known = found.get(group.key).copied();
            let mut plan = RecordPlan::start(known, histories.remove(group.key));
            for &index in &group.arrivals {
                plan.take(&arrivals[index], index, keep.unwrap_or(Keep::EveryVersion), &mut outcome);
            }
            plan.finish();
            let deletes = group.arrivals.iter().any(|&i| arrivals[i].origin == Origin::Deletion);
            outcome.deleted += u64::from(!is_own && deletes && plan.live_change() < 0);
            writes.add(group.key, &plan, &arrivals);
        }
        writes.run(self.repository, self.tx).await?;
        Ok(outcome)
    }

    async fn current_versions<'k>(
        &mut self,
        layout: &Layout,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<HashMap<String, Current>, PortError> {
        let sql = texts::versions(self.repository.db.dialect(), &layout.table);
        let rows = self.by_texts(&sql, keys).await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let mut reader = row.reader();
            let key = reader.text()?;
            found.insert(key, read_current(&mut reader)?);
        }
        Ok(found)
    }

    /// The histories of those records that need theirs.
    async fn histories(
        &mut self,
        layout: &Layout,
        groups: &[Group<'_>],
        arrivals: &[Arrival],
        found: &HashMap<String, Current>,
        keep: Option<Keep>,
    ) -> Result<HashMap<String, Vec<Entry>>, PortError> {
        let needs = |group: &&Group<'_>| {
            let Some(keep) = keep else { return found.contains_key(group.key) };
            let own: Vec<&Arrival> = group.arrivals.iter().map(|&i| &arrivals[i]).collect();
            RecordPlan::needs_history(found.get(group.key).copied(), &own, keep)
        };
        let keys: HashSet<&str> = groups.iter().filter(needs).map(|g| g.key).collect();
        let mut histories: HashMap<String, Vec<Entry>> = HashMap::new();
        if keys.is_empty() {
            return Ok(histories);
        }
        let sql = texts::histories(self.repository.db.dialect(), &layout.history());
        for row in &self.by_texts(&sql, keys).await? {
            let mut reader = row.reader();
            let key = reader.text()?;
            let current = read_current(&mut reader)?;
            let entry = Entry::stored(current.version, current.hash, reader.optional_instant()?);
            histories.entry(key).or_default().push(entry);
        }
        Ok(histories)
    }
}

/// The arrivals of one record, by their places in the page's list.
struct Group<'a> {
    key: &'a str,
    arrivals: Vec<usize>,
}

/// In order of first arrival.
fn by_key(arrivals: &[Arrival]) -> Vec<Group<'_>> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(arrivals.len());
    let mut groups: Vec<Group<'_>> = Vec::with_capacity(arrivals.len());
    for (index, arrival) in arrivals.iter().enumerate() {
        let place = *places.entry(&arrival.key).or_insert_with(|| {
            groups.push(Group { key: &arrival.key, arrivals: Vec::new() });
            groups.len() - 1
        });
        groups[place].arrivals.push(index);
    }
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
