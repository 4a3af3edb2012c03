//! The records of a stream, and their history.

use forebay_model::{SourceId, StreamSchema};
use forebay_ports::repository::{RecordPage, Slice, StoredRecord};
use serde::Deserialize;
use utoipa::IntoParams;

use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::RecordView;

/// A record with more versions than this is given only so many at once.
const MAX_VERSIONS_AT_ONCE: usize = 64_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// `true` gives every version of every record, deletions too; else live records only.
    #[serde(default)]
    #[param(default = false)]
    pub history: bool,
    /// The `next` of the last answer.
    pub after: Option<String>,
    /// With `history`, all versions of a record come in one answer, so there may be more than `limit`.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// The records of a stream, in order of key.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/records", tag = "streams",
    operation_id = "list_records", params(StreamPath, RecordsQuery),
    responses((status = 200, body = Listing<RecordView>)))]
pub async fn list(
    scope: Scope,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<RecordsQuery>,
) -> Result<Listing<RecordView>, Problem> {
    let paging = Paging::new("records", query.after.as_deref(), query.limit)?;
    let (_, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    let (records, next) = match query.history {
        true => history(&scope, &path.source, &versioned.schema, &paging).await?,
        false => current(&scope, &path.source, &versioned.schema, &paging).await?,
    };
    Ok(Listing { items: records.into_iter().map(RecordView::new).collect(), next })
}

type Records = (Vec<StoredRecord>, Option<String>);

async fn current(
    scope: &Scope,
    source: &SourceId,
    schema: &StreamSchema,
    paging: &Paging,
) -> Result<Records, Problem> {
    let page = RecordPage::Current;
    let records = scope.repository.records(&scope.tenant, source, schema, page, paging.slice()).await?;
    Ok(paging.cut(records, |record| record.key.as_str()))
}

/// Slices are made by key, so a record's versions stay together: where a slice ends within a record, that
/// record waits for the next slice, and where one record fills the slice, the slice is made larger.
async fn history(
    scope: &Scope,
    source: &SourceId,
    schema: &StreamSchema,
    paging: &Paging,
) -> Result<Records, Problem> {
    let mut rows = paging.limit();
    loop {
        let slice = Slice { after: paging.after().map(str::to_string), limit: rows as u32 + 1 };
        let records =
            scope.repository.records(&scope.tenant, source, schema, RecordPage::History, slice).await?;
        if records.len() <= rows {
            return Ok((records, None));
        }
        let (kept, last) = whole_records(records);
        if let Some(last) = last {
            return Ok((kept, Some(paging.token(&last))));
        }
        if rows >= MAX_VERSIONS_AT_ONCE {
            let next = kept.last().map(|record| paging.token(record.key.as_str()));
            return Ok((kept, next));
        }
        rows *= 2;
    }
}

/// Drops the last record's versions, of which more may follow, and names the last one kept; `None` where
/// they are all of one record.
fn whole_records(mut records: Vec<StoredRecord>) -> (Vec<StoredRecord>, Option<String>) {
    let last = records.last().map(|record| record.key.clone());
    let whole = records.iter().position(|record| Some(&record.key) == last.as_ref()).unwrap_or(0);
    if whole == 0 {
        return (records, None);
    }
    records.truncate(whole);
    let name = records.last().map(|record| record.key.as_str().to_string());
    (records, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{Instant, RecordKey, RecordVersion};

    fn versions(keys: &[&str]) -> Vec<StoredRecord> {
        let version = RecordVersion { modified: Instant::EPOCH, observed: Instant::EPOCH, deleted: false };
        let record = |key: &&str| StoredRecord {
            key: RecordKey::from_text(*key),
            version,
            values: Vec::new(),
            valid_to: None,
        };
        keys.iter().map(record).collect()
    }

    #[test]
    fn a_record_whose_versions_may_go_on_waits_for_the_next_slice() {
        let (kept, last) = whole_records(versions(&["a", "a", "b", "c", "c"]));
        assert_eq!((kept.len(), last.as_deref()), (3, Some("b")));
    }

    #[test]
    fn a_slice_of_one_record_has_no_place_to_cut() {
        let (kept, last) = whole_records(versions(&["a", "a"]));
        assert_eq!((kept.len(), last), (2, None));
    }
}
