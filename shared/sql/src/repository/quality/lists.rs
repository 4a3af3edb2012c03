//! Reference lists, in versions.

use async_trait::async_trait;
use forebay_model::TenantId;
use forebay_model::rule::ReferenceList;
use forebay_ports::PortError;
use forebay_ports::repository::{Edit, ReferenceListStore, Slice, StoredList};

use super::super::retry::again;
use super::super::{SqlRepository, to_json};
use super::{check_name, next_version};
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::REFERENCE_LIST;
use crate::value::Row;

const ONE: &str = "SELECT [name], [version], [since], [author], [retired], [items], [body] FROM [reference_list] \
    WHERE [tenant] = ?1 AND [name] = ?2";

fn newest(dialect: Dialect) -> String {
    format!("{ONE} ORDER BY [version] DESC{}", dialect.limit(3))
}

fn of_version() -> String {
    format!("{ONE} AND [version] = ?3")
}

/// Without values, which may be many.
fn list(dialect: Dialect, after: bool) -> String {
    format!(
        "SELECT q.[name], q.[version], q.[since], q.[author], q.[retired], q.[items], '[]' FROM [reference_list] AS q \
         WHERE q.[tenant] = ?1 AND q.[version] = (SELECT MAX(n.[version]) FROM [reference_list] AS n \
         WHERE n.[tenant] = ?1 AND n.[name] = q.[name]){} ORDER BY q.[name]{}",
        if after { " AND q.[name] > ?3" } else { "" },
        dialect.limit(2)
    )
}

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![
        ("list_newest", newest(dialect)),
        ("list_of_version", of_version()),
        ("list_all", list(dialect, false)),
        ("list_all_after", list(dialect, true)),
    ]
}

fn read(row: &Row) -> Result<StoredList, PortError> {
    let mut reader = row.reader();
    let name = reader.text()?;
    Ok(StoredList {
        version: reader.small()?,
        since: reader.instant()?,
        author: reader.text()?,
        retired: reader.flag()?,
        count: reader.count()?,
        list: ReferenceList { name, values: reader.json()? },
    })
}

impl SqlRepository {
    /// Without a list, that of this name is retired.
    async fn change_list(
        &self,
        tenant: &TenantId,
        name: &str,
        list: Option<&ReferenceList>,
        edit: Edit<'_>,
    ) -> Result<StoredList, PortError> {
        let what = || format!("reference list {name}");
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("list/{tenant}/{name}")).await?;
        let params = [tenant.into(), name.into(), 1u32.into()];
        let rows = tx.query(&self.text(&newest(self.db.dialect())), &params).await?;
        let newest = rows.first().map(read).transpose()?;
        if newest.is_none() && list.is_none() {
            return Err(PortError::NotFound { what: what() });
        }
        let values = list.map(|list| list.values.clone()).unwrap_or_default();
        let mut fresh = StoredList {
            count: values.len() as u64,
            list: ReferenceList { name: name.into(), values },
            version: 1,
            since: edit.at,
            author: edit.author.into(),
            retired: list.is_none(),
        };
        let known = newest.as_ref().map_or(0, |n| n.version);
        let same = newest
            .as_ref()
            .is_some_and(|n| n.list == fresh.list && n.retired == fresh.retired && n.author == fresh.author);
        fresh.version = match (next_version(known, edit.expected, same, what)?, newest) {
            (None, Some(newest)) => return Ok(newest),
            (version, _) => version.unwrap_or(1),
        };
        let row = vec![
            tenant.into(),
            name.into(),
            fresh.version.into(),
            edit.at.into(),
            edit.author.into(),
            fresh.retired.into(),
            fresh.count.into(),
            to_json(&fresh.list.values)?.into(),
        ];
        REFERENCE_LIST.write(tx.as_mut(), WriteKind::Insert, vec![row]).await?;
        tx.commit().await?;
        Ok(fresh)
    }
}

#[async_trait]
impl ReferenceListStore for SqlRepository {
    async fn put_list(
        &self,
        tenant: &TenantId,
        list: &ReferenceList,
        edit: Edit<'_>,
    ) -> Result<StoredList, PortError> {
        check_name("the name of a reference list", &list.name)?;
        again(|| self.change_list(tenant, &list.name, Some(list), edit)).await
    }

    async fn retire_list(
        &self,
        tenant: &TenantId,
        name: &str,
        edit: Edit<'_>,
    ) -> Result<StoredList, PortError> {
        again(|| self.change_list(tenant, name, None, edit)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        name: &str,
        version: Option<u32>,
    ) -> Result<Option<StoredList>, PortError> {
        let sql = if version.is_some() { of_version() } else { newest(self.db.dialect()) };
        let params = [tenant.into(), name.into(), version.unwrap_or(1).into()];
        self.query(tenant, &sql, &params).await?.first().map(read).transpose()
    }

    async fn lists(&self, tenant: &TenantId, slice: Slice) -> Result<Vec<StoredList>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), slice.limit.into()];
        params.extend(slice.after.as_deref().map(Into::into));
        let sql = list(self.db.dialect(), slice.after.is_some());
        self.query(tenant, &sql, &params).await?.iter().map(read).collect()
    }
}
