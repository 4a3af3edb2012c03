//! Which typed tables exist, and growing them. Remembered in `stream_table` and `stream_column`, and in
//! this process for as long as their revision stays the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use forebay_model::StreamSchema;
use forebay_ports::PortError;

use crate::dialect::Dialect;
use crate::driver::{Database, Scope, Transaction, WriteKind};
use crate::table::{STREAM_COLUMN, STREAM_TABLE};
use crate::typed::{self, Layout, TypedColumn, ddl};
use crate::value::{Row, SqlValue};

pub(crate) const TABLE: &str = "SELECT t.[connector], t.[stream], t.[parent_table], c.[column_name], c.[column_type], \
    c.[revision] FROM [stream_table] AS t LEFT JOIN [stream_column] AS c ON c.[table_name] = t.[table_name] \
    WHERE t.[table_name] = ?1 ORDER BY c.[ordinal]";

pub(crate) const REVISION: &str = "SELECT SUM([revision]) FROM [stream_column] WHERE [table_name] = ?1";

pub(crate) const FAMILY: &str = "SELECT [table_name], [parent_table] FROM [stream_table] WHERE [parent_table] IS NOT NULL ORDER BY [table_name]";

/// Tables whose current records do not have their parents yet.
pub(crate) const OLD: &str =
    "SELECT [table_name] FROM [stream_table] WHERE [build] < 2 ORDER BY [table_name]";

pub(crate) const RENEWED: &str = "UPDATE [stream_table] SET [build] = 2 WHERE [table_name] = ?1";

/// How tables are built now; see `build` in the migrations.
const BUILD: u32 = 2;

/// Names whose table it is.
#[derive(Debug, Clone, Copy)]
struct Owner<'a> {
    connector: &'a str,
    stream: &'a str,
}

/// The tables that this process has seen.
#[derive(Debug, Default)]
pub struct Layouts {
    seen: Mutex<HashMap<String, Arc<Layout>>>,
    /// Whether all tables are known to be built as tables are now.
    renewed: AtomicBool,
}

impl Layouts {
    fn remembered(&self, table: &str) -> Option<Arc<Layout>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(table).cloned()
    }

    fn remember(&self, layout: Layout) -> Arc<Layout> {
        let layout = Arc::new(layout);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(layout.table.clone(), Arc::clone(&layout));
        layout
    }

    /// The table as it is now, or `None` where it does not exist.
    pub async fn read(&self, db: &dyn Database, table: &str) -> Result<Option<Arc<Layout>>, PortError> {
        let dialect = db.dialect();
        let key = [SqlValue::from(table)];
        if let Some(layout) = self.remembered(table) {
            let rows = db.query(Scope::Structure, &dialect.text(REVISION), &key).await?;
            if revision(&rows)? == layout.revision() {
                return Ok(Some(layout));
            }
        }
        let rows = db.query(Scope::Structure, &dialect.text(TABLE), &key).await?;
        Ok(layout_of(table, &rows)?.map(|layout| self.remember(layout)))
    }

    /// The table as this transaction sees it. It must exist.
    pub async fn within(
        &self,
        tx: &mut dyn Transaction,
        dialect: Dialect,
        table: &str,
    ) -> Result<Arc<Layout>, PortError> {
        let key = [SqlValue::from(table)];
        if let Some(layout) = self.remembered(table) {
            let rows = tx.query(&dialect.text(REVISION), &key).await?;
            if revision(&rows)? == layout.revision() {
                return Ok(layout);
            }
        }
        let rows = tx.query(&dialect.text(TABLE), &key).await?;
        let layout = layout_of(table, &rows)?;
        layout.map(|l| self.remember(l)).ok_or_else(|| PortError::NotFound { what: format!("table {table}") })
    }

    /// Makes the schema's tables, or widens them.
    pub async fn ensure(&self, db: &dyn Database, schema: &StreamSchema) -> Result<(), PortError> {
        let parent = typed::parent_table(schema);
        let fits = |l: &Layout| l.growth(schema).is_empty() && (parent.is_none() || l.parent_table == parent);
        let table = schema.table();
        let owner = Owner { connector: schema.connector.as_str(), stream: schema.stream.as_str() };
        if let Some(layout) = self.remembered(&table).filter(|layout| fits(layout)) {
            return check_owner(&layout, owner);
        }
        typed::check_names(schema)?;
        self.grow(db, &table, owner, parent, Some(schema)).await
    }

    /// Makes a table that has only system columns yet, for deletions that come before any record.
    pub async fn ensure_bare(
        &self,
        db: &dyn Database,
        table: &str,
        connector: &str,
        stream: &str,
    ) -> Result<(), PortError> {
        let owner = Owner { connector, stream };
        if let Some(layout) = self.remembered(table) {
            return check_owner(&layout, owner);
        }
        typed::check_table(table)?;
        self.grow(db, table, owner, None, None).await
    }

    /// Brings tables that an older version of Forebay made to how they are built now.
    pub async fn renew(&self, db: &dyn Database) -> Result<(), PortError> {
        if self.renewed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let dialect = db.dialect();
        for row in &db.query(Scope::Structure, OLD, &[]).await? {
            let table = row.reader().text()?;
            let mut tx = db.begin(Scope::Structure).await?;
            tx.lock(&format!("table/{table}")).await?;
            let old = tx.query(OLD, &[]).await?;
            let names = old.iter().map(|row| row.reader().text()).collect::<Result<Vec<_>, _>>()?;
            if names.contains(&table) {
                run(tx.as_mut(), ddl::renew(dialect, &table)).await?;
                tx.execute(&dialect.text(RENEWED), &[SqlValue::from(table.as_str())]).await?;
            }
            tx.commit().await?;
        }
        self.renewed.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn grow(
        &self,
        db: &dyn Database,
        table: &str,
        owner: Owner<'_>,
        parent: Option<String>,
        schema: Option<&StreamSchema>,
    ) -> Result<(), PortError> {
        let dialect = db.dialect();
        let mut tx = db.begin(Scope::Structure).await?;
        tx.lock(&format!("table/{table}")).await?;
        let rows = tx.query(&dialect.text(TABLE), &[SqlValue::from(table)]).await?;
        let known = layout_of(table, &rows)?;
        if let Some(layout) = &known {
            check_owner(layout, owner)?;
        }
        let is_new = known.is_none();
        let mut layout = known.unwrap_or_else(|| Layout {
            table: table.into(),
            owner: typed::owner(owner.connector, owner.stream),
            columns: Vec::new(),
            parent_table: None,
        });
        if is_new {
            run(tx.as_mut(), ddl::create(dialect, table)).await?;
        }
        let new_parent = parent.is_some() && layout.parent_table != parent;
        if is_new || new_parent {
            layout.parent_table = parent.or(layout.parent_table);
            register(tx.as_mut(), &layout, owner).await?;
        }
        if let Some(schema) = schema {
            widen(tx.as_mut(), dialect, &mut layout, schema).await?;
        }
        tx.commit().await?;
        self.remember(layout);
        Ok(())
    }
}

async fn widen(
    tx: &mut dyn Transaction,
    dialect: Dialect,
    layout: &mut Layout,
    schema: &StreamSchema,
) -> Result<(), PortError> {
    let growth = layout.growth(schema);
    run(tx, ddl::add(dialect, &layout.table, &growth.added)).await?;
    for (column, to) in &growth.widened {
        run(tx, ddl::widen(dialect, &layout.table, &column.name, column.column_type, *to)).await?;
    }
    for column in &mut layout.columns {
        if let Some((_, to)) = growth.widened.iter().find(|(c, _)| c.name == column.name) {
            column.column_type = *to;
            column.revision += 1;
        }
    }
    layout.columns.extend(growth.added);
    let rows = layout.columns.iter().zip(0u32..).map(|(c, ordinal)| column_row(&layout.table, ordinal, c));
    STREAM_COLUMN.write(tx, WriteKind::Upsert, rows.collect::<Result<_, _>>()?).await
}

fn column_row(table: &str, ordinal: u32, column: &TypedColumn) -> Result<Vec<SqlValue>, PortError> {
    let column_type = serde_json::to_string(&column.column_type)
        .map_err(|e| PortError::Rejected { service: "database", detail: e.to_string() })?;
    Ok(vec![
        table.into(),
        ordinal.into(),
        column.name.as_str().into(),
        column_type.into(),
        column.revision.into(),
    ])
}

async fn run(tx: &mut dyn Transaction, statements: Vec<String>) -> Result<(), PortError> {
    for statement in statements {
        tx.execute(&statement, &[]).await?;
    }
    Ok(())
}

async fn register(tx: &mut dyn Transaction, layout: &Layout, owner: Owner<'_>) -> Result<(), PortError> {
    let row = vec![
        layout.table.as_str().into(),
        owner.connector.into(),
        owner.stream.into(),
        layout.parent_table.clone().into(),
        BUILD.into(),
    ];
    STREAM_TABLE.write(tx, WriteKind::Upsert, vec![row]).await
}

fn check_owner(layout: &Layout, owner: Owner<'_>) -> Result<(), PortError> {
    if layout.owner == typed::owner(owner.connector, owner.stream) {
        return Ok(());
    }
    let detail =
        format!("table {} belongs to {}; rename stream {}", layout.table, layout.owner, owner.stream);
    Err(PortError::Rejected { service: "database", detail })
}

fn layout_of(table: &str, rows: &[Row]) -> Result<Option<Layout>, PortError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut reader = first.reader();
    let owner = typed::owner(&reader.text()?, &reader.text()?);
    let parent_table = reader.optional_text()?;
    let mut columns = Vec::with_capacity(rows.len());
    for row in rows {
        let mut reader = row.reader();
        let _ = (reader.text()?, reader.text()?, reader.optional_text()?);
        if let Some(name) = reader.optional_text()? {
            columns.push(TypedColumn { name, column_type: reader.json()?, revision: reader.small()? });
        }
    }
    Ok(Some(Layout { table: table.into(), owner, columns, parent_table }))
}

pub(crate) fn revision(rows: &[Row]) -> Result<u64, PortError> {
    rows.first().map_or(Ok(0), |row| row.reader().count())
}

/// The tables whose records go with those of each table, from the rows of [`FAMILY`].
pub(crate) fn children(rows: &[Row]) -> Result<BTreeMap<String, Vec<String>>, PortError> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let mut reader = row.reader();
        let table = reader.text()?;
        children.entry(reader.text()?).or_default().push(table);
    }
    Ok(children)
}
