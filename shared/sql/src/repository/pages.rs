//! Page rows: reading them, and which columns hold what.

use forebay_model::{PageDescriptor, PageId, PageOutcome, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{PageFailure, PageState, StoredPage};

use super::to_json;
use crate::dialect::Dialect;
use crate::driver::Transaction;
use crate::value::{Row, SqlValue};

/// What a page is; written when it is landed or applied, whichever comes first.
pub(super) const DESCRIPTION: &[&str] = &[
    "source",
    "connector",
    "stream",
    "run",
    "sequence",
    "blob",
    "records",
    "bytes",
    "schema_version",
    "observed",
    "replaces_json",
];

/// When, with what code, and why a page was found to be one that can never be applied.
pub(super) const FAILURE: &[&str] = &["failed", "failure_code", "failure_reason"];

/// Parameters: tenant, pages, when, why. Only of pages that are applied, so that none passes for unappliable.
pub(super) fn not_profiled(dialect: Dialect) -> String {
    format!(
        "UPDATE [page] SET [failed] = ?3, [failure_code] = 'not_profiled', [failure_reason] = ?4 \
         WHERE [tenant] = ?1 AND [id] IN {} AND [applied] IS NOT NULL AND [profiled] = 0 \
         AND ([failure_code] IS NULL OR [failure_code] <> 'not_profiled')",
        dialect.texts(2)
    )
}

pub(super) const OUTCOME: &[&str] = &[
    "rows_read",
    "rows_inserted",
    "rows_updated",
    "rows_unchanged",
    "rows_superseded",
    "rows_dead_lettered",
    "rows_deleted",
];

/// The columns that [`read`] takes, in its order.
pub(super) const COLUMNS: &str = "p.[id], p.[tenant], p.[source], p.[connector], p.[stream], p.[run], \
    p.[sequence], p.[blob], p.[records], p.[bytes], p.[schema_version], p.[observed], p.[landed], \
    p.[applied], p.[profiled], p.[rows_read], p.[rows_inserted], p.[rows_updated], p.[rows_unchanged], \
    p.[rows_superseded], p.[rows_dead_lettered], p.[rows_deleted], p.[replaces_json], p.[failed], \
    p.[failure_code], p.[failure_reason]";

pub(super) const APPLIED: &str = "SELECT [applied], [rows_read], [rows_inserted], [rows_updated], \
    [rows_unchanged], [rows_superseded], [rows_dead_lettered], [rows_deleted] \
    FROM [page] WHERE [tenant] = ?1 AND [id] = ?2";

pub(super) fn one() -> String {
    format!("SELECT {COLUMNS} FROM [page] AS p WHERE p.[tenant] = ?1 AND p.[id] = ?2")
}

/// The keys and [`DESCRIPTION`].
pub(super) fn description_row(page: &PageDescriptor) -> Result<Vec<SqlValue>, PortError> {
    let replaces = if page.replaces.is_empty() { None } else { Some(to_json(&page.replaces)?) };
    Ok(vec![
        (&page.tenant).into(),
        (&page.id).into(),
        (&page.source).into(),
        (&page.connector).into(),
        (&page.stream).into(),
        (&page.run).into(),
        page.sequence.into(),
        page.blob.as_str().into(),
        page.records.into(),
        page.bytes.into(),
        page.schema_version.into(),
        page.observed.into(),
        replaces.into(),
    ])
}

/// In the order of [`OUTCOME`].
pub(super) fn outcome_values(outcome: &PageOutcome) -> [SqlValue; 7] {
    [
        outcome.read.into(),
        outcome.inserted.into(),
        outcome.updated.into(),
        outcome.unchanged.into(),
        outcome.superseded.into(),
        outcome.dead_lettered.into(),
        outcome.deleted.into(),
    ]
}

pub(super) fn read_outcome(reader: &mut crate::value::Reader<'_>) -> Result<PageOutcome, PortError> {
    Ok(PageOutcome {
        read: reader.count()?,
        inserted: reader.count()?,
        updated: reader.count()?,
        unchanged: reader.count()?,
        superseded: reader.count()?,
        dead_lettered: reader.count()?,
        deleted: reader.count()?,
    })
}

pub(super) fn read(row: &Row) -> Result<StoredPage, PortError> {
    let mut reader = row.reader();
    let mut page = PageDescriptor {
        id: reader.id()?,
        tenant: reader.id()?,
        source: reader.id()?,
        connector: reader.id()?,
        stream: reader.id()?,
        run: reader.id()?,
        sequence: reader.small()?,
        blob: reader.text()?,
        records: reader.small()?,
        bytes: reader.count()?,
        schema_version: reader.small()?,
        observed: reader.instant()?,
        replaces: Vec::new(),
    };
    let (landed, applied) = (reader.optional_instant()?, reader.optional_instant()?);
    let profiled = reader.flag()?;
    let outcome = read_outcome(&mut reader)?;
    if let Some(replaces) = reader.optional_json()? {
        page.replaces = replaces;
    }
    let failure = match reader.optional_instant()? {
        Some(at) => Some(PageFailure { at, code: reader.text()?, reason: reader.text()? }),
        None => None,
    };
    let state = match (profiled, applied, failure) {
        (true, ..) => PageState::Profiled,
        (false, Some(_), _) => PageState::Applied,
        (false, None, Some(failure)) => PageState::Unappliable(failure),
        (false, None, None) => PageState::Landed,
    };
    // A page that was announced and applied, but is not landed yet, is shown as of its application.
    let landed = landed.or(applied).unwrap_or(page.observed);
    Ok(StoredPage { page, state, outcome, landed })
}

/// The outcome of a page that was applied before.
pub(super) async fn applied(
    tx: &mut dyn Transaction,
    sql: &str,
    tenant: &TenantId,
    page: &PageId,
) -> Result<Option<PageOutcome>, PortError> {
    let rows = tx.query(sql, &[tenant.into(), page.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut reader = row.reader();
    if reader.optional_instant()?.is_none() {
        return Ok(None);
    }
    read_outcome(&mut reader).map(Some)
}
