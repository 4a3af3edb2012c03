//! Walks lineage. The repository answers for whole datasets; which of their edges belong to the walk is
//! decided here, column by column.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::TenantId;
use forebay_model::lineage::{DatasetKind, DatasetName, Direction, LineageEdge};
use forebay_ports::{PortError, Repository};

use crate::views::{LineageGraph, LineageNode};

/// More than this is no picture and no answer anybody reads.
const MAX_EDGES: usize = 20_000;

/// A place in the graph: a column, or the dataset itself.
type Place = (DatasetName, Option<String>);

/// Where to start, which way and how many edges far.
pub(crate) struct Walk<'a> {
    pub repository: &'a dyn Repository,
    pub tenant: &'a TenantId,
    /// A dataset without a column is started from with all its columns.
    pub start: Vec<Place>,
    pub direction: Direction,
    pub depth: u32,
}

impl Walk<'_> {
    pub async fn graph(&self) -> Result<LineageGraph, PortError> {
        let mut found = Found::default();
        if self.direction != Direction::Downstream {
            self.go(Way::Up, &mut found).await?;
        }
        if self.direction != Direction::Upstream {
            self.go(Way::Down, &mut found).await?;
        }
        Ok(found.graph())
    }

    async fn go(&self, way: Way, found: &mut Found) -> Result<(), PortError> {
        let mut front: BTreeSet<Place> = self.start.iter().cloned().collect();
        let mut seen = front.clone();
        for step in 0..self.depth {
            let edges = self.edges(way, &front).await?;
            let next = found.step(way, &Front { places: &front, whole: step == 0 }, edges);
            front = next.into_iter().filter(|place| seen.insert(place.clone())).collect();
            if front.is_empty() || found.truncated {
                return Ok(());
            }
        }
        let beyond = self.edges(way, &front).await?;
        found.truncated |= beyond.iter().any(|edge| Front { places: &front, whole: false }.has(way, edge));
        Ok(())
    }

    async fn edges(&self, way: Way, front: &BTreeSet<Place>) -> Result<Vec<LineageEdge>, PortError> {
        let datasets: BTreeSet<DatasetName> = front.iter().map(|(dataset, _)| dataset.clone()).collect();
        let datasets: Vec<DatasetName> = datasets.into_iter().collect();
        match way {
            Way::Up => self.repository.edges_into(self.tenant, &datasets).await,
            Way::Down => self.repository.edges_from(self.tenant, &datasets).await,
        }
    }
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// The end we come from, and the end we get to.
fn ends(way: Way, edge: &LineageEdge) -> (Place, Place) {
    let from = (edge.from.clone(), edge.from_field.clone());
    let to = (edge.to.clone(), edge.to_field.clone());
    match way {
        Way::Up => (to, from),
        Way::Down => (from, to),
    }
}

/// Where a walk stands.
struct Front<'a> {
    places: &'a BTreeSet<Place>,
    /// Whether a dataset stands for all its columns. So it does at the start; later on, a dataset was
    /// reached by an edge between datasets, which says nothing about columns.
    whole: bool,
}

impl Front<'_> {
    /// Whether the edge goes on from here.
    fn has(&self, way: Way, edge: &LineageEdge) -> bool {
        let (here, _) = ends(way, edge);
        self.places.contains(&here) || self.whole && self.places.contains(&(here.0, None))
    }
}

#[derive(Default)]
struct Found {
    edges: BTreeSet<LineageEdge>,
    truncated: bool,
}

impl Found {
    /// Takes the edges that continue the walk and gives the places they lead to.
    fn step(&mut self, way: Way, front: &Front<'_>, edges: Vec<LineageEdge>) -> BTreeSet<Place> {
        let mut next = BTreeSet::new();
        for edge in edges.into_iter().filter(|edge| front.has(way, edge)) {
            if self.edges.len() >= MAX_EDGES {
                self.truncated = true;
                return next;
            }
            next.insert(ends(way, &edge).1);
            self.edges.insert(edge);
        }
        next
    }

    fn graph(self) -> LineageGraph {
        let mut nodes: BTreeMap<DatasetName, (DatasetKind, BTreeSet<String>)> = BTreeMap::new();
        let mut note = |dataset: &DatasetName, kind: DatasetKind, field: &Option<String>| {
            let (_, fields) = nodes.entry(dataset.clone()).or_insert_with(|| (kind, BTreeSet::new()));
            fields.extend(field.clone());
        };
        for edge in &self.edges {
            note(&edge.from, edge.from_kind, &edge.from_field);
            note(&edge.to, edge.to_kind, &edge.to_field);
        }
        let nodes = nodes.into_iter().map(|(dataset, (kind, fields))| LineageNode {
            namespace: dataset.namespace,
            name: dataset.name,
            kind: kind.into(),
            fields: fields.into_iter().collect(),
        });
        LineageGraph {
            nodes: nodes.collect(),
            edges: self.edges.into_iter().map(Into::into).collect(),
            truncated: self.truncated,
        }
    }
}
