//! Rules, in versions.

use async_trait::async_trait;
use forebay_model::rule::{Rule, RuleId, VersionedRule};
use forebay_model::{SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Edit, RuleCap, RuleCaps, RuleFilter, RulePut, RuleStore, Slice};

use super::super::retry::again;
use super::super::{SqlRepository, rejected, to_json};
use super::{Conditions, check_name, next_version, numbered};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::QUALITY_RULE;
use crate::value::{Row, SqlValue};

const VERSIONS: &str = "SELECT [version], [since], [author], [retired], [body] FROM [quality_rule] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3 AND [rule] = ?4 ORDER BY [version] DESC";

fn newest(dialect: Dialect) -> String {
    format!("{VERSIONS}{}", dialect.limit(5))
}

/// How many of the stream's other rules hold, and how many of those ask tables.
const OTHERS: &str = "SELECT CAST(COUNT(*) AS BIGINT), \
    CAST(SUM(CASE WHEN q.[asks_tables] = 1 THEN 1 ELSE 0 END) AS BIGINT) FROM [quality_rule] AS q \
    WHERE q.[tenant] = ?1 AND q.[source] = ?2 AND q.[stream] = ?3 AND q.[rule] <> ?4 AND q.[retired] = 0 \
    AND q.[version] = (SELECT MAX(n.[version]) FROM [quality_rule] AS n WHERE n.[tenant] = ?1 \
    AND n.[source] = ?2 AND n.[stream] = ?3 AND n.[rule] = q.[rule])";

/// Parameters: tenant, limit, then the source, stream and rule to continue after, then the conditions'.
fn list(dialect: Dialect, after: bool, conditions: &[&str]) -> String {
    let continued = " AND (q.[source] > ?3 OR (q.[source] = ?3 AND (q.[stream] > ?4 \
        OR (q.[stream] = ?4 AND q.[rule] > ?5))))";
    format!(
        "SELECT q.[version], q.[since], q.[author], q.[retired], q.[body] FROM [quality_rule] AS q \
         WHERE q.[tenant] = ?1 AND q.[version] = (SELECT MAX(n.[version]) FROM [quality_rule] AS n \
         WHERE n.[tenant] = ?1 AND n.[source] = q.[source] AND n.[stream] = q.[stream] AND n.[rule] = q.[rule]){}{} \
         ORDER BY q.[source], q.[stream], q.[rule]{}",
        if after { continued } else { "" },
        numbered(conditions, if after { 6 } else { 3 }),
        dialect.limit(2)
    )
}

const BY_SOURCE: &str = "q.[source] = #";
const BY_STREAM: &str = "q.[stream] = #";

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![
        ("rule_versions", VERSIONS.into()),
        ("rule_newest", newest(dialect)),
        ("rule_others", OTHERS.into()),
        ("rule_list", list(dialect, false, &[])),
        ("rule_list_of_stream_after", list(dialect, true, &[BY_SOURCE, BY_STREAM])),
    ]
}

fn read(row: &Row) -> Result<VersionedRule, PortError> {
    let mut reader = row.reader();
    Ok(VersionedRule {
        version: reader.small()?,
        since: reader.instant()?,
        author: reader.text()?,
        retired: reader.flag()?,
        rule: reader.json()?,
    })
}

/// A rule's place.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    tenant: &'a TenantId,
    source: &'a SourceId,
    stream: &'a StreamName,
    rule: &'a RuleId,
}

impl Place<'_> {
    fn key(&self) -> [SqlValue; 4] {
        [self.tenant.into(), self.source.into(), self.stream.into(), self.rule.0.as_str().into()]
    }

    fn name(&self) -> String {
        format!("rule {} of stream {}", self.rule.0, self.stream)
    }
}

/// What becomes of a rule: what it says now, and whether it holds.
#[derive(Debug, Clone, Copy)]
enum Change<'a> {
    Put(&'a Rule, RuleCaps),
    Retire,
}

impl SqlRepository {
    async fn newest_rule(
        &self,
        tx: &mut dyn Transaction,
        place: Place<'_>,
    ) -> Result<Option<VersionedRule>, PortError> {
        let mut params = place.key().to_vec();
        params.push(1u32.into());
        tx.query(&self.text(&newest(self.db.dialect())), &params).await?.first().map(read).transpose()
    }

    async fn change_rule(
        &self,
        place: Place<'_>,
        change: Change<'_>,
        edit: Edit<'_>,
    ) -> Result<RulePut, PortError> {
        let mut tx = self.begin(place.tenant).await?;
        // Of the whole stream, for its rules are counted.
        tx.lock(&format!("rules/{}/{}/{}", place.tenant, place.source, place.stream)).await?;
        let newest = self.newest_rule(tx.as_mut(), place).await?;
        let (rule, retired) = match (change, &newest) {
            (Change::Put(rule, _), _) => (rule.clone(), false),
            (Change::Retire, Some(newest)) => (newest.rule.clone(), true),
            (Change::Retire, None) => return Err(PortError::NotFound { what: place.name() }),
        };
        let is_newest = |n: &VersionedRule| n.rule == rule && n.retired == retired && n.author == edit.author;
        let known = newest.as_ref().map_or(0, |n| n.version);
        let same = newest.as_ref().is_some_and(is_newest);
        let version = match (next_version(known, edit.expected, same, || place.name())?, &newest) {
            (None, Some(newest)) => return Ok(RulePut::Written(Box::new(newest.clone()))),
            (version, _) => version.unwrap_or(1),
        };
        if let Change::Put(rule, caps) = change {
            let before = newest.as_ref().filter(|n| !n.retired).map(|n| &n.rule);
            if let Some(full) = self.full(tx.as_mut(), place, (before, rule), caps).await? {
                return Ok(full);
            }
        }
        let mut row = place.key().to_vec();
        row.extend([
            version.into(),
            edit.at.into(),
            edit.author.into(),
            retired.into(),
            rule.expectation.asks_tables().into(),
            to_json(&rule)?.into(),
        ]);
        QUALITY_RULE.write(tx.as_mut(), WriteKind::Insert, vec![row]).await?;
        tx.commit().await?;
        let author = edit.author.into();
        Ok(RulePut::Written(Box::new(VersionedRule { rule, version, since: edit.at, author, retired })))
    }

    /// Why a rule must not be written: it would hold as one too many. What it adds to is counted only.
    async fn full(
        &self,
        tx: &mut dyn Transaction,
        place: Place<'_>,
        (before, after): (Option<&Rule>, &Rule),
        caps: RuleCaps,
    ) -> Result<Option<RulePut>, PortError> {
        let asks = after.expectation.asks_tables();
        let adds = before.is_none();
        let adds_asking = asks && before.is_none_or(|rule| !rule.expectation.asks_tables());
        if !adds && !adds_asking {
            return Ok(None);
        }
        let rows = tx.query(&self.text(OTHERS), &place.key()).await?;
        let mut reader =
            rows.first().map(Row::reader).ok_or_else(|| rejected("a count of nothing".into()))?;
        let (rules, asking) = (reader.small()?, reader.small()?);
        let full = |cap, count, limit| Ok(Some(RulePut::Full { cap, count, limit }));
        if adds && rules >= caps.rules {
            return full(RuleCap::Rules, rules, caps.rules);
        }
        if adds_asking && asking >= caps.asking_tables {
            return full(RuleCap::AskingTables, asking, caps.asking_tables);
        }
        Ok(None)
    }
}

/// The parts of `{source}/{stream}/{id}`; only the id may hold a `/`.
fn parts(after: &str) -> Result<[SqlValue; 3], PortError> {
    let mut parts = after.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(source), Some(stream), Some(rule)) => Ok([source.into(), stream.into(), rule.into()]),
        _ => Err(rejected(format!("`{after}` is no place of a rule"))),
    }
}

#[async_trait]
impl RuleStore for SqlRepository {
    async fn put_rule(
        &self,
        tenant: &TenantId,
        rule: &Rule,
        edit: Edit<'_>,
        caps: RuleCaps,
    ) -> Result<RulePut, PortError> {
        check_name("a rule's id", &rule.id.0)?;
        let place = Place { tenant, source: &rule.source, stream: &rule.stream, rule: &rule.id };
        again(|| self.change_rule(place, Change::Put(rule, caps), edit)).await
    }

    async fn retire_rule(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
        edit: Edit<'_>,
    ) -> Result<VersionedRule, PortError> {
        let place = Place { tenant, source, stream, rule };
        match again(|| self.change_rule(place, Change::Retire, edit)).await? {
            RulePut::Written(retired) => Ok(*retired),
            RulePut::Full { .. } => Err(rejected("a rule that ends was counted".into())),
        }
    }

    async fn rules(
        &self,
        tenant: &TenantId,
        filter: &RuleFilter,
        slice: Slice,
    ) -> Result<Vec<VersionedRule>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let conditions = Conditions::default()
            .and(BY_SOURCE, filter.source.as_ref().map(SqlValue::from))
            .and(BY_STREAM, filter.stream.as_ref().map(SqlValue::from));
        let mut params = vec![tenant.into(), slice.limit.into()];
        if let Some(after) = &slice.after {
            params.extend(parts(after)?);
        }
        params.extend(conditions.values);
        let sql = list(self.db.dialect(), slice.after.is_some(), &conditions.texts);
        self.query(tenant, &sql, &params).await?.iter().map(read).collect()
    }

    async fn rule_versions(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
    ) -> Result<Vec<VersionedRule>, PortError> {
        let key = Place { tenant, source, stream, rule }.key();
        self.query(tenant, VERSIONS, &key).await?.iter().map(read).collect()
    }
}
