//! Marks: which parents' children were read whole, and whom that concerns.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use forebay_model::Instant;
use forebay_ports::PortError;

use super::super::{json_list, schemas};
use super::{PageWork, texts};
use crate::dialect::MAX_KEY;
use crate::driver::WriteKind;
use crate::plan::{Entry, Marks};
use crate::table::CHILD_MARK;
use crate::typed::Layout;

/// Children of which the page's marks may end a version, or stand for one.
pub(super) type Standing = HashSet<String>;

/// How long a mark is kept in any case, in seconds: seven days, the longest for which Event Hubs' standard
/// tier keeps the event of a page that was announced and never landed.
const KEPT: i64 = 7 * 86_400;

impl PageWork<'_> {
    /// Remembers the page's marks, each with the last run that made it, and forgets what they outdate.
    pub(super) async fn save_marks(&mut self, table: &str) -> Result<(), PortError> {
        let observed = self.page.observed;
        let mut fresh: BTreeMap<(String, Instant), Instant> = BTreeMap::new();
        for set in &self.page.replaces {
            // A key that no index can hold is not the parent of any record that was loaded.
            if set.parent.as_str().encode_utf16().count() <= MAX_KEY {
                fresh.insert((set.parent.as_str().to_owned(), set.modified), observed);
            }
        }
        let parents: HashSet<&str> = fresh.keys().map(|(parent, _)| parent.as_str()).collect();
        if parents.is_empty() {
            return Ok(());
        }
        let known = self.read_marks(table, parents).await?;
        for (parent, modified, known) in &known {
            if *known >= observed {
                fresh.remove(&(parent.clone(), *modified));
            }
        }
        let page = self.page;
        let row = |((parent, modified), observed): ((String, Instant), Instant)| {
            vec![
                (&page.tenant).into(),
                (&page.source).into(),
                table.into(),
                parent.into(),
                modified.into(),
                observed.into(),
            ]
        };
        CHILD_MARK.write(self.tx, WriteKind::Upsert, fresh.into_iter().map(row).collect()).await?;
        self.prune_marks(table, &known).await
    }

    /// Forgets marks that are older than all that may still come. A later mark of the same parent ends
    /// whatever they ended, so what is current never needs them; they only say when, and which versions were
    /// folded (`crate::plan::unfold`), to versions older than they are. Such a version can come late while it
    /// is in a page that was not applied, or in a run that is not over, or in a page whose event is still
    /// held. What comes later than that (a replayed dead letter) ends at the next mark that is known.
    async fn prune_marks(
        &mut self,
        table: &str,
        known: &[(String, Instant, Instant)],
    ) -> Result<(), PortError> {
        let page = self.page;
        let aged = page.observed.plus_seconds(-KEPT);
        let aged = known.iter().filter(|(_, _, observed)| *observed < aged);
        let parents: BTreeSet<&str> = aged.map(|(parent, ..)| parent.as_str()).collect();
        if parents.is_empty() {
            return Ok(());
        }
        let params = [(&page.tenant).into(), (&page.source).into()];
        let rows = self.tx.query(&self.repository.text(texts::OLDEST_AWAITED), &params).await?;
        let mut horizon = page.observed.plus_seconds(-KEPT);
        if let Some(row) = rows.first() {
            let mut reader = row.reader();
            let awaited = [reader.optional_instant()?, reader.optional_instant()?];
            horizon = awaited.into_iter().flatten().fold(horizon, Instant::min);
        }
        let sql = texts::forget_marks(self.repository.db.dialect());
        let params =
            [(&page.tenant).into(), (&page.source).into(), json_list(parents), table.into(), horizon.into()];
        self.tx.execute(&self.repository.text(&sql), &params).await.map(drop)
    }

    async fn read_marks<'k>(
        &mut self,
        table: &str,
        parents: impl IntoIterator<Item = &'k str>,
    ) -> Result<Vec<(String, Instant, Instant)>, PortError> {
        let sql = texts::marks(self.repository.db.dialect());
        let params =
            [(&self.page.tenant).into(), (&self.page.source).into(), json_list(parents), table.into()];
        let rows = self.tx.query(&self.repository.text(&sql), &params).await?;
        let read = |row: &crate::value::Row| {
            let mut reader = row.reader();
            Ok((reader.text()?, reader.instant()?, reader.instant()?))
        };
        rows.iter().map(read).collect()
    }

    pub(super) async fn marks_of(&mut self, table: &str, parents: HashSet<&str>) -> Result<Marks, PortError> {
        let mut marks = Marks::default();
        if parents.is_empty() {
            return Ok(marks);
        }
        for (parent, modified, observed) in self.read_marks(table, parents).await? {
            marks.add(parent, modified, observed);
        }
        Ok(marks)
    }

    /// A history that was not kept for some time goes on from what is current.
    pub(super) async fn resume_history<'k>(
        &mut self,
        layout: &Layout,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<(), PortError> {
        let Some((_, stream)) = layout.owner.split_once('/') else { return Ok(()) };
        let params = [(&self.page.tenant).into(), (&self.page.source).into(), stream.into()];
        let rows = self.tx.query(&self.repository.text(schemas::WAS_CURRENT), &params).await?;
        if rows.first().map_or(Ok(0), |row| row.reader().count())? == 0 {
            return Ok(());
        }
        let dialect = self.repository.db.dialect();
        let params = [(&self.page.tenant).into(), (&self.page.source).into(), json_list(keys)];
        for sql in [texts::end_history(dialect, layout), texts::resume_history(dialect, layout)] {
            self.tx.execute(&self.repository.text(&sql), &params).await?;
        }
        Ok(())
    }

    /// Whether marks concern the table.
    pub(super) async fn has_marks(&mut self, layout: &Layout) -> Result<bool, PortError> {
        if layout.parent_table.is_none() {
            return Ok(false);
        }
        let sql = texts::any_mark(self.repository.db.dialect());
        let params = [
            (&self.page.tenant).into(),
            (&self.page.source).into(),
            layout.table.as_str().into(),
            1u32.into(),
        ];
        Ok(!self.tx.query(&self.repository.text(&sql), &params).await?.is_empty())
    }

    /// The children that stood at the page's marks.
    pub(super) async fn standing(
        &mut self,
        layout: &Layout,
        keeps_history: bool,
    ) -> Result<Standing, PortError> {
        let mut standing = Standing::new();
        let times = || self.page.replaces.iter().map(|set| set.modified);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(standing) };
        let mut marks: HashMap<&str, Vec<Instant>> = HashMap::new();
        for set in &self.page.replaces {
            marks.entry(set.parent.as_str()).or_default().push(set.modified);
        }
        let mut params =
            vec![(&self.page.tenant).into(), (&self.page.source).into(), json_list(marks.keys().copied())];
        let dialect = self.repository.db.dialect();
        let sql = if keeps_history {
            params.extend([first.into(), last.into()]);
            texts::standing(dialect, &layout.history())
        } else {
            texts::children(dialect, &layout.table)
        };
        for row in &self.tx.query(&self.repository.text(&sql), &params).await? {
            let mut reader = row.reader();
            let (key, parent) = (reader.text()?, reader.text()?);
            let version = (reader.instant()?, reader.instant()?);
            let end = reader.optional_instant()?;
            let stood =
                |mark: &Instant| version <= (*mark, self.page.observed) && end.is_none_or(|end| end >= *mark);
            if marks.get(parent.as_str()).is_some_and(|marks| marks.iter().any(stood)) {
                standing.insert(key);
            }
        }
        Ok(standing)
    }
}

/// Every parent that the histories name.
pub(super) fn parents_in(histories: &HashMap<String, Vec<Entry>>) -> impl Iterator<Item = &str> {
    histories.values().flatten().filter_map(|entry| entry.parent.as_deref())
}
