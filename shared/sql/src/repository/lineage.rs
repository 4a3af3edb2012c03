//! Lineage facts. An edge's id is a hash of what it says, so the same fact is one row.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use forebay_model::lineage::{DatasetName, LineageEdge};
use forebay_model::{Instant, RunId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::LineageStore;
use xxhash_rust::xxh3::xxh3_128;

use super::retry::again;
use super::{SqlRepository, json_list, to_json};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::{LINEAGE_EDGE, LINEAGE_RUN};
use crate::value::{Row, SqlValue};

pub(super) fn stated(dialect: Dialect) -> String {
    format!(
        "SELECT [id], [first_run], [first_at], [last_run], [last_at] FROM [lineage_edge] \
         WHERE [tenant] = ?1 AND [id] IN {}",
        dialect.texts(2)
    )
}

pub(super) fn by_end(dialect: Dialect, column: &str) -> String {
    format!(
        "SELECT [body] FROM [lineage_edge] WHERE [tenant] = ?1 AND [{column}] IN {} ORDER BY [id]",
        dialect.texts(2)
    )
}

pub(super) const OF_RUN: &str = "SELECT e.[body] FROM [lineage_run] AS r INNER JOIN [lineage_edge] AS e \
    ON e.[tenant] = r.[tenant] AND e.[id] = r.[edge] WHERE r.[tenant] = ?1 AND r.[run] = ?2 ORDER BY e.[id]";

pub(super) const IDS_OF_RUN: &str = "SELECT [edge] FROM [lineage_run] WHERE [tenant] = ?1 AND [run] = ?2";

pub(super) const COUNT: &str = "SELECT COUNT(*) FROM [lineage_edge] WHERE [tenant] = ?1";

/// The first and the last run that stated an edge. By time, and by run where the times are equal, so that
/// the order of recording does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stated {
    first: (Instant, String),
    last: (Instant, String),
}

impl Stated {
    fn once(run: &RunId, at: Instant) -> Self {
        let once = (at, run.to_string());
        Self { first: once.clone(), last: once }
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            first: self.first.clone().min(other.first.clone()),
            last: self.last.clone().max(other.last.clone()),
        }
    }
}

fn edge_row(
    tenant: &TenantId,
    id: &str,
    edge: &LineageEdge,
    stated: &Stated,
) -> Result<Vec<SqlValue>, PortError> {
    Ok(vec![
        tenant.into(),
        id.into(),
        edge.from.namespace.as_str().into(),
        edge.from.name.as_str().into(),
        edge.to.namespace.as_str().into(),
        edge.to.name.as_str().into(),
        to_json(edge)?.into(),
        stated.first.1.as_str().into(),
        stated.first.0.into(),
        stated.last.1.as_str().into(),
        stated.last.0.into(),
    ])
}

fn read_stated(rows: &[Row]) -> Result<HashMap<String, Stated>, PortError> {
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let mut reader = row.reader();
        let id = reader.text()?;
        let (first_run, first_at) = (reader.text()?, reader.instant()?);
        let (last_run, last_at) = (reader.text()?, reader.instant()?);
        found.insert(id, Stated { first: (first_at, first_run), last: (last_at, last_run) });
    }
    Ok(found)
}

fn read_edges(rows: &[Row]) -> Result<Vec<LineageEdge>, PortError> {
    rows.iter().map(|row| row.reader().json()).collect()
}

impl SqlRepository {
    async fn edges_at(
        &self,
        tenant: &TenantId,
        column: &str,
        datasets: &[DatasetName],
        end: impl Fn(&LineageEdge) -> &DatasetName + Send,
    ) -> Result<Vec<LineageEdge>, PortError> {
        let names: HashSet<&str> = datasets.iter().map(|d| d.name.as_str()).collect();
        let params = [tenant.into(), json_list(names)];
        let rows = self.query(tenant, &by_end(self.db.dialect(), column), &params).await?;
        let mut edges = read_edges(&rows)?;
        edges.retain(|edge| datasets.contains(end(edge)));
        Ok(edges)
    }

    async fn write_edges(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        edges: &BTreeMap<String, &LineageEdge>,
        now: &Stated,
    ) -> Result<(), PortError> {
        let params = [tenant.into(), json_list(edges.keys().map(String::as_str))];
        let found = read_stated(&tx.query(&self.text(&stated(self.db.dialect())), &params).await?)?;
        let (mut inserts, mut updates) = (Vec::new(), Vec::new());
        for (id, edge) in edges {
            match found.get(id) {
                None => inserts.push(edge_row(tenant, id, edge, now)?),
                Some(before) if before.with(now) != *before => {
                    updates.push(edge_row(tenant, id, edge, &before.with(now))?);
                }
                Some(_) => {}
            }
        }
        LINEAGE_EDGE.write(tx, WriteKind::Insert, inserts).await?;
        LINEAGE_EDGE.write(tx, WriteKind::Update, updates).await
    }
}

impl SqlRepository {
    async fn record_lineage_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        edges: &[LineageEdge],
        at: Instant,
    ) -> Result<(), PortError> {
        let mut by_id = BTreeMap::new();
        for edge in edges {
            by_id.insert(format!("{:032x}", xxh3_128(to_json(edge)?.as_bytes())), edge);
        }
        if by_id.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("lineage/{tenant}")).await?;
        self.write_edges(tx.as_mut(), tenant, &by_id, &Stated::once(run, at)).await?;
        let rows = tx.query(&self.text(IDS_OF_RUN), &[tenant.into(), run.into()]).await?;
        let known: HashSet<String> = rows.iter().map(|r| r.reader().text()).collect::<Result<_, _>>()?;
        let missing = by_id.keys().filter(|id| !known.contains(*id));
        let rows = missing.map(|id| vec![tenant.into(), run.into(), id.as_str().into()]).collect();
        LINEAGE_RUN.write(tx.as_mut(), WriteKind::Insert, rows).await?;
        tx.commit().await
    }
}

#[async_trait]
impl LineageStore for SqlRepository {
    async fn record_lineage(
        &self,
        tenant: &TenantId,
        run: &RunId,
        edges: &[LineageEdge],
        at: Instant,
    ) -> Result<(), PortError> {
        again(|| self.record_lineage_once(tenant, run, edges, at)).await
    }

    async fn edges_into(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError> {
        self.edges_at(tenant, "to_name", datasets, |edge| &edge.to).await
    }

    async fn edges_from(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError> {
        self.edges_at(tenant, "from_name", datasets, |edge| &edge.from).await
    }

    async fn edges_of_run(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<LineageEdge>, PortError> {
        read_edges(&self.query(tenant, OF_RUN, &[tenant.into(), run.into()]).await?)
    }

    async fn count_edges(&self, tenant: &TenantId) -> Result<u64, PortError> {
        let rows = self.query(tenant, COUNT, &[tenant.into()]).await?;
        rows.first().map_or(Ok(0), |row| row.reader().count())
    }
}
