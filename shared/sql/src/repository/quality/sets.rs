//! Questions to whole tables.

use std::sync::Arc;

use async_trait::async_trait;
use forebay_model::rule::{MOST_EXAMPLES, SetAnswer, SetQuery, Violation};
use forebay_model::schema::table_name;
use forebay_model::{ColumnType, SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::SetQueryStore;

use super::super::{SqlRepository, rejected};
use super::set_texts::{self, SumColumns, Texts};
use crate::typed::convert::from_sql;
use crate::typed::{Layout, TypedColumn};
use crate::value::SqlValue;

/// Characters of a key or a value that an example shows.
const SHOWN: usize = 128;

/// A question with the names and types of an example's values.
struct Asked {
    texts: Texts,
    /// Between tenant and source, and the number of examples.
    params: Vec<SqlValue>,
    values: Vec<(String, ColumnType)>,
}

fn named(column: &TypedColumn) -> (String, ColumnType) {
    (column.name.clone(), column.column_type)
}

fn find<'l>(layout: &'l Layout, name: &str) -> Result<&'l TypedColumn, PortError> {
    let what = || rejected(format!("table {} has no column `{name}`", layout.table));
    layout.column(name).ok_or_else(what)
}

fn shown(text: String) -> String {
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).collect() }
}

impl SqlRepository {
    async fn layout_of_stream(
        &self,
        schema: &StreamSchema,
        stream: &StreamName,
    ) -> Result<Arc<Layout>, PortError> {
        self.layouts.renew(self.db.as_ref()).await?;
        let found = self.layouts.read(self.db.as_ref(), &table_name(&schema.connector, stream)).await?;
        found.ok_or_else(|| PortError::NotFound { what: format!("a table of stream {stream}") })
    }

    async fn ask(&self, schema: &StreamSchema, query: &SetQuery) -> Result<Asked, PortError> {
        let dialect = self.db.dialect();
        let own = self.layout_of_stream(schema, &schema.stream).await?.shown(schema);
        match query {
            SetQuery::Unique { columns } => {
                let columns = columns.iter().map(|name| find(&own, name)).collect::<Result<Vec<_>, _>>()?;
                if columns.is_empty() {
                    return Err(rejected("no column is named that should be unique".into()));
                }
                let texts = set_texts::unique(dialect, &own, &columns);
                Ok(Asked { texts, params: Vec::new(), values: columns.into_iter().map(named).collect() })
            }
            SetQuery::ForeignKey { column, references, key } => {
                let referenced = self.layout_of_stream(schema, references).await?;
                let column = find(&own, column)?;
                let key = find(&referenced, key)?;
                let texts = set_texts::foreign_key(dialect, &own, column, &referenced, key)?;
                Ok(Asked { texts, params: Vec::new(), values: vec![named(column)] })
            }
            SetQuery::SumOfLines { parent_key, total, lines, line_parent, amount, tolerance } => {
                let lines = self.layout_of_stream(schema, lines).await?;
                let columns = SumColumns {
                    key: find(&own, parent_key)?,
                    total: find(&own, total)?,
                    parent: find(&lines, line_parent)?,
                    amount: find(&lines, amount)?,
                };
                let tolerance = tolerance.normalize();
                let digits = u8::try_from(tolerance.scale()).unwrap_or(u8::MAX);
                let texts = set_texts::sum_of_lines(dialect, &own, &lines, columns, digits)?;
                let values = vec![named(columns.key), named(columns.total)];
                Ok(Asked { texts, params: vec![SqlValue::Decimal(tolerance)], values })
            }
        }
    }
}

#[async_trait]
impl SetQueryStore for SqlRepository {
    async fn answer(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        query: &SetQuery,
    ) -> Result<SetAnswer, PortError> {
        let asked = self.ask(schema, query).await?;
        let mut params = vec![tenant.into(), source.into()];
        params.extend(asked.params);
        let rows = self.query(tenant, &asked.texts.count, &params).await?;
        let mut answer = SetAnswer::default();
        if let Some(row) = rows.first() {
            let mut reader = row.reader();
            (answer.checked, answer.violations) = (reader.count()?, reader.count()?);
            if let Some(unknown @ 1..) = reader.optional_count()? {
                return Err(rejected(format!("the lines of {unknown} records cannot be added up")));
            }
        }
        if answer.violations == 0 {
            return Ok(answer);
        }
        params.push((MOST_EXAMPLES as u64).into());
        for row in self.query(tenant, &asked.texts.examples, &params).await? {
            let key = shown(row.reader().text()?);
            let found = row.into_values().into_iter().skip(1).zip(&asked.values);
            let values = found
                .map(|(value, (name, column))| (name.clone(), from_sql(value, *column).to_text().map(shown)))
                .collect();
            answer.examples.push(Violation { key, values });
        }
        Ok(answer)
    }
}
