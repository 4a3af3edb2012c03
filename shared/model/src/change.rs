//! Which of two versions of a record wins. The rule is a maximum over a total order, so applying
//! versions in any order, any number of times, ends in the same record: loading is commutative,
//! associative and idempotent.

use serde::{Deserialize, Serialize};

use crate::record::{ContentHash, RecordVersion};

/// The version of a record that a table holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Current {
    pub version: RecordVersion,
    pub hash: ContentHash,
}

/// What an incoming version does to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// First sight of this key.
    Insert,
    /// Newer and different: replaces the current one, which becomes history.
    Replace,
    /// The same content. Where its version is newer, the table's version moves up to it, without history.
    Unchanged,
    /// Older than the current one: history only.
    Superseded,
}

/// Decides by version; between equal versions with different content, the larger hash wins, which is
/// arbitrary but the same in every order.
pub fn decide(current: Option<Current>, incoming: Current) -> Decision {
    let Some(current) = current else { return Decision::Insert };
    let same = current.hash == incoming.hash && current.version.deleted == incoming.version.deleted;
    match (same, incoming > current) {
        (true, _) => Decision::Unchanged,
        (false, true) => Decision::Replace,
        (false, false) => Decision::Superseded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Instant;
    use crate::value::Value;
    use proptest::prelude::*;

    fn version() -> impl Strategy<Value = Current> {
        (0i64..4, 0i64..3, any::<bool>(), 0i64..3).prop_map(|(modified, observed, deleted, content)| {
            let hash = ContentHash::of(&[Value::Integer(content)]);
            Current {
                version: RecordVersion {
                    modified: Instant::from_micros(modified),
                    observed: Instant::from_micros(observed),
                    deleted,
                },
                hash: if deleted { ContentHash::TOMBSTONE } else { hash },
            }
        })
    }

    fn apply(table: Option<Current>, incoming: Current) -> Option<Current> {
        match decide(table, incoming) {
            Decision::Insert | Decision::Replace => Some(incoming),
            Decision::Superseded => table,
            Decision::Unchanged => table.map(|t| t.max(incoming)),
        }
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_ends_in_the_same_record(
            (versions, shuffled) in proptest::collection::vec(version(), 1..8)
                .prop_flat_map(|v| {
                    let twice: Vec<_> = v.iter().chain(v.iter()).copied().collect();
                    (Just(v), Just(twice).prop_shuffle())
                })
        ) {
            let straight = versions.iter().fold(None, |t, v| apply(t, *v));
            let mixed = shuffled.iter().fold(None, |t, v| apply(t, *v));
            prop_assert_eq!(straight, mixed);
            prop_assert_eq!(straight, versions.iter().copied().max());
        }
    }
}
