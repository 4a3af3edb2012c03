//! Two tenants, `acme` and `bolt`, with the same source and different contents. Everything of acme's
//! that a tenant may not see of another holds `MARK`.

use std::collections::BTreeMap;

use forebay_model::lineage::{DatasetKind, DatasetName, LineageEdge, Transformation};
use forebay_model::{
    Column, ColumnType, ConnectorKind, Cursor, DeadLetter, DeadLetterId, DeadLetterState, Instant,
    PageDescriptor, PageId, PageOutcome, RecordKey, RecordVersion, RecordsAt, Run, RunId, RunState,
    SourceConfig, SourceId, StreamName, StreamRun, StreamRunState, StreamSchema, TenantId, Trigger, Value,
};
use forebay_pipeline::WHOLE_STREAM;
use forebay_ports::repository::{
    PageState, PeriodKey, ProfilePeriod, StateKind, StoredPage, StoredRecord, StoredState, VersionedSchema,
};

use super::fake::{Fake, House};

pub const ACME: &str = "acme";
pub const BOLT: &str = "bolt";
/// In acme's data and nobody else's.
pub const MARK: &str = "acme_mark";

pub fn seeded() -> Fake {
    Fake::new(vec![house(ACME, MARK), house(BOLT, "bolt_own")])
}

pub fn run_id(tenant: &str, number: u32) -> String {
    format!("run-{number:04}-{tenant}")
}

pub fn letter_id(tenant: &str, ordinal: u32) -> DeadLetterId {
    DeadLetterId::of(&page_id(tenant, 0), ordinal)
}

fn page_id(tenant: &str, sequence: u32) -> PageId {
    PageId::new(format!("page-{tenant}-{sequence}")).unwrap()
}

fn at(minute: i64) -> Instant {
    Instant::parse("2026-03-01T08:00:00Z").unwrap().plus_seconds(minute * 60)
}

fn source(tenant: &TenantId, id: &str, setting: (&str, &str)) -> SourceConfig {
    SourceConfig {
        tenant: tenant.clone(),
        id: SourceId::new(id).unwrap(),
        connector: ConnectorKind::new("netsuite").unwrap(),
        settings: BTreeMap::from([
            (setting.0.into(), setting.1.into()),
            ("client_secret".into(), "s3cr3t".into()),
        ]),
        secrets: BTreeMap::from([("private_key".into(), "netsuite-private-key".into())]),
    }
}

fn column(name: &str, field: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        source_field: field.into(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    }
}

/// One stream, named by the mark.
fn schema(mark: &str) -> StreamSchema {
    StreamSchema {
        connector: ConnectorKind::new("netsuite").unwrap(),
        stream: StreamName::new(mark).unwrap(),
        columns: vec![
            Column { nullable: false, ..column("id", "id", ColumnType::Integer) },
            Column { title: Some(mark.into()), ..column("name", "entityName", ColumnType::Text) },
            column("balance", "balance", ColumnType::Decimal { precision: 18, scale: 2 }),
            column("lastmodified", "lastModifiedDate", ColumnType::Timestamp),
        ],
        key: vec!["id".into()],
        modified: Some("lastmodified".into()),
        records_at: RecordsAt::Field("items".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

fn run(tenant: &TenantId, number: u32, state: RunState) -> Run {
    Run {
        id: RunId::new(run_id(tenant.as_str(), number)).unwrap(),
        tenant: tenant.clone(),
        source: SourceId::new("netsuite").unwrap(),
        trigger: Trigger::Schedule,
        state,
        started: at(i64::from(number)),
        bound: at(i64::from(number)),
        ended: (state != RunState::Extracting).then(|| at(i64::from(number) + 1)),
    }
}

/// 10 read = 6 inserted + 1 updated + 1 unchanged + 1 superseded + 1 dead-lettered.
const OUTCOME: PageOutcome = PageOutcome {
    read: 10,
    inserted: 6,
    updated: 1,
    unchanged: 1,
    superseded: 1,
    dead_lettered: 1,
    deleted: 2,
};

fn stream_run(run: &Run, mark: &str) -> StreamRun {
    let ended = run.state != RunState::Extracting;
    StreamRun {
        run: run.id.clone(),
        stream: StreamName::new(mark).unwrap(),
        state: if ended { StreamRunState::Ended } else { StreamRunState::Reading },
        start: None,
        cursor: Some(Cursor::new("{\"id\":9}")),
        pages: 1,
        pages_applied: u32::from(ended),
        pages_profiled: u32::from(ended),
        pages_unappliable: 0,
        pages_unprofilable: 0,
        records: 10,
        bytes: 2048,
        expected: ended.then_some(10),
        outcome: if ended { OUTCOME } else { PageOutcome::default() },
        evidence: ended.then(|| format!("{mark}: the last page was short")),
        started: Some(run.started),
        ended: run.ended,
    }
}

fn page(run: &Run, mark: &str, sequence: u32) -> StoredPage {
    let id = page_id(run.tenant.as_str(), sequence);
    StoredPage {
        page: PageDescriptor {
            blob: format!("raw/{mark}/{id}"),
            id,
            tenant: run.tenant.clone(),
            source: run.source.clone(),
            connector: ConnectorKind::new("netsuite").unwrap(),
            stream: StreamName::new(mark).unwrap(),
            run: run.id.clone(),
            sequence,
            records: 10,
            bytes: 2048,
            schema_version: 1,
            observed: run.bound,
            replaces: Vec::new(),
        },
        state: PageState::Profiled,
        outcome: OUTCOME,
        landed: run.started,
    }
}

/// Records 1 to 5; record 3 has four versions, the others one.
fn records(mark: &str) -> Vec<StoredRecord> {
    let versions = |key: i64| if key == 3 { 0..4 } else { 3..4 };
    let record = |key: i64, version: i64| StoredRecord {
        key: RecordKey::from_text(key.to_string()),
        version: RecordVersion { modified: at(version), observed: at(version), deleted: false },
        values: vec![
            ("id".into(), Value::Integer(key)),
            ("name".into(), Value::Text(mark.into())),
            ("balance".into(), Value::Decimal("12.30".parse().unwrap())),
            ("lastmodified".into(), Value::Timestamp(at(version))),
        ],
        valid_to: (version < 3).then(|| at(version + 1)),
    };
    (1..=5).flat_map(|key| versions(key).map(move |version| record(key, version))).collect()
}

fn edges(tenant: &TenantId, run: &Run, schema: &StreamSchema) -> Vec<(RunId, LineageEdge)> {
    let name = |namespace: &str, name: String| DatasetName { namespace: namespace.into(), name };
    let from = (name("netsuite://1", schema.stream.to_string()), DatasetKind::Source);
    let raw = (name("file", format!("raw/{tenant}/netsuite/{}", schema.stream)), DatasetKind::Raw);
    let table = (name("sqlite", schema.table()), DatasetKind::Table);
    let edge = |a: &(DatasetName, DatasetKind),
                af: Option<&str>,
                b: &(DatasetName, DatasetKind),
                bf: Option<&str>| {
        let transformation = Transformation {
            kind: "DIRECT".into(),
            subtype: "IDENTITY".into(),
            description: "as received".into(),
        };
        let edge = LineageEdge {
            from: a.0.clone(),
            from_kind: a.1,
            from_field: af.map(Into::into),
            to: b.0.clone(),
            to_kind: b.1,
            to_field: bf.map(Into::into),
            transformation,
        };
        (run.id.clone(), edge)
    };
    // Another table whose records delete this one's, with a column of its own.
    let deletions = (name("sqlite", format!("netsuite_deleted_{}", schema.stream)), DatasetKind::Table);
    let raw_deletions =
        (name("file", format!("raw/{tenant}/netsuite/deleted_{}", schema.stream)), DatasetKind::Raw);
    let mut edges = vec![
        edge(&from, None, &raw, None),
        edge(&raw, None, &table, None),
        edge(&deletions, None, &table, None),
        edge(&raw_deletions, Some("recordid"), &deletions, Some("recordid")),
    ];
    for column in &schema.columns {
        let field = Some(column.source_field.as_str());
        edges.push(edge(&from, field, &raw, field));
        edges.push(edge(&raw, field, &table, Some(&column.name)));
    }
    edges
}

fn letter(run: &Run, mark: &str, ordinal: u32, state: DeadLetterState) -> DeadLetter {
    let page = page_id(run.tenant.as_str(), 0);
    DeadLetter {
        id: DeadLetterId::of(&page, ordinal),
        tenant: run.tenant.clone(),
        source: run.source.clone(),
        stream: StreamName::new(mark).unwrap(),
        run: run.id.clone(),
        blob: format!("raw/{mark}/{page}"),
        page,
        ordinal,
        code: "type_mismatch".into(),
        reason: format!("{mark}: field balance: text of 3 characters; expected a decimal"),
        state,
        created: run.started,
    }
}

fn house(tenant: &str, mark: &str) -> House {
    let tenant = TenantId::new(tenant).unwrap();
    let netsuite = SourceId::new("netsuite").unwrap();
    let stream = StreamName::new(mark).unwrap();
    let runs: Vec<Run> = [RunState::Extracted, RunState::Failed, RunState::Extracted]
        .into_iter()
        .zip(1..)
        .map(|(state, number)| run(&tenant, number, state))
        .collect();
    let profile = |run: &Run, rows: &str| {
        let states = ["id", "name"].into_iter().map(|column| StoredState {
            kind: StateKind::Column,
            name: column.into(),
            state: rows.into(),
        });
        let relations =
            StoredState { kind: StateKind::Relations, name: WHOLE_STREAM.into(), state: rows.into() };
        let states = states.chain([relations]);
        let key = PeriodKey { run: run.id.clone(), rolled_up: false, revision: 1 };
        let (from, to) = (run.started, run.started);
        let period = ProfilePeriod { key, from, to, runs: 1, states: states.collect() };
        vec![(netsuite.clone(), stream.clone(), period)]
    };
    let mut letters = vec![
        letter(&runs[0], mark, 4, DeadLetterState::Open),
        letter(&runs[0], mark, 7, DeadLetterState::Replayed),
        letter(&runs[2], mark, 8, DeadLetterState::Open),
    ];
    letters.sort_by(|a, b| a.id.cmp(&b.id));
    House {
        sources: vec![
            source(&tenant, "netsuite", ("account", mark)),
            source(&tenant, "unwilling", ("refuses", "everything")),
        ],
        schemas: vec![(netsuite.clone(), VersionedSchema { version: 1, schema: schema(mark) })],
        stream_runs: runs.iter().map(|run| stream_run(run, mark)).collect(),
        pages: (0..3).map(|sequence| page(&runs[2], mark, sequence)).collect(),
        records: records(mark),
        profiles: [profile(&runs[0], "10"), profile(&runs[2], "5")].concat(),
        edges: edges(&tenant, &runs[2], &schema(mark)),
        letters,
        runs,
        tenant,
    }
}
