//! What rules came to, per run.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use forebay_model::rule::RuleId;
use forebay_model::{RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{OutcomeStore, Slice, StoredOutcome};

use super::super::retry::again;
use super::super::{SqlRepository, to_json};
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::RULE_OUTCOME;
use crate::value::{Row, SqlValue};

const COLUMNS: &str = "[source], [stream], [at], [body]";

fn of_run(by_stream: bool) -> String {
    format!(
        "SELECT {COLUMNS} FROM [rule_outcome] WHERE [tenant] = ?1 AND [run] = ?2{} ORDER BY [stream], [rule]",
        if by_stream { " AND [stream] = ?3" } else { "" }
    )
}

fn of_rule(dialect: Dialect, after: bool) -> String {
    format!(
        "SELECT {COLUMNS} FROM [rule_outcome] WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3 \
         AND [rule] = ?4{} ORDER BY [run] DESC{}",
        if after { " AND [run] < ?6" } else { "" },
        dialect.limit(5)
    )
}

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![
        ("outcome_of_run", of_run(false)),
        ("outcome_of_stream", of_run(true)),
        ("outcome_of_rule", of_rule(dialect, false)),
        ("outcome_of_rule_after", of_rule(dialect, true)),
    ]
}

fn read(row: &Row) -> Result<StoredOutcome, PortError> {
    let mut reader = row.reader();
    Ok(StoredOutcome {
        source: reader.id()?,
        stream: reader.id()?,
        at: reader.instant()?,
        outcome: reader.json()?,
    })
}

fn row(tenant: &TenantId, stored: &StoredOutcome) -> Result<Vec<SqlValue>, PortError> {
    Ok(vec![
        tenant.into(),
        (&stored.outcome.run).into(),
        (&stored.stream).into(),
        stored.outcome.rule.0.as_str().into(),
        (&stored.source).into(),
        stored.at.into(),
        to_json(&stored.outcome)?.into(),
    ])
}

/// Of two looks at once, one may have had no time for a rule that the tables answered to the other.
fn stands(known: &StoredOutcome, fresh: &StoredOutcome) -> bool {
    let (known, fresh) = (&known.outcome, &fresh.outcome);
    known.answered.is_some() && fresh.answered.is_none() && known.version == fresh.version
}

impl SqlRepository {
    async fn save_outcomes_once(
        &self,
        tenant: &TenantId,
        outcomes: &[StoredOutcome],
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        let mut last: BTreeMap<_, &StoredOutcome> = BTreeMap::new();
        for fresh in outcomes {
            let key = (&fresh.outcome.run, &fresh.stream, &fresh.outcome.rule);
            if !last.get(&key).is_some_and(|known| stands(known, fresh)) {
                last.insert(key, fresh);
            }
        }
        let parts: BTreeSet<(&RunId, &StreamName)> =
            last.keys().map(|(run, stream, _)| (*run, *stream)).collect();
        for (run, stream) in parts {
            tx.lock(&format!("outcomes/{tenant}/{run}/{stream}")).await?;
            let key = [tenant.into(), run.into(), stream.into()];
            for known in tx.query(&self.text(&of_run(true)), &key).await? {
                let known = read(&known)?;
                let is_it = |run_of: &RunId, of: &StoredOutcome| {
                    run_of == run && of.stream == *stream && of.outcome.rule == known.outcome.rule
                };
                last.retain(|(run_of, ..), fresh| !(is_it(run_of, fresh) && stands(&known, fresh)));
            }
        }
        let rows = last.into_values().map(|o| row(tenant, o)).collect::<Result<_, _>>()?;
        RULE_OUTCOME.write(tx.as_mut(), WriteKind::Upsert, rows).await?;
        tx.commit().await
    }
}

#[async_trait]
impl OutcomeStore for SqlRepository {
    async fn save_outcomes(&self, tenant: &TenantId, outcomes: &[StoredOutcome]) -> Result<(), PortError> {
        if outcomes.is_empty() {
            return Ok(());
        }
        again(|| self.save_outcomes_once(tenant, outcomes)).await
    }

    async fn outcomes_of_run(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: Option<&StreamName>,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        let mut params = vec![tenant.into(), run.into()];
        params.extend(stream.map(SqlValue::from));
        self.query(tenant, &of_run(stream.is_some()), &params).await?.iter().map(read).collect()
    }

    async fn outcomes_of_rule(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
        slice: Slice,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let rule = rule.0.as_str().into();
        let mut params = vec![tenant.into(), source.into(), stream.into(), rule, slice.limit.into()];
        params.extend(slice.after.as_deref().map(SqlValue::from));
        let sql = of_rule(self.db.dialect(), slice.after.is_some());
        self.query(tenant, &sql, &params).await?.iter().map(read).collect()
    }
}
