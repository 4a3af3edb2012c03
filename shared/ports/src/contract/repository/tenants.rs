//! A tenant sees only itself: everything of one tenant, asked for by another with the same names.

use forebay_model::{Column, ColumnType, DeadLetterId, RejectedRecord, RunId, Value};

use super::super::assert_error;
use super::super::given::{World, all, at, column, key, record, schema, stream, typed, unique, version};
use super::lineage::{dataset, edge};
use super::{
    accounts, alerts, anomalies, claims, deliveries, discovery, exclusions, notices, rules, secret_audit,
    series,
};
use crate::repository::{
    AlertFilter, AnomalyFilter, Claim, DeadLetterFilter, Mark, PeriodQuery, Profiled, Repository, RuleFilter,
    Share, StateKind, StoredRecord, StoredState,
};

pub(super) async fn suite(repo: &dyn Repository) {
    let owner = World::new(repo);
    fill(&owner).await;
    sees_nothing(&World::new(repo), &owner).await;
    let neighbour = World::new(repo);
    fill(&neighbour).await;
    // Names are compared by code point: a tenant in capitals is another tenant.
    let mut capitals = owner.clone();
    capitals.tenant = forebay_model::TenantId::new(owner.tenant.as_str().to_uppercase()).unwrap();
    sees_nothing(&capitals, &owner).await;
    let schema = schema("tenants");
    assert_eq!(owner.history(&schema).await, neighbour.history(&schema).await, "each has its own, once");
    assert_eq!(owner.count(&schema).await, 1);
    assert_eq!(alerts::read_folded(&owner, Some("item"), "run-1").await.len(), 1, "nobody else forgot it");
    columns_of_another_are_not_shown(repo).await;
}

/// Tenants share a table, and administrators of each add fields of their own, whose names tell things.
async fn columns_of_another_are_not_shown(repo: &dyn Repository) {
    let name = unique("columns");
    let with = |extra: &[&str]| {
        let mut schema = schema(&name);
        schema.columns.truncate(1);
        schema.columns.extend(extra.iter().map(|name| column(name, ColumnType::Text)));
        schema.modified = Some("none".into());
        schema
    };
    let worlds = [World::new(repo), World::new(repo)];
    let schemas = [with(&["both", "custom_a"]), with(&["custom_b", "both"])];
    for (world, schema) in worlds.iter().zip(&schemas) {
        for n in 1..3 {
            let text = |c: &Column| Value::Text(format!("{} {n}", c.name));
            let values = [vec![Value::Integer(1)], schema.columns[1..].iter().map(text).collect()].concat();
            let page = world.page(&format!("run-{n}"), &name, 0, "x");
            let record = typed(key(1), version(n, n), values, 0);
            repo.apply_page(world.batch(&page, schema, vec![record])).await.unwrap();
        }
    }
    let expected: [[&[(&str, &str)]; 2]; 2] = [
        [
            &[("both", "both 1"), ("custom_a", "custom_a 1")],
            &[("both", "both 2"), ("custom_a", "custom_a 2")],
        ],
        [
            &[("custom_b", "custom_b 1"), ("both", "both 1")],
            &[("custom_b", "custom_b 2"), ("both", "both 2")],
        ],
    ];
    for ((world, schema), expected) in worlds.iter().zip(&schemas).zip(expected) {
        let expected = expected.map(|texts| {
            let texts =
                texts.iter().map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned())));
            [vec![("id".to_owned(), Value::Integer(1))], texts.collect()].concat()
        });
        let contents = |records: Vec<StoredRecord>| records.into_iter().map(|r| r.values).collect::<Vec<_>>();
        assert_eq!(
            contents(world.current(schema).await),
            expected[1..],
            "the schema's columns, in its order"
        );
        assert_eq!(contents(world.history(schema).await), expected);
    }
}

/// A bit of everything, under names that every tenant shares.
async fn fill(world: &World<'_>) {
    let (repo, tenant) = (world.repo, &world.tenant);
    let schema = schema("tenants");
    repo.put_source(&world.config()).await.unwrap();
    assert_eq!(repo.save_schema(tenant, &world.source, &schema).await.unwrap().version, 1);
    let run = world.open("run-1", &["tenants"]).await;
    let page = world.page("run-1", "tenants", 0, "x");
    world.land(&page).await.unwrap();
    let mut batch = world.batch(&page, &schema, vec![record(1, "mine", None, version(1, 1))]);
    batch.rejected = vec![RejectedRecord { ordinal: 5, code: "c".into(), reason: "r".into() }];
    assert_eq!(repo.apply_page(batch).await.unwrap().outcome().inserted, 1);
    let state = StoredState { kind: StateKind::Column, name: "id".into(), state: vec![1] };
    let pages = [page.id];
    let saved = repo.save_profiles(tenant, &run.id, &schema.stream, 0, &[state], &pages).await.unwrap();
    assert_eq!(saved, Profiled::Saved);
    repo.record_lineage(tenant, &run.id, &[edge("a", "b", None)], at(1)).await.unwrap();
    assert_eq!(claims::claim(world, "run-1", "owner", 0, 60).await, Claim::Mine);
    assert_eq!(accounts::take(world, "owner", 10, 0, 60).await.granted, 10);
    repo.pause_account(tenant, accounts::ACCOUNT, at(60), "why").await.unwrap();
    let found = discovery::discovered(repo, world, "tenants").await;
    repo.save_discovered(tenant, &world.source, &schema.stream, &found).await.unwrap();
    let refused = discovery::refusal("no");
    repo.save_refused(tenant, &world.source, &schema.stream, &refused).await.unwrap();
    repo.add_notices(tenant, &run.id, &[notices::notice(None, 1, 1)]).await.unwrap();
    repo.record_secret_fetch(&secret_audit::fetch(world, 1, "key")).await.unwrap();
    fill_quality(world).await;
}

async fn fill_quality(world: &World<'_>) {
    let (repo, tenant) = (world.repo, &world.tenant);
    let rule = rules::rule(world, "tenants", "rule");
    assert_eq!(rules::put(world, &rule, rules::edit(0, "ann")).await.unwrap().version, 1);
    let list = rules::reference_list("list", &["a"]);
    assert_eq!(repo.put_list(tenant, &list, rules::edit(0, "ann")).await.unwrap().version, 1);
    repo.save_outcomes(tenant, &[rules::outcome(world, "run-1", "tenants", "rule", 1)]).await.unwrap();
    let anomaly = anomalies::anomaly(world, "anomaly", 1);
    series::append(world, &anomaly.series, "run-1", 1, 1.0).await;
    repo.save_anomalies(tenant, std::slice::from_ref(&anomaly)).await.unwrap();
    let alert = alerts::alert(world, "alert", None, 1);
    let list = [deliveries::delivery("delivery", "channel", &alert, 0)];
    alerts::save(world, &alert, 0, &list).await.unwrap();
    alerts::fold(world, &[], &[], &alerts::folded("run-1", 1, "digest")).await.unwrap();
    repo.put_silence(tenant, &alerts::silence("silence", 9)).await.unwrap();
    repo.put_channel(tenant, &deliveries::channel("channel")).await.unwrap();
    repo.put_exclusion(tenant, &exclusions::exclusion(world, "exclusion", 1, 9)).await.unwrap();
}

async fn sees_nothing_of_quality(stranger: &World<'_>) {
    let (repo, tenant, source) = (stranger.repo, &stranger.tenant, &stranger.source);
    let (rule, run) = (rules::rule(stranger, "tenants", "rule"), series::run("run-1"));
    assert_eq!(repo.rules(tenant, &RuleFilter::default(), all()).await.unwrap(), []);
    assert_eq!(repo.rule_versions(tenant, source, &rule.stream, &rule.id).await.unwrap(), []);
    let edit = rules::edit(1, "ann");
    assert_error!(repo.retire_rule(tenant, source, &rule.stream, &rule.id, edit).await, NotFound);
    assert_eq!(repo.list(tenant, "list", None).await.unwrap(), None);
    assert_eq!(repo.lists(tenant, all()).await.unwrap(), []);
    assert_eq!(repo.outcomes_of_run(tenant, &run, None).await.unwrap(), []);
    let outcomes = repo.outcomes_of_rule(tenant, source, &rule.stream, &rule.id, all()).await.unwrap();
    assert_eq!(outcomes, []);
    let anomaly = anomalies::anomaly(stranger, "anomaly", 1);
    let item = &anomaly.series.stream;
    assert_eq!(repo.series(tenant, &anomaly.series, at(0), 9).await.unwrap(), []);
    assert_eq!(repo.stream_series(tenant, source, item, &["", "name"], at(0), 9).await.unwrap(), []);
    assert_eq!(repo.series_keys(tenant, source, item).await.unwrap(), []);
    assert_error!(repo.mark_point(tenant, &anomaly.series, &run, Mark::FalseAlarm).await, NotFound);
    repo.thin_points(tenant, &anomaly.series, &[run]).await.unwrap();
    assert_eq!(repo.measurable(tenant, source, at(0), 9).await.unwrap(), []);
    assert_eq!(repo.anomaly(tenant, "anomaly").await.unwrap(), None);
    assert_eq!(repo.anomalies(tenant, &AnomalyFilter::default(), all()).await.unwrap(), []);
    assert_error!(repo.mark_anomaly(tenant, "anomaly", Mark::FalseAlarm).await, NotFound);
    assert_eq!(repo.alert(tenant, "alert").await.unwrap(), None);
    assert_eq!(repo.alerts(tenant, &AlertFilter::default(), all()).await.unwrap(), []);
    let cause = alerts::alert(stranger, "alert", None, 1).cause;
    assert_eq!(repo.unresolved_alert(tenant, &cause).await.unwrap(), None);
    assert_eq!(repo.current_alerts(tenant, source, at(0)).await.unwrap(), []);
    assert_eq!(alerts::read_folded(stranger, Some("item"), "run-1").await, []);
    repo.forget_folded(tenant, source, at(99)).await.unwrap();
    assert_eq!(repo.waiting_deliveries(tenant, at(0), at(0)).await.unwrap(), None);
    repo.look_asked(tenant, at(99)).await.unwrap();
    assert_eq!(repo.past_deliveries(tenant, &cause, at(0)).await.unwrap(), []);
    assert_eq!(repo.deliveries(tenant, "alert").await.unwrap(), []);
    assert_eq!(repo.claim_deliveries(tenant, "h", at(99), at(999), 9).await.unwrap(), []);
    assert_eq!(repo.silences(tenant, at(0)).await.unwrap(), []);
    assert_error!(repo.end_silence(tenant, "silence", at(1)).await, NotFound);
    assert_eq!(repo.exclusions(tenant, at(0)).await.unwrap(), []);
    assert_error!(repo.remove_exclusion(tenant, "exclusion").await, NotFound);
    assert_eq!(repo.channels(tenant).await.unwrap(), []);
    repo.remove_channel(tenant, "channel", at(1)).await.unwrap();
}

async fn sees_nothing(stranger: &World<'_>, owner: &World<'_>) {
    let (repo, tenant, source) = (stranger.repo, &stranger.tenant, &stranger.source);
    let (run, name, schema) = (RunId::new("run-1").unwrap(), stream("tenants"), schema("tenants"));
    let page = owner.page("run-1", "tenants", 0, "x");
    assert_eq!(repo.sources(tenant).await.unwrap(), []);
    assert_eq!(repo.source(tenant, source).await.unwrap(), None);
    assert_eq!(repo.schema(tenant, source, &name, 1).await.unwrap(), None);
    assert_eq!(repo.schemas(tenant, source).await.unwrap(), []);
    assert_eq!(repo.run(tenant, &run).await.unwrap(), None);
    assert_eq!(repo.runs(tenant, None, all()).await.unwrap(), []);
    assert_eq!(repo.stream_runs(tenant, &run).await.unwrap(), []);
    assert_eq!(repo.page(tenant, &page.id).await.unwrap(), None);
    assert_eq!(repo.pages(tenant, &run, None, all()).await.unwrap(), []);
    assert_eq!(repo.unfinished_pages(tenant, source, at(9_999), 9).await.unwrap(), []);
    assert_eq!(repo.refused(tenant, source, &name).await.unwrap(), None);
    assert_error!(repo.begin_stream(tenant, &run, &name, at(1)).await, NotFound);
    assert_error!(repo.expect_records(tenant, &run, &name, 1).await, NotFound);
    assert_error!(repo.end_run(tenant, &run, at(1)).await, NotFound);
    assert_eq!(stranger.current(&schema).await, []);
    assert_eq!(stranger.history(&schema).await, []);
    assert_eq!(stranger.count(&schema).await, 0);
    assert_eq!(repo.run_profiles(tenant, &run, &name).await.unwrap(), (0, Vec::new()));
    let pages = [page.id.clone()];
    assert_eq!(repo.unprofiled(tenant, &pages).await.unwrap(), pages);
    let periods = PeriodQuery {
        source,
        stream: &name,
        only: None,
        since: None,
        until: None,
        with_records: false,
        limit: 9,
    };
    assert_eq!(repo.profile_periods(tenant, &periods).await.unwrap(), []);
    sees_nothing_of_quality(stranger).await;
    assert_eq!(repo.edges_into(tenant, &[dataset("b")]).await.unwrap(), []);
    assert_eq!(repo.edges_from(tenant, &[dataset("a")]).await.unwrap(), []);
    assert_eq!(repo.edges_of_run(tenant, &run).await.unwrap(), []);
    assert_eq!(repo.count_edges(tenant).await.unwrap(), 0);
    assert_eq!(repo.dead_letters(tenant, &DeadLetterFilter::default(), all()).await.unwrap(), []);
    assert_eq!(repo.dead_letter(tenant, &DeadLetterId::of(&page.id, 5)).await.unwrap(), None);
    // What the owner holds is free for another, who cannot take it from the owner either.
    assert_eq!(claims::claim(stranger, "run-1", "stranger", 0, 60).await, Claim::Mine);
    repo.release_run(tenant, &run, "owner").await.unwrap();
    assert_eq!(claims::claim(owner, "run-1", "other", 0, 60).await, Claim::Taken { until: at(60) });
    assert_eq!(accounts::take(stranger, "stranger", 5, 0, 60).await, Share { granted: 5, paused: None });
    repo.give_share_back(tenant, accounts::ACCOUNT, "owner").await.unwrap();
    assert_eq!(accounts::take(owner, "other", 5, 0, 1).await.granted, 0);
    assert_eq!(repo.discovered(tenant, source, &name).await.unwrap(), None);
    assert_eq!(repo.notices(tenant, &run).await.unwrap(), []);
    assert_eq!(repo.secret_fetches(tenant, source, all()).await.unwrap(), []);
    let mut mine = owner.page("run-1", "tenants", 0, "x");
    mine.tenant = tenant.clone();
    assert_error!(repo.replay_records(stranger.batch(&mine, &schema, Vec::new())).await, NotFound);
}
