//! Changes of what formulas read: their values change, their records' SystemModstamp does not.

use anyhow::Result;
use rusqlite::params;
use serde::Serialize;

use crate::org::Org;
use crate::store::next_above;

/// What a shift changed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Shifted {
    /// Users whose Division changed, and whose SystemModstamp moved.
    pub users: u64,
    /// Live accounts whose formula has another value now.
    pub accounts: u32,
}

/// Gives so many users another Division, and so all accounts of theirs another `Owner_Region__c`.
///
/// # Errors
/// When the rows cannot be changed.
pub fn shift_formula(org: &Org, users: u32) -> Result<Shifted> {
    org.store.write(|db| {
        let mut shifted = Shifted { users: 0, accounts: 0 };
        let turn = next_above(db, "formula shifts", 0, 1)?;
        let sql = "SELECT _seq, \"Id\" FROM \"User\" WHERE \"Id\" IN (SELECT \"OwnerId\" FROM \"Account\")
                   ORDER BY _seq LIMIT ?1";
        let mut statement = db.prepare(sql)?;
        let chosen: Vec<(i64, String)> =
            statement.query_map([users], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        for (row, id) in chosen {
            let sql =
                "UPDATE \"User\" SET \"Division\" = ?1, \"SystemModstamp\" = ?2, \"LastModifiedDate\" = ?2
                       WHERE _seq = ?3";
            db.execute(sql, params![format!("Division {turn}"), org.now(), row])?;
            shifted.users += 1;
            let sql = "SELECT COUNT(*) FROM \"Account\" WHERE \"OwnerId\" = ?1 AND \"IsDeleted\" = 0";
            shifted.accounts += db.query_row(sql, [id], |row| row.get::<_, u32>(0))?;
        }
        Ok(shifted)
    })
}
