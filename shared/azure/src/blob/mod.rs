//! The raw store in Azure Blob Storage.

mod names;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::RequestContent;
use azure_storage_blob::models::{
    BlobClientUploadOptions, BlobContainerClientListBlobsOptions, StorageErrorCode,
};
use azure_storage_blob::{BlobClient, BlobContainerClient, BlobServiceClient, BlobServiceClientOptions};
use bytes::Bytes;
use forebay_ports::{Landed, PortError, RawStore};
use futures::TryStreamExt;
use tokio::time::timeout;

use crate::crypto::install_crypto_provider;
use crate::error::{classify, error_code, misconfigured, redact, transient};
use crate::storage::{Account, Entrance, Service};

pub(crate) const SERVICE: &str = Service::Blob.name();

/// Longest wait for one operation, the client's own retries included.
const PATIENCE: Duration = Duration::from_secs(90);

/// The service's limit on names in one answer to a listing.
const LARGEST_LISTING: usize = 5000;

/// Immutable objects in one container.
pub struct BlobStore {
    container: BlobContainerClient,
    name: String,
    patience: Duration,
}

impl BlobStore {
    /// By account URL, such as `https://example.blob.core.windows.net`, as the credential's identity.
    pub fn with_credential(
        account_url: &str,
        container: &str,
        credential: Arc<dyn TokenCredential>,
    ) -> Result<Self, PortError> {
        let account = Account::with_credential(Service::Blob, "FOREBAY_BLOB_URL", account_url, credential)?;
        Self::open(account, container)
    }

    /// By a storage connection string (`BlobEndpoint=…;AccountName=…;AccountKey=…`, as Azurite prints), or
    /// by an account URL that carries a shared access signature.
    pub fn from_connection(connection: &str, container: &str) -> Result<Self, PortError> {
        Self::open(Account::parse(Service::Blob, connection)?, container)
    }

    fn open(account: Account, container: &str) -> Result<Self, PortError> {
        install_crypto_provider();
        if !names::is_container(container) {
            let detail = format!(
                "{container:?} cannot name a container: use 3 to 63 of a-z, 0-9 and single '-', not at the ends"
            );
            return Err(misconfigured(SERVICE, detail));
        }
        let Entrance { url, credential, options } = account.enter();
        let options = BlobServiceClientOptions { client_options: options, ..Default::default() };
        let service = BlobServiceClient::new(url, credential, Some(options))
            .map_err(|e| misconfigured(SERVICE, redact(&e.to_string())))?;
        let client = service.blob_container_client(container);
        Ok(Self { container: client, name: container.to_owned(), patience: PATIENCE })
    }

    /// Creates the container where it does not exist. In Azure, infrastructure code creates it and the
    /// identity may not; this is for stand-ins and tests.
    pub async fn ensure_container(&self) -> Result<(), PortError> {
        let what = self.container_name();
        match self.within(&what, self.container.create(None)).await? {
            Ok(_) => Ok(()),
            Err(e) if error_code(&e) == Some(StorageErrorCode::ContainerAlreadyExists.as_ref()) => Ok(()),
            Err(e) => Err(classify(SERVICE, &what, &e)),
        }
    }

    fn blob(&self, name: &str) -> Result<BlobClient, PortError> {
        names::check(name)?;
        Ok(self.container.blob_client(name))
    }

    /// Names an error; a missing container is a setting, not a missing object.
    fn explain(&self, name: &str, error: &azure_core::Error) -> PortError {
        if error_code(error) == Some(StorageErrorCode::ContainerNotFound.as_ref()) {
            return misconfigured(SERVICE, format!("{} does not exist; create it", self.container_name()));
        }
        classify(SERVICE, &format!("object {name}"), error)
    }

    fn container_name(&self) -> String {
        format!("container {}", self.name)
    }

    /// Ends what the service leaves hanging.
    async fn within<T>(
        &self,
        what: &str,
        work: impl Future<Output = azure_core::Result<T>> + Send,
    ) -> Result<azure_core::Result<T>, PortError> {
        timeout(self.patience, Box::pin(work))
            .await
            .map_err(|_elapsed| transient(SERVICE, format!("{what}: no answer within {:?}", self.patience)))
    }
}

/// Whether a conditional upload was refused because the name is taken.
fn is_taken(error: &azure_core::Error) -> bool {
    let taken = [
        StorageErrorCode::BlobAlreadyExists,
        StorageErrorCode::ConditionNotMet,
        StorageErrorCode::TargetConditionNotMet,
        StorageErrorCode::BlobImmutableDueToPolicy,
    ];
    error_code(error).is_some_and(|code| taken.iter().any(|t| t.as_ref() == code))
}

#[async_trait]
impl RawStore for BlobStore {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<Landed, PortError> {
        let blob = self.blob(name)?;
        let options = BlobClientUploadOptions::default().if_not_exists();
        match self.within(name, blob.upload(RequestContent::from(bytes.to_vec()), Some(options))).await? {
            Ok(_) => Ok(Landed::Created),
            Err(e) if is_taken(&e) => Ok(Landed::AlreadyThere),
            Err(e) => Err(self.explain(name, &e)),
        }
    }

    async fn get(&self, name: &str) -> Result<Bytes, PortError> {
        let blob = self.blob(name)?;
        let reading = async { blob.download(None).await?.body.collect().await };
        self.within(name, reading).await?.map_err(|e| self.explain(name, &e))
    }

    async fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let what = format!("listing {prefix}");
        self.within(&what, self.names_after(prefix, after, limit))
            .await?
            .map_err(|e| self.explain(prefix, &e))
    }
}

impl BlobStore {
    /// The service starts at `after` itself where it knows `startFrom`, and at the prefix where it does
    /// not; what is not after `after` is dropped here in both cases.
    async fn names_after(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> azure_core::Result<Vec<String>> {
        let one_more = limit.saturating_add(1).min(LARGEST_LISTING);
        let options = BlobContainerClientListBlobsOptions {
            prefix: (!prefix.is_empty()).then(|| prefix.to_owned()),
            start_from: after.filter(|after| *after > prefix).map(str::to_owned),
            maxresults: i32::try_from(one_more).ok(),
            ..Default::default()
        };
        let mut items = self.container.list_blobs(Some(options))?;
        let mut names = Vec::new();
        while let Some(item) = items.try_next().await? {
            let Some(name) = item.name else { continue };
            if after.is_some_and(|after| name.as_str() <= after) {
                continue;
            }
            names.push(name);
            if names.len() == limit {
                break;
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests;
