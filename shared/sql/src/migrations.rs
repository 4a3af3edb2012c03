//! The numbered files of `migrations/`: which are due, and which were changed after they were applied.

use forebay_model::Instant;
use forebay_ports::PortError;
use xxhash_rust::xxh3::xxh3_128;

use crate::dialect::Dialect;
use crate::driver::{Database, Scope, Transaction};
use crate::value::{Row, SqlValue};

/// One file: forward only, never changed once it has been released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: u32,
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! migrations {
    ($folder:literal: $($number:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            text: include_str!(concat!("../../../migrations/", $folder, "/", $name, ".sql")),
        }),+]
    };
}

const SQLITE: &[Migration] = migrations!("sqlite": 1 "0001_base", 2 "0002_extraction", 3 "0003_quality");
const AZURE: &[Migration] = migrations!("azure": 1 "0001_base", 2 "0002_extraction", 3 "0003_quality");

/// The migrations of a dialect, in order.
pub fn all(dialect: Dialect) -> &'static [Migration] {
    match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::TSql => AZURE,
    }
}

/// A migration as the database remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    pub number: u32,
    pub checksum: String,
}

impl Migration {
    /// 32 hexadecimal digits over the text. Line ends do not count: a checkout may change them.
    pub fn checksum(&self) -> String {
        format!("{:032x}", xxh3_128(self.text.replace('\r', "").as_bytes()))
    }

    /// The batches to run one by one: the text cut at lines that say `GO`.
    pub fn batches(&self) -> Vec<String> {
        let mut batches = vec![String::new()];
        for line in self.text.lines() {
            match batches.last_mut() {
                Some(batch) if !line.trim().eq_ignore_ascii_case("go") => {
                    batch.push_str(line);
                    batch.push('\n');
                }
                _ => batches.push(String::new()),
            }
        }
        batches.retain(|batch| !batch.trim().is_empty());
        batches
    }
}

/// Creates the table that remembers migrations, where it does not exist.
pub fn create_table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS [migration] ([number] INTEGER NOT NULL PRIMARY KEY, \
             [name] TEXT NOT NULL, [checksum] TEXT NOT NULL, [applied] TEXT NOT NULL)"
        }
        Dialect::TSql => {
            "IF OBJECT_ID(N'[dbo].[migration]', N'U') IS NULL CREATE TABLE [dbo].[migration] (\
             [number] INT NOT NULL CONSTRAINT [pk_migration] PRIMARY KEY CLUSTERED, \
             [name] NVARCHAR(128) NOT NULL, [checksum] CHAR(32) NOT NULL, [applied] DATETIME2(6) NOT NULL);"
        }
    }
}

pub const APPLIED: &str = "SELECT [number], [checksum] FROM [migration] ORDER BY [number]";

/// Parameters: number, name, checksum, when.
pub const RECORD: &str =
    "INSERT INTO [migration] ([number], [name], [checksum], [applied]) VALUES (?1, ?2, ?3, ?4)";

/// The rows of [`APPLIED`].
pub fn read_applied(rows: &[Row]) -> Result<Vec<AppliedMigration>, PortError> {
    let read = |row: &Row| {
        let mut reader = row.reader();
        Ok(AppliedMigration { number: reader.small()?, checksum: reader.text()? })
    };
    rows.iter().map(read).collect()
}

/// Those not applied yet. `Misconfigured` where an applied one has another text now, or where the database
/// is ahead of this program.
pub fn due<'m>(
    known: &'m [Migration],
    applied: &[AppliedMigration],
) -> Result<Vec<&'m Migration>, PortError> {
    for before in applied {
        let Some(migration) = known.iter().find(|m| m.number == before.number) else {
            return Err(refused(format!(
                "the database has migration {}, which this version of Forebay does not know; start the version \
                 that applied it, or a newer one",
                before.number
            )));
        };
        if migration.checksum() != before.checksum {
            return Err(refused(format!(
                "migration {} was changed after it had been applied; restore the file and add a new migration",
                migration.name
            )));
        }
    }
    Ok(known.iter().filter(|m| !applied.iter().any(|a| a.number == m.number)).collect())
}

fn refused(detail: String) -> PortError {
    PortError::Misconfigured { service: "database", detail }
}

/// Applies what is due, all of it or nothing. Several processes may do so at once. `now` is remembered
/// with each migration. Gives how many were applied.
pub async fn migrate(db: &dyn Database, now: Instant) -> Result<usize, PortError> {
    let dialect = db.dialect();
    let mut tx = db.begin(Scope::Structure).await?;
    tx.lock("migrations").await?;
    tx.execute(create_table(dialect), &[]).await?;
    let rows = tx.query(APPLIED, &[]).await?;
    let due = due(all(dialect), &read_applied(&rows)?)?;
    for migration in &due {
        apply(tx.as_mut(), dialect, migration, now).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

async fn apply(
    tx: &mut dyn Transaction,
    dialect: Dialect,
    migration: &Migration,
    now: Instant,
) -> Result<(), PortError> {
    for batch in migration.batches() {
        tx.execute(&batch, &[]).await?;
    }
    tx.execute(&dialect.text(RECORD), &record(migration, now)).await.map(drop)
}

/// The parameters of [`RECORD`].
pub fn record(migration: &Migration, now: Instant) -> [SqlValue; 4] {
    [migration.number.into(), migration.name.into(), migration.checksum().into(), now.into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Migration] = &[
        Migration { number: 1, name: "one", text: "a\nGO\nb\n" },
        Migration { number: 2, name: "two", text: "c" },
    ];

    fn applied(number: u32, checksum: String) -> AppliedMigration {
        AppliedMigration { number, checksum }
    }

    #[test]
    fn only_what_was_not_applied_is_due() {
        let due = due(TWO, &[applied(1, TWO[0].checksum())]).unwrap();
        assert_eq!(due, [&TWO[1]]);
    }

    #[test]
    fn a_changed_migration_is_refused_by_name() {
        let error = due(TWO, &[applied(1, "0".repeat(32))]).unwrap_err().to_string();
        assert!(error.contains("migration one was changed"), "{error}");
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused() {
        assert!(due(TWO, &[applied(3, String::new())]).unwrap_err().to_string().contains("migration 3"));
    }

    #[test]
    fn batches_are_cut_at_go_and_line_ends_do_not_count() {
        assert_eq!(TWO[0].batches(), ["a\n", "b\n"]);
        let windows = Migration { text: "a\r\nGO\r\nb\r\n", ..TWO[0] };
        assert_eq!(windows.checksum(), TWO[0].checksum());
    }

    #[test]
    fn both_dialects_have_the_same_numbered_migrations() {
        let numbers = |dialect| all(dialect).iter().map(|m| (m.number, m.name)).collect::<Vec<_>>();
        assert_eq!(numbers(Dialect::Sqlite), numbers(Dialect::TSql));
        assert!(all(Dialect::Sqlite).iter().zip(1..).all(|(m, n)| m.number == n));
    }
}
