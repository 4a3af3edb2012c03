//! The people records are assigned to.

use anyhow::Result;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{World, moments, owner_id};
use crate::store::{Record, put};

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    for number in 0..world.owners() {
        let (created, modified) = moments::moments(world, "owners", number);
        let archived = (number % 23 == 22).then_some(modified);
        let properties = properties(world, number);
        put(db, "owners", &Record { id: owner_id(number), created, modified, archived, properties })?;
    }
    Ok(())
}

/// What the API shows of an owner beside its id and its moments.
fn properties(world: &World, number: i64) -> Map<String, Value> {
    let user = 52_000_000 + number * 7;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("email", json!(format!("owner{number}@forebay.example")));
    put("type", json!(if number % 31 == 30 { "QUEUE" } else { "PERSON" }));
    put("firstName", json!(if number % 9 == 8 { String::new() } else { format!("Owner {number}") }));
    put("lastName", json!(format!("Portal {}", world.mix.below("owners.last", number, 500))));
    // An owner who is no user any more has no userId, but the API still tells which one it was.
    put("userId", if number % 23 == 22 { Value::Null } else { json!(user) });
    put("userIdIncludingInactive", json!(user));
    if number % 4 == 0 {
        let team = world.mix.below("owners.team", number, 5) + 1;
        put("teams", json!([{ "id": team.to_string(), "name": format!("Team {team}"), "primary": true }]));
    }
    out
}
