use forebay_ports::{Access, SourceError};
use serde_json::json;

use super::loading::{load, same, truth, try_load};
use super::org::{TestOrg, stream};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_that_the_user_loses_are_named_all_at_once_and_come_back() {
    let org = TestOrg::start().await;
    for settings in [&[][..], &[("bulk_above", "0")]] {
        let connector = org.connect(settings);
        let bound = connector.server_time().await.unwrap();
        let schema = connector.discover(&stream("Account")).await.unwrap();
        let lost: Vec<&str> = ["Industry", "Website"]
            .into_iter()
            .filter(|name| schema.column(&name.to_lowercase()).is_some())
            .collect();
        assert_eq!(lost.len(), 2);
        for field in &lost {
            org.order("faults", json!({"reject_column": format!("Account.{field}")})).await;
        }
        let error = try_load(connector.as_ref(), &schema, None, bound).await.err().unwrap();
        let SourceError::RejectedColumns { columns, .. } = &error else { panic!("{error}") };
        let mut columns = columns.clone();
        columns.sort();
        assert_eq!(columns, ["industry", "website"]);
        let less = connector.discover(&stream("Account")).await.unwrap();
        assert_eq!(less.columns.len() + 2, schema.columns.len());
        same(&less, &load(connector.as_ref(), &less, None, bound).await.table(), &truth(&org, &less).await);
        for field in &lost {
            org.order("faults", json!({"allow_column": format!("Account.{field}")})).await;
        }
        assert_eq!(connector.discover(&stream("Account")).await.unwrap(), schema);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_the_user_may_not_read_is_forbidden_and_others_are_not() {
    let org = TestOrg::with(|settings| settings.deny = vec!["Lead".into()]).await;
    let connector = org.connect(&[("objects", "Account,Lead")]);
    let streams = connector.streams().await.unwrap();
    assert!(streams.iter().any(|spec| spec.stream == stream("Lead") && !spec.optional));
    for result in [
        connector.discover(&stream("Lead")).await.map(|_| ()),
        connector.probe(&stream("Lead")).await.map(|_| ()),
    ] {
        assert!(matches!(result, Err(SourceError::Forbidden { .. })), "{result:?}");
    }
    connector.discover(&stream("Account")).await.unwrap();
    let by_default = org.connect(&[]).streams().await.unwrap();
    assert!(by_default.iter().all(|spec| spec.stream != stream("Lead")));

    // Withdrawn while it is read.
    let schema = connector.discover(&stream("Account")).await.unwrap();
    org.order("faults", json!({"deny_table": "Account"})).await;
    let bound = connector.server_time().await.unwrap();
    let error = try_load(connector.as_ref(), &schema, None, bound).await.err().unwrap();
    assert!(
        matches!(&error, SourceError::Forbidden { detail, .. } if detail.contains("View All")),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_sharing_hides_are_not_taken_for_an_empty_object() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[]);
    let leads = org.rows("Lead").await.len();
    org.order("faults", json!({"silence_table": "Lead"})).await;
    let access = connector.probe(&stream("Lead")).await.unwrap();
    let Access::EmptyOrForbidden { detail } = &access else { panic!("{access:?}") };
    assert!(detail.contains(&format!("says {leads}")) && detail.contains("View All"), "{detail}");
    let schema = connector.discover(&stream("Lead")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let error = try_load(connector.as_ref(), &schema, None, bound).await.err().unwrap();
    assert!(
        matches!(&error, SourceError::Forbidden { detail, .. } if detail.contains("sharing hides them")),
        "{error}"
    );
}
