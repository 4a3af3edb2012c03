//! Which columns does SuiteQL read? Asked by trying them together: an answer that names a column costs
//! that column; one that names none (a bad column may give 500 UNEXPECTED_ERROR) splits the list.

use forebay_model::{Column, ColumnType};

use crate::netsuite::client::Client;
use crate::netsuite::failure::Failure;
use crate::netsuite::query;
use crate::netsuite::streams::Definition;
use crate::netsuite::tried::Patience;

/// A column that SuiteQL does not read, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub name: String,
    pub reason: String,
}

/// What came of the candidates.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sifted {
    /// In the candidates' order.
    pub accepted: Vec<Column>,
    pub rejected: Vec<Rejected>,
}

/// Columns tried in one query, below the limit at which NetSuite falls silent.
const TOGETHER: usize = 90;

/// Proves that the table can be read at all, by its key.
pub async fn check_anchors(
    client: &Client,
    definition: &Definition,
    anchors: &[Column],
) -> Result<(), Failure> {
    let columns: Vec<&Column> = anchors.iter().collect();
    let sql = query::probe(definition.stream.as_str(), &columns);
    match client.suiteql(&sql, 1, Patience::Outage, answered).await {
        Ok(()) => Ok(()),
        Err(Failure::UnknownColumn { detail, .. }) if definition.optional => Err(Failure::NotPermitted {
            detail: format!("table {} has no readable key here ({detail})", definition.stream),
        }),
        Err(Failure::UnknownColumn { name, detail }) => Err(Failure::Misconfigured {
            detail: format!(
                "table {} has no readable key column {}; name its key in the setting 'streams' as table:key:cursor \
                 ({detail})",
                definition.stream,
                name.unwrap_or_else(|| definition.key.join("+"))
            ),
        }),
        Err(failure) => Err(failure),
    }
}

/// Sorts candidates into read and rejected. All are tried at once; only a refusal costs further queries.
pub async fn sift(
    client: &Client,
    definition: &Definition,
    anchors: &[Column],
    candidates: Vec<Column>,
) -> Result<Sifted, Failure> {
    let table = definition.stream.as_str();
    let mut proven = false;
    let mut sifted = Sifted::default();
    let free: Vec<Column> =
        candidates.iter().filter(|c| !anchors.iter().any(|a| a.name == c.name)).cloned().collect();
    let mut accepted: Vec<Column> = anchors.to_vec();
    let mut pending: Vec<Vec<Column>> = free.chunks(TOGETHER).rev().map(<[Column]>::to_vec).collect();
    while let Some(mut group) = pending.pop() {
        if group.is_empty() {
            continue;
        }
        let Some(refusal) = refusal(client, table, anchors, &group).await? else {
            accepted.append(&mut group);
            continue;
        };
        if !proven {
            // What is refused may be the key, without which no column can be tried.
            check_anchors(client, definition, anchors).await?;
            proven = true;
        }
        let named = refusal.name.as_ref().and_then(|name| group.iter().position(|c| c.name == *name));
        match named.or((group.len() == 1).then_some(0)) {
            Some(place) => {
                let column = group.remove(place);
                pending.push(group);
                match narrower(&column) {
                    // Worth a second try on its own: a date has no instant to extract.
                    Some(other) if refusal.name.is_none() => pending.push(vec![other]),
                    _ => sifted.rejected.push(Rejected { name: column.name, reason: refusal.detail }),
                }
            }
            None => {
                let half = group.split_off(group.len() / 2);
                pending.extend([half, group]);
            }
        }
    }
    sifted.accepted = candidates
        .iter()
        .filter_map(|candidate| accepted.iter().find(|c| c.name == candidate.name).cloned())
        .map(|column| titled(column, &candidates))
        .collect();
    Ok(sifted)
}

fn titled(column: Column, candidates: &[Column]) -> Column {
    let title = candidates.iter().find(|c| c.name == column.name).and_then(|c| c.title.clone());
    Column { title, ..column }
}

/// The next type to try for a column that cannot be read as it was thought to be.
fn narrower(column: &Column) -> Option<Column> {
    match column.column_type {
        ColumnType::Timestamp => Some(Column { column_type: ColumnType::Date, ..column.clone() }),
        ColumnType::Date => Some(Column { column_type: ColumnType::Text, ..column.clone() }),
        _ => None,
    }
}

struct Refusal {
    name: Option<String>,
    detail: String,
}

/// An answer that came; what is in it does not matter here.
fn answered(body: bytes::Bytes) -> Result<(), String> {
    serde_json::from_slice::<serde::de::IgnoredAny>(&body).map(|_| ()).map_err(|e| e.to_string())
}

/// `None` where the columns are read. An outage is an error, not a refusal: before a single column is held
/// guilty of a 500, it fails three times while the key is read without it.
async fn refusal(
    client: &Client,
    table: &str,
    anchors: &[Column],
    group: &[Column],
) -> Result<Option<Refusal>, Failure> {
    let columns: Vec<&Column> = anchors.iter().chain(group).collect();
    let sql = query::probe(table, &columns);
    let patience = if group.len() == 1 { Patience::Usual } else { Patience::Once };
    match client.suiteql(&sql, 1, patience, answered).await {
        Ok(()) => Ok(None),
        Err(Failure::UnknownColumn { name, detail }) => Ok(Some(Refusal { name, detail })),
        Err(Failure::Refused { detail }) => Ok(Some(Refusal { name: None, detail })),
        Err(Failure::Unexpected { detail }) => {
            let keys: Vec<&Column> = anchors.iter().collect();
            client.suiteql(&query::probe(table, &keys), 1, Patience::Outage, answered).await?;
            let over = group.len() == 1 && client.suiteql(&sql, 1, Patience::Once, answered).await.is_ok();
            Ok((!over).then_some(Refusal { name: None, detail }))
        }
        Err(failure) => Err(failure),
    }
}
