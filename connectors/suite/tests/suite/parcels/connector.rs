//! A connector, complete: parcels of a made-up carrier, over a JSON API with a key.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_connectors::http::{
    Attempts, ClientSettings, Failed, RetryPolicy, Verdict, build, explain, retry_after,
};
use forebay_connectors::window::{Rules, Window, Windows};
use forebay_connectors::{Context, Row};
use forebay_model::{
    Column, ColumnType, ConnectorKind, Cursor, Instant, RecordsAt, SourceConfig, StreamName, StreamSchema,
};
use forebay_ports::{
    Access, Answer, Connector, Limits, NextPage, PageRequest, Paused, SourceError, SourcePage, StreamSpec,
};
use reqwest::{StatusCode, header};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The one line for the registry.
pub const ROW: Row = Row { kind: "parcels", open, limits };

/// The carrier answers four at a time, and no rate is limited.
fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    Ok(Limits { account: setting(config, "base_url")?, concurrency: 4, lanes: Vec::new() })
}

fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    let secret = config.secrets.get("api_key").cloned();
    let secret =
        secret.ok_or_else(|| misconfigured("the secret 'api_key' is missing; name it in 'secrets'"))?;
    let base_url = setting(config, "base_url")?;
    let loopback = base_url.starts_with("http://127.0.0.1:");
    let http = build(ClientSettings { read_timeout: Duration::from_secs(60), loopback })
        .map_err(|e| misconfigured(&format!("no HTTP client can be made: {e}")))?;
    Ok(Box::new(Parcels { base_url, secret, http, context }))
}

fn setting(config: &SourceConfig, name: &str) -> Result<String, SourceError> {
    let found = config.settings.get(name).cloned();
    found.ok_or_else(|| misconfigured(&format!("source {}: setting '{name}' is missing", config.id)))
}

fn misconfigured(detail: &str) -> SourceError {
    SourceError::Misconfigured { detail: detail.to_owned() }
}

struct Parcels {
    base_url: String,
    secret: String,
    http: reqwest::Client,
    context: Context,
}

/// How far the stream has been read: what is whole, and where the window under way stands.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Position {
    windows: Windows,
    window: Option<Window>,
    /// Time and id of the last parcel read in the window.
    after: Option<(Instant, i64)>,
}

/// Parcels are seen at once, and never late: a second to overlap is enough, and no second pass.
const RULES: Rules = Rules { overlap: 1, delay: 0 };

impl Position {
    /// Where a page begins, and the window it belongs to.
    fn of(request: &PageRequest<'_>) -> Result<(Self, Window), SourceError> {
        let read = |cursor: &Cursor| serde_json::from_str::<Self>(cursor.as_str());
        let position = request.cursor.map(read).transpose().map_err(|e| SourceError::GoneCursor {
            stream: request.schema.stream.clone(),
            detail: format!("it cannot be read: {e}"),
        })?;
        let position = position.unwrap_or_default();
        let window = position.window.unwrap_or_else(|| position.windows.begin(request.bound, RULES));
        Ok((position, window))
    }

    fn cursor(&self) -> Cursor {
        Cursor::new(serde_json::to_string(self).unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct Page {
    parcels: Vec<Parcel>,
    more: bool,
}

#[derive(Deserialize)]
struct Parcel {
    id: i64,
    updated: String,
}

#[derive(Deserialize)]
struct Clock {
    now: String,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

/// A failed attempt: what the engine is told, and whether sending again may help.
struct Failure(SourceError, Verdict);

impl From<Paused> for Failure {
    fn from(paused: Paused) -> Self {
        let retry_after = Some(paused.wait);
        Self(SourceError::Throttled { detail: paused.to_string(), retry_after }, Verdict::GiveUp)
    }
}

impl Failed for Failure {
    fn verdict(&self, _attempt: u32) -> Verdict {
        self.1
    }

    fn answer(&self) -> Answer {
        match &self.0 {
            SourceError::Throttled { detail, retry_after } => {
                Answer::Throttled { retry_after: *retry_after, detail: detail.clone() }
            }
            SourceError::Transient { detail } => Answer::Failed { detail: detail.clone() },
            SourceError::Unauthorized { detail } => Answer::Unauthorized { detail: detail.clone() },
            _ => Answer::Fine,
        }
    }

    fn after(self, _attempts: u32) -> Self {
        self
    }
}

fn stream() -> StreamName {
    StreamName::new("parcels").unwrap_or_else(|_| unreachable!("a constant that is a name"))
}

impl Parcels {
    /// Gets a path: within the account's budget, sent as often as it is worth it.
    async fn get<T: serde::de::DeserializeOwned + Send>(
        &self,
        path: &str,
    ) -> Result<(T, Bytes), SourceError> {
        let retry = RetryPolicy { first_delay: Duration::from_millis(20), ..RetryPolicy::default() };
        let attempts = Attempts { gate: self.context.gate.as_ref(), retry, lane: None };
        // A key that was refused may have been rotated: fetched past anything remembered, once.
        let renew = || async {
            let _ = self.context.secrets.refetch(&self.secret).await;
        };
        attempts.run(|| self.once(path), renew).await.map_err(|Failure(error, _)| error)
    }

    async fn once<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<(T, Bytes), Failure> {
        let key = self.context.secrets.get(&self.secret).await;
        let key =
            key.map_err(|e| Failure(misconfigured(&format!("secret 'api_key': {e}")), Verdict::GiveUp))?;
        let request = self.http.get(format!("{}{path}", self.base_url)).bearer_auth(key.expose());
        let broken =
            |e| Failure(SourceError::Transient { detail: explain(&e) }, Verdict::Again { asked: None });
        let answer = request.send().await.map_err(broken)?;
        let status = answer.status();
        let wait = answer.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok());
        let asked = wait.and_then(|wait| retry_after(wait, OffsetDateTime::now_utc()));
        let body = answer.bytes().await.map_err(broken)?;
        if !status.is_success() {
            return Err(refused(status, asked));
        }
        match serde_json::from_slice(&body) {
            Ok(read) => Ok((read, body)),
            Err(e) => {
                let evidence =
                    format!("an answer of {} bytes is no JSON of the expected shape: {e}", body.len());
                Err(Failure(SourceError::Contradiction { stream: stream(), evidence }, Verdict::Reread))
            }
        }
    }
}

/// The carrier's refusals, by status.
fn refused(status: StatusCode, asked: Option<Duration>) -> Failure {
    let detail = format!("the carrier answered {status}");
    match status {
        StatusCode::UNAUTHORIZED => Failure(
            SourceError::Unauthorized { detail: format!("{detail}; check the secret 'api_key'") },
            Verdict::Renew,
        ),
        StatusCode::FORBIDDEN => {
            let detail = format!("{detail}; let the key read parcels");
            Failure(SourceError::Forbidden { stream: stream(), detail }, Verdict::GiveUp)
        }
        StatusCode::TOO_MANY_REQUESTS => {
            Failure(SourceError::Throttled { detail, retry_after: asked }, Verdict::Again { asked })
        }
        status if status.is_server_error() => {
            Failure(SourceError::Transient { detail }, Verdict::Again { asked })
        }
        _ => Failure(misconfigured(&format!("{detail}; check 'base_url'")), Verdict::GiveUp),
    }
}

fn instant(text: &str) -> Result<Instant, SourceError> {
    Instant::parse(text).ok_or_else(|| SourceError::Contradiction {
        stream: stream(),
        evidence: format!("'{text}' is no RFC 3339 time"),
    })
}

#[async_trait]
impl Connector for Parcels {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        Ok(vec![StreamSpec { stream: stream(), after: Vec::new(), optional: false }])
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        let (clock, _) = self.get::<Clock>("/v1/clock").await?;
        instant(&clock.now)
    }

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError> {
        let column = |name: &str, column_type, nullable| Column {
            name: name.into(),
            source_field: name.into(),
            column_type,
            nullable,
            title: None,
            custom: false,
        };
        let columns = vec![
            column("id", ColumnType::Integer, false),
            column("recipient", ColumnType::Text, true),
            column("grams", ColumnType::Integer, true),
            column("updated", ColumnType::Timestamp, false),
            column("deleted", ColumnType::Boolean, false),
        ];
        let connector = ConnectorKind::new(ROW.kind).map_err(|e| misconfigured(&e.to_string()))?;
        Ok(StreamSchema {
            connector,
            stream: stream.clone(),
            columns,
            key: vec!["id".into()],
            modified: Some("updated".into()),
            records_at: RecordsAt::Field("parcels".into()),
            tombstones: None,
            parent: None,
            deleted: Some("deleted".into()),
            history: Default::default(),
        })
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let (mut position, window) = Position::of(&request)?;
        let (time, id) = position.after.unwrap_or((window.lower.unwrap_or(Instant::EPOCH), 0));
        let upper = window.upper;
        let path = format!("/v1/parcels?time={time}&id={id}&until={upper}&limit=100");
        let (page, body) = self.get::<Page>(&path).await?;
        let last = page.parcels.last().map(|p| instant(&p.updated).map(|at| (at, p.id))).transpose()?;
        if page.more && last <= position.after {
            let evidence = format!("more is said to follow {last:?}, which was read before");
            return Err(SourceError::Contradiction { stream: stream(), evidence });
        }
        let next = if page.more {
            (position.window, position.after) = (Some(window), last);
            NextPage::More(position.cursor())
        } else {
            let done = Position { windows: position.windows.done(window, RULES), ..Position::default() };
            NextPage::End { cursor: done.cursor(), proof: "the carrier says that nothing follows".into() }
        };
        let records = u32::try_from(page.parcels.len()).unwrap_or(u32::MAX);
        Ok(SourcePage { body, records, replaces: Vec::new(), next })
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        let (_, window) = Position::of(&request)?;
        let (time, upper) = (window.lower.unwrap_or(Instant::EPOCH), window.upper);
        let (count, _) = self.get::<Count>(&format!("/v1/parcels/count?time={time}&until={upper}")).await?;
        Ok(Some(count.count))
    }

    async fn probe(&self, _: &StreamName) -> Result<Access, SourceError> {
        let now = self.server_time().await?;
        let (count, _) =
            self.get::<Count>(&format!("/v1/parcels/count?time={}&until={now}", Instant::EPOCH)).await?;
        Ok(Access::Readable { records: Some(count.count) })
    }
}
