//! Runs in OpenLineage's words: RunEvents of OpenLineage 2-0-2, with the facets SchemaDatasetFacet 1-2-0,
//! ColumnLineageDatasetFacet 1-2-0, OutputStatisticsOutputDatasetFacet 1-0-2, ParentRunFacet 1-2-0 and
//! ErrorMessageRunFacet 1-0-1.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::lineage::{DatasetName, LineageEdge};
use forebay_model::{ColumnType, Instant, Run, RunState, StreamRun, StreamRunState, StreamSchema};
use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::xxh3_128;

use crate::state::StreamDatasets;

const PRODUCER: &str = concat!("urn:forebay:", env!("CARGO_PKG_VERSION"));
const RUN_EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

/// What a run did for one stream.
pub(crate) struct StreamFacts {
    pub stream: StreamRun,
    pub schema: StreamSchema,
    pub datasets: StreamDatasets,
}

/// One step of a stream's way, as OpenLineage sees it: a job with an input and an output.
struct Job<'a> {
    step: &'static str,
    input: (&'a DatasetName, Value),
    output: (&'a DatasetName, Value),
    rows: u64,
    bytes: Option<u64>,
}

/// Two jobs per stream, each with a START and, once its stream ended, a COMPLETE or a FAIL; in order of
/// time.
pub(crate) fn run_events(run: &Run, facts: &[StreamFacts], edges: &[LineageEdge]) -> Vec<Value> {
    let mut events: Vec<(Instant, u8, Value)> = Vec::new();
    for fact in facts {
        for job in jobs(fact) {
            let started = fact.stream.started.unwrap_or(run.started);
            events.push((started, 0, event(run, fact, &job, edges, "START", started)));
            if let Some((kind, ended)) = end(run, fact) {
                events.push((ended, 1, event(run, fact, &job, edges, kind, ended)));
            }
        }
    }
    events.sort_by_key(|(at, order, _)| (*at, *order));
    events.into_iter().map(|(_, _, event)| event).collect()
}

fn jobs(fact: &StreamFacts) -> [Job<'_>; 2] {
    let StreamDatasets { source, raw, table } = &fact.datasets;
    let fields = source_fields(&fact.schema);
    [
        Job {
            step: "land",
            input: (source, fields.clone()),
            output: (raw, fields.clone()),
            rows: fact.stream.records,
            bytes: Some(fact.stream.bytes),
        },
        Job {
            step: "load",
            input: (raw, fields),
            output: (table, columns(&fact.schema)),
            rows: fact.stream.outcome.applied(),
            bytes: None,
        },
    ]
}

fn end(run: &Run, fact: &StreamFacts) -> Option<(&'static str, Instant)> {
    let ended = fact.stream.ended.or(run.ended)?;
    match fact.stream.state {
        StreamRunState::Ended => Some(("COMPLETE", ended)),
        StreamRunState::Skipped => None,
        StreamRunState::Failed => Some(("FAIL", ended)),
        StreamRunState::Pending | StreamRunState::Reading if run.state == RunState::Failed => {
            Some(("ABORT", ended))
        }
        StreamRunState::Pending | StreamRunState::Reading => None,
    }
}

fn event(
    run: &Run,
    fact: &StreamFacts,
    job: &Job<'_>,
    edges: &[LineageEdge],
    kind: &str,
    at: Instant,
) -> Value {
    let name = format!("{}.{}.{}", run.source, fact.stream.stream, job.step);
    json!({
        "eventType": kind,
        "eventTime": at.to_string(),
        "producer": PRODUCER,
        "schemaURL": RUN_EVENT,
        "run": {
            "runId": uuid(&format!("{}\n{name}", run.id)),
            "facets": run_facets(run, fact, kind),
        },
        "job": {"namespace": namespace(run), "name": name, "facets": {}},
        "inputs": [dataset(job.input.0, vec![("schema", schema_facet(&job.input.1))], None)],
        "outputs": [dataset(
            job.output.0,
            vec![("schema", schema_facet(&job.output.1)), ("columnLineage", column_lineage(job.output.0, edges))],
            (kind != "START").then(|| statistics(job)),
        )],
    })
}

fn namespace(run: &Run) -> String {
    format!("forebay://{}", run.tenant)
}

fn run_facets(run: &Run, fact: &StreamFacts, kind: &str) -> Value {
    let mut facets = Map::new();
    let parent = json!({
        "run": {"runId": uuid(run.id.as_str())},
        "job": {"namespace": namespace(run), "name": run.source.as_str()},
    });
    facets.insert("parent".into(), facet("1-2-0", "ParentRunFacet", parent));
    if let (true, Some(message)) = (kind == "FAIL", &fact.stream.evidence) {
        let error = json!({"message": message, "programmingLanguage": "Rust"});
        facets.insert("errorMessage".into(), facet("1-0-1", "ErrorMessageRunFacet", error));
    }
    Value::Object(facets)
}

fn dataset(name: &DatasetName, facets: Vec<(&str, Value)>, statistics: Option<Value>) -> Value {
    let facets: Map<String, Value> =
        facets.into_iter().map(|(key, facet)| (key.to_string(), facet)).collect();
    let mut dataset = json!({"namespace": name.namespace, "name": name.name, "facets": facets});
    if let Some(statistics) = statistics {
        dataset["outputFacets"] = json!({"outputStatistics": statistics});
    }
    dataset
}

/// A facet: its content, who states it, and the schema it follows.
fn facet(version: &str, name: &str, mut content: Value) -> Value {
    content["_producer"] = PRODUCER.into();
    content["_schemaURL"] =
        format!("https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}").into();
    content
}

fn schema_facet(fields: &Value) -> Value {
    facet("1-2-0", "SchemaDatasetFacet", json!({"fields": fields}))
}

fn statistics(job: &Job<'_>) -> Value {
    let mut content = json!({"rowCount": job.rows});
    if let Some(bytes) = job.bytes {
        content["size"] = bytes.into();
    }
    facet("1-0-2", "OutputStatisticsOutputDatasetFacet", content)
}

/// The column edges that end at the dataset.
fn column_lineage(output: &DatasetName, edges: &[LineageEdge]) -> Value {
    let mut fields: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| &edge.to == output) {
        if let (Some(from), Some(to)) = (&edge.from_field, &edge.to_field) {
            fields.entry(to).or_default().push(input_field(edge, from));
        }
    }
    let fields: Map<String, Value> =
        fields.into_iter().map(|(to, inputs)| (to.to_string(), json!({"inputFields": inputs}))).collect();
    facet("1-2-0", "ColumnLineageDatasetFacet", json!({"fields": fields}))
}

fn input_field(edge: &LineageEdge, field: &str) -> Value {
    let how = &edge.transformation;
    json!({
        "namespace": edge.from.namespace,
        "name": edge.from.name,
        "field": field,
        "transformations": [
            {"type": how.kind, "subtype": how.subtype, "description": how.description, "masking": false}
        ],
    })
}

/// The raw record's fields that are read. What type the vendor gives them is not known here.
fn source_fields(schema: &StreamSchema) -> Value {
    let names: BTreeSet<&str> = schema.columns.iter().map(|column| column.source_field.as_str()).collect();
    names.into_iter().map(|name| json!({"name": name})).collect()
}

fn columns(schema: &StreamSchema) -> Value {
    let columns = schema.columns.iter().map(|column| {
        let mut field = json!({"name": column.name, "type": type_name(column.column_type)});
        if let Some(title) = &column.title {
            field["description"] = title.as_str().into();
        }
        field
    });
    columns.collect()
}

fn type_name(column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Boolean => "boolean".into(),
        ColumnType::Integer => "bigint".into(),
        ColumnType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        ColumnType::Float => "double".into(),
        ColumnType::Date => "date".into(),
        ColumnType::Timestamp => "timestamp".into(),
        ColumnType::Text => "string".into(),
        ColumnType::Json => "json".into(),
    }
}

/// A UUID (RFC 9562, version 8: from a hash of our own choice) that is the same for the same text.
fn uuid(text: &str) -> String {
    let hash = xxh3_128(text.as_bytes());
    let versioned = (hash & !(0xf << 76)) | (8 << 76);
    let variant = (versioned & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{variant:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_has_the_same_uuid_and_another_one_another() {
        let id = uuid("run-1");
        assert_eq!(id, uuid("run-1"));
        assert_ne!(id, uuid("run-2"));
        assert_eq!((id.len(), id.as_bytes()[14], &id[8..9], &id[23..24]), (36, b'8', "-", "-"));
        assert!(matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
