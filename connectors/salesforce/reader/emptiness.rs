//! No rows, or none that the user may see? A query answers both alike, so what
//! is empty is looked at twice.

use serde::Deserialize;

use crate::salesforce::classify::USER_NEEDS;
use crate::salesforce::client::{Client, Scope};
use crate::salesforce::failure::Failure;
use crate::salesforce::page;

#[derive(Deserialize)]
struct Counts {
    #[serde(rename = "sObjects")]
    objects: Vec<Count>,
}

#[derive(Deserialize)]
struct Count {
    name: String,
    count: u64,
}

/// Whether the org itself says that an object has no rows, where it says so at all.
pub async fn is_said_empty(client: &Client, object: &str) -> Result<bool, Failure> {
    Ok(estimate(client, object).await? == Some(0))
}

/// What the org says of an object's rows without regard to who may see them: an estimate that it keeps, for
/// users with 'View Setup and Configuration' (REST API Developer Guide, "Record Count").
async fn estimate(client: &Client, object: &str) -> Result<Option<u64>, Failure> {
    let read = |answer: crate::salesforce::client::Answer| {
        let counts: Counts = serde_json::from_slice(&answer.body).map_err(|e| e.to_string())?;
        Ok(counts
            .objects
            .into_iter()
            .find(|count| count.name.eq_ignore_ascii_case(object))
            .map(|count| count.count))
    };
    match client.get("/limits/recordCount", vec![("sObjects", object.to_owned())], read).await {
        Ok(count) => Ok(count),
        Err(Failure::NotPermitted { .. } | Failure::NotFound { .. } | Failure::Refused { .. }) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What is known of an object of which no row is seen: `Ok` if the org has none, `Err` in words if rows may be
/// hidden.
pub async fn look(client: &Client, object: &str) -> Result<Result<(), String>, Failure> {
    Ok(match estimate(client, object).await? {
        Some(0) => Ok(()),
        Some(count) => Err(hidden(object, count)),
        None => Err(untold(object)),
    })
}

fn hidden(object: &str, count: u64) -> String {
    format!(
        "no row of {object} is seen, but the org's own estimate says {count}: they may have been deleted since, or \
         sharing hides them; {USER_NEEDS}"
    )
}

fn untold(object: &str) -> String {
    format!(
        "no row of {object} is seen, and without 'View Setup and Configuration' it cannot be told whether sharing \
         hides them; {USER_NEEDS}"
    )
}

/// Times that the smallest question may run out of time.
const TIMEOUTS: u32 = 3;

/// Whether the user sees any row of an object now, deleted and archived ones among them.
pub async fn shows_rows(client: &Client, object: &str) -> Result<bool, Failure> {
    let soql = format!("SELECT Id FROM {object} LIMIT 1");
    for _ in 0..TIMEOUTS {
        match client.query(&soql, Scope::All, |body| page::read(&body)).await {
            Err(Failure::Refused { code, detail }) if code == "QUERY_TIMEOUT" => {
                tracing::warn!(object, detail, "asking for any row took too long");
            }
            page => return page.map(|page| !page.records.is_empty()),
        }
    }
    Err(Failure::Transient { detail: format!("queries of {object} run out of time, even for one row") })
}

/// What confirms an answer without rows where there were rows before, in words. Asked after the answer, because
/// rows that sharing hides look like rows that did not change. The error says who has to give what back.
pub async fn confirm(client: &Client, object: &str, proof: &str) -> Result<String, Failure> {
    if shows_rows(client, object).await? {
        return Ok("the object still shows rows".to_owned());
    }
    let known = match estimate(client, object).await? {
        Some(0) => return Ok("all its rows are gone, and the org's own estimate is 0 too".to_owned()),
        Some(count) => format!("the org's own estimate says {count}"),
        None => "without 'View Setup and Configuration' the org does not say how many there are".to_owned(),
    };
    Err(Failure::Contradiction {
        evidence: format!(
            "{object} showed rows before and shows none at all now, deleted ones included ({known}): sharing hides \
             them, so that this answer proves nothing: {proof}. {GIVE_BACK} Nothing is lost: what changed meanwhile \
             is read once rows show again"
        ),
    })
}

const GIVE_BACK: &str = "An administrator of the org has to give the integration's user 'View All' on the object back \
     (or 'View All Data'), or the sharing rule that showed it the rows.";

/// Proves an object empty that has never shown a row, as far as it can be proved; in words.
pub async fn prove(client: &Client, object: &str) -> Result<String, Failure> {
    if shows_rows(client, object).await? {
        return Ok("the rows it has now are newer than this run, or deleted".to_owned());
    }
    match estimate(client, object).await? {
        Some(0) => Ok("the org's own estimate is 0 too".to_owned()),
        None => Ok(untold(object)),
        Some(count) => Err(Failure::NotPermitted { detail: hidden(object, count) }),
    }
}
