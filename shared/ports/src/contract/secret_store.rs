//! The suite of `SecretStore`.

use super::assert_error;
use super::given::unique;
use crate::secrets::SecretStore;

/// The store must hold a secret `name` with this value.
pub async fn secret_store(store: &dyn SecretStore, name: &str, value: &str) {
    let secret = store.get(name).await.unwrap();
    assert_eq!(secret.expose(), value);
    assert_eq!(
        store.get(name).await.unwrap().version,
        secret.version,
        "an unchanged secret keeps its version"
    );
    for printed in [format!("{secret}"), format!("{secret:?}")] {
        assert!(printed.contains("***") && !printed.contains(value), "a secret prints as ***");
    }
    let unknown = unique("no-such-secret");
    let result = store.get(&unknown).await;
    let message = result.as_ref().map_or_else(ToString::to_string, |_| String::new());
    assert!(message.contains(&unknown), "the message names the secret: {message}");
    assert!(!message.contains(value), "no message holds a value");
    assert_error!(result, NotFound);
}
