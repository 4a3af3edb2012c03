//! One extraction of one source, whatever fired it: the timers and the API share it.

use std::sync::Arc;
use std::time::Duration;

use forebay_model::{Run, SourceConfig, Trigger};
use forebay_pipeline::{Engine, begin_run};
use forebay_ports::{Connector, PortError, SourceError};

use crate::app::App;

/// The host kills the process at its `functionTimeout` of 30 minutes; five are left to finish a page.
const TIMER_BUDGET: Duration = Duration::from_secs(25 * 60);
/// Instances that serve HTTP may be taken away at any time; the next timer goes on with what is left.
const ON_DEMAND_BUDGET: Duration = Duration::from_secs(10 * 60);

/// An opened source and its run.
pub struct Begun {
    engine: Arc<Engine>,
    connector: Option<Box<dyn Connector>>,
    source: SourceConfig,
    pub run: Run,
}

/// Opens the source and its run. A source that cannot be opened gives a failed run that says why.
pub async fn begin(app: &App, source: &SourceConfig, trigger: Trigger) -> Result<Begun, PortError> {
    let engine = app.engine().await?;
    let opened: Result<Box<dyn Connector>, SourceError> = forebay_connectors::open(
        source,
        forebay_connectors::Context { secrets: app.secrets(), gate: Arc::new(forebay_ports::Unlimited) },
    );
    let run = begin_run(&engine, source, opened.as_deref(), trigger).await?;
    Ok(Begun { engine, connector: opened.ok(), source: source.clone(), run })
}

impl Begun {
    /// Reads the run to its end, or until the budget is spent. Gives a line that says how it went.
    pub async fn finish(self, trigger: Trigger) -> Result<String, PortError> {
        let Self { engine, connector, source, run } = self;
        let Some(connector) = connector else {
            let line = format!(
                "run {} of {}/{} failed: the source is misconfigured",
                run.id, source.tenant, source.id
            );
            tracing::error!("extraction failed: {line}");
            return Ok(line);
        };
        let budget = match trigger {
            Trigger::Schedule => TIMER_BUDGET,
            Trigger::OnDemand => ON_DEMAND_BUDGET,
        };
        let deadline = engine.clock.now().plus_seconds(budget.as_secs().cast_signed());
        let report = engine.extract(&source, connector.as_ref(), run, deadline).await?;
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
        Ok(line)
    }
}

/// Announces what was left behind, then reads the source.
pub async fn run(app: &App, source: &SourceConfig, trigger: Trigger) -> Result<String, PortError> {
    let begun = begin(app, source, trigger).await?;
    let engine = Arc::clone(&begun.engine);
    let before = engine.clock.now().plus_seconds(-app.settings.sweep_after.as_secs().cast_signed());
    engine.sweep(source, before).await?;
    begun.finish(trigger).await
}
