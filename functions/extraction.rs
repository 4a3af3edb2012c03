//! One extraction of one source, whatever fired it: the timers, the queue and the API share it.

use std::sync::Arc;
use std::time::Duration;

use forebay_connectors::Context;
use forebay_model::{Run, SourceConfig, Trigger};
use forebay_pipeline::{AccountGate, AuditedSecrets, CheckReport, Engine, begin_run, check_within};
use forebay_ports::{Connector, PortError, Repository, RequestGate, SourceError};

use crate::app::App;
use crate::work;

/// Messages go on from one to the next, so a short one costs nothing and lets others have a turn.
const ON_DEMAND_BUDGET: Duration = Duration::from_secs(10 * 60);

/// An opened source and its run.
pub struct Begun {
    engine: Arc<Engine>,
    opened: Option<Opened>,
    source: SourceConfig,
    run: Run,
}

/// Opens the source and its run. A source that cannot be opened gives a failed run that says why.
pub async fn begin(app: &App, source: &SourceConfig, trigger: Trigger) -> Result<Begun, PortError> {
    let engine = app.engine().await?;
    let opened = open(app, Arc::clone(&engine.repository), source);
    let connector = opened.as_ref().map(|opened| opened.connector.as_ref());
    let run = begin_run(&engine, source, connector, trigger).await?;
    Ok(Begun { engine, opened: opened.ok(), source: source.clone(), run })
}

/// A source's connector, and the gate that its requests go through.
struct Opened {
    connector: Box<dyn Connector>,
    gate: Arc<AccountGate>,
}

fn open(app: &App, repository: Arc<dyn Repository>, source: &SourceConfig) -> Result<Opened, SourceError> {
    let limits = forebay_connectors::limits(source)?;
    let clock = Arc::clone(&app.clock);
    let secrets = AuditedSecrets::new(
        app.secrets(),
        Arc::clone(&repository),
        Arc::clone(&clock),
        &source.tenant,
        &source.id,
    );
    let gate =
        Arc::new(AccountGate::new(repository, clock, &source.tenant, source.connector.as_str(), limits));
    let context = Context { secrets: Arc::new(secrets), gate: Arc::clone(&gate) as Arc<dyn RequestGate> };
    Ok(Opened { connector: forebay_connectors::open(source, context)?, gate })
}

/// A check asks a question per stream. The platform cuts an HTTP request after 230 s.
const CHECK_WITHIN: Duration = Duration::from_secs(200);

/// Looks whether the source can be read, without reading it. It needs the repository, where the account's
/// budget is shared, and neither the raw store nor Event Hubs.
pub async fn check(app: &App, source: &SourceConfig) -> Result<CheckReport, PortError> {
    let opened = open(app, app.repository().await?, source);
    let connector = opened.as_ref().map(|opened| opened.connector.as_ref());
    let report = check_within(connector, app.clock.as_ref(), CHECK_WITHIN).await;
    if let Ok(opened) = &opened {
        opened.gate.close().await;
    }
    Ok(report)
}

impl Begun {
    /// Leaves the run to whoever reads it: gives the share of the account's budget back, which the reader
    /// would wait for.
    pub async fn leave(self) -> Run {
        if let Some(opened) = &self.opened {
            opened.gate.close().await;
        }
        self.run
    }

    /// Reads the run to its end, or until the budget is spent; then a message asks to go on at once.
    /// Gives a line that says how it went.
    async fn finish(self, app: &App, trigger: Trigger) -> Result<String, PortError> {
        let Self { engine, opened, source, run } = self;
        let Some(Opened { connector, gate }) = opened else {
            let line = format!(
                "run {} of {}/{} failed: the source is misconfigured",
                run.id, source.tenant, source.id
            );
            tracing::error!("extraction failed: {line}");
            return Ok(line);
        };
        let budget = match trigger {
            Trigger::Schedule => app.settings.extract_within,
            Trigger::OnDemand => ON_DEMAND_BUDGET.min(app.settings.extract_within),
        };
        let deadline = engine.clock.now().plus_seconds(budget.as_secs().cast_signed());
        let before = pages(&engine, &run).await?;
        let extracted = engine.extract(&source, connector.as_ref(), Some(&gate), run, deadline).await;
        gate.close().await;
        let report = extracted?;
        if report.taken {
            let line = format!(
                "run {} of {}/{} is read by another process",
                report.run.id, source.tenant, source.id
            );
            tracing::info!("{line}");
            return Ok(line);
        }
        let line = format!(
            "run {} of {}/{}: {} streams ended, {} failed, {} left for the next firing",
            report.run.id, source.tenant, source.id, report.ended, report.failed, report.left
        );
        if report.failed > 0 {
            // An alert in infra/modules/alerts.bicep reads these words.
            tracing::error!("extraction failed in part: {line}");
        } else {
            tracing::info!("{line}");
        }
        // The end of a run has itself looked at. A long one is measured while it is read.
        if report.left > 0 && report.ended > 0 {
            remind(&engine, &source).await;
        }
        let out_of_time = report.left > 0 && engine.clock.now() >= deadline;
        // A run that got nowhere would go round for ever.
        if out_of_time && pages(&engine, &report.run).await? > before {
            work::go_on(app, &report.run).await;
        }
        Ok(line)
    }
}

/// What cannot be asked for holds up no data.
async fn remind(engine: &Engine, source: &SourceConfig) {
    if let Err(error) = engine.remind(&source.tenant, &source.id).await {
        let (tenant, source) = (&source.tenant, &source.id);
        tracing::warn!(%tenant, %source, %error, "nobody was reminded of what is to be looked at");
    }
}

/// Pages that have landed so far.
async fn pages(engine: &Engine, run: &Run) -> Result<u64, PortError> {
    let streams = engine.repository.stream_runs(&run.tenant, &run.id).await?;
    Ok(streams.iter().map(|stream| u64::from(stream.pages)).sum())
}

/// Announces what was left behind, asks to look at what nobody looked at, then reads the source.
pub async fn run(app: &App, source: &SourceConfig, trigger: Trigger) -> Result<String, PortError> {
    let begun = begin(app, source, trigger).await?;
    let engine = Arc::clone(&begun.engine);
    let before = engine.clock.now().plus_seconds(-app.settings.sweep_after.as_secs().cast_signed());
    engine.sweep(source, before).await?;
    remind(&engine, source).await;
    begun.finish(app, trigger).await
}
