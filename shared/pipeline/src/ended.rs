//! A run that is over: whether it failed is told, and that it is well again.

use forebay_anomalies::alerts::Round;
use forebay_model::{Run, RunState, SourceId, StreamName, StreamRun, StreamRunState, TenantId};
use forebay_ports::PortError;

use crate::engine::Engine;
use crate::watch::NEWEST;

/// Streams whose evidence an alert quotes; the others are counted.
const STREAMS_QUOTED: usize = 5;
/// An alert is read on a small screen; the run holds the evidence whole.
const EVIDENCE_CHARS: usize = 300;

impl Engine {
    /// Ends a run. That somebody is to look at it is asked before: a kill in between leaves a look that finds it
    /// open, a kill before leaves the run to the next firing.
    pub(crate) async fn end(&self, run: &Run) -> Result<Run, PortError> {
        self.ask_to_look(&run.tenant, &run.source).await;
        self.repository.end_run(&run.tenant, &run.id, self.clock.now()).await
    }

    /// Folds how the newest run that is over ended into its source's alerts: one that failed opens an alert or goes
    /// on with it, one that ended well resolves it. A run is folded once, however often this is called. `newest`
    /// are the newest two of a source, of which one at most is being read.
    pub(crate) async fn judge_newest_end(&self, newest: &[Run]) -> Result<(), PortError> {
        match newest_end(newest) {
            Some(run) => self.judge_end(run).await,
            None => Ok(()),
        }
    }

    /// Whether no look has folded how the newest run that is over ended: it is still to come, or was lost.
    pub(crate) async fn is_end_untold(
        &self,
        tenant: &TenantId,
        source: &SourceId,
    ) -> Result<bool, PortError> {
        let newest = self.repository.runs(tenant, Some(source), NEWEST).await?;
        let Some(run) = newest_end(&newest) else { return Ok(false) };
        Ok(self.repository.folded(tenant, source, None, &run.id).await?.is_empty())
    }

    async fn judge_end(&self, run: &Run) -> Result<(), PortError> {
        let failure = match run.state {
            RunState::Extracting => return Ok(()),
            RunState::Extracted => None,
            RunState::Failed => {
                let streams = self.repository.stream_runs(&run.tenant, &run.id).await?;
                Some(failure(&streams))
            }
        };
        let round = Round {
            source: &run.source,
            stream: None,
            run: &run.id,
            revision: 0,
            anomalies: &[],
            unjudged: &[],
            rules: &[],
            failure: failure.as_deref(),
        };
        self.fold_round(&run.tenant, &round).await
    }
}

fn newest_end(newest: &[Run]) -> Option<&Run> {
    newest.iter().find(|run| run.state != RunState::Extracting)
}

/// Why a run failed, in sentences.
fn failure(streams: &[StreamRun]) -> String {
    let failed: Vec<&StreamRun> = streams.iter().filter(|s| s.state == StreamRunState::Failed).collect();
    let evidence = |stream: &StreamRun| words(stream.evidence.as_deref().unwrap_or("no reason is known"));
    if let [only] = failed.as_slice()
        && only.stream == StreamName::whole_source()
    {
        return format!("Nothing was read: {}.", evidence(only));
    }
    let mut text = format!("{} of {} streams failed.", failed.len(), streams.len());
    for stream in failed.iter().take(STREAMS_QUOTED) {
        text += &format!(" `{}`: {}.", stream.stream, evidence(stream));
    }
    if let Some(more) = failed.len().checked_sub(STREAMS_QUOTED).filter(|more| *more > 0) {
        text += &format!(" And {more} more.");
    }
    text
}

/// What evidence says, without what it quotes: alerts leave the house, and the message of a parser, or of a
/// source, may quote a value. Single quotes stay: ours name settings and secrets with them.
fn words(evidence: &str) -> String {
    let mut out = String::with_capacity(evidence.len());
    let mut quoted_by = None;
    let mut chars = evidence.trim().trim_end_matches('.').chars();
    while let Some(c) = chars.next() {
        match quoted_by {
            Some(_) if c == '\\' => drop(chars.next()),
            Some(quote) if c == quote => {
                quoted_by = None;
                out.extend(['…', quote]);
            }
            Some(_) => {}
            None => {
                quoted_by = Some(c).filter(|c| matches!(c, '"' | '`'));
                out.push(if c.is_control() { ' ' } else { c });
            }
        }
    }
    if quoted_by.is_some() {
        out.push('…');
    }
    match out.char_indices().nth(EVIDENCE_CHARS) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_told_without_what_it_quotes_and_cut() {
        let parser = r#"no page of rows: invalid type: string "Ann \"A\" Lee", expected u64 at line 1."#;
        assert_eq!(words(parser), r#"no page of rows: invalid type: string "…", expected u64 at line 1"#);
        assert_eq!(
            words("unknown variant `ann`, store 'token'\nanew"),
            "unknown variant `…`, store 'token' anew"
        );
        assert_eq!(words(r#"cut off at "Ann Le"#), r#"cut off at "…"#);
        assert_eq!(words(&"é".repeat(400)).chars().count(), EVIDENCE_CHARS + 1);
    }
}
