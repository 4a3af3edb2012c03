//! Questions to whole tables mean the same in the database as over records in memory: generated tables, asked both
//! ways.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is broken")]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use forebay_model::page::{blob_name, page_id};
use forebay_model::rule::{SetAnswer, SetQuery};
use forebay_model::value::parse_date;
use forebay_model::{
    Column, ColumnType, ConnectorKind, ContentHash, Instant, PageDescriptor, RecordKey, RecordVersion,
    RecordsAt, RunId, SourceId, StreamName, StreamSchema, TenantId, TypedRecord, Value,
};
use forebay_ports::repository::{PageBatch, Repository};
use forebay_rules::{Table, evaluate};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tokio::runtime::Runtime;

const MONEY: ColumnType = ColumnType::Decimal { precision: 18, scale: 2 };
const EXACT: ColumnType = ColumnType::Decimal { precision: 28, scale: 8 };
const COLUMNS: [(&str, ColumnType); 9] = [
    ("whole", ColumnType::Integer),
    ("text", ColumnType::Text),
    ("money", MONEY),
    ("exact", EXACT),
    ("flag", ColumnType::Boolean),
    ("day", ColumnType::Date),
    ("at", ColumnType::Timestamp),
    ("json", ColumnType::Json),
    ("float", ColumnType::Float),
];

fn schema(name: &str) -> StreamSchema {
    let column = |(name, column_type): &(&str, ColumnType)| Column {
        name: (*name).into(),
        source_field: (*name).into(),
        column_type: *column_type,
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("differential").unwrap(),
        stream: StreamName::new(name).unwrap(),
        columns: COLUMNS.iter().map(column).collect(),
        key: vec!["whole".into()],
        modified: None,
        records_at: RecordsAt::Root,
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

/// Texts that look like numbers more or less, and others.
const TEXTS: [&str; 24] = [
    "1",
    "01",
    "1.0",
    "+1",
    " 1",
    "1 ",
    "1.",
    ".5",
    "0.5",
    "-1",
    "-01.00",
    "1e0",
    "1_0",
    "0",
    "-0",
    "",
    "x",
    "X",
    "2",
    "1.00000001",
    "1.000000001",
    "00000000000000000000000000000000000001",
    "000000000000000000000000000000000000001",
    "12345678901234567890",
];

fn decimal(places: u32) -> impl Strategy<Value = Value> {
    // The scale that a value is written with is not always its column's.
    (-3i64..=3, 0..=places).prop_map(|(n, scale)| {
        let mut number = Decimal::new(n, 0);
        if n % 2 == 0 {
            number.rescale(scale);
        } else if scale > 0 {
            number += Decimal::new(1, scale);
        }
        Value::Decimal(number)
    })
}

fn value(of: ColumnType) -> BoxedStrategy<Value> {
    let some = match of {
        ColumnType::Integer => (-2i64..=3).prop_map(Value::Integer).boxed(),
        ColumnType::Text => prop::sample::select(&TEXTS[..]).prop_map(|t| Value::Text(t.into())).boxed(),
        ColumnType::Decimal { scale, .. } => decimal(u32::from(scale)).boxed(),
        ColumnType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        ColumnType::Date => (1u8..=3)
            .prop_map(|d| parse_date(&format!("2026-03-0{d}")).map_or(Value::Null, Value::Date))
            .boxed(),
        ColumnType::Timestamp => (0i64..=3).prop_map(|s| Value::Timestamp(Instant::from_micros(s))).boxed(),
        ColumnType::Json => {
            prop::sample::select(vec!["[1]", "[ 1]", "{}"]).prop_map(|t| Value::Json(t.into())).boxed()
        }
        ColumnType::Float => prop::sample::select(vec![0.0, -0.0, 0.1, 1.0]).prop_map(Value::Float).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 5 => some].boxed()
}

/// Records that are numbered by their place; every fourth one or so has been deleted.
fn records() -> impl Strategy<Value = Vec<(Vec<Value>, bool)>> {
    let values = COLUMNS.map(|(_, of)| value(of)).to_vec();
    prop::collection::vec((values, prop::bool::weighted(0.25)), 0..14)
}

fn typed(records: &[(Vec<Value>, bool)]) -> Vec<TypedRecord> {
    let record = |(ordinal, (values, deleted)): (u32, &(Vec<Value>, bool))| TypedRecord {
        key: RecordKey::from_text(format!("k{ordinal:02}")),
        version: RecordVersion { modified: Instant::EPOCH, observed: Instant::EPOCH, deleted: *deleted },
        hash: if *deleted { ContentHash::TOMBSTONE } else { ContentHash::of(values) },
        values: values.clone(),
        ordinal,
    };
    (0u32..).zip(records).map(record).collect()
}

struct Store {
    runtime: Runtime,
    repository: Box<dyn Repository>,
}

static STORE: LazyLock<Store> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let repository = runtime.block_on(forebay_embedded::temporary_repository()).unwrap();
    Store { runtime, repository: Box::new(repository) }
});
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A tenant of its own for each case: the tables are made once.
struct Case {
    tenant: TenantId,
    source: SourceId,
}

impl Case {
    fn new() -> Self {
        let tenant = format!("tenant-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        Self { tenant: TenantId::new(tenant).unwrap(), source: SourceId::new("s").unwrap() }
    }

    fn load(&self, schema: &StreamSchema, records: &[TypedRecord]) {
        let (run, stream) = (RunId::new("run-1").unwrap(), schema.stream.clone());
        let id = page_id(&run, &stream, 0, self.tenant.as_str().as_bytes());
        let page = PageDescriptor {
            blob: blob_name(&self.tenant, &self.source, &stream, &run, 0, &id),
            id,
            tenant: self.tenant.clone(),
            source: self.source.clone(),
            connector: schema.connector.clone(),
            stream,
            run,
            sequence: 0,
            records: 1,
            bytes: 1,
            schema_version: 1,
            observed: Instant::EPOCH,
            replaces: Vec::new(),
        };
        let records = records.to_vec();
        let batch = PageBatch {
            page: &page,
            schema,
            records,
            rejected: Vec::new(),
            deletes: Vec::new(),
            at: Instant::EPOCH,
        };
        STORE.runtime.block_on(STORE.repository.apply_page(batch)).unwrap();
    }

    fn answer(&self, schema: &StreamSchema, query: &SetQuery) -> Option<SetAnswer> {
        STORE.runtime.block_on(STORE.repository.answer(&self.tenant, &self.source, schema, query)).ok()
    }
}

/// Every pair of columns as foreign key and as key of a sum, every amount, uniqueness of columns and of pairs.
fn queries(lines: &StreamName) -> Vec<SetQuery> {
    let names = COLUMNS.map(|(name, _)| name.to_owned());
    let mut all: Vec<SetQuery> = Vec::new();
    for (n, left) in names.iter().enumerate() {
        all.push(SetQuery::Unique { columns: vec![left.clone()] });
        all.push(SetQuery::Unique { columns: vec![left.clone(), names[(n + 3) % names.len()].clone()] });
        for right in &names {
            let (column, references, key) = (left.clone(), lines.clone(), right.clone());
            all.push(SetQuery::ForeignKey { column, references, key });
        }
    }
    let keys =
        [("whole", "text"), ("text", "whole"), ("text", "text"), ("money", "text"), ("exact", "money")];
    for (parent_key, line_parent) in keys.into_iter().chain([("day", "day"), ("json", "text"), ("day", "at")])
    {
        for (total, amount) in [("money", "exact"), ("whole", "whole"), ("exact", "money"), ("text", "whole")]
        {
            for tolerance in ["0", "0.5", "0.0000000001", "3"] {
                all.push(SetQuery::SumOfLines {
                    parent_key: parent_key.into(),
                    total: total.into(),
                    lines: lines.clone(),
                    line_parent: line_parent.into(),
                    amount: amount.into(),
                    tolerance: tolerance.parse().unwrap(),
                });
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_database_answers_as_records_in_memory_do(own in records(), other in records()) {
        let (facts, lines) = (schema("facts"), schema("lines"));
        let (own, other) = (typed(&own), typed(&other));
        let case = Case::new();
        case.load(&facts, &own);
        case.load(&lines, &other);
        let alive = |records: &[TypedRecord]| -> Vec<TypedRecord> {
            records.iter().filter(|r| !r.version.deleted).cloned().collect()
        };
        let (own, other) = (alive(&own), alive(&other));
        let table = Table { schema: &facts, records: &own };
        let others = |name: &StreamName| {
            (*name == lines.stream).then_some(Table { schema: &lines, records: &other })
        };
        let mut answered = 0;
        for query in queries(&lines.stream) {
            let expected = evaluate(&query, &table, &others).ok();
            answered += usize::from(expected.is_some());
            prop_assert_eq!(case.answer(&facts, &query), expected, "{:?}", query);
        }
        prop_assert!(answered >= 100, "{} questions had an answer", answered);
    }
}
