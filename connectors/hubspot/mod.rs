//! HubSpot, read with the CRM API: lists for the first load, searches and batch reads for what changed.

mod account;
mod answer;
mod auth;
mod budget;
mod classify;
mod client;
mod config;
mod cursor;
mod discovery;
mod failure;
mod limits;
mod objects;
mod reader;
mod schema;
mod search;
#[cfg(test)]
mod testing;

use async_trait::async_trait;
use forebay_model::{Instant, SourceConfig, StreamName, StreamSchema};
use forebay_ports::{Access, Connector, PageRequest, Quota, SourceError, SourcePage, StreamSpec};
use tokio::sync::OnceCell;

use crate::Context;

use self::client::Client;
use self::config::Settings;
use self::failure::Failure;
use self::objects::{CustomObjects, Definition, definitions};
use self::reader::{Asked, Reader};

pub use self::limits::limits;

/// What `SourceConfig.connector` says.
pub const KIND: &str = "hubspot";

/// One HubSpot portal.
#[derive(Debug)]
pub struct HubSpot {
    settings: Settings,
    client: Client,
    definitions: OnceCell<Vec<Definition>>,
    asked: Asked,
}

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    Ok(Box::new(HubSpot::new(config, context)?))
}

impl HubSpot {
    pub fn new(config: &SourceConfig, context: Context) -> Result<Self, SourceError> {
        let settings = Settings::read(config)?;
        let client = Client::new(&settings, context);
        Ok(Self { settings, client, definitions: OnceCell::new(), asked: Asked::default() })
    }

    /// What is read; asks the portal for its custom objects once.
    async fn definitions(&self) -> Result<&[Definition], SourceError> {
        let found = self.definitions.get_or_try_init(|| async {
            let custom = match self.settings.wants_custom_objects() {
                true => discovery::custom_objects(&self.client).await?,
                false => CustomObjects::default(),
            };
            Ok(definitions(&self.settings, &custom))
        });
        found.await.map(Vec::as_slice).map_err(Failure::of_source)
    }

    async fn definition(&self, stream: &StreamName) -> Result<&Definition, SourceError> {
        let all = self.definitions().await?;
        all.iter().find(|definition| definition.stream() == stream).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|definition| definition.stream().as_str()).collect();
            SourceError::Misconfigured {
                detail: format!(
                    "this source does not read the stream '{stream}', only {}; see the settings 'objects', \
                     'associations' and 'exclude'",
                    known.join(", ")
                ),
            }
        })
    }

    async fn reader(&self, stream: &StreamName) -> Result<Reader<'_>, SourceError> {
        Ok(Reader {
            client: &self.client,
            settings: &self.settings,
            definition: self.definition(stream).await?,
            asked: &self.asked,
        })
    }
}

#[async_trait]
impl Connector for HubSpot {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        Ok(self.definitions().await?.iter().map(Definition::spec).collect())
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        account::server_time(&self.client, self.settings.portal_id).await.map_err(Failure::of_source)
    }

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError> {
        let definition = self.definition(stream).await?;
        discovery::discover(&self.client, definition).await.map_err(|failure| failure.of_stream(stream))
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        self.reader(&request.schema.stream).await?.read_page(request).await
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        self.reader(&request.schema.stream).await?.count(request).await
    }

    async fn probe(&self, stream: &StreamName) -> Result<Access, SourceError> {
        let definition = self.definition(stream).await?;
        discovery::probe(&self.client, definition).await.map_err(|failure| failure.of_stream(stream))
    }

    async fn quotas(&self) -> Result<Vec<Quota>, SourceError> {
        account::quotas(&self.client).await.map_err(Failure::of_source)
    }
}
