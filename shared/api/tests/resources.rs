//! What each resource shows.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use support::seed::{ACME, MARK, letter_id, run_id};
use support::{app, get, post, send};

const STREAM: &str = "/api/v1/sources/netsuite/streams/acme_mark";

#[tokio::test]
async fn a_source_shows_its_settings_its_last_run_and_no_secret() {
    let answer = get(&app(), ACME, "/api/v1/sources/netsuite").await;
    assert!(
        !answer.text.contains("s3cr3t") && !answer.text.contains("netsuite-private-key"),
        "{}",
        answer.text
    );
    let source = answer.ok();
    assert_eq!(source["settings"], json!({"account": MARK, "client_secret": "***"}));
    assert_eq!(source["last_run"]["id"], run_id(ACME, 3));
    assert_eq!(get(&app(), ACME, "/api/v1/sources").await.ok()["items"][0], source);
}

#[tokio::test]
async fn an_extraction_on_demand_is_accepted_and_says_where_to_watch_it() {
    let answer = post(&app(), ACME, "/api/v1/sources/netsuite/runs", "").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.header("location"), format!("/api/v1/runs/{}", run_id(ACME, 3)));
    assert_eq!(answer.json()["id"], run_id(ACME, 3));
    post(&app(), ACME, "/api/v1/sources/nowhere/runs", "").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_stream_shows_its_rows_its_columns_and_its_last_run() {
    let stream = get(&app(), ACME, STREAM).await.ok();
    assert_eq!((&stream["rows"], &stream["columns"]), (&json!(5), &json!(4)));
    assert_eq!(stream["table"], "netsuite_acme_mark");
    assert_eq!(stream["last_run"]["state"], "ended");
    assert_eq!(stream["datasets"]["table"], json!({"namespace": "sqlite", "name": "netsuite_acme_mark"}));
    let list = get(&app(), ACME, "/api/v1/sources/netsuite/streams").await.ok();
    assert_eq!(list, json!({"items": [stream], "next": null}));
}

#[tokio::test]
async fn columns_come_in_the_tables_order_with_their_types() {
    let columns = get(&app(), ACME, &format!("{STREAM}/columns")).await.ok();
    let names: Vec<_> =
        columns["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["id", "name", "balance", "lastmodified"]);
    let balance = &columns["items"][2];
    assert_eq!((&balance["type"], &balance["precision"]), (&json!("decimal"), &json!(18)));
    assert_eq!((&columns["items"][0]["key"], &columns["items"][3]["modified"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn a_run_shows_accounting_that_balances() {
    let run = get(&app(), ACME, &format!("/api/v1/runs/{}", run_id(ACME, 3))).await.ok();
    assert_eq!(
        (&run["complete"], &run["settled"], &run["state"]),
        (&json!(true), &json!(true), &json!("extracted"))
    );
    assert_eq!(run["started"], "2026-03-01T08:03:00.000000Z");
    for numbers in [&run["totals"], &run["streams"][0]] {
        let figure = |name: &str| numbers[name].as_u64().unwrap();
        let sum = figure("applied") + figure("unchanged") + figure("superseded") + figure("dead_lettered");
        assert_eq!((figure("read"), figure("records"), figure("deleted")), (sum, 10, 2));
        assert_eq!(numbers["balances"], true);
    }
    let failed = get(&app(), ACME, &format!("/api/v1/runs/{}", run_id(ACME, 2))).await.ok();
    assert_eq!((&failed["complete"], &failed["settled"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn lists_are_read_to_their_end_by_following_next_and_link() {
    let app = app();
    for (path, expected) in [
        ("/api/v1/runs?source=netsuite".to_string(), 3),
        ("/api/v1/sources".to_string(), 2),
        (format!("/api/v1/runs/{}/pages", run_id(ACME, 3)), 3),
        ("/api/v1/dead-letters".to_string(), 3),
        (format!("{STREAM}/records"), 5),
    ] {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut address = format!("{path}{joint}limit=2");
        let mut items = Vec::new();
        loop {
            let answer = get(&app, ACME, &address).await;
            let body = answer.ok();
            items.extend(body["items"].as_array().unwrap().clone());
            let Some(next) = body["next"].as_str() else { break };
            assert!(!body["items"].as_array().unwrap().is_empty());
            let link = answer.header("link");
            address =
                link.strip_prefix('<').and_then(|l| l.strip_suffix(">; rel=\"next\"")).unwrap().to_string();
            assert!(address.contains(next) && address.contains("limit=2"), "{address}");
        }
        let whole = get(&app, ACME, &path).await;
        assert_eq!(whole.header("link"), "");
        assert_eq!((whole.ok()["items"].as_array().unwrap(), items.len()), (&items, expected), "{path}");
    }
}

#[tokio::test]
async fn records_keep_their_digits_and_their_columns_order() {
    let answer = get(&app(), ACME, &format!("{STREAM}/records?limit=1")).await;
    let record = &answer.ok()["items"][0];
    assert_eq!(record["key"], json!(["1"]));
    assert_eq!(record["values"]["balance"], "12.30");
    assert!(answer.text.contains("\"values\":{\"id\":1,\"name\":"), "{}", answer.text);
}

#[tokio::test]
async fn history_keeps_the_versions_of_a_record_together_and_loses_none() {
    let app = app();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let answer = get(&app, ACME, &format!("{STREAM}/records?history=true&limit=2{after}")).await.ok();
        let keys: Vec<String> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["key"][0].as_str().unwrap().into())
            .collect();
        assert!(!keys.is_empty());
        seen.extend(keys);
        let Some(next) = answer["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ["1", "2", "3", "3", "3", "3", "4", "5"]);
}

#[tokio::test]
async fn profiles_are_of_one_run_or_of_all_merged() {
    let app = app();
    let rows = |answer: serde_json::Value| answer["items"][1]["rows"].as_u64();
    let path = format!("{STREAM}/profiles");
    assert_eq!(rows(get(&app, ACME, &path).await.ok()), Some(15));
    assert_eq!(rows(get(&app, ACME, &format!("{path}?run={}", run_id(ACME, 1))).await.ok()), Some(10));
    let unprofiled = get(&app, ACME, &format!("{path}?run={}", run_id(ACME, 2))).await.ok();
    assert_eq!(unprofiled["items"], json!([]));
    get(&app, ACME, &format!("{path}?run=nowhere")).await.problem(404, "not-found");
}

#[tokio::test]
async fn relations_are_of_one_run_or_of_all_merged() {
    let (app, path) = (app(), format!("{STREAM}/relations"));
    let merged = get(&app, ACME, &path).await.ok();
    assert_eq!((&merged["run"], &merged["rows"]), (&json!(null), &json!(15)));
    let run = run_id(ACME, 1);
    let one = get(&app, ACME, &format!("{path}?run={run}")).await.ok();
    assert_eq!((&one["run"], &one["rows"]), (&json!(run), &json!(10)));
    let correlation = json!({
        "left": "id", "right": "balance", "pearson": -0.5, "pearson_interval": { "low": -0.5, "high": -0.5 },
        "spearman": -0.25, "spearman_interval": { "low": -0.25, "high": -0.25 }, "n": 10, "n_effective": 10.0, "exact": true,
    });
    assert_eq!(one["correlations"], json!([correlation]));
    assert_eq!(one["sample"]["kind"], "all");
    let unprofiled = get(&app, ACME, &format!("{path}?run={}", run_id(ACME, 2))).await.ok();
    assert_eq!(unprofiled["rows"], 0);
    get(&app, ACME, &format!("{path}?run=nowhere")).await.problem(404, "not-found");
    get(&app, ACME, &format!("{STREAM}_no/relations")).await.problem(404, "not-found");
}

#[tokio::test]
async fn two_runs_profiles_are_compared_column_by_column() {
    let (app, path) = (app(), format!("{STREAM}/profiles/compare"));
    let [first, second, third] = [1, 2, 3].map(|number| run_id(ACME, number));
    let compared = get(&app, ACME, &format!("{path}?from={first}&to={third}")).await.ok();
    assert_eq!((&compared["from"]["run"], &compared["from"]["rows"]), (&json!(first), &json!(10)));
    assert_eq!(compared["to"], json!({"run": third, "started": "2026-03-01T08:03:00.000000Z", "rows": 5}));
    assert_eq!(compared["thresholds"], json!({"moderate": 0.1, "large": 0.25, "fewest_values": 30}));
    let columns: Vec<_> = compared["columns"].as_array().unwrap().iter().map(|c| &c["column"]).collect();
    assert_eq!(columns, ["id", "name"], "in the schema's order");
    let name = &compared["columns"][1];
    assert_eq!((&name["before"]["distinct"], &name["after"]["distinct"]), (&json!(10.0), &json!(5.0)));
    let unprofiled = get(&app, ACME, &format!("{path}?from={first}&to={second}")).await;
    assert!(unprofiled.problem(404, "not-found").contains("the run read nothing of it"));
    get(&app, ACME, &format!("{path}?from=nowhere&to={third}")).await.problem(404, "not-found");
    get(&app, ACME, &format!("{path}?from={first}")).await.problem(400, "invalid-query");
}

#[tokio::test]
async fn a_columns_profile_has_a_history_newest_first() {
    let history = get(&app(), ACME, &format!("{STREAM}/profiles/name/history")).await.ok();
    let figures: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["run"].as_str().unwrap(), item["profile"]["rows"].as_u64().unwrap()))
        .collect();
    assert_eq!(figures, [(run_id(ACME, 3).as_str(), 5), (run_id(ACME, 1).as_str(), 10)]);
    assert_eq!(history["items"][0]["started"], "2026-03-01T08:03:00.000000Z");
    get(&app(), ACME, &format!("{STREAM}/profiles/nothing/history")).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_streams_lineage_is_its_datasets_with_every_column_and_those_that_touch_them_as_a_whole() {
    let graph = get(&app(), ACME, &format!("{STREAM}/lineage")).await.ok();
    let nodes = graph["nodes"].as_array().unwrap();
    let kinds: Vec<_> = nodes.iter().map(|node| node["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["raw", "source", "table", "table"]);
    assert_eq!(nodes[2]["fields"], json!(["balance", "id", "lastmodified", "name"]));
    // The deletions' own columns did not make this table.
    assert_eq!((&nodes[3]["name"], &nodes[3]["fields"]), (&json!("netsuite_deleted_acme_mark"), &json!([])));
    assert_eq!((graph["edges"].as_array().unwrap().len(), &graph["truncated"]), (11, &json!(false)));
}

#[tokio::test]
async fn a_columns_lineage_is_followed_to_its_source_field_and_no_other() {
    let app = app();
    let path = "/api/v1/lineage?namespace=sqlite&name=netsuite_acme_mark&field=name";
    for (suffix, edges, truncated) in [
        ("", 2, false),
        ("&direction=upstream", 2, false),
        ("&direction=downstream", 0, false),
        ("&depth=1", 1, true),
    ] {
        let graph = get(&app, ACME, &format!("{path}{suffix}")).await.ok();
        let found = graph["edges"].as_array().unwrap();
        assert_eq!((found.len(), &graph["truncated"]), (edges, &json!(truncated)), "{suffix}");
        assert!(found.iter().all(|edge| edge["from"]["field"] == "entityName"), "{graph}");
    }
    get(&app, ACME, "/api/v1/lineage?namespace=sqlite&name=nothing").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_runs_events_are_openlineage_with_schema_and_column_lineage() {
    let path = format!("/api/v1/lineage/events?run={}", run_id(ACME, 3));
    let events = get(&app(), ACME, &path).await.ok();
    let items = events["items"].as_array().unwrap();
    let kinds: Vec<_> = items.iter().map(|e| e["eventType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["START", "START", "COMPLETE", "COMPLETE"]);
    for event in items {
        assert_eq!(event["schemaURL"], "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent");
        assert_eq!(event["run"]["runId"].as_str().unwrap().len(), 36);
        assert!(event["job"]["namespace"].is_string() && event["producer"].is_string());
        for facet in
            [&event["outputs"][0]["facets"]["schema"], &event["outputs"][0]["facets"]["columnLineage"]]
        {
            assert!(facet["_producer"].is_string() && facet["_schemaURL"].is_string(), "{facet}");
        }
    }
    let load =
        items.iter().find(|e| e["job"]["name"] == "netsuite.acme_mark.load" && e["eventType"] == "COMPLETE");
    let output = &load.unwrap()["outputs"][0];
    assert_eq!(output["facets"]["schema"]["fields"][2], json!({"name": "balance", "type": "decimal(18,2)"}));
    let lineage = &output["facets"]["columnLineage"]["fields"]["name"]["inputFields"];
    assert_eq!(lineage[0]["field"], "entityName");
    assert_eq!(lineage[0]["transformations"][0]["type"], "DIRECT");
    assert_eq!(output["outputFacets"]["outputStatistics"]["rowCount"], 7);
    let same = items.iter().filter(|e| e["job"]["name"] == "netsuite.acme_mark.load");
    let ids: std::collections::HashSet<_> = same.map(|e| e["run"]["runId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn dead_letters_are_found_by_state_and_run_and_replayed_in_order() {
    let app = app();
    let count = |answer: serde_json::Value| answer["items"].as_array().unwrap().len();
    assert_eq!(count(get(&app, ACME, "/api/v1/dead-letters?state=open").await.ok()), 2);
    assert_eq!(count(get(&app, ACME, "/api/v1/dead-letters?state=replayed").await.ok()), 1);
    let of_run = format!("/api/v1/dead-letters?run={}&state=open", run_id(ACME, 3));
    assert_eq!(count(get(&app, ACME, &of_run).await.ok()), 1);
    let one = get(&app, ACME, &format!("/api/v1/dead-letters/{}", letter_id(ACME, 4).as_str())).await.ok();
    assert_eq!((&one["ordinal"], &one["state"]), (&json!(4), &json!("open")));

    let ids = json!({"ids": [letter_id(ACME, 7).as_str(), "nothing", letter_id(ACME, 4).as_str()]});
    let replayed = post(&app, ACME, "/api/v1/dead-letters/replay", &ids.to_string()).await.ok();
    let outcomes: Vec<_> =
        replayed["items"].as_array().unwrap().iter().map(|r| r["outcome"].as_str()).collect();
    assert_eq!(outcomes, [Some("already_replayed"), Some("not_found"), Some("rejected")]);
    assert_eq!(replayed["items"][2]["code"], "type_mismatch");
}

#[tokio::test]
async fn the_summary_adds_up_the_newest_runs() {
    let summary = get(&app(), ACME, "/api/v1/summary").await.ok();
    assert_eq!(summary["at"], "2026-03-01T12:00:00.000000Z");
    assert_eq!((&summary["columns_profiled"], &summary["lineage_edges"]), (&json!(2), &json!(12)));
    assert_eq!((&summary["totals"]["read"], &summary["totals"]["applied"]), (&json!(10), &json!(7)));
    assert_eq!(summary["sources"][0]["streams"][0]["dead_lettered"], 1);
    assert_eq!((&summary["sources"][1]["run"], &summary["runs_in_progress"]), (&json!(null), &json!([])));
}

#[tokio::test]
async fn metrics_are_prometheus_text() {
    let answer = get(&app(), ACME, "/api/v1/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    let wanted = "forebay_run_records{source=\"netsuite\",stream=\"acme_mark\",outcome=\"inserted\"} 6";
    assert!(answer.text.lines().any(|line| line == wanted), "{}", answer.text);
    assert!(answer.text.contains("# TYPE forebay_lineage_edges gauge\nforebay_lineage_edges 12\n"));
    for line in answer.text.lines().filter(|line| !line.starts_with('#')) {
        assert!(line.rsplit_once(' ').unwrap().1.parse::<u64>().is_ok(), "{line}");
    }
}

#[tokio::test]
async fn the_served_description_is_the_committed_one_and_is_compressed_on_request() {
    let app = app();
    let plain = get(&app, ACME, "/api/v1/openapi.json").await;
    assert_eq!(plain.text, include_str!("../openapi.json"));
    let request =
        Request::get("/api/v1/openapi.json").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let packed = send(&app, request).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    let docs = get(&app, ACME, "/api/docs").await;
    assert_eq!((docs.status, docs.header("location")), (StatusCode::TEMPORARY_REDIRECT, "/ui/api-docs"));
}
