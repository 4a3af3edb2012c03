//! Times that are known to be unlike others: holidays, stocktaking, a migration.

use serde::{Deserialize, Serialize};

use crate::ids::{SourceId, StreamName};
use crate::instant::Instant;

/// A span of time whose runs tell nothing of how runs usually are: what was measured of them is kept and shown, never
/// called unusual, and part of no baseline. It may be planned, or marked afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub id: String,
    /// `None` is every source of the tenant.
    pub source: Option<SourceId>,
    /// `None` is every stream of the source.
    pub stream: Option<StreamName>,
    /// The first moment of it.
    pub from: Instant,
    /// The first moment after it.
    pub until: Instant,
    pub reason: String,
    pub author: String,
    pub created: Instant,
}

impl Exclusion {
    /// Whether it is about this stream at all.
    pub fn concerns(&self, source: &SourceId, stream: &StreamName) -> bool {
        self.source.as_ref().is_none_or(|own| own == source)
            && self.stream.as_ref().is_none_or(|own| own == stream)
    }

    /// Whether a run that began then is excluded.
    pub fn covers(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn christmas(source: Option<&str>, stream: Option<&str>) -> Exclusion {
        Exclusion {
            id: "x".into(),
            source: source.map(|s| SourceId::new(s).unwrap()),
            stream: stream.map(|s| StreamName::new(s).unwrap()),
            from: Instant::EPOCH.plus_seconds(10),
            until: Instant::EPOCH.plus_seconds(20),
            reason: "Christmas".into(),
            author: "ann".into(),
            created: Instant::EPOCH,
        }
    }

    #[test]
    fn an_exclusion_holds_from_its_first_moment_until_before_its_last() {
        let covered = |second| christmas(None, None).covers(Instant::EPOCH.plus_seconds(second));
        assert_eq!([9, 10, 19, 20].map(covered), [false, true, true, false]);
    }

    #[test]
    fn what_is_not_named_is_every_one() {
        let (crm, item) = (SourceId::new("crm").unwrap(), StreamName::new("item").unwrap());
        for (source, stream, concerned) in [
            (None, None, true),
            (Some("crm"), None, true),
            (Some("crm"), Some("item"), true),
            (Some("books"), None, false),
            (Some("crm"), Some("order"), false),
        ] {
            assert_eq!(christmas(source, stream).concerns(&crm, &item), concerned, "{source:?} {stream:?}");
        }
    }
}
