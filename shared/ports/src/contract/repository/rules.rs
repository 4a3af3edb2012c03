//! Rules and reference lists in versions, and what rules came to.

use forebay_model::RunId;
use forebay_model::rule::{
    Expectation, ReferenceList, Rule, RuleId, RuleOutcome, Severity, VersionedRule, Violation,
};

use super::super::assert_error;
use super::super::given::{World, all, at, stream};
use crate::PortError;
use crate::repository::{Edit, Repository, RuleCap, RuleCaps, RuleFilter, RulePut, Slice, StoredOutcome};

pub(super) async fn suite(repo: &dyn Repository) {
    a_rule_changes_over_its_newest_version_only(repo).await;
    of_authors_at_once_one_wins(repo).await;
    no_stream_gets_more_rules_than_may_hold(repo).await;
    rules_are_listed_by_place(repo).await;
    a_list_changes_as_a_rule_does(repo).await;
    the_last_outcome_stands(repo).await;
    what_tables_answered_stands_where_they_do_not_answer(repo).await;
}

pub(super) fn rule(world: &World<'_>, stream_name: &str, id: &str) -> Rule {
    Rule {
        id: RuleId(id.into()),
        source: world.source.clone(),
        stream: stream(stream_name),
        description: "what it says".into(),
        severity: Severity::Critical,
        expectation: Expectation::NotNull { column: "name".into() },
        tolerated_share: 0.25,
    }
}

pub(super) fn edit(expected: u32, author: &'static str) -> Edit<'static> {
    Edit { expected, author, at: at(i64::from(expected)) }
}

pub(super) async fn put(world: &World<'_>, rule: &Rule, edit: Edit<'_>) -> Result<VersionedRule, PortError> {
    match world.repo.put_rule(&world.tenant, rule, edit, RuleCaps::default()).await? {
        RulePut::Written(rule) => Ok(*rule),
        RulePut::Full { cap, count, limit } => panic!("{cap:?}: {count} of {limit}"),
    }
}

async fn versions(world: &World<'_>, rule: &Rule) -> Vec<(u32, bool, String)> {
    let found = world.repo.rule_versions(&world.tenant, &rule.source, &rule.stream, &rule.id).await.unwrap();
    found.into_iter().map(|v| (v.version, v.retired, v.author)).collect()
}

async fn a_rule_changes_over_its_newest_version_only(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = rule(&world, "item", "named/by 'me'");
    let mut second = first.clone();
    second.tolerated_share = 0.0;
    assert_eq!(versions(&world, &first).await, []);
    assert_error!(put(&world, &first, edit(1, "ann")).await, Conflict);
    let one = put(&world, &first, edit(0, "ann")).await.unwrap();
    let expected =
        VersionedRule { rule: first.clone(), version: 1, since: at(0), author: "ann".into(), retired: false };
    assert_eq!(one, expected);
    assert_eq!(put(&world, &first, edit(0, "ann")).await.unwrap(), one, "the same once more");
    assert_error!(put(&world, &second, edit(0, "bob")).await, Conflict);
    assert_error!(put(&world, &first, edit(0, "bob")).await, Conflict);
    assert_eq!(put(&world, &second, edit(1, "bob")).await.unwrap().version, 2);

    let retire = |edit| repo.retire_rule(&world.tenant, &first.source, &first.stream, &first.id, edit);
    assert_error!(retire(edit(1, "ann")).await, Conflict);
    let retired = retire(edit(2, "ann")).await.unwrap();
    assert_eq!((retired.version, retired.retired, &retired.rule), (3, true, &second));
    assert_eq!(retire(edit(2, "ann")).await.unwrap(), retired);
    assert_eq!(put(&world, &first, edit(3, "bob")).await.unwrap().version, 4, "it holds again");
    let by = |version, retired, author: &str| (version, retired, author.to_owned());
    let all = [by(4, false, "bob"), by(3, true, "ann"), by(2, false, "bob"), by(1, false, "ann")];
    assert_eq!(versions(&world, &first).await, all);

    let unknown = RuleId("unknown".into());
    let gone = repo.retire_rule(&world.tenant, &first.source, &first.stream, &unknown, edit(0, "ann")).await;
    assert_error!(gone, NotFound);
    for wrong in ["", &"x".repeat(101)] {
        assert_error!(put(&world, &rule(&world, "item", wrong), edit(0, "ann")).await, Rejected);
    }
    put(&world, &rule(&world, "item", &"ä".repeat(100)), edit(0, "ann")).await.unwrap();
}

async fn of_authors_at_once_one_wins(repo: &dyn Repository) {
    let world = World::new(repo);
    let rules: Vec<Rule> =
        ["a", "b", "c"].map(|text| Rule { description: text.into(), ..rule(&world, "item", "same") }).into();
    let put = |n: usize| put(&world, &rules[n], edit(0, "ann"));
    let (a, b, c) = tokio::join!(put(0), put(1), put(2));
    assert_eq!([a, b, c].iter().filter(|r| r.is_ok()).count(), 1);
    assert_eq!(versions(&world, &rules[0]).await.len(), 1);
}

async fn no_stream_gets_more_rules_than_may_hold(repo: &dyn Repository) {
    let world = World::new(repo);
    let caps = RuleCaps { rules: 3, asking_tables: 1 };
    let unique = Expectation::Unique { columns: vec!["name".into()] };
    let plain = |id: &str| rule(&world, "item", id);
    let asking = |id: &str| Rule { expectation: unique.clone(), ..plain(id) };
    let put = |rule: Rule, expected: u32| {
        let tenant = &world.tenant;
        async move {
            match repo.put_rule(tenant, &rule, edit(expected, "ann"), caps).await.unwrap() {
                RulePut::Written(written) => Ok(written.version),
                RulePut::Full { cap, count, limit } => Err((cap, count, limit)),
            }
        }
    };
    let tables = Err((RuleCap::AskingTables, 1, 1));
    assert_eq!(put(asking("a"), 0).await, Ok(1));
    assert_eq!(put(asking("b"), 0).await, tables);
    let (b, c, d, e) =
        tokio::join!(put(plain("b"), 0), put(plain("c"), 0), put(plain("d"), 0), put(plain("e"), 0));
    let at_once = [b, c, d, e];
    assert_eq!(at_once.iter().filter(|r| r.is_ok()).count(), 2, "two of four at once: {at_once:?}");
    assert!(at_once.iter().all(|r| matches!(r, Ok(1) | Err((RuleCap::Rules, 3, 3)))), "{at_once:?}");
    assert_eq!(put(rule(&world, "other", "a"), 0).await, Ok(1), "another stream");
    let held = ["b", "c", "d", "e"][at_once.iter().position(Result::is_ok).unwrap()];
    assert_eq!(put(asking(held), 1).await, tables, "it would ask tables now");
    assert_eq!(put(Rule { tolerated_share: 0.5, ..asking("a") }, 1).await, Ok(2), "what holds can change");
    assert_eq!(put(Rule { tolerated_share: 0.5, ..asking("a") }, 1).await, Ok(2), "the same once more");
    let retire = |id: &str, expected| {
        let (rule, world) = (plain(id), &world);
        async move {
            let edit = edit(expected, "ann");
            repo.retire_rule(&world.tenant, &rule.source, &rule.stream, &rule.id, edit).await.unwrap()
        }
    };
    retire("a", 2).await;
    assert_eq!(put(asking(held), 1).await, Ok(2), "what was retired counts no more");
    assert_eq!(put(asking("a"), 3).await, tables, "nor does it come back as one too many");
    assert_eq!(put(plain("a"), 3).await, Ok(4));
    let another = at_once.iter().position(Result::is_err).unwrap();
    assert_eq!(put(plain(["b", "c", "d", "e"][another]), 0).await, Err((RuleCap::Rules, 3, 3)));
}

async fn rules_are_listed_by_place(repo: &dyn Repository) {
    let world = World::new(repo);
    let places = [("a-b", "2"), ("a-b", "1"), ("a", "x/y"), ("a.b", "1")];
    for (stream_name, id) in places {
        put(&world, &rule(&world, stream_name, id), edit(0, "ann")).await.unwrap();
    }
    put(&world, &rule(&world, "a", "x/y"), edit(1, "bob")).await.unwrap();
    let place = |v: &VersionedRule| format!("{}/{}/{}", v.rule.source, v.rule.stream, v.rule.id.0);
    let filter = RuleFilter::default();
    let found = repo.rules(&world.tenant, &filter, all()).await.unwrap();
    let names: Vec<(String, u32)> = found.iter().map(|v| (place(v), v.version)).collect();
    let source = world.source.as_str();
    let expected = [("a/x/y", 2), ("a-b/1", 1), ("a-b/2", 1), ("a.b/1", 1)];
    assert_eq!(names, expected.map(|(name, version)| (format!("{source}/{name}"), version)));
    let mut sliced: Vec<VersionedRule> = Vec::new();
    while let Ok(more) =
        repo.rules(&world.tenant, &filter, Slice { after: sliced.last().map(place), limit: 1 }).await
    {
        if more.is_empty() {
            break;
        }
        sliced.extend(more);
    }
    assert_eq!(sliced, found);
    let filter = RuleFilter { source: Some(world.source.clone()), stream: Some(stream("a-b")) };
    let after = Some(format!("{source}/a-b/1"));
    let found = repo.rules(&world.tenant, &filter, Slice { after, limit: 9 }).await.unwrap();
    assert_eq!(found.iter().map(place).collect::<Vec<_>>(), [format!("{source}/a-b/2")]);
    let wrong = Slice { after: Some("nowhere".into()), limit: 1 };
    assert_error!(repo.rules(&world.tenant, &filter, wrong).await, Rejected);
}

pub(super) fn reference_list(name: &str, values: &[&str]) -> ReferenceList {
    ReferenceList { name: name.into(), values: values.iter().map(|v| (*v).to_owned()).collect() }
}

async fn a_list_changes_as_a_rule_does(repo: &dyn Repository) {
    let world = World::new(repo);
    let tenant = &world.tenant;
    let few = reference_list("regions", &["b", "a"]);
    let more = reference_list("regions", &["b", "a", "ä \"1\""]);
    let put = |list: &ReferenceList, edit| {
        let list = list.clone();
        async move { repo.put_list(tenant, &list, edit).await }
    };
    assert_error!(repo.retire_list(tenant, "regions", edit(0, "ann")).await, NotFound);
    let one = put(&few, edit(0, "ann")).await.unwrap();
    assert_eq!((one.version, one.count, &one.list), (1, 2, &few));
    assert_eq!(put(&few, edit(0, "ann")).await.unwrap(), one);
    assert_error!(put(&more, edit(0, "bob")).await, Conflict);
    let two = put(&more, edit(1, "bob")).await.unwrap();
    assert_eq!((two.version, two.count, &two.list), (2, 3, &more));
    assert_eq!(repo.list(tenant, "regions", None).await.unwrap(), Some(two));
    assert_eq!(repo.list(tenant, "regions", Some(1)).await.unwrap(), Some(one));
    assert_eq!(repo.list(tenant, "regions", Some(9)).await.unwrap(), None);
    let gone = repo.retire_list(tenant, "regions", edit(2, "ann")).await.unwrap();
    assert_eq!((gone.version, gone.retired, gone.count), (3, true, 0));
    put(&reference_list("currencies", &["EUR"]), edit(0, "ann")).await.unwrap();
    let found = repo.lists(tenant, all()).await.unwrap();
    let brief: Vec<_> =
        found.iter().map(|l| (l.list.name.as_str(), l.version, l.count, l.list.values.len())).collect();
    assert_eq!(brief, [("currencies", 1, 1, 0), ("regions", 3, 0, 0)]);
    let after = Slice { after: Some("currencies".into()), limit: 5 };
    assert_eq!(repo.lists(tenant, after).await.unwrap(), found[1..]);
    assert_error!(put(&reference_list("", &[]), edit(0, "ann")).await, Rejected);
}

pub(super) fn outcome(
    world: &World<'_>,
    run: &str,
    stream_name: &str,
    id: &str,
    violations: u64,
) -> StoredOutcome {
    let example = Violation { key: "7".into(), values: vec![("name".into(), None)] };
    let outcome = RuleOutcome {
        rule: RuleId(id.into()),
        version: 3,
        run: RunId::new(run).unwrap(),
        checked: 10,
        violations,
        margin: 0,
        examples: vec![example],
        failure: None,
        deferred: false,
        answered: None,
    };
    StoredOutcome { source: world.source.clone(), stream: stream(stream_name), at: at(1), outcome }
}

async fn the_last_outcome_stands(repo: &dyn Repository) {
    let world = World::new(repo);
    let (tenant, item) = (&world.tenant, stream("item"));
    let of = |run, stream_name, id, violations| outcome(&world, run, stream_name, id, violations);
    let first = [of("run-1", "item", "b", 1), of("run-1", "item", "a", 0), of("run-1", "aaa", "z", 0)];
    repo.save_outcomes(tenant, &first).await.unwrap();
    let again = [of("run-1", "item", "b", 5), of("run-2", "item", "b", 2)];
    repo.save_outcomes(tenant, &[first[0].clone(), again[0].clone(), again[1].clone()]).await.unwrap();
    repo.save_outcomes(tenant, &again).await.unwrap();
    repo.save_outcomes(tenant, &[]).await.unwrap();
    let run = RunId::new("run-1").unwrap();
    let found = repo.outcomes_of_run(tenant, &run, None).await.unwrap();
    assert_eq!(found, [first[2].clone(), first[1].clone(), again[0].clone()]);
    assert_eq!(repo.outcomes_of_run(tenant, &run, Some(&item)).await.unwrap(), found[1..]);
    let rule = RuleId("b".into());
    let history = |slice| repo.outcomes_of_rule(tenant, &world.source, &item, &rule, slice);
    assert_eq!(history(all()).await.unwrap(), [again[1].clone(), again[0].clone()]);
    let after = Slice { after: Some("run-2".into()), limit: 1 };
    assert_eq!(history(after).await.unwrap(), again[..1]);
}

async fn what_tables_answered_stands_where_they_do_not_answer(repo: &dyn Repository) {
    let world = World::new(repo);
    let of = |version, answered, violations| {
        let mut stored = outcome(&world, "run-1", "item", "b", violations);
        (stored.outcome.version, stored.outcome.answered) = (version, answered);
        stored
    };
    let run = RunId::new("run-1").unwrap();
    let steps = [
        (of(1, None, 1), 1),
        (of(1, Some(4), 7), 7),
        (of(1, None, 0), 7),
        (of(1, Some(5), 8), 8),
        (of(2, None, 2), 2),
    ];
    for (stored, expected) in steps {
        repo.save_outcomes(&world.tenant, &[stored]).await.unwrap();
        let found = repo.outcomes_of_run(&world.tenant, &run, None).await.unwrap();
        assert_eq!(found.iter().map(|s| s.outcome.violations).collect::<Vec<_>>(), [expected]);
    }
}
