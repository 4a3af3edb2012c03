//! Names of endpoints that do not change with types and ids.

/// The endpoint of a path, as requests are counted by it.
pub fn endpoint(path: &str) -> &'static str {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["crm", "v3", "objects", _] => "list",
        ["crm", "v3", "objects", _, "search"] => SEARCH,
        ["crm", "v3", "objects", _, "batch", "read"] => "batch_read",
        ["crm", "v3", "objects", _, _] => "get",
        ["crm", "v4", ..] => "associations",
        ["crm", "v3", "properties", ..] => "properties",
        ["crm", "v3", "schemas", ..] => "schemas",
        ["crm", "v3", "owners", ..] => "owners",
        ["account-info", ..] => "account",
        _ => "other",
    }
}

/// The endpoint that has limits of its own.
pub const SEARCH: &str = "search";
