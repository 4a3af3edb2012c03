//! Reference lists by name.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::rule::ReferenceList;

/// The lists that a tenant manages. Rules are compiled against them; a change of a list takes effect with the
/// next compilation.
#[derive(Debug, Clone, Default)]
pub struct ReferenceLists(BTreeMap<String, BTreeSet<String>>);

impl ReferenceLists {
    pub fn get(&self, name: &str) -> Option<&BTreeSet<String>> {
        self.0.get(name)
    }
}

impl FromIterator<ReferenceList> for ReferenceLists {
    fn from_iter<T: IntoIterator<Item = ReferenceList>>(lists: T) -> Self {
        Self(lists.into_iter().map(|list| (list.name, list.values)).collect())
    }
}
