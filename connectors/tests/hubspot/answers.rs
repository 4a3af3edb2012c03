//! What the portal answers, by HubSpot's documented rules.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::portal::{Fault, REFRESH, Record, SECRET, State, TOKEN, instant};

type Answer = (u16, Value);

pub async fn answer(state: Arc<Mutex<State>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    let mut state = state.lock().unwrap();
    let path = parts.uri.path().to_owned();
    state.requests.push(format!("{} {path}", parts.method));
    state.longest_address = state.longest_address.max(parts.uri.to_string().len());
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()).into_owned().collect();
    let token = parts
        .headers
        .get("authorization")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "));
    let good = token.is_some_and(|token| state.tokens.contains(token));
    let fault = if path.starts_with("/account-info") { None } else { state.faults.pop_front() };
    let (status, answer) = match &fault {
        Some(Fault::Status(status, body)) => (*status, serde_json::from_str(body).unwrap_or(Value::Null)),
        _ if path == "/oauth/v1/token" => log_in(&mut state, &body),
        _ if !good => (
            401,
            json!({"message": format!("token {token:?} is not valid"), "category": "INVALID_AUTHENTICATION"}),
        ),
        _ if parts.uri.to_string().len() > 15_500 => (414, Value::Null),
        _ => route(&state, &path, &query, &serde_json::from_slice(&body).unwrap_or(Value::Null)),
    };
    let mut text = answer.to_string();
    match fault {
        Some(Fault::Truncated) => text.truncate(text.len() / 2),
        Some(Fault::Html) => text = "<html>maintenance</html>".into(),
        _ => {}
    }
    let date = instant(state.now).to_datetime().format(&Rfc2822).unwrap().replace("+0000", "GMT");
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap()).header("date", date);
    if let Some((limit, remaining)) = &mut state.daily {
        *remaining = remaining.saturating_sub(1);
        response = response
            .header("x-hubspot-ratelimit-daily", *limit)
            .header("x-hubspot-ratelimit-daily-remaining", *remaining);
    }
    response.body(Body::from(text)).unwrap()
}

fn log_in(state: &mut State, body: &[u8]) -> Answer {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    let held = |name: &str| form.get(name).map(String::as_str);
    if (held("client_id"), held("client_secret"), held("refresh_token"))
        != (Some("app"), Some(SECRET), Some(REFRESH))
    {
        return (
            400,
            json!({"status": "BAD_REFRESH_TOKEN", "message": format!("unknown token {:?}", held("refresh_token"))}),
        );
    }
    let token = format!("access-{}", state.requests.len());
    state.tokens.insert(token.clone());
    (200, json!({"access_token": token, "expires_in": 1800, "token_type": "bearer"}))
}

fn route(state: &State, path: &str, query: &BTreeMap<String, String>, body: &Value) -> Answer {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    if let Some(object) = parts.iter().find(|part| state.denied.contains(**part)) {
        let scope = format!("crm.objects.{object}.read");
        return (
            403,
            json!({"message": "This app hasn't been granted all required scopes to make this call.",
            "category": "MISSING_SCOPES", "errors": [{"context": {"requiredGranularScopes": [scope]}}]}),
        );
    }
    match parts.as_slice() {
        ["account-info", "v3", "details"] => (200, json!({"portalId": 7, "utcOffsetMilliseconds": 0})),
        ["account-info", ..] => (
            200,
            json!({"results": [{"name": "private-apps-api-calls-daily", "usageLimit": 1000, "currentUsage": 250}]}),
        ),
        ["crm", "v3", "schemas"] => (200, json!({"results": []})),
        ["crm", "v3", "owners"] => owners(query),
        ["crm", "v3", "properties", object] => {
            let all = state.properties[*object]
                .iter()
                .map(|(name, kind)| json!({"name": name, "type": kind, "hubspotDefined": true}));
            (200, json!({"results": all.collect::<Vec<_>>()}))
        }
        ["crm", "v3", "objects", object] => list(state, object, query),
        ["crm", "v3", "objects", object, "search"] => search(state, object, body),
        ["crm", "v3", "objects", object, "batch", "read"] => batch(state, object, query, body),
        ["crm", "v4", "associations", _, _, "labels"] => (200, json!({"results": []})),
        ["crm", "v4", "associations", from, to, "batch", "read"] => associations(state, from, to, body),
        _ => (404, Value::Null),
    }
}

fn owners(query: &BTreeMap<String, String>) -> Answer {
    let archived = query.get("archived").is_some_and(|a| a == "true");
    let id = if archived { "2" } else { "1" };
    (
        200,
        json!({"results": [{"id": id, "email": "a@example.com", "userId": 9, "archived": archived,
        "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-02T00:00:00Z", "teams": []}]}),
    )
}

fn modified(object: &str) -> &'static str {
    if object == "contacts" { "lastmodifieddate" } else { "hs_lastmodifieddate" }
}

/// A record with the properties that were asked for; those that the portal does not have are left out.
fn shown(state: &State, object: &str, id: u64, record: &Record, names: &[&str]) -> Value {
    let mut properties = serde_json::Map::new();
    for (name, _) in state.properties[object].iter().filter(|(name, _)| names.contains(&name.as_str())) {
        let value = match name.as_str() {
            "hs_object_id" => json!(id.to_string()),
            name if name == modified(object) => json!(instant(record.updated).to_string()),
            name => json!(record.properties.get(name)),
        };
        properties.insert(name.clone(), value);
    }
    let mut shown = json!({"id": id.to_string(), "properties": properties, "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": instant(record.updated).to_string(), "archived": record.archived.is_some()});
    if let Some(at) = record.archived {
        shown["archivedAt"] = json!(instant(at).to_string());
    }
    shown
}

fn list(state: &State, object: &str, query: &BTreeMap<String, String>) -> Answer {
    let limit: usize = query["limit"].parse().unwrap();
    let after: u64 = query.get("after").map_or(0, |after| after.parse().unwrap());
    let archived = query.get("archived").is_some_and(|a| a == "true");
    let names: Vec<&str> = query.get("properties").map_or(Vec::new(), |names| names.split(',').collect());
    if limit > 100 {
        return (400, json!({"message": "limit"}));
    }
    let found: Vec<_> = state.records[object]
        .iter()
        .filter(|(id, r)| **id > after && r.archived.is_some() == archived)
        .collect();
    let results: Vec<Value> =
        found.iter().take(limit).map(|(id, r)| shown(state, object, **id, r, &names)).collect();
    let mut page = json!({ "results": results });
    if found.len() > limit {
        page["paging"] = json!({"next": {"after": found[limit - 1].0.to_string()}});
    }
    (200, page)
}

fn search(state: &State, object: &str, body: &Value) -> Answer {
    let limit = usize::try_from(body["limit"].as_u64().unwrap()).unwrap();
    if limit > 200 || body.get("after").is_some() {
        return (400, json!({"message": "limit or after"}));
    }
    let field = |id: u64, record: &Record, name: &str| match name {
        "hs_object_id" => i64::try_from(id).unwrap(),
        _ => record.updated,
    };
    let empty = Vec::new();
    let filters = body["filterGroups"][0]["filters"].as_array().unwrap_or(&empty);
    let passes = |id: u64, record: &Record| {
        filters.iter().all(|filter| {
            let have = field(id, record, filter["propertyName"].as_str().unwrap());
            let want: i64 = filter["value"].as_str().unwrap().parse().unwrap();
            match filter["operator"].as_str().unwrap() {
                // Up to a millisecond outside of what was asked, as HubSpot does.
                "GTE" => have >= want - 1,
                "LTE" => have <= want,
                "EQ" => have == want,
                "GT" => have > want,
                other => panic!("{other}"),
            }
        })
    };
    let visible = |record: &Record| record.archived.is_none() && record.updated + state.lag <= state.now;
    let mut found: Vec<_> =
        state.records[object].iter().filter(|(id, r)| visible(r) && passes(**id, r)).collect();
    if let Some(sort) = body["sorts"][0]["propertyName"].as_str() {
        // Backwards by id where the order does not say, so that nothing relies on it.
        found.reverse();
        found.sort_by_key(|(id, r)| field(**id, r, sort));
    }
    let names: Vec<&str> =
        body["properties"].as_array().unwrap_or(&empty).iter().filter_map(Value::as_str).collect();
    let results: Vec<Value> =
        found.iter().take(limit).map(|(id, r)| shown(state, object, **id, r, &names)).collect();
    let mut page = json!({"total": found.len(), "results": results});
    if found.len() > limit {
        page["paging"] = json!({"next": {"after": limit.to_string()}});
    }
    (200, page)
}

fn ids(body: &Value) -> Vec<(u64, Option<String>)> {
    let input = |input: &Value| {
        (input["id"].as_str().unwrap().parse().unwrap(), input["after"].as_str().map(str::to_owned))
    };
    body["inputs"].as_array().unwrap().iter().map(input).collect()
}

fn batch(state: &State, object: &str, query: &BTreeMap<String, String>, body: &Value) -> Answer {
    let archived = query.get("archived").is_some_and(|a| a == "true");
    let names: Vec<&str> = body["properties"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let asked = ids(body);
    if asked.len() > 100 {
        return (400, json!({"message": "more than 100 inputs"}));
    }
    let (mut results, mut missing) = (Vec::new(), Vec::new());
    for (id, _) in asked {
        match state.records[object].get(&id).filter(|r| r.archived.is_some() == archived) {
            Some(record) => results.push(shown(state, object, id, record, &names)),
            None => missing.push(id.to_string()),
        }
    }
    if missing.is_empty() {
        return (200, json!({"status": "COMPLETE", "results": results}));
    }
    (
        207,
        json!({"status": "COMPLETE", "results": results, "numErrors": 1, "errors": [{"status": "error",
        "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects", "context": {"ids": missing}}]}),
    )
}

fn associations(state: &State, from: &str, to: &str, body: &Value) -> Answer {
    let none = BTreeMap::new();
    let links = state.links.get(&(from.to_owned(), to.to_owned())).unwrap_or(&none);
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for (id, after) in ids(body) {
        let start: usize = after.map_or(0, |after| after.parse().unwrap());
        let all: Vec<_> = links.get(&id).into_iter().flatten().copied().collect();
        if all.is_empty() {
            errors.push(json!({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "none",
                "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND", "context": {"fromObjectId": [id.to_string()]}}));
            continue;
        }
        let end = (start + state.links_per_page).min(all.len());
        let kinds = all[start..end].iter().map(|(other, kind)| {
            json!({"toObjectId": other, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": kind, "label": null}]})
        });
        let mut result = json!({"from": {"id": id.to_string()}, "to": kinds.collect::<Vec<_>>()});
        if end < all.len() {
            result["paging"] = json!({"next": {"after": end.to_string()}});
        }
        results.push(result);
    }
    let status = if errors.is_empty() { 200 } else { 207 };
    (status, json!({"status": "COMPLETE", "results": results, "numErrors": errors.len(), "errors": errors}))
}

/// What no message may hold.
pub fn is_quiet(text: &str) -> bool {
    ![TOKEN, REFRESH, SECRET, "access-"].iter().any(|secret| text.contains(secret))
}

#[test]
fn the_portals_dates_are_what_http_sends() {
    let date = instant(super::portal::START).to_datetime().format(&Rfc2822).unwrap().replace("+0000", "GMT");
    assert_eq!(date, "Mon, 02 Mar 2026 00:00:00 GMT");
    assert!(OffsetDateTime::parse(&date, &Rfc2822).is_ok());
}
