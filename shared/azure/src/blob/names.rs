//! Which names are safe.

use forebay_ports::PortError;

use super::SERVICE;
use crate::error::rejected;

/// The service's limit on a blob's name, in characters.
const LONGEST_NAME: usize = 1024;

/// Refuses names that could mean another object to some part of the way: absolute ones, ones with empty,
/// `.` or `..` segments, back slashes, control characters or a dot or slash at the end.
pub(super) fn check(name: &str) -> Result<(), PortError> {
    let plain = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(|c| c.is_control() || c == '\\')
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && !part.ends_with('.'));
    if plain { Ok(()) } else { Err(rejected(SERVICE, format!("{name:?} is not a safe object name"))) }
}

/// The service's rule for containers' names.
pub(super) fn is_container(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_container() {
        for good in ["a", "t/s/run/0001.zst", "däta/x y", "a..b/c"] {
            assert!(check(good).is_ok(), "{good:?}");
        }
        for bad in
            ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a\\..\\b", "a\nb", "a/b.", &"x".repeat(1025)]
        {
            assert!(matches!(check(bad), Err(PortError::Rejected { .. })), "{bad:?}");
        }
    }

    #[test]
    fn a_container_is_named_as_the_service_allows() {
        assert!(is_container("raw") && is_container("dead-letters-1"));
        for bad in ["", "ab", "Raw", "-raw", "raw-", "a--b", "a/b", "raw?x=y", &"x".repeat(64)] {
            assert!(!is_container(bad), "{bad:?}");
        }
    }
}
