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
mod quotas;
mod reader;
mod records;
mod schema;
mod server_time;
mod streams;
#[cfg(test)]
mod testing;
mod tried;

use async_trait::async_trait;
use forebay_model::{Instant, SourceConfig, StreamName, StreamSchema};
use forebay_ports::{Access, Connector, PageRequest, Quota, Slices, SourceError, SourcePage, StreamSpec};
use tokio::sync::OnceCell;

use crate::Context;
use crate::window::Rules;

use self::client::Client;
use self::config::{CustomRecords, Settings};
use self::discovery::Discovery;
use self::reader::Reader;
use self::records::{Listed, Records};
use self::streams::{DELETED, Definition};

pub use self::config::limits;

/// What `SourceConfig.connector` says.
pub const KIND: &str = "netsuite";

/// One NetSuite account.
#[derive(Debug)]
pub struct NetSuite {
    settings: Settings,
    /// Those that need no question.
    known: Vec<Definition>,
    /// With the account's own record types, which are asked for once.
    definitions: OnceCell<Vec<Definition>>,
    client: Client,
    discovery: Discovery,
    listed: Listed,
}

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    Ok(Box::new(NetSuite::new(config, context)?))
}

impl NetSuite {
    pub fn new(config: &SourceConfig, context: Context) -> Result<Self, SourceError> {
        let settings = Settings::read(config)?;
        Ok(Self {
            known: streams::definitions(&settings),
            definitions: OnceCell::new(),
            client: Client::new(&settings, context),
            discovery: Discovery::default(),
            listed: Listed::default(),
            settings,
        })
    }

    async fn definitions(&self) -> Result<&[Definition], SourceError> {
        let find = || async {
            let known = self.known.clone();
            if self.settings.custom_records == CustomRecords::None {
                return Ok(known);
            }
            let found = self.discovery.custom_records(&self.client).await;
            let found = found.map_err(failure::Failure::of_source)?;
            Ok(streams::with_custom_records(known, found, &self.settings))
        };
        Ok(self.definitions.get_or_try_init(find).await?)
    }

    async fn definition(&self, stream: &StreamName) -> Result<&Definition, SourceError> {
        if let Some(known) = self.known.iter().find(|definition| definition.stream == *stream) {
            return Ok(known);
        }
        let all = self.definitions().await?;
        all.iter().find(|definition| definition.stream == *stream).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|d| d.stream.as_str()).collect();
            SourceError::Misconfigured {
                detail: format!(
                    "this source does not read the stream '{stream}', only {}; add it to the setting 'streams' \
                     or take it out of 'exclude'",
                    known.join(", ")
                ),
            }
        })
    }

    fn rules(&self) -> Rules {
        Rules { overlap: self.settings.overlap_seconds, delay: self.settings.second_pass_seconds }
    }

    /// A deletion is read once. So where its schema was found before the account had some record type, or in
    /// a moment in which the type was hidden, it is found anew first.
    async fn deletions_reach_all(&self, schema: &StreamSchema) -> Result<(), SourceError> {
        if schema.stream.as_str() != DELETED {
            return Ok(());
        }
        match schema::unreached(schema, self.definitions().await?) {
            None => Ok(()),
            Some(missed) => Err(SourceError::RejectedColumns {
                stream: schema.stream.clone(),
                columns: Vec::new(),
                detail: format!("deletions of {missed} would not reach it: the schema is found anew"),
            }),
        }
    }

    /// The reader of a stream that only the record service shows.
    async fn records(&self, stream: &StreamName) -> Result<Option<Records<'_>>, SourceError> {
        let definition = self.definition(stream).await?;
        let (client, rules, listed) = (&self.client, self.rules(), &self.listed);
        let records = definition.record_type.as_ref().map(|_| Records { client, definition, rules, listed });
        Ok(records)
    }

    async fn reader(&self, stream: &StreamName) -> Result<Reader<'_>, SourceError> {
        Ok(Reader {
            client: &self.client,
            definition: self.definition(stream).await?,
            page_size: self.settings.page_size,
            rules: self.rules(),
            slice_rows: self.settings.slice_rows,
        })
    }
}

#[async_trait]
impl Connector for NetSuite {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        let definitions = self.definitions().await?;
        let others = || definitions.iter().map(|d| d.stream.clone()).filter(|name| name.as_str() != DELETED);
        let spec = |definition: &Definition| StreamSpec {
            stream: definition.stream.clone(),
            after: if definition.stream.as_str() == DELETED { others().collect() } else { Vec::new() },
            optional: definition.optional,
        };
        Ok(definitions.iter().map(spec).collect())
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        server_time::fetch(&self.client).await.map_err(failure::Failure::of_source)
    }

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError> {
        if let Some(records) = self.records(stream).await? {
            return records.discover().await;
        }
        let definition = self.definition(stream).await?;
        // Deletions name every stream; no other schema depends on the account's own record types.
        let all = if stream.as_str() == DELETED { self.definitions().await? } else { self.known.as_slice() };
        let schema = self.discovery.discover(&self.client, definition, all).await;
        schema.map_err(|failure| failure.of_stream(stream))
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        self.deletions_reach_all(request.schema).await?;
        match self.records(&request.schema.stream).await? {
            Some(records) => records.read_page(request).await,
            None => self.reader(&request.schema.stream).await?.read_page(request).await,
        }
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        match self.records(&request.schema.stream).await? {
            // Its filters know days only.
            Some(_) => Ok(None),
            None => self.reader(&request.schema.stream).await?.count(request).await.map(Some),
        }
    }

    async fn slices(&self, request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        match self.records(&request.schema.stream).await? {
            Some(_) => Ok(None),
            None => self.reader(&request.schema.stream).await?.slices(request).await,
        }
    }

    async fn probe(&self, stream: &StreamName) -> Result<Access, SourceError> {
        match self.records(stream).await? {
            Some(records) => records.probe().await,
            None => self.reader(stream).await?.probe().await,
        }
    }

    async fn quotas(&self) -> Result<Vec<Quota>, SourceError> {
        quotas::fetch(&self.client).await.map_err(failure::Failure::of_source)
    }
}
