//! No route shows one tenant what is another's.

mod support;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use support::seed::{ACME, BOLT, MARK, letter_id, run_id};
use support::seed_quality::{ALERT, ANOMALY, CHANNEL, EXCLUSION, LIST, RULE, SILENCE};
use support::{Answer, app, get, post, write};

/// Asks nothing about a tenant.
const OPEN: [&str; 3] = ["/api/v1/health/live", "/api/v1/health/ready", "/api/v1/openapi.json"];

/// The route's address with acme's ids in it.
fn address_of_acmes(path: &str) -> String {
    let filled = path
        .replace("{source}", "netsuite")
        .replace("{stream}", MARK)
        .replace("{column}", "name")
        .replace("{run}", &run_id(ACME, 3))
        .replace("{id}", letter_id(ACME, 4).as_str())
        .replace("{rule}", RULE)
        .replace("{name}", LIST)
        .replace("{anomaly}", ANOMALY)
        .replace("{alert}", ALERT)
        .replace("{silence}", SILENCE)
        .replace("{exclusion}", EXCLUSION)
        .replace("{channel}", CHANNEL);
    match path {
        "/api/v1/lineage" => format!("{filled}?namespace=netsuite://1&name={MARK}"),
        "/api/v1/lineage/events" => format!("{filled}?run={}", run_id(ACME, 3)),
        "/api/v1/sources/{source}/streams/{stream}/profiles/compare" => {
            format!("{filled}?from={}&to={}", run_id(ACME, 1), run_id(ACME, 3))
        }
        _ => filled,
    }
}

async fn ask(tenant: &str, method: &Method, path: &str) -> Answer {
    let app = app();
    let address = address_of_acmes(path);
    if method == Method::GET {
        return get(&app, tenant, &address).await;
    }
    let versioned = path.ends_with("{rule}") || path.ends_with("{name}");
    let address =
        if method == Method::DELETE && versioned { format!("{address}?version=1") } else { address };
    write(&app, method.clone(), tenant, &address, &body_for(path).to_string()).await
}

fn body_for(path: &str) -> Value {
    match path {
        "/api/v1/sources/{source}/streams/{stream}/rules/{rule}" => json!({
            "version": 1, "description": "written", "expectation": {"kind": "not_null", "column": "name"},
        }),
        "/api/v1/reference-lists/{name}" => json!({"version": 1, "values": ["written"]}),
        "/api/v1/silences" => json!({"until": "2026-03-08T00:00:00Z", "reason": "written"}),
        "/api/v1/exclusions" => json!({
            "from": "2026-03-08T00:00:00Z", "until": "2026-03-09T00:00:00Z", "reason": "written",
        }),
        "/api/v1/alert-channels/{channel}" => {
            json!({"kind": "teams", "secret": format!("alert-{ACME}--teams")})
        }
        _ => {
            let letters = [4, 7, 8].map(|ordinal| letter_id(ACME, ordinal).as_str().to_string());
            json!({ "ids": letters })
        }
    }
}

/// What a caller wrote in the address may come back in a problem's words; nothing else of acme's may.
fn without_echo(path: &str, text: &str) -> String {
    let echoes = [
        run_id(ACME, 3),
        format!("stream `{MARK}`"),
        format!("stream {MARK}"),
        letter_id(ACME, 4).as_str().to_string(),
    ];
    let problem = path.contains('{') || path.ends_with("/events");
    echoes.iter().filter(|_| problem).fold(text.to_string(), |text, echo| text.replace(echo.as_str(), ""))
}

#[tokio::test]
async fn the_owner_sees_its_data_on_every_route() {
    for route in forebay_api::routes().into_iter().filter(|route| !OPEN.contains(&route.path)) {
        let answer = ask(ACME, &route.method, route.path).await;
        assert!(answer.status.is_success(), "{} {}: {}", route.method, route.path, answer.text);
        let posted = route.method != Method::GET;
        let shows_no_name = ["/profiles", "/compare", "/relations", "/history", "/deliveries", "/whoami"]
            .iter()
            .any(|end| route.path.ends_with(end));
        let own = answer.text.contains(MARK) || answer.text.contains(&run_id(ACME, 3));
        assert!(own || posted || shows_no_name, "{}: {}", route.path, answer.text);
    }
}

#[tokio::test]
async fn another_tenant_sees_nothing_of_it_on_any_route() {
    for route in forebay_api::routes() {
        let answer = ask(BOLT, &route.method, route.path).await;
        let text = without_echo(route.path, &answer.text);
        assert!(!text.contains(MARK), "{} {}: {text}", route.method, route.path);
        assert!(!text.contains(&run_id(ACME, 1)) && !text.contains("page-acme"), "{}: {text}", route.path);
    }
}

#[tokio::test]
async fn another_tenants_things_are_not_found() {
    let app = app();
    let run = run_id(ACME, 3);
    let letter = letter_id(ACME, 4);
    for path in [
        format!("/api/v1/runs/{run}"),
        format!("/api/v1/runs/{run}/pages"),
        format!("/api/v1/lineage/events?run={run}"),
        format!("/api/v1/dead-letters/{}", letter.as_str()),
        format!("/api/v1/sources/netsuite/streams/{MARK}"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/columns"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/records"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/profiles"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/profiles/name/history"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/relations"),
        format!("/api/v1/sources/netsuite/streams/{MARK}/lineage"),
        format!("/api/v1/sources/netsuite/streams/bolt_own/profiles?run={run}"),
        format!("/api/v1/sources/netsuite/streams/bolt_own/relations?run={run}"),
        format!("/api/v1/lineage?namespace=netsuite://1&name={MARK}"),
    ] {
        get(&app, BOLT, &path).await.problem(404, "not-found");
    }
    let body = serde_json::json!({ "ids": [letter.as_str()] }).to_string();
    let replayed = post(&app, BOLT, "/api/v1/dead-letters/replay", &body).await.ok();
    assert_eq!(replayed["items"][0]["outcome"], "not_found");
    for path in [format!("/api/v1/dead-letters?run={run}"), format!("/api/v1/dead-letters?stream={MARK}")] {
        assert_eq!(get(&app, BOLT, &path).await.ok()["items"].as_array().unwrap().len(), 0, "{path}");
    }
}

#[tokio::test]
async fn every_route_but_the_open_ones_asks_who_it_is() {
    let app = app();
    for route in forebay_api::routes() {
        let request = axum::http::Request::builder().method(&route.method).uri(address_of_acmes(route.path));
        let request = request.header("content-type", "application/json").body("{}".into()).unwrap();
        let answer = support::send(&app, request).await;
        if OPEN.contains(&route.path) {
            assert_eq!(answer.status, StatusCode::OK, "{}", route.path);
            continue;
        }
        answer.problem(401, "not-signed-in");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{}", route.path);
        let stranger = ask("stranger", &route.method, route.path).await;
        stranger.problem(403, "unknown-tenant");
    }
}
