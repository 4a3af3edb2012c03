//! Asks the account what columns there may be. What the role may not see is passed over: the columns are
//! suggestions, and our own list remains.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use forebay_model::{Column, ColumnType};

use super::candidates::{self, CustomField, Rows};
use crate::netsuite::catalog;
use crate::netsuite::client::Client;
use crate::netsuite::failure::Failure;
use crate::netsuite::query;
use crate::netsuite::schema::column;
use crate::netsuite::server_time;
use crate::netsuite::streams::Definition;
use crate::netsuite::tried::Patience;

const SAMPLE_ROWS: u32 = 1000;
const CUSTOM_FIELD_PAGE: u32 = 1000;

/// Outages and refused logins end discovery: a column must not vanish because of them. Anything else means
/// that this source of names has none to give.
fn passed_over(failure: Failure, what: &str) -> Result<(), Failure> {
    match failure {
        Failure::Throttled { .. }
        | Failure::Transient { .. }
        | Failure::Unauthorized { .. }
        | Failure::Misconfigured { .. }
        | Failure::Contradiction { .. } => Err(failure),
        other => {
            tracing::info!(what, reason = ?other, "discovery goes on without it");
            Ok(())
        }
    }
}

/// Asks. A 500 may be an outage, or this question's own fault: it is asked again when the account is known to
/// answer, so that an outage is an error and takes no column and no stream away.
async fn settled<T, A: Future<Output = Result<T, Failure>>>(
    client: &Client,
    ask: impl Fn() -> A,
) -> Result<T, Failure> {
    match ask().await {
        Err(Failure::Unexpected { .. }) => {
            server_time::fetch(client).await.map_err(Failure::outage)?;
            ask().await
        }
        other => other,
    }
}

/// Columns of all record types that share the table. One that several describe has the type that holds the
/// values of each.
///
/// `known` are the record types that the account has, so that none is asked about in vain.
pub async fn catalog(
    client: &Client,
    definition: &Definition,
    known: Option<&BTreeSet<String>>,
) -> Result<Vec<Column>, Failure> {
    let mut all: BTreeMap<String, Column> = BTreeMap::new();
    let has = |name: &&String| known.is_none_or(|known| known.contains(&name.to_ascii_lowercase()));
    for record_type in definition.catalog.iter().filter(has) {
        let path = format!("/services/rest/record/v1/metadata-catalog/{record_type}");
        let read = |body: Bytes| catalog::columns(&body);
        let ask = || client.get(&path, Vec::new(), "application/schema+json", read);
        match settled(client, ask).await {
            Ok(columns) => columns.into_iter().for_each(|column| add(&mut all, column)),
            Err(failure) => passed_over(failure, record_type)?,
        }
    }
    Ok(all.into_values().collect())
}

/// The record types that the account has, in lower case; `None` where it does not list them.
pub async fn record_types(client: &Client) -> Result<Option<BTreeSet<String>>, Failure> {
    let path = "/services/rest/record/v1/metadata-catalog";
    let read = |body: Bytes| catalog::names(&body);
    match settled(client, || client.get(path, Vec::new(), "application/json", read)).await {
        Ok(names) => Ok((!names.is_empty()).then_some(names)),
        Err(failure) => passed_over(failure, "the list of record types").map(|()| None),
    }
}

/// The column that shows a child its parent's modification time, where the two can be joined. Children whose
/// parents are refused are not read without it: what is removed from them meanwhile would stay for ever.
pub async fn parent_time(
    client: &Client,
    definition: &Definition,
    parent: &str,
) -> Result<Option<Column>, Failure> {
    let sql = query::parent_probe(definition.stream.as_str(), parent);
    match rows(client, &sql, 1).await {
        Ok(_) => Ok(Some(column(query::PARENT_MODIFIED, ColumnType::Timestamp))),
        Err(failure @ (Failure::NotPermitted { .. } | Failure::NotFound { .. })) => Err(failure),
        Err(failure) => passed_over(failure, "the parents' modification time").map(|()| None),
    }
}

/// The account's own record types: script ids in lower case, and internal ids.
pub async fn custom_records(client: &Client) -> Result<Vec<(String, Option<i64>)>, Failure> {
    match rows(client, query::CUSTOM_RECORD_TYPES, CUSTOM_FIELD_PAGE).await {
        Ok(page) => {
            let fields = page.items.iter().map(CustomField::of_row);
            Ok(fields.filter_map(|field| Some((field.script_id?.to_ascii_lowercase(), field.id))).collect())
        }
        Err(failure) => passed_over(failure, "the table customrecordtype").map(|()| Vec::new()),
    }
}

fn add(all: &mut BTreeMap<String, Column>, column: Column) {
    match all.get_mut(&column.name) {
        Some(known) => known.column_type = known.column_type.widen(column.column_type),
        None => {
            all.insert(column.name.clone(), column);
        }
    }
}

/// Columns that some rows show.
pub async fn sample(client: &Client, definition: &Definition) -> Result<Vec<Column>, Failure> {
    let sql = query::sample(definition.stream.as_str());
    match rows(client, &sql, SAMPLE_ROWS).await {
        Ok(rows) => Ok(candidates::sampled(&rows.items)),
        Err(failure) => passed_over(failure, "a sample of rows").map(|()| Vec::new()),
    }
}

/// The account's custom fields, all of them.
pub async fn custom_fields(client: &Client) -> Result<Vec<CustomField>, Failure> {
    let mut all: Vec<CustomField> = Vec::new();
    let (mut after, mut with_type) = (0, true);
    loop {
        let page = match rows(client, &query::custom_fields(after, with_type), CUSTOM_FIELD_PAGE).await {
            Ok(page) => page,
            Err(Failure::UnknownColumn { .. }) if with_type => {
                with_type = false;
                continue;
            }
            Err(failure) => return passed_over(failure, "the table customfield").map(|()| all),
        };
        all.extend(page.items.iter().map(CustomField::of_row));
        let last = all.last().and_then(|field| field.id);
        match last.filter(|last| page.has_more && *last > after) {
            Some(last) => after = last,
            None => return Ok(all),
        }
    }
}

async fn rows(client: &Client, sql: &str, limit: u32) -> Result<Rows, Failure> {
    settled(client, || client.suiteql(sql, limit, Patience::Usual, |body| Rows::read(&body))).await
}
