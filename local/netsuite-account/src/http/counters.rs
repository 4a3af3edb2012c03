//! Names the endpoints that [`forebay_simulation::Counters`] counts by.

/// The endpoint of a path, by a name that does not change.
pub fn endpoint(path: &str) -> &'static str {
    match path.trim_start_matches("/services/rest/") {
        "query/v1/suiteql" => "suiteql",
        p if p.starts_with("record/v1/metadata-catalog") => "metadata-catalog",
        p if p.starts_with("record/v1/") => "record",
        "system/v1/serverTime" => "serverTime",
        "system/v1/governanceLimits" => "governanceLimits",
        p if p.starts_with("auth/") => "token",
        _ => "other",
    }
}
