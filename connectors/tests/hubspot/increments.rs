//! Later runs: what changed, and no more.

use super::loading::Copy;
use super::portal::Portal;

async fn loaded(portal: &Portal, settings: &[(&str, &str)], records: u64) -> Copy {
    {
        let mut state = portal.state();
        for id in 1..=records {
            state.put("deals", id, "first");
        }
    }
    let connector = portal.connect(settings);
    let bound = portal.tick(10);
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    copy.run(connector.as_ref(), bound).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
    copy
}

#[tokio::test]
async fn an_increment_costs_what_changed_and_nothing_costs_one_search() {
    let portal = Portal::start().await;
    let settings = [("overlap_seconds", "1"), ("second_pass_seconds", "0")];
    let mut copy = loaded(&portal, &settings, 2_000).await;
    portal.tick(600);
    {
        let mut state = portal.state();
        for id in 100..150 {
            state.put("deals", id, "second");
        }
        state.put("deals", 9_999, "new");
    }
    let bound = portal.tick(10);
    let connector = portal.connect(&settings);
    portal.asked();
    assert_eq!(copy.run(connector.as_ref(), bound).await, 51);
    assert_eq!(
        portal.asked(),
        ["POST /crm/v3/objects/deals/search", "POST /crm/v3/objects/deals/batch/read"]
    );
    assert_eq!(copy.living(), portal.state().living("deals"));
    assert!(copy.proof.contains("gave them all"), "{}", copy.proof);
    let bound = portal.tick(60);
    assert_eq!(copy.run(connector.as_ref(), bound).await, 0);
    assert_eq!(portal.asked(), ["POST /crm/v3/objects/deals/search"]);
}

#[tokio::test]
async fn thousands_of_changes_in_one_millisecond_pass_the_cap_by_id() {
    let portal = Portal::start().await;
    let settings = [("overlap_seconds", "1"), ("page_size", "20")];
    let mut copy = loaded(&portal, &settings, 700).await;
    portal.tick(60);
    {
        let mut state = portal.state();
        for id in 100..650 {
            state.put("deals", id, "imported");
        }
        state.now += 1;
        for id in 650..=700 {
            state.put("deals", id, "after");
        }
    }
    let bound = portal.tick(10);
    let connector = portal.connect(&settings);
    let read = copy.run(connector.as_ref(), bound).await;
    // Some are found twice: searches also give what lies a millisecond outside.
    assert!((601..=700).contains(&read), "{read}");
    assert_eq!(copy.living(), portal.state().living("deals"));
}

#[tokio::test]
async fn archived_records_are_found_by_the_clock_and_merged_ones_with_their_winner() {
    let portal = Portal::start().await;
    let mut copy = loaded(&portal, &[], 300).await;
    portal.tick(600);
    {
        let mut state = portal.state();
        state.archive("deals", 7);
        // A merge: both records vanish, a third one holds them.
        state.records.get_mut("deals").unwrap().retain(|id, _| ![20, 21].contains(id));
        state.put("deals", 5_000, "merged");
        let winner = state.records.get_mut("deals").unwrap().get_mut(&5_000).unwrap();
        winner.properties.insert("hs_merged_object_ids".into(), "20;21".into());
    }
    let connector = portal.connect(&[]);
    copy.run(connector.as_ref(), portal.tick(10)).await;
    assert!(
        copy.living().contains_key("7")
            && !copy.living().contains_key("20")
            && !copy.living().contains_key("21")
    );
    copy.run(connector.as_ref(), portal.tick(3_600)).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
    // What the archive held before does not land again, but for what may have been archived while it was read.
    copy.run(connector.as_ref(), portal.tick(20_000)).await;
    assert_eq!(copy.run(connector.as_ref(), portal.tick(20_000)).await, 0);
}

#[tokio::test]
async fn what_a_record_took_in_goes_also_where_it_was_archived_before_any_run_saw_the_merge() {
    let portal = Portal::start().await;
    let settings = [("archived_every_minutes", "0")];
    let mut copy = loaded(&portal, &settings, 300).await;
    portal.tick(600);
    {
        let mut state = portal.state();
        state.records.get_mut("deals").unwrap().remove(&20);
        state.put("deals", 21, "merged");
        let winner = state.records.get_mut("deals").unwrap().get_mut(&21).unwrap();
        winner.properties.insert("hs_merged_object_ids".into(), "20".into());
        state.archive("deals", 21);
    }
    copy.run(portal.connect(&settings).as_ref(), portal.tick(10)).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
    assert_eq!(copy.living().len(), 298);
}

#[tokio::test]
async fn what_an_archived_record_took_in_is_known_where_properties_are_read_in_batches() {
    let portal = Portal::start().await;
    let wide = (0..900).map(|n| (format!("a_property_with_a_long_name_{n:04}"), "string"));
    portal.state().properties.get_mut("deals").unwrap().extend(wide);
    let settings = [("archived_every_minutes", "0")];
    let mut copy = loaded(&portal, &settings, 30).await;
    portal.tick(600);
    {
        let mut state = portal.state();
        state.records.get_mut("deals").unwrap().retain(|id, _| ![20, 21].contains(id));
        state.put("deals", 22, "merged");
        let winner = state.records.get_mut("deals").unwrap().get_mut(&22).unwrap();
        winner.properties.insert("hs_merged_object_ids".into(), "20;21".into());
        state.archive("deals", 22);
    }
    copy.run(portal.connect(&settings).as_ref(), portal.tick(10)).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
}

#[tokio::test]
async fn what_search_shows_late_is_found_by_the_overlap_or_the_second_pass() {
    for lag in [200, 2_000] {
        let portal = Portal::start().await;
        let mut copy = loaded(&portal, &[], 50).await;
        portal.state().lag = lag * 1_000;
        portal.tick(3_000);
        portal.state().put("deals", 9, "late");
        let connector = portal.connect(&[]);
        copy.run(connector.as_ref(), portal.tick(1)).await;
        assert_ne!(copy.living(), portal.state().living("deals"), "the lag hides nothing");
        copy.run(connector.as_ref(), portal.tick(250)).await;
        copy.run(connector.as_ref(), portal.tick(3_700)).await;
        assert_eq!(copy.living(), portal.state().living("deals"), "lag of {lag} s");
    }
}

#[tokio::test]
async fn a_clock_that_went_back_loses_nothing() {
    let portal = Portal::start().await;
    let mut copy = loaded(&portal, &[], 50).await;
    let connector = portal.connect(&[]);
    portal.state().put("deals", 9, "again");
    copy.run(connector.as_ref(), portal.tick(600)).await;
    portal.tick(-600);
    portal.state().put("deals", 10, "in the past");
    copy.run(connector.as_ref(), portal.tick(1)).await;
    copy.run(connector.as_ref(), portal.tick(4_300)).await;
    copy.run(connector.as_ref(), portal.tick(3_700)).await;
    assert_eq!(copy.living()["9"], "again");
}

#[tokio::test]
async fn a_record_archived_between_its_search_and_its_reading_is_left_to_the_archive() {
    let portal = Portal::start().await;
    let settings = [("archived_every_minutes", "0")];
    let mut copy = loaded(&portal, &settings, 20).await;
    portal.tick(600);
    portal.state().put("deals", 3, "going");
    portal.state().archive("deals", 3);
    let connector = portal.connect(&settings);
    copy.run(connector.as_ref(), portal.tick(10)).await;
    assert_eq!(copy.living(), portal.state().living("deals"));
}
