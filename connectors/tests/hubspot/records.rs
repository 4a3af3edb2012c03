//! First loads.

use forebay_model::{ColumnType, StreamName};
use forebay_ports::{PageRequest, SourceError};

use super::loading::Copy;
use super::portal::{Portal, START, instant};

async fn portal(records: u64) -> Portal {
    let portal = Portal::start().await;
    {
        let mut state = portal.state();
        for id in 1..=records {
            state.now = START - 1_000 * i64::try_from(id).unwrap();
            state.put("contacts", id * 3, &format!("c{id}"));
        }
        state.now = START;
        for id in [3, 30, 60] {
            state.archive("contacts", id);
        }
    }
    portal
}

#[tokio::test]
async fn a_first_load_holds_every_record_and_knows_the_archived_ones() {
    let portal = portal(250).await;
    let connector = portal.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    assert_eq!(bound, instant(START));
    let mut copy = Copy::of(connector.as_ref(), "contacts").await;
    assert_eq!(copy.schema.column("hs_object_id").unwrap().column_type, ColumnType::Integer);
    portal.asked();
    assert_eq!(copy.run(connector.as_ref(), bound).await, 250);
    assert_eq!(copy.living(), portal.state().living("contacts"));
    assert_eq!(copy.deleted(), 3);
    assert!(copy.proof.contains("no paging.next"), "{}", copy.proof);
    // Three pages of living and one of archived records, and not one search.
    assert_eq!(portal.asked(), vec!["GET /crm/v3/objects/contacts"; 4]);
    let request = PageRequest { schema: &copy.schema, cursor: None, bound };
    assert_eq!(connector.count(request).await.unwrap(), Some(247));
}

#[tokio::test]
async fn a_load_goes_on_from_every_cursor_in_another_process() {
    let portal = portal(50).await;
    let bound = instant(START);
    let connector = portal.connect(&[("page_size", "7")]);
    let mut copy = Copy::of(connector.as_ref(), "contacts").await;
    while !copy.page(portal.connect(&[("page_size", "7")]).as_ref(), bound).await.unwrap().1 {}
    assert!(copy.pages > 7);
    assert_eq!(copy.living(), portal.state().living("contacts"));
}

#[tokio::test]
async fn more_properties_than_an_address_can_name_are_read_in_batches() {
    let portal = portal(120).await;
    {
        let mut state = portal.state();
        let wide = (0..900).map(|n| (format!("a_property_with_a_long_name_{n:04}"), "string"));
        state.properties.get_mut("contacts").unwrap().extend(wide);
        for record in state.records.get_mut("contacts").unwrap().values_mut() {
            record.properties.insert("a_property_with_a_long_name_0899".into(), "last".into());
        }
    }
    let connector = portal.connect(&[]);
    let mut copy = Copy::of(connector.as_ref(), "contacts").await;
    portal.asked();
    assert_eq!(copy.run(connector.as_ref(), instant(START)).await, 120);
    assert_eq!(copy.living(), portal.state().living("contacts"));
    assert!(portal.state().longest_address < 15_000);
    assert!(portal.asked().iter().any(|request| request.ends_with("batch/read")));
}

#[tokio::test]
async fn owners_are_read_living_and_archived() {
    let portal = Portal::start().await;
    let connector = portal.connect(&[("objects", "owners")]);
    let mut copy = Copy::of(connector.as_ref(), "owners").await;
    assert_eq!(copy.run(connector.as_ref(), instant(START)).await, 2);
    assert_eq!((copy.living().len(), copy.deleted()), (1, 1));
}

#[tokio::test]
async fn a_property_that_was_deleted_is_a_rejected_column_and_may_return() {
    let portal = portal(30).await;
    let connector = portal.connect(&[]);
    let mut copy = Copy::of(connector.as_ref(), "contacts").await;
    let held = portal.state().properties["contacts"].clone();
    portal.state().properties.get_mut("contacts").unwrap().retain(|(name, _)| name != "name");
    let error = copy.try_run(connector.as_ref(), instant(START)).await.unwrap_err();
    let SourceError::RejectedColumns { columns, .. } = &error else { panic!("{error}") };
    assert_eq!(columns, &["name"]);
    let narrower = connector.discover(&StreamName::new("contacts").unwrap()).await.unwrap();
    assert!(narrower.column("name").is_none());
    portal.state().properties.insert("contacts", held);
    assert_eq!(copy.run(connector.as_ref(), instant(START)).await, 30);
}
