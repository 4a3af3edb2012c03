//! Follows streams to their ends, as the engine does, and keeps a copy by the engine's rule of versions.

use std::collections::BTreeMap;

use forebay_model::{Cursor, Instant, StreamName, StreamSchema};
use forebay_ports::{Connector, NextPage, PageRequest, SourceError};
use serde_json::Value;

/// Version (modified, observed, deleted) and record.
type Held = ((Instant, Instant, bool), Value);

/// A copy of one stream.
pub struct Copy {
    pub schema: StreamSchema,
    pub cursor: Option<Cursor>,
    held: BTreeMap<String, Held>,
    /// Of associations.
    links: BTreeMap<(String, String, i64), (Instant, Instant)>,
    pub pages: usize,
    pub proof: String,
}

impl Copy {
    pub async fn of(connector: &dyn Connector, stream: &str) -> Self {
        let schema = connector.discover(&StreamName::new(stream).unwrap()).await.unwrap();
        Self {
            schema,
            cursor: None,
            held: BTreeMap::new(),
            links: BTreeMap::new(),
            pages: 0,
            proof: String::new(),
        }
    }

    /// Reads to the stream's end; gives the records landed.
    pub async fn run(&mut self, connector: &dyn Connector, bound: Instant) -> usize {
        self.try_run(connector, bound).await.unwrap_or_else(|e| panic!("{}: {e}", self.schema.stream))
    }

    pub async fn try_run(&mut self, connector: &dyn Connector, bound: Instant) -> Result<usize, SourceError> {
        let mut records = 0;
        for _ in 0..5_000 {
            let before = self.cursor.clone();
            let page = self.page(connector, bound).await?;
            records += page.0;
            if page.1 {
                return Ok(records);
            }
            assert_ne!(before, self.cursor, "the cursor does not move");
        }
        panic!("{} does not end", self.schema.stream);
    }

    /// One page: records, and whether it was the last.
    pub async fn page(
        &mut self,
        connector: &dyn Connector,
        bound: Instant,
    ) -> Result<(usize, bool), SourceError> {
        let request = PageRequest { schema: &self.schema, cursor: self.cursor.as_ref(), bound };
        let page = connector.read_page(request).await?;
        self.pages += 1;
        let typed = forebay_transform::read_page(&self.schema, &page.body, bound).unwrap();
        assert_eq!(
            (typed.read, typed.rejected),
            (u64::from(page.records), Vec::new()),
            "{}",
            self.schema.stream
        );
        let body: Value = serde_json::from_slice(&page.body).unwrap();
        if page.records > 0 || !page.replaces.is_empty() {
            self.apply(&body, bound);
        }
        for set in &page.replaces {
            let parent = set.parent.as_str();
            self.links.retain(|key, version| key.0 != parent || *version >= (set.modified, bound));
        }
        match page.next {
            NextPage::More(cursor) => self.cursor = Some(cursor),
            NextPage::End { cursor, proof } => {
                (self.cursor, self.proof) = (Some(cursor), proof);
                return Ok((page.records as usize, true));
            }
        }
        Ok((page.records as usize, false))
    }

    fn apply(&mut self, body: &Value, bound: Instant) {
        let at = |value: &Value| Instant::parse(value.as_str().unwrap()).unwrap();
        for row in body["results"].as_array().into_iter().flatten() {
            let version = (at(&row["updatedAt"]), bound, row["archived"] == true);
            let held = self
                .held
                .entry(row["id"].as_str().unwrap().to_owned())
                .or_insert_with(|| (version, row.clone()));
            if version >= held.0 {
                *held = (version, row.clone());
            }
        }
        for row in body["items"].as_array().into_iter().flatten() {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let key = (text("from_id"), text("to_id"), row["type_id"].as_i64().unwrap());
            let version = (at(&row["from_modified"]), bound);
            let held = self.links.entry(key).or_insert(version);
            *held = version.max(*held);
        }
    }

    /// Names of living records by id.
    pub fn living(&self) -> BTreeMap<String, String> {
        let name = |row: &Value| row["properties"]["name"].as_str().unwrap_or_default().to_owned();
        self.rows().map(|(id, row)| (id.clone(), name(row))).collect()
    }

    /// Living records by id.
    pub fn rows(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.held.iter().filter(|(_, (version, _))| !version.2).map(|(id, (_, row))| (id, row))
    }

    pub fn links(&self) -> Vec<(String, String, i64)> {
        self.links.keys().cloned().collect()
    }

    pub fn deleted(&self) -> usize {
        self.held.values().filter(|(version, _)| version.2).count()
    }
}
