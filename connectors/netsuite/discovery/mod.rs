//! Finds a stream's columns: what the metadata catalog, the account's custom fields and our own list suggest
//! (and, of a table that none of these knows, a sample of its rows), as far as SuiteQL reads it.

mod candidates;
mod gather;
pub mod sift;

use std::collections::BTreeSet;

use forebay_model::{Column, StreamSchema};
use tokio::sync::OnceCell;

use self::candidates::CustomField;
use super::client::Client;
use super::failure::Failure;
use super::schema::{anchors, assemble};
use super::streams::Definition;

/// What script ids of the account's own record types start with.
const CUSTOM_RECORD: &str = "customrecord";

/// Discovery of one account; remembers what all streams share.
#[derive(Debug, Default)]
pub struct Discovery {
    custom_fields: OnceCell<Vec<CustomField>>,
    record_types: OnceCell<Option<BTreeSet<String>>>,
    custom_records: OnceCell<Vec<(String, Option<i64>)>>,
}

impl Discovery {
    pub async fn discover(
        &self,
        client: &Client,
        definition: &Definition,
        all: &[Definition],
    ) -> Result<StreamSchema, Failure> {
        let stream = &definition.stream;
        let anchors = anchors(definition);
        if definition.optional {
            // Before anything else is asked about a table that the account may not have.
            sift::check_anchors(client, definition, &anchors).await?;
        }
        let candidates = self.candidates(client, definition).await?;
        let mut found = sift::sift(client, definition, &anchors, candidates).await?;
        for rejected in &found.rejected {
            tracing::info!(%stream, column = %rejected.name, reason = %rejected.reason, "SuiteQL does not read the column");
        }
        if let Some(link) = &definition.parent {
            found.accepted.extend(gather::parent_time(client, definition, &link.column).await?);
        }
        let columns = with_anchors(&anchors, found.accepted);
        let schema = assemble(definition, all, columns);
        let schema = schema
            .ok_or_else(|| Failure::Refused { detail: "the connector's name is no identifier".into() })?;
        if let (Some(modified), None) = (&definition.modified, &schema.modified) {
            tracing::warn!(%stream, column = %modified, "no readable modification time: the stream is read in full each run");
        }
        Ok(schema)
    }

    /// The account's own record types: script ids in lower case, and internal ids.
    pub async fn custom_records(&self, client: &Client) -> Result<&[(String, Option<i64>)], Failure> {
        let find = || async {
            let found = gather::custom_records(client).await?;
            if !found.is_empty() {
                return Ok(found);
            }
            // No rows, or no permission: deletions must reach the types' streams even so.
            let known = self.known_types(client).await?.iter().flatten();
            let own = known.filter(|name| name.starts_with(CUSTOM_RECORD));
            Ok(own.map(|name| (name.clone(), None)).collect())
        };
        Ok(self.custom_records.get_or_try_init(find).await?)
    }

    async fn known_types(&self, client: &Client) -> Result<&Option<BTreeSet<String>>, Failure> {
        self.record_types.get_or_try_init(|| gather::record_types(client)).await
    }

    async fn candidates(&self, client: &Client, definition: &Definition) -> Result<Vec<Column>, Failure> {
        let known = self.known_types(client).await?;
        let catalog = gather::catalog(client, definition, known.as_ref()).await?;
        let unknown = catalog.is_empty() && definition.fields.is_empty();
        // What a sample shows depends on its rows, so it is asked only where nothing steadier is known.
        let sampled = if unknown { gather::sample(client, definition).await? } else { Vec::new() };
        let custom = match definition.custom_prefix {
            Some(_) => self.custom_fields.get_or_try_init(|| gather::custom_fields(client)).await?.as_slice(),
            None => &[],
        };
        Ok(candidates::merge(definition, catalog, custom, sampled))
    }
}

/// Anchors first, so that the limit never cuts them off, and none twice.
fn with_anchors(anchors: &[Column], accepted: Vec<Column>) -> Vec<Column> {
    let mut all = anchors.to_vec();
    for column in accepted {
        match all.iter_mut().find(|c| c.name == column.name) {
            Some(anchor) => anchor.title = column.title,
            None => all.push(column),
        }
    }
    all
}
