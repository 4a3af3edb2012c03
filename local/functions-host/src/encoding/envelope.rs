//! `{"Data":{…},"Metadata":{…}}` with keys in the host's order.

use crate::instant;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use time::OffsetDateTime;
use uuid::Uuid;

/// What differs between attempts of one invocation.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    /// The function's name (`sys.MethodName`).
    pub function: &'a str,
    /// When the attempt begins (`sys.UtcNow`).
    pub now: OffsetDateTime,
    /// `sys.RandGuid`.
    pub rand_guid: Uuid,
    /// Present from the first retry on.
    pub retry: Option<&'a RetryContext>,
}

/// `RetryContext`: `RetryCount == MaxRetryCount` marks the last attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryContext {
    /// From 1.
    pub retry_count: u32,
    /// -1 for no end.
    pub max_retry_count: i64,
    /// What the attempt before failed with.
    pub error: String,
}

/// A JSON object that keeps the order in which its members were added.
#[derive(Default)]
pub struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Adds a member as it is.
    pub fn object(mut self, key: &str, value: &impl Serialize) -> serde_json::Result<Self> {
        self.0.push((key.to_owned(), to_raw_value(value)?));
        Ok(self)
    }

    /// Adds a member by the host's rule for everything but objects: as a JSON string that holds JSON.
    pub fn encoded(self, key: &str, value: &impl Serialize) -> serde_json::Result<Self> {
        let text = serde_json::to_string(value)?;
        self.object(key, &text)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Closes the metadata with `sys` (and `RetryContext`) and writes the request body.
pub fn request(
    data: &Members,
    metadata: Members,
    invocation: &Invocation<'_>,
) -> serde_json::Result<Vec<u8>> {
    let sys = Members::default()
        .object("MethodName", &invocation.function)?
        .object("UtcNow", &instant::utc_text(invocation.now))?
        .object("RandGuid", &invocation.rand_guid.hyphenated().to_string())?;
    let mut metadata = metadata.object("sys", &sys)?;
    if let Some(retry) = invocation.retry {
        metadata = metadata.object("RetryContext", &retry_context(retry, invocation.function)?)?;
    }
    serde_json::to_vec(&Members::default().object("Data", data)?.object("Metadata", &metadata)?)
}

fn retry_context(retry: &RetryContext, function: &str) -> serde_json::Result<Members> {
    let inner = Members::default()
        .object("ClassName", &"System.Net.Http.HttpRequestException")?
        .object("Message", &retry.error)?;
    let exception = Members::default()
        .object("ClassName", &"Microsoft.Azure.WebJobs.Host.FunctionInvocationException")?
        .object("Message", &format!("Exception while executing function: Functions.{function}"))?
        .object("InnerException", &inner)?;
    Members::default()
        .object("RetryCount", &retry.retry_count)?
        .object("MaxRetryCount", &retry.max_retry_count)?
        .object("Exception", &exception)?
        .object("Instance", &())?
        .object("State", &Members::default())
}
