//! NetSuite, read with SuiteQL over REST.

mod auth;
mod catalog;
mod classify;
mod client;
mod columns;
mod config;
mod cursor;
mod discovery;
mod failure;
mod page;
mod query;
mod reader;
mod schema;
mod server_time;
mod streams;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use async_trait::async_trait;
use forebay_model::{Instant, SourceConfig, StreamName, StreamSchema};
use forebay_ports::{
    Access, Connector, Limits, PageRequest, SecretStore, SourceError, SourcePage, StreamSpec,
};

use crate::Context;

use self::client::Client;
use self::config::Settings;
use self::discovery::Discovery;
use self::reader::Reader;
use self::streams::{DELETED, Definition};

/// What `SourceConfig.connector` says.
pub const KIND: &str = "netsuite";

/// One NetSuite account.
#[derive(Debug)]
pub struct NetSuite {
    settings: Settings,
    definitions: Vec<Definition>,
    client: Client,
    discovery: Discovery,
}

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    Ok(Box::new(NetSuite::new(config, context.secrets)?))
}

/// The smallest account takes five requests at a time for everything that talks to it; one is left for
/// others.
const CONCURRENCY: u32 = 4;

/// What the account allows.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    let account = config.settings.get("account").cloned().unwrap_or_default();
    Ok(Limits { account, concurrency: CONCURRENCY, lanes: &[] })
}

impl NetSuite {
    pub fn new(config: &SourceConfig, secrets: Arc<dyn SecretStore>) -> Result<Self, SourceError> {
        let settings = Settings::read(config)?;
        Ok(Self {
            definitions: streams::definitions(&settings),
            client: Client::new(&settings, secrets),
            discovery: Discovery::default(),
            settings,
        })
    }

    fn definition(&self, stream: &StreamName) -> Result<&Definition, SourceError> {
        let found = self.definitions.iter().find(|definition| definition.stream == *stream);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.definitions.iter().map(|d| d.stream.as_str()).collect();
            SourceError::Misconfigured {
                detail: format!(
                    "this source does not read the stream '{stream}', only {}; add it to the setting 'streams' \
                     or take it out of 'exclude'",
                    known.join(", ")
                ),
            }
        })
    }

    fn reader(&self, stream: &StreamName) -> Result<Reader<'_>, SourceError> {
        Ok(Reader {
            client: &self.client,
            definition: self.definition(stream)?,
            page_size: self.settings.page_size,
            overlap_seconds: self.settings.overlap_seconds,
        })
    }
}

#[async_trait]
impl Connector for NetSuite {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        let names: Vec<&StreamName> = self.definitions.iter().map(|definition| &definition.stream).collect();
        let after = |stream: &StreamName| match stream.as_str() {
            DELETED => {
                names.iter().filter(|name| name.as_str() != DELETED).map(|name| (*name).clone()).collect()
            }
            _ => Vec::new(),
        };
        Ok(names
            .iter()
            .map(|stream| StreamSpec { after: after(stream), stream: (*stream).clone(), optional: false })
            .collect())
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        server_time::fetch(&self.client).await.map_err(failure::Failure::of_source)
    }

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError> {
        let definition = self.definition(stream)?;
        let schema = self.discovery.discover(&self.client, definition, &self.definitions).await;
        schema.map_err(|failure| failure.of_stream(stream))
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        self.reader(&request.schema.stream)?.read_page(request).await
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        self.reader(&request.schema.stream)?.count(request).await.map(Some)
    }

    async fn probe(&self, stream: &StreamName) -> Result<Access, SourceError> {
        self.discover(stream).await.map(|_| Access::Readable { records: None })
    }
}
