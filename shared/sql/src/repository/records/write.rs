//! What is written into one table and its history for a page, gathered into few statements.

use forebay_model::{Current, PageDescriptor};
use forebay_ports::PortError;

use super::super::SqlRepository;
use super::policy::Policy;
use super::texts;
use crate::driver::{RowWrite, Transaction, WriteKind};
use crate::plan::{Arrival, Entry, RecordPlan, is_replaced};
use crate::table::{STREAM_TOTAL, specs};
use crate::typed::{HISTORY_KEYS, HISTORY_VERSION, KEYS, Layout, VERSION};
use crate::value::SqlValue;

type Rows = Vec<Vec<SqlValue>>;

/// The rows to write, by statement.
pub(super) struct TableWrites<'a> {
    page: &'a PageDescriptor,
    layout: &'a Layout,
    inserts: Rows,
    updates: Rows,
    /// Records whose version moves and whose content stays.
    moves: Rows,
    history_inserts: Rows,
    history_updates: Rows,
    /// Versions whose content is written anew with their ends: it holds the parent's modification time.
    history_rewrites: Rows,
    history_removes: Rows,
    /// Versions that a later one is a copy of.
    history_copies: Rows,
    /// Keys whose current content is copied to the end of their history.
    copies: Vec<String>,
    live_change: i64,
    policy: &'a Policy,
}

impl<'a> TableWrites<'a> {
    pub(super) fn new(page: &'a PageDescriptor, layout: &'a Layout, policy: &'a Policy) -> Self {
        Self {
            page,
            layout,
            inserts: Rows::new(),
            updates: Rows::new(),
            moves: Rows::new(),
            history_inserts: Rows::new(),
            history_updates: Rows::new(),
            history_rewrites: Rows::new(),
            history_removes: Rows::new(),
            history_copies: Rows::new(),
            copies: Vec::new(),
            live_change: 0,
            policy,
        }
    }

    pub(super) fn add(&mut self, key: &str, plan: &RecordPlan, arrivals: &[Arrival]) {
        self.live_change += plan.live_change();
        if let Some(current) = plan.current.filter(|_| plan.current != plan.found) {
            self.add_current(key, plan, current, arrivals);
        }
        if !self.policy.history.is_full() {
            return;
        }
        for removed in &plan.timeline.removed {
            self.history_removes.push(self.history_key(key, removed));
        }
        for (entry, valid_to) in plan.timeline.entries() {
            self.add_history(key, entry, valid_to, arrivals);
        }
    }

    fn add_current(&mut self, key: &str, plan: &RecordPlan, current: Current, arrivals: &[Arrival]) {
        let mut row = self.key(key);
        row.extend([
            current.version.modified.into(),
            current.version.observed.into(),
            current.version.deleted.into(),
            current.hash.to_hex().into(),
            (&self.page.id).into(),
        ]);
        if plan.replaced {
            row.resize(row.len() + 1 + self.layout.columns.len(), SqlValue::Null);
            if plan.found.is_none() {
                self.inserts.push(row)
            } else {
                self.updates.push(row)
            }
            return;
        }
        let Some(content) = plan.content.and_then(|i| arrivals.get(i)) else {
            self.moves.push(row);
            return;
        };
        row.push(content.parent.clone().into());
        self.extend_contents(&mut row, content);
        if plan.found.is_none() { self.inserts.push(row) } else { self.updates.push(row) }
    }

    fn add_history(
        &mut self,
        key: &str,
        entry: &Entry,
        valid_to: Option<forebay_model::Instant>,
        arrivals: &[Arrival],
    ) {
        let arrival = entry.arrival.and_then(|i| arrivals.get(i));
        if let Some(stored) = entry.stored {
            match arrival.filter(|_| self.policy.parent_modified.is_some()) {
                Some(arrival) => {
                    let row = self.history_row(key, entry, valid_to, arrival);
                    self.history_rewrites.push(row);
                }
                None if stored.valid_to != valid_to || stored.observed != entry.version.observed => {
                    let mut row = self.history_key(key, entry);
                    row.extend([entry.version.observed.into(), valid_to.into()]);
                    self.history_updates.push(row);
                }
                None => {}
            }
            return;
        }
        if is_replaced(&entry.as_current()) {
            let nothing = Arrival::deletion(key, entry.version);
            let row = self.history_row(key, entry, valid_to, &nothing);
            self.history_inserts.push(row);
        } else if let Some(arrival) = arrival {
            let row = self.history_row(key, entry, valid_to, arrival);
            self.history_inserts.push(row);
        } else if let Some((modified, hash)) = entry.like {
            let mut row = self.key(key);
            row.extend([modified.into(), entry.version.deleted.into(), hash.to_hex().into()]);
            row.extend([entry.version.modified.into(), entry.version.observed.into(), valid_to.into()]);
            self.history_copies.push(row);
        } else {
            self.copies.push(key.to_owned());
        }
    }

    fn history_row(
        &self,
        key: &str,
        entry: &Entry,
        valid_to: Option<forebay_model::Instant>,
        content: &Arrival,
    ) -> Vec<SqlValue> {
        let mut row = self.history_key(key, entry);
        row.extend([
            entry.version.observed.into(),
            (&self.page.id).into(),
            valid_to.into(),
            content.parent.clone().into(),
        ]);
        self.extend_contents(&mut row, content);
        row
    }

    /// The arrival's values; all null for a deletion.
    fn extend_contents(&self, row: &mut Vec<SqlValue>, arrival: &Arrival) {
        row.extend_from_slice(&arrival.values);
        row.resize(row.len() + self.layout.columns.len() - arrival.values.len(), SqlValue::Null);
    }

    fn key(&self, key: &str) -> Vec<SqlValue> {
        let mut row = Vec::with_capacity(KEYS.len() + 8 + self.layout.columns.len());
        row.extend([(&self.page.tenant).into(), (&self.page.source).into(), key.into()]);
        row
    }

    fn history_key(&self, key: &str, entry: &Entry) -> Vec<SqlValue> {
        let mut row = self.key(key);
        let version = entry.version;
        row.extend([version.modified.into(), version.deleted.into(), entry.hash.to_hex().into()]);
        row
    }

    pub(super) async fn run(
        self,
        repository: &SqlRepository,
        tx: &mut dyn Transaction,
    ) -> Result<(), PortError> {
        let (page, live_change) = (self.page, self.live_change);
        let (table, history) = (self.layout.table.clone(), self.layout.history());
        let (keys, history_keys) = (specs(KEYS), specs(HISTORY_KEYS));
        let (all, version) = (self.layout.current_columns(), specs(VERSION));
        let history_all = self.layout.history_columns();
        let ends: Vec<_> = specs(HISTORY_VERSION)
            .into_iter()
            .filter(|c| matches!(c.name.as_str(), "_observed" | "_valid_to"))
            .collect();
        let into = |kind, columns, rows| RowWrite { kind, table: &table, keys: &keys, columns, rows };
        tx.write(into(WriteKind::Insert, &all, self.inserts)).await?;
        tx.write(into(WriteKind::Update, &all, self.updates)).await?;
        tx.write(into(WriteKind::Update, &version, self.moves)).await?;
        // Before anything is taken out or changed: what is copied is what the history held.
        let again = texts::copy_within_history(self.layout, self.policy.parent_modified.as_deref());
        for row in self.history_copies {
            tx.execute(&repository.text(&again), &row).await?;
        }
        let remove = texts::remove_from_history(&history);
        for row in self.history_removes {
            tx.execute(&repository.text(&remove), &row).await?;
        }
        let into =
            |kind, columns, rows| RowWrite { kind, table: &history, keys: &history_keys, columns, rows };
        tx.write(into(WriteKind::Update, &ends, self.history_updates)).await?;
        tx.write(into(WriteKind::Update, &history_all, self.history_rewrites)).await?;
        tx.write(into(WriteKind::Insert, &history_all, self.history_inserts)).await?;
        let copy = texts::copy_to_history(self.layout);
        for key in self.copies {
            let params = [(&page.tenant).into(), (&page.source).into(), key.into()];
            tx.execute(&repository.text(&copy), &params).await?;
        }
        add_total(repository, tx, page, &table, live_change).await
    }
}

async fn add_total(
    repository: &SqlRepository,
    tx: &mut dyn Transaction,
    page: &PageDescriptor,
    table: &str,
    change: i64,
) -> Result<(), PortError> {
    if change == 0 {
        return Ok(());
    }
    let key = vec![(&page.tenant).into(), (&page.source).into(), table.into()];
    let rows = tx.query(&repository.text(texts::TOTAL), &key).await?;
    let live = rows.first().map_or(Ok(0), |row| row.reader().int())?;
    let mut row = key;
    row.push((live + change).into());
    STREAM_TOTAL.write(tx, WriteKind::Upsert, vec![row]).await
}
