//! Runs, cursors and pages.

use forebay_model::{ChildSet, Cursor, RunId, RunState, SourceId, StreamRun, StreamRunState};

use super::super::assert_error;
use super::super::given::{World, all, at, key, record, schema, stream, version};
use super::claims::claim;
use crate::repository::{Claim, FailedPage, PageFailure, PageState, Repository, Slice, StreamEnd};

pub(super) async fn suite(repo: &dyn Repository) {
    an_unfinished_run_is_continued(repo).await;
    what_is_expected_is_known_while_it_is_read(repo).await;
    two_callers_at_once_open_one_run(repo).await;
    a_stream_that_starts_over_has_no_cursor_any_more(repo).await;
    pages_land_in_sequence(repo).await;
    two_extractors_cannot_land_at_one_place(repo).await;
    the_next_run_starts_where_the_last_one_ended(repo).await;
    a_run_ends_as_its_streams_did(repo).await;
    runs_are_listed_newest_first(repo).await;
    pages_are_listed_by_stream_and_sequence(repo).await;
    numbers_of_a_stream_are_those_of_its_pages(repo).await;
    an_announced_page_counts_when_it_is_landed(repo).await;
    pages_that_are_not_profiled_are_found_again(repo).await;
    a_page_that_can_never_be_applied_says_so(repo).await;
    what_a_page_replaces_is_kept_with_it(repo).await;
}

async fn only(world: &World<'_>, run: &RunId) -> StreamRun {
    let mut streams = world.repo.stream_runs(&world.tenant, run).await.unwrap();
    assert_eq!(streams.len(), 1);
    streams.remove(0)
}

async fn end(world: &World<'_>, run: &RunId, name: &str, state: StreamRunState, cursor: Option<&str>) {
    let cursor = cursor.map(Cursor::new);
    let end = StreamEnd {
        run,
        stream: &stream(name),
        state,
        evidence: "the last page was short",
        cursor: cursor.as_ref(),
        expected: Some(3),
        ended: at(300),
    };
    world.repo.end_stream(&world.tenant, end).await.unwrap();
}

async fn an_unfinished_run_is_continued(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = world.open("run-1", &["item", "customer"]).await;
    assert_eq!(first, world.run("run-1"));
    assert_eq!(world.open("run-2", &["item", "customer"]).await, first, "the open one is given");
    assert_eq!(repo.run(&world.tenant, &RunId::new("run-2").unwrap()).await.unwrap(), None);
    let streams = repo.stream_runs(&world.tenant, &first.id).await.unwrap();
    let names: Vec<_> = streams.iter().map(|s| s.stream.as_str()).collect();
    assert_eq!(names, ["customer", "item"]);
    assert!(streams.iter().all(|s| s.state == StreamRunState::Pending && s.cursor.is_none() && s.pages == 0));

    let begin = |at| repo.begin_stream(&world.tenant, &first.id, &streams[0].stream, at);
    begin(at(5)).await.unwrap();
    begin(at(6)).await.unwrap();
    let streams = repo.stream_runs(&world.tenant, &first.id).await.unwrap();
    assert_eq!((streams[0].state, streams[0].started), (StreamRunState::Reading, Some(at(5))), "begun once");
}

async fn what_is_expected_is_known_while_it_is_read(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["customer", "item"]).await;
    let item = stream("item");
    let expect = |n| repo.expect_records(&world.tenant, &run.id, &item, n);
    let expected = async || {
        let streams = repo.stream_runs(&world.tenant, &run.id).await.unwrap();
        streams.iter().map(|s| (s.state, s.expected)).collect::<Vec<_>>()
    };
    let pending = (StreamRunState::Pending, None);
    expect(40).await.unwrap();
    expect(50).await.unwrap();
    assert_eq!(expected().await, [pending, (StreamRunState::Pending, Some(50))]);
    world.land(&world.page("run-1", "item", 0, "x")).await.unwrap();
    assert_eq!(expected().await, [pending, (StreamRunState::Reading, Some(50))]);
    let customer = stream("customer");
    repo.expect_records(&world.tenant, &run.id, &customer, 9).await.unwrap();
    for (stream, state) in [(&item, StreamRunState::Ended), (&customer, StreamRunState::Failed)] {
        let (evidence, ended) = ("", at(300));
        let end = StreamEnd { run: &run.id, stream, state, evidence, cursor: None, expected: None, ended };
        repo.end_stream(&world.tenant, end).await.unwrap();
    }
    let over = [(StreamRunState::Failed, Some(9)), (StreamRunState::Ended, None)];
    assert_eq!(expected().await, over, "an end without a count is compared with none");
    expect(60).await.unwrap();
    assert_eq!(expected().await, over, "it is over");
    let unknown = stream("unknown");
    assert_error!(repo.expect_records(&world.tenant, &run.id, &unknown, 1).await, NotFound);
}

async fn two_callers_at_once_open_one_run(repo: &dyn Repository) {
    let world = World::new(repo);
    let open = |id| world.open(id, &["item"]);
    let (a, b, c, d) = tokio::join!(open("run-a"), open("run-b"), open("run-c"), open("run-d"));
    assert!([&b, &c, &d].iter().all(|run| **run == a));
    assert_eq!(repo.runs(&world.tenant, None, all()).await.unwrap(), [a]);
}

async fn a_stream_that_starts_over_has_no_cursor_any_more(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = world.open("run-1", &["item"]).await;
    end(&world, &first.id, "item", StreamRunState::Ended, Some("old")).await;
    repo.end_run(&world.tenant, &first.id, at(301)).await.unwrap();
    let run = world.open("run-2", &["item"]).await;
    assert_eq!(only(&world, &run.id).await.start, Some(Cursor::new("old")));
    world.land(&world.page("run-2", "item", 0, "x")).await.unwrap();
    let item = stream("item");
    let restart = |holder: &'static str| {
        let (world, run, item) = (world.clone(), run.id.clone(), item.clone());
        async move { world.repo.restart_stream(&world.tenant, &run, &item, holder).await }
    };
    assert_error!(restart("nobody").await, Conflict);
    assert_eq!(claim(&world, "run-2", "dead", 0, 60).await, Claim::Mine);
    assert_eq!(claim(&world, "run-2", "reader", 60, 120).await, Claim::Mine);
    assert_error!(restart("dead").await, Conflict);
    assert_eq!(only(&world, &run.id).await.start, Some(Cursor::new("old")), "its place is not lost");
    restart("reader").await.unwrap();
    let state = only(&world, &run.id).await;
    assert_eq!((state.start, state.cursor, state.pages), (None, None, 1), "what has landed counts on");
    end(&world, &run.id, "item", StreamRunState::Failed, None).await;
    assert_error!(restart("reader").await, Conflict);
    repo.end_run(&world.tenant, &run.id, at(302)).await.unwrap();
    let next = world.open("run-3", &["item"]).await;
    assert_eq!(only(&world, &next.id).await.cursor, None, "the run that was to read it all did not");
    world.land(&world.page("run-3", "item", 0, "y")).await.unwrap();
    end(&world, &next.id, "item", StreamRunState::Failed, None).await;
}

async fn pages_land_in_sequence(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["item"]).await;
    let pages: Vec<_> = (0..3).map(|n| world.page("run-1", "item", n, "x")).collect();
    assert_error!(world.land(&pages[1]).await, Conflict);
    world.land(&pages[0]).await.unwrap();
    world.land(&pages[0]).await.unwrap();
    let state = only(&world, &run.id).await;
    assert_eq!((state.pages, state.records, state.bytes), (1, 1, 1), "landed twice, counted once");
    assert_eq!(state.cursor, Some(Cursor::new("{\"page\":0}")));
    assert_eq!(state.state, StreamRunState::Reading);

    assert_error!(world.land(&world.page("run-1", "item", 0, "other")).await, Conflict);
    assert_error!(world.land(&pages[2]).await, Conflict);
    world.land(&pages[1]).await.unwrap();
    assert_error!(world.land(&pages[0]).await, Conflict);
    assert_eq!(only(&world, &run.id).await.cursor, Some(Cursor::new("{\"page\":1}")));

    assert_error!(world.land(&world.page("run-1", "customer", 0, "x")).await, NotFound);
    end(&world, &run.id, "item", StreamRunState::Ended, None).await;
    assert_error!(world.land(&pages[2]).await, Conflict);
    let stored = repo.page(&world.tenant, &pages[1].id).await.unwrap().unwrap();
    assert_eq!((&stored.page, stored.state, stored.landed), (&pages[1], PageState::Landed, at(101)));
}

async fn two_extractors_cannot_land_at_one_place(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["item"]).await;
    let (one, two) = (world.page("run-1", "item", 0, "one"), world.page("run-1", "item", 0, "two"));
    let (a, b) = tokio::join!(world.land(&one), world.land(&two));
    assert_eq!(a.is_ok() as u8 + b.is_ok() as u8, 1);
    for result in [a, b].into_iter().filter(Result::is_err) {
        assert_error!(result, Conflict);
    }
    assert_eq!(only(&world, &run.id).await.pages, 1);
}

async fn the_next_run_starts_where_the_last_one_ended(repo: &dyn Repository) {
    let world = World::new(repo);
    let first = world.open("run-1", &["item"]).await;
    world.land(&world.page("run-1", "item", 0, "x")).await.unwrap();
    end(&world, &first.id, "item", StreamRunState::Ended, Some("end-1")).await;
    end(&world, &first.id, "item", StreamRunState::Failed, Some("other")).await;
    let state = only(&world, &first.id).await;
    assert_eq!(state.state, StreamRunState::Ended, "ending twice changes nothing");
    assert_eq!((state.expected, state.ended), (Some(3), Some(at(300))));
    assert_eq!(state.evidence.as_deref(), Some("the last page was short"));
    repo.end_run(&world.tenant, &first.id, at(301)).await.unwrap();

    let second = world.open("run-2", &["item"]).await;
    let left = Some(Cursor::new("end-1"));
    let state = only(&world, &second.id).await;
    assert_eq!((&state.start, &state.cursor, state.pages), (&left, &left, 0));
    world.land(&world.page("run-2", "item", 0, "x")).await.unwrap();
    let moved = Some(Cursor::new("{\"page\":0}"));
    let state = only(&world, &second.id).await;
    assert_eq!((&state.start, &state.cursor), (&left, &moved), "the start does not move");
    end(&world, &second.id, "item", StreamRunState::Failed, None).await;
    repo.end_run(&world.tenant, &second.id, at(302)).await.unwrap();

    let third = world.open("run-3", &["item"]).await;
    assert_eq!(only(&world, &third.id).await.cursor, moved, "no cursor leaves it where it is");
}

async fn a_run_ends_as_its_streams_did(repo: &dyn Repository) {
    use StreamRunState::{Ended, Failed, Skipped};
    let world = World::new(repo);
    let cases = [
        ("run-1", vec![("a", Ended), ("b", Ended)], RunState::Extracted),
        ("run-2", vec![("a", Ended), ("b", Failed)], RunState::Failed),
        // A stream that did not end has not been read whole.
        ("run-3", vec![("a", Ended)], RunState::Failed),
        ("run-4", vec![("a", Ended), ("b", Skipped)], RunState::Extracted),
        ("run-5", vec![("a", Skipped), ("b", Failed)], RunState::Failed),
    ];
    for (id, streams, expected) in cases {
        let run = world.open(id, &["a", "b"]).await;
        for (name, state) in streams {
            end(&world, &run.id, name, state, None).await;
        }
        let ended = repo.end_run(&world.tenant, &run.id, at(400)).await.unwrap();
        assert_eq!((ended.state, ended.ended), (expected, Some(at(400))), "{id}");
        assert_eq!(repo.end_run(&world.tenant, &run.id, at(500)).await.unwrap(), ended, "ending twice");
        assert_eq!(repo.run(&world.tenant, &run.id).await.unwrap(), Some(ended));
    }
    let unknown = RunId::new("unknown").unwrap();
    assert_error!(repo.end_run(&world.tenant, &unknown, at(1)).await, NotFound);
}

async fn runs_are_listed_newest_first(repo: &dyn Repository) {
    let world = World::new(repo);
    for id in ["run-1", "run-2", "run-3"] {
        let run = world.open(id, &[]).await;
        repo.end_run(&world.tenant, &run.id, at(1)).await.unwrap();
    }
    let ids = |runs: Vec<forebay_model::Run>| runs.into_iter().map(|r| r.id.to_string()).collect::<Vec<_>>();
    let slice = |after: Option<&str>| Slice { after: after.map(str::to_owned), limit: 2 };
    let list = |source, slice| repo.runs(&world.tenant, source, slice);
    assert_eq!(ids(list(None, slice(None)).await.unwrap()), ["run-3", "run-2"]);
    assert_eq!(ids(list(None, slice(Some("run-2"))).await.unwrap()), ["run-1"]);
    assert_eq!(ids(list(Some(&world.source), slice(Some("run-3"))).await.unwrap()), ["run-2", "run-1"]);
    let other = SourceId::new("source-9").unwrap();
    assert_eq!(ids(list(Some(&other), slice(None)).await.unwrap()), Vec::<String>::new());
}

async fn pages_are_listed_by_stream_and_sequence(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["a", "b"]).await;
    let mut expected = Vec::new();
    for name in ["b", "a"] {
        for n in 0..12 {
            world.land(&world.page("run-1", name, n, "x")).await.unwrap();
        }
    }
    for name in ["a", "b"] {
        expected.extend((0..12).map(|n| world.page("run-1", name, n, "x").id));
    }
    for (filter, expected) in [(None, &expected[..]), (Some(stream("b")), &expected[12..])] {
        let mut found = Vec::new();
        loop {
            let after = found.last().map(ToString::to_string);
            let slice = Slice { after, limit: 5 };
            let pages = repo.pages(&world.tenant, &run.id, filter.as_ref(), slice).await.unwrap();
            if pages.is_empty() {
                break;
            }
            found.extend(pages.into_iter().map(|p| p.page.id));
        }
        assert_eq!(found, expected);
    }
}

async fn numbers_of_a_stream_are_those_of_its_pages(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("numbers");
    repo.prepare_table(&schema).await.unwrap();
    let run = world.open("run-1", &["numbers"]).await;
    let pages: Vec<_> = (0..3).map(|n| world.page("run-1", "numbers", n, "x")).collect();
    for page in &pages {
        world.land(page).await.unwrap();
    }
    for (page, id) in pages[..2].iter().zip([1, 1]) {
        let records = vec![record(id, "same", None, version(1, 10))];
        repo.apply_page(world.batch(page, &schema, records)).await.unwrap();
    }
    let one = [pages[0].id.clone()];
    repo.save_profiles(&world.tenant, &run.id, &stream("numbers"), 0, &[], &one).await.unwrap();
    let state = only(&world, &run.id).await;
    assert_eq!((state.pages, state.pages_applied, state.pages_profiled), (3, 2, 1));
    assert_eq!((state.outcome.read, state.outcome.inserted, state.outcome.unchanged), (2, 1, 1));
    assert!(!state.is_complete() && state.outcome.balances());
}

async fn an_announced_page_counts_when_it_is_landed(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("announced");
    let run = world.open("run-1", &["announced"]).await;
    let page = world.page("run-1", "announced", 0, "x");
    let batch = || world.batch(&page, &schema, vec![record(1, "a", None, version(1, 10))]);
    let outcome = repo.apply_page(batch()).await.unwrap().outcome();
    let state = only(&world, &run.id).await;
    assert_eq!((state.pages, state.pages_applied, state.outcome.read), (0, 0, 0));
    assert_eq!(repo.pages(&world.tenant, &run.id, None, all()).await.unwrap(), []);
    assert_eq!(repo.unfinished_pages(&world.tenant, &world.source, at(999), 9).await.unwrap(), []);

    world.land(&page).await.unwrap();
    let state = only(&world, &run.id).await;
    assert_eq!((state.pages, state.pages_applied, state.outcome), (1, 1, outcome));
    let stored = repo.pages(&world.tenant, &run.id, None, all()).await.unwrap();
    assert_eq!((&stored[0].state, stored[0].outcome), (&PageState::Applied, outcome));
}

async fn pages_that_are_not_profiled_are_found_again(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["unfinished"]).await;
    let schema = schema("unfinished");
    let pages: Vec<_> = (0..4).map(|n| world.page("run-1", "unfinished", n, "x")).collect();
    for page in &pages {
        world.land(page).await.unwrap();
    }
    repo.apply_page(world.batch(&pages[1], &schema, Vec::new())).await.unwrap();
    let first = [pages[0].id.clone()];
    repo.save_profiles(&world.tenant, &run.id, &schema.stream, 0, &[], &first).await.unwrap();
    let find = async |before, limit| {
        let found = repo.unfinished_pages(&world.tenant, &world.source, before, limit).await.unwrap();
        found.into_iter().map(|p| (p.page.sequence, p.state)).collect::<Vec<_>>()
    };
    let (applied, landed) = ((1, PageState::Applied), (2, PageState::Landed));
    assert_eq!(find(at(103), 10).await, [applied.clone(), landed], "oldest first, landed before");
    assert_eq!(find(at(999), 1).await, [applied]);
    assert_eq!(find(at(101), 10).await, []);
}

async fn a_page_that_can_never_be_applied_says_so(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["failing"]).await;
    let schema = schema("failing");
    let pages: Vec<_> = (0..3).map(|n| world.page("run-1", "failing", n, "x")).collect();
    for page in &pages {
        world.land(page).await.unwrap();
    }
    let fail = |page, reason| repo.fail_page(FailedPage { page, code: "rejected", reason, at: at(150) });
    fail(&pages[0], "the table takes no such value").await.unwrap();
    repo.apply_page(world.batch(&pages[1], &schema, Vec::new())).await.unwrap();
    fail(&pages[1], "an applied page cannot fail").await.unwrap();
    let states = async || {
        let pages = repo.pages(&world.tenant, &run.id, None, all()).await.unwrap();
        pages.into_iter().map(|p| p.state).collect::<Vec<_>>()
    };
    let failure =
        PageFailure { at: at(150), code: "rejected".into(), reason: "the table takes no such value".into() };
    assert_eq!(states().await, [PageState::Unappliable(failure), PageState::Applied, PageState::Landed]);
    let unfinished = repo.unfinished_pages(&world.tenant, &world.source, at(999), 9).await.unwrap();
    let unfinished: Vec<u32> = unfinished.into_iter().map(|p| p.page.sequence).collect();
    assert_eq!(unfinished, [1, 2], "it is not announced again");
    let stream = only(&world, &run.id).await;
    assert_eq!((stream.pages, stream.pages_applied, stream.is_complete()), (3, 1, false));
    assert_eq!((stream.pages_unappliable, stream.is_settled()), (1, false), "two are still under way");
    repo.apply_page(world.batch(&pages[0], &schema, Vec::new())).await.unwrap();
    assert_eq!(states().await, [PageState::Applied, PageState::Applied, PageState::Landed], "after a fix");
    assert_eq!(only(&world, &run.id).await.pages_unappliable, 0);
    let early = world.page("run-1", "failing", 7, "x");
    fail(&early, "before it is landed").await.unwrap();
    assert_eq!(only(&world, &run.id).await.pages, 3);
}

async fn what_a_page_replaces_is_kept_with_it(repo: &dyn Repository) {
    let world = World::new(repo);
    let run = world.open("run-1", &["replaces"]).await;
    let mut page = world.page("run-1", "replaces", 0, "x");
    page.replaces = [1, 2].map(|id| ChildSet { parent: key(id), modified: at(id) }).to_vec();
    world.land(&page).await.unwrap();
    assert_eq!(repo.page(&world.tenant, &page.id).await.unwrap().unwrap().page, page);
    assert_eq!(repo.pages(&world.tenant, &run.id, None, all()).await.unwrap()[0].page, page);
    let unfinished = repo.unfinished_pages(&world.tenant, &world.source, at(999), 9).await.unwrap();
    assert_eq!(unfinished[0].page, page);
}
