//! The statements over typed tables. Parameters begin with tenant and source.

use forebay_model::ColumnType;

use crate::dialect::{Dialect, quote, quoted_list};
use crate::plan::REPLACED_HEX;
use crate::typed::{Layout, TypedColumn};

pub(in crate::repository) const TOTAL: &str = "SELECT [live] FROM [stream_total] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [table_name] = ?3";

pub(in crate::repository) const OPEN_LETTERS: &str = "SELECT [ordinal] FROM [dead_letter] \
    WHERE [tenant] = ?1 AND [run] = ?2 AND [page] = ?3 AND [state] = 'open'";

/// The versions of these keys as they are now.
pub(in crate::repository) fn versions(dialect: Dialect, table: &str) -> String {
    format!(
        "SELECT [_key], [_modified], [_observed], [_deleted], [_hash], [_parent] FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_key] IN {}",
        quote(table),
        dialect.texts(3)
    )
}

/// The whole history of these keys, without contents.
pub(in crate::repository) fn histories(dialect: Dialect, history: &str) -> String {
    format!(
        "SELECT [_key], [_modified], [_observed], [_deleted], [_hash], [_valid_to], [_parent] FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_key] IN {}",
        quote(history),
        dialect.texts(3)
    )
}

/// The records that are part of one of these parents.
pub(in crate::repository) fn children(dialect: Dialect, table: &str) -> String {
    format!(
        "SELECT [_key], [_parent], [_modified], [_observed], NULL FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_deleted] = 0 AND [_parent] IN {}",
        quote(table),
        dialect.texts(3)
    )
}

/// Ends what a history that was not kept for some time holds as valid of these keys.
pub(in crate::repository) fn end_history(dialect: Dialect, layout: &Layout) -> String {
    let (table, history) = (quote(&layout.table), quote(&layout.history()));
    let current = format!(
        "FROM {table} AS c WHERE c.[_tenant] = ?1 AND c.[_source] = ?2 AND c.[_key] = {history}.[_key]"
    );
    format!(
        "UPDATE {history} SET [_valid_to] = (SELECT c.[_modified] {current}) \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_valid_to] IS NULL AND [_key] IN {} \
         AND EXISTS (SELECT 1 {current} AND c.[_modified] > {history}.[_modified])",
        dialect.texts(3)
    )
}

/// Copies what is current of these keys to a history that does not have it.
pub(in crate::repository) fn resume_history(dialect: Dialect, layout: &Layout) -> String {
    format!(
        "{} AND [_key] IN {} AND NOT EXISTS (SELECT 1 FROM {} AS h WHERE h.[_tenant] = ?1 AND h.[_source] = ?2 \
         AND h.[_key] = c.[_key] AND h.[_modified] = c.[_modified] AND h.[_deleted] = c.[_deleted] \
         AND h.[_hash] = c.[_hash])",
        copy_current(layout),
        dialect.texts(3),
        quote(&layout.history())
    )
}

/// The versions that were part of one of these parents at some time from the fourth parameter to the fifth.
pub(in crate::repository) fn standing(dialect: Dialect, history: &str) -> String {
    format!(
        "SELECT [_key], [_parent], [_modified], [_observed], [_valid_to] FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_deleted] = 0 AND [_parent] IN {} \
         AND ([_valid_to] IS NULL OR [_valid_to] >= ?4) AND [_modified] <= ?5",
        quote(history),
        dialect.texts(3)
    )
}

/// The marks of these parents.
pub(in crate::repository) fn marks(dialect: Dialect) -> String {
    format!(
        "SELECT [parent], [modified], [observed] FROM [child_mark] WHERE [tenant] = ?1 AND [source] = ?2 \
         AND [table_name] = ?4 AND [parent] IN {}",
        dialect.texts(3)
    )
}

/// Whether the table has marks at all.
pub(in crate::repository) fn any_mark(dialect: Dialect) -> String {
    format!(
        "SELECT [parent] FROM [child_mark] WHERE [tenant] = ?1 AND [source] = ?2 AND [table_name] = ?3 \
         ORDER BY [parent], [modified]{}",
        dialect.limit(4)
    )
}

/// The oldest bound of a run that still reads, and of a landed page that is still to be applied.
pub(in crate::repository) const OLDEST_AWAITED: &str = "SELECT (SELECT MIN([bound]) FROM [run] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [state] = 'extracting'), (SELECT MIN([observed]) FROM [page] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [landed] IS NOT NULL AND [profiled] = 0 \
    AND [applied] IS NULL AND [failed] IS NULL)";

/// Forgets marks of these parents that were made before the fifth parameter, but never a parent's newest.
pub(in crate::repository) fn forget_marks(dialect: Dialect) -> String {
    format!(
        "DELETE FROM [child_mark] WHERE [tenant] = ?1 AND [source] = ?2 AND [table_name] = ?4 \
         AND [parent] IN {} AND [observed] < ?5 AND EXISTS (SELECT 1 FROM [child_mark] AS n \
         WHERE n.[tenant] = ?1 AND n.[source] = ?2 AND n.[table_name] = ?4 \
         AND n.[parent] = [child_mark].[parent] AND n.[modified] > [child_mark].[modified])",
        dialect.texts(3)
    )
}

/// Every deletion of these keys that something brought.
pub(in crate::repository) fn deletions(dialect: Dialect, history: &str) -> String {
    format!(
        "SELECT [_key], [_modified], [_observed] FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_deleted] = 1 \
         AND [_hash] <> '{REPLACED_HEX}' AND [_key] IN {}",
        quote(history),
        dialect.texts(3)
    )
}

/// Every version that was part of one of these parents.
pub(in crate::repository) fn parts(dialect: Dialect, history: &str) -> String {
    format!(
        "SELECT [_key], [_parent], [_modified], [_observed] FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_deleted] = 0 AND [_parent] IN {}",
        quote(history),
        dialect.texts(3)
    )
}

/// Copies what is current of a key to the end of its history.
pub(in crate::repository) fn copy_to_history(layout: &Layout) -> String {
    format!("{} AND [_key] = ?3", copy_current(layout))
}

fn copy_current(layout: &Layout) -> String {
    let columns = quoted_list(layout.columns.iter().map(|c| c.name.as_str()));
    let columns = if columns.is_empty() { String::new() } else { format!(", {columns}") };
    let shared =
        "[_tenant], [_source], [_key], [_modified], [_observed], [_deleted], [_hash], [_page], [_parent]";
    format!(
        "INSERT INTO {} ({shared}{columns}) SELECT {shared}{columns} FROM {} AS c \
         WHERE [_tenant] = ?1 AND [_source] = ?2",
        quote(&layout.history()),
        quote(&layout.table)
    )
}

/// Copies a version within its history, as it was read again later: keys of the version, then `modified`,
/// `observed` and `valid_to` of the copy. `parent_modified` is the column that holds the parent's modification
/// time, which is what the copy's `modified` is.
pub(in crate::repository) fn copy_within_history(layout: &Layout, parent_modified: Option<&str>) -> String {
    let history = quote(&layout.history());
    let names: Vec<String> = layout.columns.iter().map(|c| format!(", {}", quote(&c.name))).collect();
    let value = |column: &TypedColumn| {
        let is_time = column.column_type == ColumnType::Timestamp;
        if is_time && parent_modified == Some(column.name.as_str()) {
            ", ?7".to_owned()
        } else {
            format!(", h.{}", quote(&column.name))
        }
    };
    let values: Vec<String> = layout.columns.iter().map(value).collect();
    format!(
        "INSERT INTO {history} ([_tenant], [_source], [_key], [_modified], [_observed], [_deleted], [_hash], \
         [_page], [_valid_to], [_parent]{}) SELECT h.[_tenant], h.[_source], h.[_key], ?7, ?8, h.[_deleted], \
         h.[_hash], h.[_page], ?9, h.[_parent]{} FROM {history} AS h WHERE h.[_tenant] = ?1 \
         AND h.[_source] = ?2 AND h.[_key] = ?3 AND h.[_modified] = ?4 AND h.[_deleted] = ?5 AND h.[_hash] = ?6",
        names.concat(),
        values.concat()
    )
}

pub(in crate::repository) fn remove_from_history(history: &str) -> String {
    format!(
        "DELETE FROM {} WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_key] = ?3 AND [_modified] = ?4 \
         AND [_deleted] = ?5 AND [_hash] = ?6",
        quote(history)
    )
}

fn contents(layout: &Layout) -> String {
    layout.columns.iter().map(|c| format!(", {}", quote(&c.name))).collect()
}

/// Live records by key: limit, then the key to continue after.
pub(in crate::repository) fn current(dialect: Dialect, layout: &Layout, after: bool) -> String {
    format!(
        "SELECT [_key], [_modified], [_observed], [_deleted]{} FROM {} \
         WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_deleted] = 0{} ORDER BY [_key]{}",
        contents(layout),
        quote(&layout.table),
        if after { " AND [_key] > ?4" } else { "" },
        dialect.limit(3)
    )
}

/// Versions by key and version: limit, then the key to continue after.
pub(in crate::repository) fn history(dialect: Dialect, layout: &Layout, after: bool) -> String {
    format!(
        "{} WHERE [_tenant] = ?1 AND [_source] = ?2{} \
         ORDER BY [_key], [_modified], [_observed], [_deleted], [_hash]{}",
        history_columns(layout),
        if after { " AND [_key] > ?4" } else { "" },
        dialect.limit(3)
    )
}

/// All versions of one key.
pub(in crate::repository) fn history_of_key(layout: &Layout) -> String {
    format!(
        "{} WHERE [_tenant] = ?1 AND [_source] = ?2 AND [_key] = ?3 \
         ORDER BY [_modified], [_observed], [_deleted], [_hash]",
        history_columns(layout)
    )
}

fn history_columns(layout: &Layout) -> String {
    format!(
        "SELECT [_key], [_modified], [_observed], [_deleted], [_valid_to]{} FROM {}",
        contents(layout),
        quote(&layout.history())
    )
}
