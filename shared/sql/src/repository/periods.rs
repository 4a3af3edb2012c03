//! A stream's profile states over its runs, and rolling them up when they grow old.

use std::cmp::Reverse;

use forebay_model::{RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{PeriodKey, PeriodQuery, ProfilePeriod, Profiled, RollUp};

use super::profiles::{REMOVE, read_state, stored_name};
use super::{SqlRepository, rejected};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::{PROFILE_ROLLUP, STREAM_MEASURE};
use crate::value::{Row, SqlValue};

/// Which periods a statement reads, beyond what its parameters say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Which {
    /// Those that have the state that the seventh parameter names, and nothing else of them.
    pub one_state: bool,
    pub with_records: bool,
}

/// That a page brought records.
const BROUGHT: &str = "a.[landed] IS NOT NULL AND a.[rows_read] > a.[rows_dead_lettered]";

/// Parameters: tenant, source, stream, limit, since, until, then the state's name where one is asked for.
pub(super) fn of_runs(dialect: Dialect, which: Which) -> String {
    let only = if which.one_state { " AND s.[column_name] = ?7" } else { "" };
    format!(
        "SELECT s.[run], r.[started], r.[started], 1, q.[profile_revision], s.[column_name], s.[state] \
         FROM [profile_state] AS s INNER JOIN [run] AS r ON r.[tenant] = s.[tenant] AND r.[id] = s.[run] \
         INNER JOIN [stream_run] AS q ON q.[tenant] = s.[tenant] AND q.[run] = s.[run] AND q.[stream] = s.[stream] \
         WHERE s.[tenant] = ?1 AND s.[source] = ?2 AND s.[stream] = ?3{only} AND s.[run] IN \
         ({}) ORDER BY s.[run] DESC, s.[ordinal]",
        runs(dialect, which)
    )
}

/// Which runs [`of_runs`] reads, newest first. The same parameters.
pub(super) fn runs(dialect: Dialect, which: Which) -> String {
    let only = if which.one_state { " AND e.[column_name] = ?7" } else { "" };
    let brought = match which.with_records {
        true => format!(
            " AND EXISTS (SELECT 1 FROM [page] AS a WHERE a.[tenant] = e.[tenant] AND a.[run] = e.[run] \
             AND a.[stream] = e.[stream] AND {BROUGHT})"
        ),
        false => String::new(),
    };
    format!(
        "SELECT DISTINCT e.[run] FROM [profile_state] AS e INNER JOIN [run] AS b ON b.[tenant] = e.[tenant] \
         AND b.[id] = e.[run] WHERE e.[tenant] = ?1 AND e.[source] = ?2 AND e.[stream] = ?3{only} \
         AND b.[started] >= ?5 AND b.[started] < ?6{brought} ORDER BY e.[run] DESC{}",
        dialect.limit(4)
    )
}

/// The same parameters.
pub(super) fn rolled_up(dialect: Dialect, which: Which) -> String {
    let only = |alias: &str| match which.one_state {
        true => format!(" AND {alias}.[state_name] = ?7"),
        false => String::new(),
    };
    let brought = match which.with_records {
        true => format!(
            " AND EXISTS (SELECT 1 FROM [run] AS b INNER JOIN [page] AS a ON a.[tenant] = b.[tenant] \
             AND a.[run] = b.[id] WHERE b.[tenant] = e.[tenant] AND b.[source] = e.[source] \
             AND b.[started] >= e.[from_started] AND b.[started] <= e.[to_started] \
             AND a.[stream] = e.[stream] AND {BROUGHT})"
        ),
        false => String::new(),
    };
    format!(
        "SELECT s.[run], s.[from_started], s.[to_started], s.[runs], s.[revision], s.[state_name], s.[state] \
         FROM [profile_rollup] AS s WHERE s.[tenant] = ?1 AND s.[source] = ?2 AND s.[stream] = ?3{} \
         AND s.[run] IN (SELECT DISTINCT e.[run] FROM [profile_rollup] AS e WHERE e.[tenant] = ?1 \
         AND e.[source] = ?2 AND e.[stream] = ?3{} AND e.[to_started] >= ?5 AND e.[to_started] < ?6{brought} \
         ORDER BY e.[run] DESC{}) \
         ORDER BY s.[run] DESC, s.[ordinal]",
        only("s"),
        only("e"),
        dialect.limit(4)
    )
}

pub(super) const ROLLED_REVISION: &str = "SELECT MAX([revision]) FROM [profile_rollup] WHERE [tenant] = ?1 \
    AND [source] = ?2 AND [stream] = ?3 AND [run] = ?4";

pub(super) const REMOVE_ROLLED: &str = "DELETE FROM [profile_rollup] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND [stream] = ?3 AND [run] = ?4";

pub(super) const HAS_STATES: &str =
    "SELECT COUNT(*) FROM [profile_state] WHERE [tenant] = ?1 AND [run] = ?2 AND [stream] = ?3";

/// Tries of a read that roll-ups disturb; each takes one away from those that are to be done.
const READS: usize = 10;

/// Each row goes as soon as it is read: states are large.
fn read(rows: Vec<Row>, rolled_up: bool, into: &mut Vec<ProfilePeriod>) -> Result<(), PortError> {
    let first = into.len();
    for row in rows {
        let mut reader = row.reader();
        let run = reader.id()?;
        let period = ProfilePeriod {
            from: reader.instant()?,
            to: reader.instant()?,
            runs: reader.small()?,
            key: PeriodKey { run, rolled_up, revision: reader.count()? },
            states: Vec::new(),
        };
        let state = read_state(&reader.text()?, reader.bytes()?);
        let known = into[first..].last_mut().filter(|known| known.key == period.key);
        match known {
            Some(known) => known.states.push(state),
            None => into.push(ProfilePeriod { states: vec![state], ..period }),
        }
    }
    Ok(())
}

/// A stream, as the keys of its periods begin.
#[derive(Clone, Copy)]
struct Place<'a> {
    tenant: &'a TenantId,
    source: &'a SourceId,
    stream: &'a StreamName,
}

impl SqlRepository {
    pub(super) async fn read_periods(
        &self,
        tenant: &TenantId,
        query: &PeriodQuery<'_>,
    ) -> Result<Vec<ProfilePeriod>, PortError> {
        if query.limit == 0 {
            return Ok(Vec::new());
        }
        let since = query.since.unwrap_or(forebay_model::Instant::MIN);
        let until = query.until.unwrap_or(forebay_model::Instant::MAX);
        let mut params = vec![tenant.into(), query.source.into(), query.stream.into(), query.limit.into()];
        params.extend([since.into(), until.into()]);
        if let Some((kind, name)) = query.only {
            params.push(stored_name(kind, name)?.into());
        }
        let dialect = self.db.dialect();
        let which = Which { one_state: query.only.is_some(), with_records: query.with_records };
        for _ in 0..READS {
            let mut periods = Vec::new();
            read(self.query(tenant, &of_runs(dialect, which), &params).await?, false, &mut periods)?;
            let read_runs: Vec<RunId> = periods.iter().map(|period| period.key.run.clone()).collect();
            read(self.query(tenant, &rolled_up(dialect, which), &params).await?, true, &mut periods)?;
            // A run that was rolled up between the two would count in both.
            let rows = self.query(tenant, &runs(dialect, which), &params).await?;
            let still: Vec<RunId> = rows.iter().map(|row| row.reader().id()).collect::<Result<_, _>>()?;
            if still == read_runs {
                periods.sort_by_key(|p| (Reverse(p.key.run.clone()), p.key.rolled_up));
                periods.truncate(query.limit as usize);
                return Ok(periods);
            }
        }
        Err(PortError::Conflict {
            what: format!("profiles of {}, which are rolled up meanwhile", query.stream),
        })
    }

    /// Removes a period that is still as it was read; false where it is not.
    async fn remove_period(
        &self,
        tx: &mut dyn Transaction,
        place: Place<'_>,
        period: &PeriodKey,
    ) -> Result<bool, PortError> {
        let Place { tenant, source, stream } = place;
        if period.rolled_up {
            let key = [tenant.into(), source.into(), stream.into(), (&period.run).into()];
            let rows = tx.query(&self.text(ROLLED_REVISION), &key).await?;
            let found = rows.first().map(|row| row.reader().optional_count()).transpose()?.flatten();
            if found != Some(period.revision) {
                return Ok(false);
            }
            tx.execute(&self.text(REMOVE_ROLLED), &key).await?;
            return Ok(true);
        }
        let key = [tenant.into(), (&period.run).into(), stream.into()];
        let found = self.profile_revision(tx, &key).await?;
        let states = tx.query(&self.text(HAS_STATES), &key).await?;
        let has_states = states.first().map_or(Ok(0), |row| row.reader().count())? > 0;
        if !has_states || found != Some((period.revision, source.as_str().to_owned())) {
            return Ok(false);
        }
        tx.execute(&self.text(REMOVE), &key).await?;
        // A writer that read the states before must find that they have changed. Nothing is left to measure, and
        // nothing will be: what a late page adds is not the whole run.
        self.set_profile_revision(tx, &key, period.revision + 1).await?;
        let mut row = key.to_vec();
        row.push(i64::MAX.into());
        STREAM_MEASURE.write(tx, WriteKind::Upsert, vec![row]).await?;
        Ok(true)
    }

    pub(super) async fn roll_up_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        replaced: &[PeriodKey],
        by: &RollUp,
    ) -> Result<Profiled, PortError> {
        if by.states.is_empty() || !replaced.iter().any(|key| key.run == by.run) {
            return Err(rejected("a roll-up has states, and one of its periods ends with its run".into()));
        }
        let mut replaced = replaced.to_vec();
        replaced.sort();
        let mut tx = self.begin(tenant).await?;
        for key in &replaced {
            tx.lock(&format!("run/{tenant}/{}", key.run)).await?;
        }
        let place = Place { tenant, source, stream };
        let mut revision = 0;
        for key in &replaced {
            if !self.remove_period(tx.as_mut(), place, key).await? {
                return Ok(Profiled::Changed);
            }
            revision = revision.max(key.revision);
        }
        let key: [SqlValue; 4] = [tenant.into(), source.into(), stream.into(), (&by.run).into()];
        // A late page of a run that had been rolled up before: both must be replaced, or neither.
        let rows = tx.query(&self.text(ROLLED_REVISION), &key).await?;
        if rows.first().map(|row| row.reader().optional_count()).transpose()?.flatten().is_some() {
            return Ok(Profiled::Changed);
        }
        let mut rows = Vec::with_capacity(by.states.len());
        for (ordinal, state) in (0u32..).zip(&by.states) {
            let mut row = key.to_vec();
            let name = stored_name(state.kind, &state.name)?;
            row.extend([name.into(), ordinal.into(), by.from.into(), by.to.into(), by.runs.into()]);
            row.extend([(revision + 1).into(), SqlValue::Bytes(state.state.clone())]);
            rows.push(row);
        }
        PROFILE_ROLLUP.write(tx.as_mut(), WriteKind::Insert, rows).await?;
        tx.commit().await?;
        Ok(Profiled::Saved)
    }
}
