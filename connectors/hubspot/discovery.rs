//! Asks a portal what it has.

use forebay_model::StreamSchema;
use forebay_ports::Access;

use super::answer;
use super::client::{Answered, Client};
use super::failure::Failure;
use super::objects::{CustomObjects, Definition, Kind, ObjectType};
use super::schema::{self, Properties, Property};

/// The portal's custom objects; none where the app may not see them, or the portal's edition has none.
pub async fn custom_objects(client: &Client) -> Result<CustomObjects, Failure> {
    let read = |answered: Answered| {
        serde_json::from_slice(&answered.body)
            .map_err(|e| format!("/crm/v3/schemas gave no object types: {e}"))
    };
    match client.get("/crm/v3/schemas?archived=false".into(), read).await {
        Err(Failure::NotPermitted { detail }) => {
            tracing::info!(detail, "custom objects are not read");
            Ok(CustomObjects::default())
        }
        other => other,
    }
}

/// The properties of an object type.
pub async fn properties(client: &Client, object: &ObjectType) -> Result<Vec<Property>, Failure> {
    let path = format!("/crm/v3/properties/{}?archived=false", object.path);
    let read = |answered: Answered| {
        let found: Properties = serde_json::from_slice(&answered.body)
            .map_err(|e| format!("the answer of {} bytes lists no properties: {e}", answered.body.len()))?;
        Ok(found.results)
    };
    client.get(path, read).await
}

/// A stream's schema. Its records are asked for as well, because properties may be seen with less permission.
pub async fn discover(client: &Client, definition: &Definition) -> Result<StreamSchema, Failure> {
    probe(client, definition).await?;
    let found = match definition {
        Definition::Association { stream, from, .. } => schema::of_association(stream, &from.stream),
        Definition::Object(object) if object.kind == Kind::Owners => schema::of_owners(&object.stream),
        Definition::Object(object) => {
            let found = properties(client, object).await?;
            schema::of_object(&object.stream, found).map(|(schema, left_out)| {
                if !left_out.is_empty() {
                    tracing::warn!(stream = %object.stream, properties = ?left_out, "these properties are left out: a table holds 1,000 columns, named by letters, digits, '_' and '-'");
                }
                schema
            })
        }
    };
    found.ok_or_else(|| Failure::Misconfigured { detail: "the connector's name is no identifier".into() })
}

/// The cheapest question that shows whether a stream may be read. HubSpot names a missing scope, so that an
/// empty answer means that there is nothing.
pub async fn probe(client: &Client, definition: &Definition) -> Result<Access, Failure> {
    match definition {
        Definition::Object(object) if object.kind == Kind::Owners => {
            client
                .get("/crm/v3/owners?limit=1".into(), |answered: Answered| answer::page(&answered.body, None))
                .await?;
            Ok(Access::Readable { records: None })
        }
        Definition::Object(object) => {
            let path = format!("/crm/v3/objects/{}?limit=1", object.path);
            client.get(path, |answered: Answered| answer::page(&answered.body, None)).await?;
            Ok(Access::Readable { records: None })
        }
        Definition::Association { from, to, .. } => {
            let path = format!("/crm/v4/associations/{}/{}/labels", from.path, to.path);
            client
                .get(path, |answered: Answered| {
                    serde_json::from_slice::<serde_json::Value>(&answered.body)
                        .map(|_| ())
                        .map_err(|e| e.to_string())
                })
                .await?;
            Ok(Access::Readable { records: None })
        }
    }
}
