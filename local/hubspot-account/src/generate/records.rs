//! Records of every object type.

use anyhow::Result;
use rusqlite::Connection;
use serde_json::{Map, Value};

use super::{World, moments, record_id, values};
use crate::catalog::{ObjectType, objects};
use crate::store::{Record, put};

/// Survey answers are sparse: of hundreds of properties, a person has at most so many.
const ANSWERS: i64 = 4;

pub fn fill(db: &Connection, world: &World) -> Result<()> {
    for object in objects() {
        for number in 0..world.count(object) {
            let (created, modified) = moments::moments(world, object.name, number);
            let new = NewRecord { id: record_id(object, number), key: number, created, modified };
            put(db, object.name, &new.make(world, object))?;
        }
    }
    Ok(())
}

/// A record to be made.
pub struct NewRecord {
    pub id: i64,
    /// Its values are chosen by this.
    pub key: i64,
    pub created: i64,
    pub modified: i64,
}

impl NewRecord {
    /// The record with its values.
    pub fn make(&self, world: &World, object: &ObjectType) -> Record {
        let mut record = Record {
            id: self.id,
            created: self.created,
            modified: self.modified,
            archived: None,
            properties: Map::new(),
        };
        for property in object.properties.iter().filter(|p| p.filled > 0) {
            if let Some(value) = values::value(world, object, property, self.key) {
                record.set(&property.name, value);
            }
        }
        answers(world, object, self.key, &mut record);
        computed(object, &mut record);
        record
    }
}

fn answers(world: &World, object: &ObjectType, key: i64, record: &mut Record) {
    if object.name != "contacts" {
        return;
    }
    let asked = object.properties.iter().rposition(|p| p.group != "surveys").map_or(0, |last| last + 1);
    let surveys = object.properties.get(asked..).unwrap_or(&[]);
    for answer in 0..world.mix.below("contacts.answers", key, ANSWERS + 1) {
        let bound = i64::try_from(surveys.len()).unwrap_or(0);
        let index = world.mix.below("contacts.answer", key * ANSWERS + answer, bound);
        let Some(property) = usize::try_from(index).ok().and_then(|index| surveys.get(index)) else {
            continue;
        };
        let answered = property.clone().filled(100);
        if let Some(value) = values::value(world, object, &answered, key) {
            record.set(&property.name, value);
        }
    }
}

fn held<'r>(record: &'r Record, property: &str) -> Option<&'r str> {
    record.properties.get(property).and_then(Value::as_str)
}

fn amount(record: &Record, property: &str) -> Option<f64> {
    held(record, property).and_then(|text| text.parse().ok())
}

/// Computes what follows from other properties.
pub fn computed(object: &ObjectType, record: &mut Record) {
    match object.name {
        "deals" => deal(record),
        "line_items" => {
            if let (Some(price), Some(quantity)) = (amount(record, "price"), amount(record, "quantity")) {
                record.set("amount", format!("{:.2}", price * quantity));
            }
        }
        "contacts" => {
            if let Some(domain) =
                held(record, "email").and_then(|mail| mail.split_once('@')).map(|(_, d)| d.to_owned())
            {
                record.set("hs_email_domain", domain);
            }
        }
        _ => {}
    }
}

fn deal(record: &mut Record) {
    let stage = held(record, "dealstage").unwrap_or("").to_owned();
    let chance = values::probability(&stage);
    record.set("hs_deal_stage_probability", chance);
    record.set("hs_is_closed", stage.starts_with("closed").to_string());
    record.set("hs_is_closed_won", (stage == "closedwon").to_string());
    let forecast = amount(record, "amount").zip(chance.parse::<f64>().ok()).map(|(sum, chance)| sum * chance);
    record.set("hs_forecast_amount", forecast.map_or_else(String::new, |sum| format!("{sum:.3}")));
}
