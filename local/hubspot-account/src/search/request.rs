//! The body of a search.

use serde::Deserialize;
use serde_json::Value;

use super::{FILTER_LIMITS, PAGE_LIMIT, RESULT_CAP, Refusal};

/// A search as it is sent. Unknown fields are ignored, as the vendor ignores them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SearchRequest {
    pub filter_groups: Vec<FilterGroup>,
    /// The filters of a single group, the short way.
    pub filters: Vec<Filter>,
    pub sorts: Vec<Value>,
    pub query: Option<String>,
    pub properties: Vec<String>,
    pub limit: Option<i64>,
    pub after: Option<Value>,
}

/// Filters that all have to hold.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterGroup {
    pub filters: Vec<Filter>,
}

/// One condition on one property.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    pub property_name: String,
    pub operator: String,
    pub value: Option<Value>,
    pub high_value: Option<Value>,
    pub values: Option<Vec<Value>>,
}

/// What a search is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    pub property: String,
    pub descending: bool,
}

impl SearchRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// When it is no search.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        let request: Self = serde_json::from_slice(body).map_err(|e| {
            Refusal::Invalid(format!("Invalid input JSON on line {}, column {}: {e}", e.line(), e.column()))
        })?;
        request.check()?;
        Ok(request)
    }

    fn check(&self) -> Result<(), Refusal> {
        let (groups, each, all) = FILTER_LIMITS;
        let given = self.groups();
        if given.len() > groups {
            return Err(Refusal::Invalid(format!("The number of filter groups must not exceed {groups}")));
        }
        if given.iter().any(|group| group.filters.len() > each) {
            return Err(Refusal::Invalid(format!("The number of filters in a group must not exceed {each}")));
        }
        if given.iter().map(|group| group.filters.len()).sum::<usize>() > all {
            return Err(Refusal::Invalid(format!("The number of filters must not exceed {all}")));
        }
        if self.query.as_deref().is_some_and(|query| !query.is_empty()) {
            return Err(Refusal::Invalid("This portal does not search by 'query'".to_owned()));
        }
        Ok(())
    }

    /// Every group of filters, however they were given.
    pub fn groups(&self) -> Vec<FilterGroup> {
        let mut groups = self.filter_groups.clone();
        if !self.filters.is_empty() {
            groups.push(FilterGroup { filters: self.filters.clone() });
        }
        groups
    }

    /// How many records to answer at most.
    pub fn page(&self) -> Result<u32, Refusal> {
        let limit = self.limit.unwrap_or(10);
        u32::try_from(limit).ok().filter(|limit| (1..=PAGE_LIMIT).contains(limit)).ok_or_else(|| {
            Refusal::Invalid(format!("Invalid limit {limit}: it must be from 1 to {PAGE_LIMIT}"))
        })
    }

    /// How many records to skip.
    pub fn offset(&self) -> Result<u32, Refusal> {
        let text = match &self.after {
            None | Some(Value::Null) => return Ok(0),
            Some(Value::String(text)) if text.is_empty() => return Ok(0),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let offset: u32 =
            text.parse().map_err(|_| Refusal::Invalid(format!("Invalid value for 'after': {text}")))?;
        if offset >= RESULT_CAP { Err(Refusal::BeyondTheCap) } else { Ok(offset) }
    }

    /// The one rule of sorting, `{"propertyName", "direction"}`, `"name"` or `"-name"`.
    pub fn sort(&self) -> Result<Option<Sort>, Refusal> {
        if self.sorts.len() > 1 {
            return Err(Refusal::Invalid("Only one sort can be given".to_owned()));
        }
        match self.sorts.first() {
            None => Ok(None),
            Some(Value::String(text)) => {
                let (property, descending) = match text.strip_prefix('-') {
                    Some(name) => (name, true),
                    None => (text.as_str(), false),
                };
                Ok(Some(Sort { property: property.to_owned(), descending }))
            }
            Some(sort) => {
                let property = sort["propertyName"]
                    .as_str()
                    .ok_or_else(|| Refusal::Invalid("A sort needs a propertyName".to_owned()))?;
                let descending = match sort["direction"].as_str() {
                    None | Some("ASCENDING") => false,
                    Some("DESCENDING") => true,
                    Some(other) => return Err(Refusal::Invalid(format!("Invalid sort direction {other}"))),
                };
                Ok(Some(Sort { property: property.to_owned(), descending }))
            }
        }
    }
}
