//! Associations are read as sets.

use forebay_model::StreamName;
use forebay_ports::SourceError;

use super::loading::Copy;
use super::portal::Portal;

const STREAM: &str = "contacts_to_companies";

async fn portal() -> Portal {
    let portal = Portal::start().await;
    {
        let mut state = portal.state();
        for id in 1..=30 {
            state.put("contacts", id, "c");
            state.link("contacts", "companies", id, &[(id + 100, 1), (id + 100, 279), (200, 279)]);
        }
        state.link("contacts", "companies", 30, &[]);
    }
    // So that the first load finds nothing young enough for a second pass.
    portal.tick(20_000);
    portal
}

fn truth(portal: &Portal) -> Vec<(String, String, i64)> {
    let state = portal.state();
    let links = &state.links[&("contacts".to_owned(), "companies".to_owned())];
    let all = links
        .iter()
        .flat_map(|(id, others)| others.iter().map(|(o, kind)| (id.to_string(), o.to_string(), *kind)));
    let mut all: Vec<_> = all.collect();
    all.sort();
    all
}

#[tokio::test]
async fn all_associations_of_a_changed_record_replace_those_it_had() {
    let portal = portal().await;
    let connector = portal.connect(&[]);
    let specs = connector.streams().await.unwrap();
    let spec = specs.iter().find(|spec| spec.stream.as_str() == STREAM).unwrap();
    assert!(spec.optional && spec.after.contains(&StreamName::new("contacts").unwrap()));
    let mut copy = Copy::of(connector.as_ref(), STREAM).await;
    portal.asked();
    assert_eq!(copy.run(connector.as_ref(), portal.tick(10)).await, 29 * 3);
    assert_eq!(portal.asked().len(), 2);
    assert_eq!(copy.links(), truth(&portal));
    portal.tick(600);
    {
        let mut state = portal.state();
        state.put("contacts", 4, "changed");
        state.link("contacts", "companies", 4, &[(900, 1)]);
        state.put("contacts", 5, "changed");
        state.link("contacts", "companies", 5, &[]);
    }
    assert_eq!(copy.run(connector.as_ref(), portal.tick(10)).await, 1);
    // A search of each window, and one batch.
    assert_eq!(portal.asked().len(), 3);
    assert_eq!(copy.links(), truth(&portal));
}

#[tokio::test]
async fn a_change_that_moved_no_date_is_found_by_the_daily_reading() {
    let portal = portal().await;
    let connector = portal.connect(&[]);
    let mut copy = Copy::of(connector.as_ref(), STREAM).await;
    copy.run(connector.as_ref(), portal.tick(10)).await;
    portal.state().link("contacts", "companies", 4, &[(900, 1)]);
    copy.run(connector.as_ref(), portal.tick(7_200)).await;
    assert_ne!(copy.links(), truth(&portal));
    copy.run(connector.as_ref(), portal.tick(86_400)).await;
    assert_eq!(copy.links(), truth(&portal));
}

#[tokio::test]
async fn more_associations_than_one_answer_holds_are_paged_by_record() {
    let portal = portal().await;
    {
        let mut state = portal.state();
        state.links_per_page = 5;
        let many: Vec<(u64, i64)> = (1_000..1_023).map(|id| (id, 279)).collect();
        state.link("contacts", "companies", 8, &many);
    }
    let connector = portal.connect(&[("page_size", "2")]);
    let mut copy = Copy::of(connector.as_ref(), STREAM).await;
    copy.run(connector.as_ref(), portal.tick(10)).await;
    assert_eq!(copy.links(), truth(&portal));
    assert_eq!(copy.links().iter().filter(|link| link.0 == "8").count(), 23);
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let portal = portal().await;
    portal.state().denied.insert("companies".into());
    let connector = portal.connect(&[]);
    for stream in ["companies", STREAM] {
        let error = connector.discover(&StreamName::new(stream).unwrap()).await.unwrap_err();
        let SourceError::Forbidden { detail, .. } = &error else { panic!("{error}") };
        assert!(detail.contains("add the scope crm.objects.companies.read"), "{detail}");
    }
}
