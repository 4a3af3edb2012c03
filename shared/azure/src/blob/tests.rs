use tokio::net::TcpListener;

use super::*;

fn connection_to(port: u16) -> String {
    format!("AccountName=local;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:{port}/local")
}

#[tokio::test]
async fn a_service_that_accepts_and_never_answers_is_transient_within_the_patience() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut store = BlobStore::from_connection(&connection_to(port), "raw").unwrap();
    store.patience = Duration::from_millis(200);
    let error = store.put("a", Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "{error}");
}

#[tokio::test]
async fn unsafe_names_are_rejected_before_any_connection() {
    let store = BlobStore::from_connection(&connection_to(1), "raw").unwrap();
    for bad in ["../x", "/x", ""] {
        assert!(matches!(store.get(bad).await, Err(PortError::Rejected { .. })), "{bad:?}");
        assert!(matches!(store.put(bad, Bytes::new()).await, Err(PortError::Rejected { .. })), "{bad:?}");
    }
}

#[test]
fn a_credential_never_travels_unencrypted() {
    let made = BlobStore::with_credential(
        "http://example.blob.core.windows.net",
        "raw",
        Arc::new(crate::LocalCredential),
    );
    assert!(matches!(made, Err(PortError::Misconfigured { .. })));
}

#[test]
fn two_tls_providers_do_not_make_the_http_client_panic() {
    let made = BlobStore::with_credential(
        "https://example.blob.core.windows.net",
        "raw",
        Arc::new(crate::LocalCredential),
    );
    assert!(made.is_ok());
}
