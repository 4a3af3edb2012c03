//! No rows, or none that the user may see? A query answers both alike, so an empty object is looked at twice.

use forebay_model::StreamSchema;
use serde::Deserialize;

use crate::salesforce::classify::USER_NEEDS;
use crate::salesforce::client::Client;
use crate::salesforce::failure::Failure;

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
        Some(count) => Err(format!(
            "no row of {object} is seen, but the org's own estimate says {count}: they may have been deleted since, or \
             sharing hides them; {USER_NEEDS}"
        )),
        None => Err(format!(
            "no row of {object} is seen, and without 'View Setup and Configuration' it cannot be told whether sharing \
             hides them; {USER_NEEDS}"
        )),
    })
}

/// Proves an empty object, as far as it can be proved. `counted` is what COUNT() said of the same rows.
pub async fn prove(
    client: &Client,
    schema: &StreamSchema,
    counted: u64,
    proof: &str,
) -> Result<String, Failure> {
    if counted > 0 {
        let evidence = format!("the query gives no rows, but COUNT() says {counted}");
        return Err(Failure::Contradiction { evidence });
    }
    let seen = look(client, schema.stream.as_str()).await?;
    let words = seen.err().unwrap_or_else(|| "the org's own estimate is 0 too".to_owned());
    Ok(format!("{proof}; COUNT() says 0; {words}"))
}
