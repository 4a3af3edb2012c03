//! The carrier, simulated: one stream, one key, and nothing that a real one has besides.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use forebay_simulation::instant::{machine_ms, rfc3339};
use forebay_simulation::{
    Counters, Fault, Faults, Gate, PermissionChange, Refused, Rows, RowsQuery, Running, Simulated, Start,
    control_plane, disturbed,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub const KEY: &str = "a key that is made up";

#[derive(Debug, Clone)]
struct Parcel {
    recipient: String,
    grams: Option<i64>,
    /// Milliseconds.
    updated: i64,
    deleted: bool,
}

#[derive(Default)]
struct Shelf {
    parcels: BTreeMap<i64, Parcel>,
    /// Changes ever made, so that no two choose alike.
    changes: i64,
}

/// The carrier's account.
pub struct Carrier {
    base_url: String,
    shelf: Mutex<Shelf>,
    denied: Mutex<BTreeSet<String>>,
    counters: Counters,
    gate: Gate,
    faults: Faults,
    lie: Lie,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An account with so many parcels, a third of them of one moment.
pub async fn start(parcels: i64) -> Result<Running<Carrier>> {
    start_lying(parcels, Lie::None).await
}

/// What the carrier shows that is not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    None,
    /// This parcel is never shown.
    Hides(i64),
    /// A parcel of this number is shown, and there is none.
    Invents(i64),
    /// This parcel's weight is another.
    Weighs(i64),
}

pub async fn start_lying(parcels: i64, lie: Lie) -> Result<Running<Carrier>> {
    let how = Start {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: None,
        port_file: None,
        changes_per_minute: 0,
    };
    let open = move |base_url: &str| {
        let parcel = |id: i64| Parcel {
            recipient: format!("recipient {id}"),
            grams: (id % 7 != 0).then_some(id * 10),
            updated: 1_767_225_600_000 + if id % 3 == 0 { 0 } else { id },
            deleted: false,
        };
        let shelf = Shelf { parcels: (1..=parcels).map(|id| (id, parcel(id))).collect(), changes: 0 };
        Ok(Carrier {
            base_url: base_url.to_owned(),
            shelf: Mutex::new(shelf),
            denied: Mutex::default(),
            counters: Counters::default(),
            gate: Gate::new(4),
            faults: Faults::default(),
            lie,
        })
    };
    forebay_simulation::start(how, open, router).await
}

fn router(carrier: Arc<Carrier>) -> Router {
    Router::new()
        .route("/v1/clock", get(clock))
        .route("/v1/parcels", get(parcels))
        .route("/v1/parcels/count", get(count))
        .layer(from_fn_with_state(Arc::clone(&carrier), guard))
        .merge(control_plane::<Carrier>())
        .with_state(carrier)
}

/// Login, the limit on requests in flight, ordered faults and permissions.
async fn guard(State(carrier): State<Arc<Carrier>>, request: Request, next: Next) -> Response {
    let key = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let known = key == Some(format!("Bearer {KEY}").as_str());
    let clock = request.uri().path() == "/v1/clock";
    let endpoint = if clock { "clock" } else { "parcels" };
    let refuse = |fault| match fault {
        Fault::Throttled { status, retry_after } => {
            let wait = retry_after.map(|s| (header::RETRY_AFTER, s.to_string()));
            (status, AppendHeaders(wait)).into_response()
        }
        Fault::Failed => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let place = carrier.gate.enter();
    let response = if !known {
        StatusCode::UNAUTHORIZED.into_response()
    } else if place.is_none() {
        StatusCode::TOO_MANY_REQUESTS.into_response()
    } else if !clock && lock(&carrier.denied).contains("parcels") {
        StatusCode::FORBIDDEN.into_response()
    } else {
        disturbed(carrier.as_ref(), refuse, next.run(request)).await
    };
    carrier.counters.count(endpoint, response.status());
    response
}

async fn clock(State(carrier): State<Arc<Carrier>>) -> Json<Value> {
    Json(json!({ "now": rfc3339(carrier.clock()) }))
}

#[derive(Deserialize)]
struct Wanted {
    time: String,
    #[serde(default)]
    id: i64,
    until: String,
    #[serde(default)]
    limit: usize,
}

impl Carrier {
    /// What is wanted, in order of time and id.
    fn found(&self, wanted: &Wanted) -> Vec<(i64, i64)> {
        let shelf = lock(&self.shelf);
        let all = shelf.parcels.iter().map(|(id, parcel)| (parcel.updated, *id));
        // Times of one form compare as texts, as soon as they have the same digits.
        let at = |millis| rfc3339(millis).replace('Z', "000Z");
        let within = |(updated, id): &(i64, i64)| {
            let updated = at(*updated);
            (updated.as_str(), *id) > (wanted.time.as_str(), wanted.id) && updated <= wanted.until
        };
        let mut found: Vec<(i64, i64)> = all.filter(within).collect();
        found.retain(|(_, id)| self.lie != Lie::Hides(*id));
        found.sort_unstable();
        found
    }
}

fn shown(id: i64, parcel: &Parcel) -> Value {
    json!({
        "id": id,
        "recipient": parcel.recipient,
        "grams": parcel.grams,
        "updated": rfc3339(parcel.updated),
        "deleted": parcel.deleted,
    })
}

async fn parcels(State(carrier): State<Arc<Carrier>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let found = carrier.found(&wanted);
    let shelf = lock(&carrier.shelf);
    let page = found.iter().take(wanted.limit).filter_map(|(_, id)| Some(shown(*id, shelf.parcels.get(id)?)));
    let mut page: Vec<Value> = page.collect();
    for parcel in &mut page {
        match carrier.lie {
            Lie::Invents(id) if parcel["id"] == 444 => parcel["id"] = id.into(),
            Lie::Weighs(id) if parcel["id"] == id => parcel["grams"] = 1.into(),
            _ => {}
        }
    }
    Json(json!({ "parcels": page, "more": found.len() > wanted.limit }))
}

async fn count(State(carrier): State<Arc<Carrier>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    Json(json!({ "count": carrier.found(&wanted).len() }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Changes {
    updates: u32,
    inserts: u32,
    deletes: u32,
}

#[derive(Debug, Default, Serialize)]
pub struct Changed {
    updated: BTreeMap<&'static str, u32>,
    inserted: BTreeMap<&'static str, u32>,
    deleted: BTreeMap<&'static str, u32>,
    at: i64,
}

/// The carrier has no faults of its own.
#[derive(Debug, Default, Deserialize)]
pub struct NoFaults {}

impl Simulated for Carrier {
    const NAME: &'static str = "carrier";
    type Credentials<'a> = &'static str;
    type Changes = Changes;
    type Changed = Changed;
    type Faults = NoFaults;
    type Column = String;

    fn base_url(&self) -> &str {
        &self.base_url
    }

    fn credentials(&self) -> &'static str {
        KEY
    }

    fn counters(&self) -> &Counters {
        &self.counters
    }

    fn gate(&self) -> &Gate {
        &self.gate
    }

    fn faults(&self) -> &Faults {
        &self.faults
    }

    fn clock(&self) -> i64 {
        machine_ms() + self.faults.skew() * 1_000
    }

    fn visible_until(&self) -> Result<i64> {
        Ok(self.clock())
    }

    fn some_changes(updates: u32, inserts: u32, deletes: u32) -> Changes {
        Changes { updates, inserts, deletes }
    }

    fn make_changes(&self, order: Changes) -> Result<Changed> {
        let now = self.clock();
        let mut shelf = lock(&self.shelf);
        for _ in 0..order.inserts {
            let id = shelf.parcels.last_key_value().map_or(1, |(id, _)| id + 1);
            let parcel = Parcel { recipient: format!("new {id}"), grams: None, updated: now, deleted: false };
            shelf.parcels.insert(id, parcel);
        }
        for number in 0..order.updates + order.deletes {
            shelf.changes += 1;
            let (nth, living) =
                (shelf.changes * 7_919, shelf.parcels.values().filter(|p| !p.deleted).count());
            let place = usize::try_from(nth)? % living.max(1);
            let Some(parcel) = shelf.parcels.values_mut().filter(|p| !p.deleted).nth(place) else { break };
            (parcel.grams, parcel.updated) = (Some(nth), now);
            parcel.deleted = number >= order.updates;
        }
        let one = |count| BTreeMap::from([("parcels", count)]);
        Ok(Changed {
            updated: one(order.updates),
            inserted: one(order.inserts),
            deleted: one(order.deletes),
            at: now / 1_000,
        })
    }

    fn true_counts(&self) -> Result<BTreeMap<&'static str, i64>> {
        let living = lock(&self.shelf).parcels.values().filter(|parcel| !parcel.deleted).count();
        Ok(BTreeMap::from([("parcels", i64::try_from(living)?)]))
    }

    fn true_rows(&self, query: &RowsQuery) -> Result<Rows, Refused> {
        let mut rows = Rows::default();
        let limit = usize::try_from(query.limit)?;
        let shelf = lock(&self.shelf);
        let living = shelf.parcels.iter().filter(|(id, parcel)| **id > query.after && !parcel.deleted);
        living.take(limit).for_each(|(id, parcel)| rows.push(*id, shown(*id, parcel)));
        Ok(rows)
    }

    fn table(name: &str) -> Result<String, String> {
        if name == "parcels" { Ok(name.to_owned()) } else { Err(format!("there is no table {name}")) }
    }

    fn change_permissions(&self, change: PermissionChange<String>) {
        let mut denied = lock(&self.denied);
        denied.extend(change.deny);
        if let Some(table) = change.allow {
            denied.remove(&table);
        }
    }

    fn end_sessions(&self) {}

    fn order_faults(&self, NoFaults {}: NoFaults) -> Result<Map<String, Value>, Refused> {
        Ok(Map::new())
    }

    fn ordered(&self) -> Value {
        json!({ "pending": self.faults.pending(), "denied": *lock(&self.denied), "rejected": [] })
    }
}
