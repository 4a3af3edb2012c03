//! Key Vault through the real client, with a stand-in on this machine behind its transport. The client
//! believes in `https://forebay-test.vault.azure.net`, challenge and all; only the wire is ours.
#![expect(
    clippy::unwrap_used,
    reason = "test helpers outside of test functions fail loudly and say what they skip"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::{AsyncRawResponse, HttpClient, Request, Transport, new_http_client};
use azure_core::time::OffsetDateTime;
use forebay_azure::{KeyVaultSecrets, install_crypto_provider};
use forebay_ports::{PortError, SecretStore};

const VAULT: &str = "https://forebay-test.vault.azure.net";

/// Versions of each secret, newest last, and what was asked.
#[derive(Default)]
struct Vault {
    secrets: Mutex<HashMap<String, Vec<(String, String)>>>,
    challenges: Mutex<u32>,
    reads: Mutex<u32>,
    /// Answers to give before the true one.
    failures: Mutex<Vec<StatusCode>>,
}

impl Vault {
    fn set(&self, name: &str, value: &str) {
        let mut secrets = self.secrets.lock().unwrap();
        let versions = secrets.entry(name.to_owned()).or_default();
        versions.push((format!("v{}", versions.len() + 1), value.to_owned()));
    }

    fn answer(&self, name: &str, headers: &HeaderMap, query: &HashMap<String, String>) -> Response {
        if headers.get(header::AUTHORIZATION).is_none_or(|v| v != "Bearer token-for-the-vault") {
            *self.challenges.lock().unwrap() += 1;
            let challenge = "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"";
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
        }
        assert!(query.contains_key("api-version"), "the vault refuses requests without a version");
        *self.reads.lock().unwrap() += 1;
        if let Some(status) = self.failures.lock().unwrap().pop() {
            return (status, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"hunter2\"}}").into_response();
        }
        match self.secrets.lock().unwrap().get(name).and_then(|versions| versions.last()) {
            Some((version, value)) => {
                let id = format!("{VAULT}/secrets/{name}/{version}");
                axum::Json(serde_json::json!({"id": id, "value": value, "attributes": {"enabled": true}}))
                    .into_response()
            }
            None => {
                let body = serde_json::json!({"error": {"code": "SecretNotFound", "message": "not here"}});
                (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
            }
        }
    }
}

/// Sends what the client means for the vault to this machine.
#[derive(Debug)]
struct Rewrite {
    port: u16,
    inner: Arc<dyn HttpClient>,
}

#[async_trait::async_trait]
impl HttpClient for Rewrite {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let mut request = request.clone();
        assert!(request.url().as_str().starts_with(VAULT), "{}", request.url());
        let url = request.url_mut();
        url.set_scheme("http").unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        self.inner.execute_request(&request).await
    }
}

#[derive(Debug)]
struct Token;

#[async_trait::async_trait]
impl TokenCredential for Token {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        assert_eq!(scopes, ["https://vault.azure.net/.default"], "the scope comes from the challenge");
        Ok(AccessToken::new("token-for-the-vault", OffsetDateTime::now_utc() + Duration::from_secs(3600)))
    }
}

async fn vault() -> (Arc<Vault>, KeyVaultSecrets) {
    install_crypto_provider();
    let vault = Arc::new(Vault::default());
    let read = |State(vault): State<Arc<Vault>>,
                Path(name): Path<String>,
                Query(query): Query<HashMap<String, String>>,
                headers: HeaderMap| async move { vault.answer(&name, &headers, &query) };
    let routes = Router::new().route("/secrets/{name}/", get(read)).with_state(Arc::clone(&vault));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let transport = Transport::new(Arc::new(Rewrite { port, inner: new_http_client(None) }));
    let secrets = KeyVaultSecrets::with_transport(VAULT, Arc::new(Token), Some(transport)).unwrap();
    (vault, secrets)
}

#[tokio::test]
async fn the_vault_keeps_the_ports_guarantees() {
    let (vault, secrets) = vault().await;
    vault.set("contract", "a value nobody prints");
    forebay_ports::contract::secret_store(&secrets, "contract", "a value nobody prints").await;
}

#[tokio::test]
async fn a_secret_is_fetched_once_and_challenged_once_while_it_is_kept() {
    let (vault, secrets) = vault().await;
    vault.set("netsuite-key", "s3cret");
    for _ in 0..3 {
        let secret = secrets.get("netsuite-key").await.unwrap();
        assert_eq!((secret.expose(), secret.version.as_str()), ("s3cret", "v1"));
    }
    assert_eq!((*vault.reads.lock().unwrap(), *vault.challenges.lock().unwrap()), (1, 1));
}

#[tokio::test]
async fn a_rotated_secret_takes_hold_when_the_kept_one_expires() {
    let (vault, secrets) = vault().await;
    let secrets = secrets.keeping(Duration::from_millis(150));
    vault.set("key", "old");
    assert_eq!(secrets.get("key").await.unwrap().expose(), "old");
    vault.set("key", "new");
    assert_eq!(secrets.get("key").await.unwrap().expose(), "old");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let rotated = secrets.get("key").await.unwrap();
    assert_eq!((rotated.expose(), rotated.version.as_str()), ("new", "v2"));
}

#[tokio::test]
async fn an_unknown_secret_is_named_and_not_kept_as_missing() {
    let (vault, secrets) = vault().await;
    let error = secrets.get("nobody").await.unwrap_err();
    assert!(matches!(error, PortError::NotFound { .. }), "{error}");
    assert!(error.to_string().contains("secret nobody in forebay-test.vault.azure.net"), "{error}");
    vault.set("nobody", "here now");
    assert_eq!(secrets.get("nobody").await.unwrap().expose(), "here now");
}

#[tokio::test]
async fn a_missing_role_is_unauthorized_and_the_answers_text_is_not_repeated() {
    let (vault, secrets) = vault().await;
    vault.set("key", "x");
    *vault.failures.lock().unwrap() = vec![StatusCode::FORBIDDEN];
    let error = secrets.get("key").await.unwrap_err();
    assert!(matches!(error, PortError::Unauthorized { .. }), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_vault_that_is_busy_once_is_asked_again() {
    let (vault, secrets) = vault().await;
    vault.set("key", "x");
    *vault.failures.lock().unwrap() = vec![StatusCode::SERVICE_UNAVAILABLE];
    assert_eq!(secrets.get("key").await.unwrap().expose(), "x");
    assert_eq!(*vault.reads.lock().unwrap(), 2);
}
