//! Salesforce, read over REST, and over the Bulk API 2.0 where much is to be read.

mod auth;
mod bulk;
mod classify;
mod client;
mod config;
mod cursor;
mod deletions;
mod describe;
mod failure;
mod instant;
mod objects;
mod org;
mod page;
mod parts;
mod ranges;
mod reader;
mod schema;
mod soql;
#[cfg(test)]
mod testing;

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use async_trait::async_trait;
use forebay_model::{Instant, SourceConfig, StreamName, StreamSchema};
use forebay_ports::{
    Access, Connector, Limits, PageRequest, Quota, Slices, SourceError, SourcePage, StreamSpec,
};
use tokio::sync::Mutex;

use crate::Context;

use self::client::{Client, Scope};
use self::config::Settings;
use self::deletions::Deletions;
use self::describe::Described;
use self::failure::Failure;
use self::objects::{Chosen, choose};
use self::reader::Reader;
use self::schema::DELETED;

/// What `SourceConfig.connector` says.
pub const KIND: &str = "salesforce";

/// How long the list of an org's objects is remembered.
const LIST_KEPT: Duration = Duration::from_secs(600);

/// An org takes 25 long requests at a time from everything that talks to it; we leave most of them to others.
const CONCURRENCY: u32 = 5;

/// One Salesforce org.
#[derive(Debug)]
pub struct Salesforce {
    settings: Settings,
    client: Client,
    /// Held while the list is fetched, so that it is fetched once.
    objects: Mutex<Option<(Moment, Arc<Vec<Chosen>>)>>,
}

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    let settings = Settings::read(config)?;
    let client = Client::new(&settings, context);
    Ok(Box::new(Salesforce { settings, client, objects: Mutex::new(None) }))
}

/// What the org allows.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    let account = Settings::read(config)?.base_url.host().to_owned();
    Ok(Limits { account, concurrency: CONCURRENCY, lanes: Vec::new() })
}

impl Salesforce {
    async fn objects(&self) -> Result<Arc<Vec<Chosen>>, Failure> {
        let mut known = self.objects.lock().await;
        if let Some((at, objects)) = known.as_ref().filter(|(at, _)| at.elapsed() < LIST_KEPT) {
            tracing::trace!(age = ?at.elapsed(), "the list of objects is remembered");
            return Ok(Arc::clone(objects));
        }
        let objects = Arc::new(choose(&org::objects(&self.client).await?, &self.settings));
        *known = Some((Moment::now(), Arc::clone(&objects)));
        Ok(objects)
    }

    /// The objects whose log of deletions is read.
    async fn logged(&self) -> Result<Vec<String>, Failure> {
        let objects = self.objects().await?;
        Ok(objects.iter().filter(|chosen| chosen.logged).map(|chosen| chosen.name.clone()).collect())
    }

    fn reader(&self) -> Reader<'_> {
        Reader { client: &self.client, settings: &self.settings }
    }

    async fn describe(&self, stream: &StreamName) -> Result<StreamSchema, Failure> {
        let path = format!("/sobjects/{stream}/describe");
        let described = self.client.get(&path, Vec::new(), |answer| Described::read(&answer.body)).await?;
        if !described.queryable {
            return Err(Failure::NotPermitted { detail: format!("{stream} cannot be queried") });
        }
        let assembled = schema::assemble(&described, &self.settings);
        let mut schema = assembled.map_err(|detail| Failure::NotPermitted { detail })?;
        schema.stream = stream.clone();
        if schema.modified.is_none() {
            tracing::warn!(%stream, "no readable modification time: the stream is read in full each run");
        }
        Ok(schema)
    }
}

#[async_trait]
impl Connector for Salesforce {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        let objects = self.objects().await.map_err(Failure::of_source)?;
        let mut specs = Vec::new();
        for chosen in objects.iter() {
            // API names are identifiers; what else the org may list is none of ours.
            let Ok(stream) = StreamName::new(&chosen.name) else { continue };
            specs.push(StreamSpec { stream, after: Vec::new(), optional: chosen.optional });
        }
        let logged = self.settings.deleted_log_seconds > 0 && objects.iter().any(|chosen| chosen.logged);
        if let (true, Ok(stream)) = (logged, StreamName::new(DELETED)) {
            let after = specs.iter().map(|spec| spec.stream.clone()).collect();
            specs.push(StreamSpec { stream, after, optional: true });
        }
        Ok(specs)
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        org::server_time(&self.client).await.map_err(Failure::of_source)
    }

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError> {
        if stream.as_str() != DELETED {
            return self.describe(stream).await.map_err(|failure| failure.of_stream(stream));
        }
        let objects = self.logged().await.map_err(Failure::of_source)?;
        let streams: Vec<StreamName> =
            objects.into_iter().filter_map(|name| StreamName::new(name).ok()).collect();
        schema::deletions(&streams).map_err(|detail| SourceError::Misconfigured { detail })
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let Some(tombstones) = &request.schema.tombstones else {
            return self.reader().read_page(request).await;
        };
        let objects: Vec<String> = tombstones.targets.iter().map(|t| t.stream.as_str().to_owned()).collect();
        let log = Deletions {
            client: &self.client,
            objects: &objects,
            every: self.settings.deleted_log_seconds,
            overlap: self.settings.overlap_seconds,
        };
        log.read_page(request).await
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        // The log of deletions cannot be counted without reading it.
        if request.schema.tombstones.is_some() { Ok(None) } else { self.reader().count(request).await }
    }

    async fn slices(&self, request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        if request.schema.tombstones.is_some() { Ok(None) } else { self.reader().slices(request).await }
    }

    async fn probe(&self, stream: &StreamName) -> Result<Access, SourceError> {
        if stream.as_str() == DELETED {
            return Ok(Access::Readable { records: None });
        }
        let failed = |failure: Failure| failure.of_stream(stream);
        self.describe(stream).await.map_err(failed)?;
        let soql = format!("SELECT COUNT() FROM {stream}");
        let records = reader::count(&self.client, &soql, Scope::Living).await.map_err(failed)?;
        if records > 0 {
            return Ok(Access::Readable { records: Some(records) });
        }
        Ok(match reader::look(&self.client, stream.as_str()).await.map_err(failed)? {
            Ok(()) => Access::Readable { records: Some(0) },
            Err(detail) => Access::EmptyOrForbidden { detail },
        })
    }

    async fn quotas(&self) -> Result<Vec<Quota>, SourceError> {
        org::quotas(&self.client).await.map_err(Failure::of_source)
    }
}
