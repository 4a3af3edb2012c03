//! The summary's numbers in Prometheus' text format 0.0.4.

use std::fmt::Write;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::summary;
use crate::extract::{Scope, Shared};
use crate::problem::Problem;
use crate::views::{SourceSummary, StreamRunView, SummaryView};

const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Figures of the newest run per source and stream, for Prometheus.
#[utoipa::path(get, path = "/api/v1/metrics", tag = "summary", operation_id = "get_metrics",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get(scope: Scope, State(state): State<Shared>) -> Result<Response, Problem> {
    let summary = summary::gather(&scope, state.clock.now()).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text(&summary)).into_response())
}

type Labels = Vec<(&'static str, String)>;

/// One metric: its name, what it says, and its samples.
struct Metric {
    name: &'static str,
    help: &'static str,
    samples: Vec<(Labels, u64)>,
}

fn text(summary: &SummaryView) -> String {
    let mut out = String::new();
    for metric in metrics(summary) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP {} {}\n# TYPE {} gauge", metric.name, metric.help, metric.name);
        for (labels, value) in metric.samples {
            let labels: Vec<String> =
                labels.iter().map(|(name, text)| format!("{name}=\"{text}\"")).collect();
            let braces = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(out, "{}{braces} {value}", metric.name);
        }
    }
    out
}

fn metrics(summary: &SummaryView) -> Vec<Metric> {
    let metric = |name, help, samples| Metric { name, help, samples };
    let sources = &summary.sources;
    vec![
        metric(
            "forebay_run_in_progress",
            "1 while the newest run works.",
            per_source(sources, |source| source.run.as_ref().map(|run| u64::from(!run.settled))),
        ),
        metric(
            "forebay_run_started_seconds",
            "When the newest run began, Unix time.",
            per_source(sources, |source| {
                source.run.as_ref().and_then(|run| u64::try_from(run.started.micros() / 1_000_000).ok())
            }),
        ),
        metric("forebay_run_records", "Records of the newest run by what became of them.", records(sources)),
        metric("forebay_run_pages", "Pages of the newest run by how far they are.", pages(sources)),
        metric(
            "forebay_run_bytes",
            "Raw bytes the newest run landed, before compression.",
            per_stream(sources, |stream| Some(stream.bytes)),
        ),
        metric(
            "forebay_run_expected_records",
            "Records the source counted.",
            per_stream(sources, |s| s.expected),
        ),
        metric(
            "forebay_run_balances",
            "1 where the accounting balances.",
            per_stream(sources, |stream| Some(u64::from(stream.balances))),
        ),
        metric(
            "forebay_columns_profiled",
            "Columns with a profile.",
            per_source(sources, |source| Some(source.columns_profiled)),
        ),
        metric("forebay_lineage_edges", "Lineage edges known.", vec![(Vec::new(), summary.lineage_edges)]),
    ]
}

fn source_label(source: &SourceSummary) -> Labels {
    vec![("source", source.source.clone())]
}

fn per_source(
    sources: &[SourceSummary],
    value: impl Fn(&SourceSummary) -> Option<u64>,
) -> Vec<(Labels, u64)> {
    sources.iter().filter_map(|source| Some((source_label(source), value(source)?))).collect()
}

fn per_stream(
    sources: &[SourceSummary],
    value: impl Fn(&StreamRunView) -> Option<u64>,
) -> Vec<(Labels, u64)> {
    let streams = sources.iter().flat_map(|source| source.streams.iter().map(move |stream| (source, stream)));
    let labelled = streams.filter_map(|(source, stream)| {
        let mut labels = source_label(source);
        labels.push(("stream", stream.stream.clone()));
        Some((labels, value(stream)?))
    });
    labelled.collect()
}

fn with_label(
    samples: Vec<(Labels, u64)>,
    name: &'static str,
    text: &str,
) -> impl Iterator<Item = (Labels, u64)> {
    let text = text.to_string();
    samples.into_iter().map(move |(mut labels, value)| {
        labels.push((name, text.clone()));
        (labels, value)
    })
}

type Figure = fn(&StreamRunView) -> u64;

fn records(sources: &[SourceSummary]) -> Vec<(Labels, u64)> {
    let outcomes: [(&str, Figure); 7] = [
        ("read", |s| s.read),
        ("inserted", |s| s.inserted),
        ("updated", |s| s.updated),
        ("unchanged", |s| s.unchanged),
        ("superseded", |s| s.superseded),
        ("dead_lettered", |s| s.dead_lettered),
        ("deleted", |s| s.deleted),
    ];
    labelled(sources, "outcome", &outcomes)
}

fn pages(sources: &[SourceSummary]) -> Vec<(Labels, u64)> {
    let states: [(&str, Figure); 3] = [
        ("landed", |s| s.pages.into()),
        ("applied", |s| s.pages_applied.into()),
        ("profiled", |s| s.pages_profiled.into()),
    ];
    labelled(sources, "state", &states)
}

fn labelled(sources: &[SourceSummary], name: &'static str, figures: &[(&str, Figure)]) -> Vec<(Labels, u64)> {
    let all = figures
        .iter()
        .flat_map(|(text, figure)| with_label(per_stream(sources, |s| Some(figure(s))), name, text));
    all.collect()
}
