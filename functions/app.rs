//! The app: settings, and the engine that is opened on first use. Start-up is the bill of a serverless
//! app, so a process that only answers `GET /` opens nothing.

use std::sync::Arc;

use forebay_model::SourceConfig;
use forebay_pipeline::{Deliverer, Engine, Namespaces, Watcher};
use forebay_ports::{Clock, PortError, Repository, SecretStore, SystemClock, WorkQueue};
use tokio::sync::OnceCell;

use crate::adapters;
use crate::settings::{RawSetting, RepositorySetting, Settings};

pub struct App {
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    repository: OnceCell<Arc<dyn Repository>>,
    engine: OnceCell<Arc<Engine>>,
    secrets: std::sync::OnceLock<Arc<dyn SecretStore>>,
    queue: std::sync::OnceLock<Arc<dyn WorkQueue>>,
    /// Names this process where it holds something for a while.
    holder: String,
}

impl App {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            clock: Arc::new(SystemClock),
            repository: OnceCell::new(),
            engine: OnceCell::new(),
            secrets: std::sync::OnceLock::new(),
            queue: std::sync::OnceLock::new(),
            holder: uuid::Uuid::new_v4().to_string(),
        }
    }

    /// Opened and migrated on first use; an error leaves it to be tried again. The configured sources
    /// are written then, so that they are listed before they are first read.
    pub async fn repository(&self) -> Result<Arc<dyn Repository>, PortError> {
        let opened = self.repository.get_or_try_init(async || {
            let repository = adapters::repository(&self.settings.repository).await?;
            for source in &self.settings.sources {
                repository.put_source(source).await?;
            }
            Ok::<_, PortError>(repository)
        });
        opened.await.map(Arc::clone)
    }

    pub async fn engine(&self) -> Result<Arc<Engine>, PortError> {
        let opened = self.engine.get_or_try_init(async || {
            let repository = self.repository().await?;
            let raw = adapters::raw_store(&self.settings.raw).await?;
            let events = adapters::events(&self.settings.events)?;
            let names = Names::of(&self.settings);
            let namespaces = Box::new(move |source: &SourceConfig| names.of_source(source));
            let mut engine = Engine::new(repository, raw, events, Arc::clone(&self.clock), namespaces);
            engine.claim_life = self.settings.claim_life;
            engine.sensitivity = self.settings.sensitivity;
            engine.queue = Some(self.queue()?);
            Ok::<_, PortError>(Arc::new(engine))
        });
        opened.await.map(Arc::clone)
    }

    /// Making it connects to nothing.
    pub fn queue(&self) -> Result<Arc<dyn WorkQueue>, PortError> {
        if let Some(queue) = self.queue.get() {
            return Ok(Arc::clone(queue));
        }
        let queue = adapters::queue(&self.settings.queue)?;
        Ok(Arc::clone(self.queue.get_or_init(|| queue)))
    }

    /// Looks at quality, and sends alerts. Each process is a holder of its own.
    pub async fn watcher(&self) -> Result<Watcher, PortError> {
        let deliverer = self.deliverer().await?;
        Ok(Watcher { engine: self.engine().await?, deliverer, queue: self.queue()? })
    }

    /// Sends alerts, and tests of where they go.
    pub async fn deliverer(&self) -> Result<Deliverer, PortError> {
        Ok(Deliverer {
            repository: self.repository().await?,
            vault: self.secrets(),
            sender: adapters::alert_sender(),
            clock: Arc::clone(&self.clock),
            page: self.settings.page.clone(),
            holder: self.holder.clone(),
        })
    }

    /// Making the store reads nothing; a secret is fetched when a connector asks for it.
    pub fn secrets(&self) -> Arc<dyn SecretStore> {
        Arc::clone(self.secrets.get_or_init(|| adapters::secrets(&self.settings.secrets)))
    }
}

/// Names of the systems data passes, by OpenLineage's naming specification.
#[derive(Debug, Clone)]
pub struct Names {
    raw: String,
    tables: String,
}

impl Names {
    pub fn of(settings: &Settings) -> Self {
        let raw = match &settings.raw {
            RawSetting::Blob { url, container } => format!("wasbs://{container}@{}", host(url)),
            RawSetting::Folder(folder) => format!("file://{}", folder.display()),
        };
        let tables = match &settings.repository {
            RepositorySetting::AzureSql(connection) => format!("sqlserver://{}", server(connection)),
            RepositorySetting::Sqlite(file) => format!("sqlite://{}", file.display()),
        };
        Self { raw, tables }
    }

    pub fn of_source(&self, source: &SourceConfig) -> Namespaces {
        let account = source.settings.get("account").map_or(source.id.as_str(), String::as_str);
        Namespaces {
            source: format!("{}://{account}", source.connector),
            raw: self.raw.clone(),
            tables: self.tables.clone(),
        }
    }
}

/// A URL's host and port; never its query, where a SAS would be.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// The server of an ADO connection string, as `host:port`.
fn server(connection: &str) -> String {
    let value = connection.split(';').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        ["server", "data source"].contains(&name.trim().to_ascii_lowercase().as_str()).then_some(value.trim())
    });
    let server = value.unwrap_or("unknown").trim_start_matches("tcp:").replace(',', ":");
    if server.contains(':') { server } else { format!("{server}:1433") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_no_credentials() {
        assert_eq!(host("http://127.0.0.1:10000/devstoreaccount1?sig=secret"), "127.0.0.1:10000");
        assert_eq!(
            server("Server=tcp:x.database.windows.net,1433;Password=secret"),
            "x.database.windows.net:1433"
        );
        assert_eq!(server("Data Source=x;User Id=y"), "x:1433");
    }
}
