//! The record service: ids of a type, and single records in the service's own shape.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql};
use serde_json::{Map, Value, json};

use super::filter::{self, Filter};
use super::problem::Problem;
use crate::account::Account;
use crate::auth::query_map;
use crate::calendar::{iso_date, iso_utc};
use crate::catalog::{Column, Kind, RestType, Table, reference_type, rest_type, table};
use crate::suiteql::{Access, PAGE_LIMIT};

const ROOT: &str = "/services/rest/record/v1";

/// The table behind a record type, if the role may see it.
pub fn find(account: &Account, name: &str) -> Result<(&'static Table, &'static RestType), Problem> {
    let (table, rest) = rest_type(name).ok_or_else(|| {
        Problem::not_found("NONEXISTENT_RECORD_TYPE", format!("Record type '{name}' does not exist."))
            .at("o:errorUrlPath", name)
    })?;
    let access = account.access();
    if access.denied.contains(table.name) || access.silenced.contains(table.name) {
        let detail = format!("Permission Violation: You need a higher permission level for '{name}'.");
        return Err(Problem::new(StatusCode::FORBIDDEN, "INSUFFICIENT_PERMISSION", detail));
    }
    Ok((table, rest))
}

/// The same for a request that reads records, which counts towards ordered ends of permissions.
fn opened(account: &Account, name: &str) -> Result<(&'static Table, &'static RestType), Problem> {
    if let Some((table, _)) = rest_type(name) {
        account.asked(&[table.name]);
    }
    find(account, name)
}

/// Which ids of a type are wanted.
struct ListRequest {
    limit: u64,
    offset: u64,
    filter: Filter,
}

/// `GET /record/v1/{type}?limit&offset&q`: ids only, each record is a further request.
pub async fn list(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let (table, rest) = opened(&account, &name)?;
    let request = list_request(query.as_deref().unwrap_or(""), table)?;
    let base = account.credentials.base_url.clone();
    tokio::task::spawn_blocking(move || {
        let read = account.store.read(|db| page(db, table, rest, &request, &base));
        read.map(Json).map_err(Problem::internal)
    })
    .await
    .map_err(Problem::internal)?
}

fn list_request(query: &str, table: &Table) -> Result<ListRequest, Problem> {
    let parameters = query_map(query);
    if let Some(other) = parameters.keys().find(|name| !["limit", "offset", "q"].contains(&name.as_str())) {
        return Err(Problem::query(
            format!("Invalid query parameter name '{other}'. Provide a valid name."),
            other,
        ));
    }
    let number = |name: &str, default: u64| {
        parameters.get(name).map_or(Ok(default), |text| {
            text.parse()
                .map_err(|_| Problem::query(format!("Invalid value for '{name}'. Provide a number."), name))
        })
    };
    let (limit, offset): (u64, u64) = (number("limit", PAGE_LIMIT)?, number("offset", 0)?);
    if limit == 0 || limit > PAGE_LIMIT {
        return Err(Problem::query("Invalid value for 'limit'. Provide a value from 1 to 1000.", "limit"));
    }
    if !offset.is_multiple_of(limit) {
        return Err(Problem::query("Provide an offset that is divisible by the limit.", "offset"));
    }
    let filter = match parameters.get("q") {
        Some(text) => filter::read(text, table)?,
        None => Filter { sql: "1".to_owned(), values: Vec::new() },
    };
    Ok(ListRequest { limit, offset, filter })
}

/// The condition that tells a table's rows of one type apart, and its value.
fn only(rest: &RestType) -> (String, Vec<&'static str>) {
    match rest.only {
        Some((column, value)) => (format!("\"{column}\" = ?1"), vec![value]),
        None => ("1".to_owned(), Vec::new()),
    }
}

fn page(
    db: &Connection,
    table: &Table,
    rest: &RestType,
    request: &ListRequest,
    base: &str,
) -> rusqlite::Result<Value> {
    let ListRequest { limit, offset, filter } = request;
    let (condition, values) = only(rest);
    let condition = format!("{condition} AND {}", filter.sql);
    let bound: Vec<&dyn ToSql> =
        values.iter().map(|v| v as &dyn ToSql).chain(filter.values.iter().map(|v| v as &dyn ToSql)).collect();
    let sql = format!("SELECT COUNT(*) FROM \"{}\" WHERE {condition}", table.name);
    let total: u64 = db.query_row(&sql, bound.as_slice(), |row| row.get::<_, i64>(0))?.unsigned_abs();
    let sql = format!(
        "SELECT id FROM \"{}\" WHERE {condition} ORDER BY id LIMIT {limit} OFFSET {offset}",
        table.name
    );
    let mut statement = db.prepare(&sql)?;
    let ids = statement.query_map(bound.as_slice(), |row| row.get::<_, i64>(0))?;
    let href = |rest: &str| format!("{base}{ROOT}/{rest}");
    let items: Vec<Value> = ids
        .map(|id| {
            let id = id?;
            let links = json!([{ "rel": "self", "href": href(&format!("{}/{id}", rest.name)) }]);
            Ok(json!({ "links": links, "id": id.to_string() }))
        })
        .collect::<rusqlite::Result<_>>()?;
    let count = items.len();
    let has_more = offset + limit < total;
    let mut links =
        vec![json!({ "rel": "self", "href": href(&format!("{}?limit={limit}&offset={offset}", rest.name)) })];
    if has_more {
        links.push(json!({ "rel": "next", "href": href(&format!("{}?limit={limit}&offset={}", rest.name, offset + limit)) }));
    }
    Ok(json!({
        "links": links, "count": count, "hasMore": has_more, "items": items, "offset": offset, "totalResults": total,
    }))
}

/// `GET /record/v1/{type}/{id}`.
pub async fn get(
    State(account): State<Arc<Account>>,
    Path((name, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let (table, rest) = opened(&account, &name)?;
    let missing = || {
        Problem::not_found(
            "NONEXISTENT_ID",
            "The record instance does not exist. Provide a valid record instance ID.",
        )
        .at("o:errorUrlPath", id.as_str())
    };
    let Ok(number) = id.parse::<i64>() else { return Err(missing()) };
    let parameters = query_map(query.as_deref().unwrap_or(""));
    let expand = parameters.get("expandSubResources").is_some_and(|v| v == "true");
    let base = account.credentials.base_url.clone();
    let found = tokio::task::spawn_blocking(move || {
        let view = View { access: account.access(), base };
        account.store.read(|db| view.record(db, table, rest, number, expand)).map_err(Problem::internal)
    })
    .await
    .map_err(Problem::internal)??;
    found.map(Json).ok_or_else(missing)
}

/// How records are shown: with which types, and under which address.
struct View {
    access: Access,
    base: String,
}

impl View {
    fn record(
        &self,
        db: &Connection,
        table: &Table,
        rest: &RestType,
        id: i64,
        expand: bool,
    ) -> rusqlite::Result<Option<Value>> {
        let (condition, values) = only(rest);
        let mut bound: Vec<&dyn ToSql> = values.iter().map(|v| v as &dyn ToSql).collect();
        bound.push(&id);
        let place = bound.len();
        let sql = format!("SELECT * FROM \"{}\" WHERE {condition} AND id = ?{place}", table.name);
        let body = db.query_row(&sql, bound.as_slice(), |row| self.body(db, table, row)).optional()?;
        let Some(mut body) = body else { return Ok(None) };
        let own = format!("{}{ROOT}/{}/{id}", self.base, rest.name);
        body.insert("links".to_owned(), json!([{ "rel": "self", "href": own }]));
        if table.name == "transaction" {
            body.insert("item".to_owned(), self.sublist(db, id, expand, &own)?);
        }
        Ok(Some(Value::Object(body)))
    }

    fn sublist(&self, db: &Connection, id: i64, expand: bool, own: &str) -> rusqlite::Result<Value> {
        let links = json!([{ "rel": "self", "href": format!("{own}/item") }]);
        let (true, Some(lines)) = (expand, table("transactionline")) else {
            return Ok(json!({ "links": links }));
        };
        let mut statement = db.prepare(
            "SELECT * FROM transactionline WHERE \"transaction\" = ?1 AND mainline = 'F' ORDER BY id",
        )?;
        let items: Vec<Value> = statement
            .query_map([id], |row| self.body(db, lines, row).map(Value::Object))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(json!({ "links": links, "totalResults": items.len(), "items": items }))
    }

    fn body(&self, db: &Connection, table: &Table, row: &Row<'_>) -> rusqlite::Result<Map<String, Value>> {
        let mut out = Map::new();
        for (index, column) in table.columns.iter().filter(|c| c.stored()).enumerate() {
            let kind = self.access.kind(table, column);
            if let Some(value) = self.value(db, column, kind, row.get_ref(index)?)? {
                out.insert(column.rest_name.to_owned(), value);
            }
        }
        Ok(out)
    }

    /// One field as the record service shows it; what is NULL is left out.
    fn value(
        &self,
        db: &Connection,
        column: &Column,
        kind: Kind,
        held: ValueRef<'_>,
    ) -> rusqlite::Result<Option<Value>> {
        Ok(match (kind, held) {
            (_, ValueRef::Null | ValueRef::Blob(_)) => None,
            (_, ValueRef::Integer(id)) if column.reference.is_some() => Some(self.reference(db, column, id)?),
            (Kind::Date, ValueRef::Integer(wall)) => Some(iso_date(wall).into()),
            (Kind::DateTime, ValueRef::Integer(utc)) => Some(iso_utc(utc).into()),
            (Kind::Text, ValueRef::Integer(n)) => Some(n.to_string().into()),
            (Kind::Text, ValueRef::Real(n)) => Some(n.to_string().into()),
            (_, ValueRef::Integer(n)) if column.name == "id" => Some(n.to_string().into()),
            (_, ValueRef::Integer(n)) => Some(n.into()),
            (_, ValueRef::Real(n)) => Some(n.into()),
            (Kind::Flag, ValueRef::Text(text)) => Some((text == b"T").into()),
            (_, ValueRef::Text(text)) => Some(String::from_utf8_lossy(text).into_owned().into()),
        })
    }

    fn reference(&self, db: &Connection, column: &Column, id: i64) -> rusqlite::Result<Value> {
        let Some(target) = column.reference.and_then(table) else { return Ok(id.into()) };
        let key = target.row_id.unwrap_or("rowid");
        let sql = format!("SELECT \"{}\" FROM \"{}\" WHERE \"{key}\" = ?1", target.display, target.name);
        let shown: Option<String> = db.query_row(&sql, [id], |row| row.get(0)).optional()?.flatten();
        let href = format!("{}{ROOT}/{}/{id}", self.base, reference_type(target.name));
        let mut out = json!({ "links": [{ "rel": "self", "href": href }], "id": id.to_string() });
        if let (Some(shown), Some(object)) = (shown, out.as_object_mut()) {
            object.insert("refName".to_owned(), shown.into());
        }
        Ok(out)
    }
}
