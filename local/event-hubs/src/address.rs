//! Node addresses: what a link's source or target names.

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// `$cbs`: where clients put their tokens.
    Cbs,
    /// `$management`, bare or below a hub.
    Management,
    /// `hub`: the service chooses the partition.
    Hub { hub: String },
    /// `hub/Partitions/n`.
    Partition { hub: String, partition: String },
    /// `hub/ConsumerGroups/g/Partitions/n`.
    ConsumerGroup { hub: String, group: String, partition: String },
}

impl Node {
    /// Reads an address, bare or as the whole URL that some clients send. Keywords match in any case, as they do at
    /// the service. `None` when it names nothing that exists here.
    pub fn parse(address: &str) -> Option<Self> {
        let path = match address.split_once("://") {
            Some((_scheme, rest)) => rest.split_once('/')?.1,
            None => address,
        };
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let is = |part: &str, keyword: &str| part.eq_ignore_ascii_case(keyword);
        match parts.as_slice() {
            [node] if is(node, "$cbs") => Some(Self::Cbs),
            [node] | [_, node] if is(node, "$management") => Some(Self::Management),
            [hub] => Some(Self::Hub { hub: (*hub).to_owned() }),
            [hub, partitions, partition] if is(partitions, "Partitions") => {
                Some(Self::Partition { hub: (*hub).to_owned(), partition: (*partition).to_owned() })
            }
            [hub, groups, group, partitions, partition]
                if is(groups, "ConsumerGroups") && is(partitions, "Partitions") =>
            {
                Some(Self::ConsumerGroup {
                    hub: (*hub).to_owned(),
                    group: (*group).to_owned(),
                    partition: (*partition).to_owned(),
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_and_whole_urls_name_the_same_node() {
        let wanted = Some(Node::Partition { hub: "raw".into(), partition: "3".into() });
        assert_eq!(Node::parse("raw/Partitions/3"), wanted);
        assert_eq!(Node::parse("amqps://name.servicebus.windows.net/raw/partitions/3"), wanted);
    }

    #[test]
    fn a_consumer_group_address_has_five_parts() {
        let node = Node::parse("amqps://h/raw/ConsumerGroups/$Default/Partitions/0");
        let wanted =
            Node::ConsumerGroup { hub: "raw".into(), group: "$Default".into(), partition: "0".into() };
        assert_eq!(node, Some(wanted));
    }

    #[test]
    fn the_service_nodes_are_recognised() {
        assert_eq!(Node::parse("$cbs"), Some(Node::Cbs));
        assert_eq!(Node::parse("amqps://h/$management"), Some(Node::Management));
        assert_eq!(Node::parse("raw/$management"), Some(Node::Management));
    }

    #[test]
    fn other_shapes_name_nothing() {
        for address in ["", "/", "raw/Publishers/p", "raw/Partitions", "a/b/c/d/e/f", "amqps://h"] {
            assert_eq!(Node::parse(address), None, "{address}");
        }
    }
}
