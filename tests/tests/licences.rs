//! Every dependency's licence is one we accept.

use cargo_metadata::MetadataCommand;
use forebay_tests::repository;
use spdx::{Expression, LicenseReq, ParseMode};

/// Permissive licences. Adding one is a decision.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    // Like BSD with two clauses: libbz2-rs-sys.
    "bzip2-1.0.6",
];

fn accepted(requirement: &LicenseReq) -> bool {
    requirement.license.id().is_some_and(|id| ACCEPTED.contains(&id.name))
}

#[test]
fn every_dependency_is_permissively_licensed() {
    let metadata =
        MetadataCommand::new().manifest_path(repository::root().join("Cargo.toml")).exec().unwrap();
    let mut refused = Vec::new();
    for package in &metadata.packages {
        let Some(licence) = &package.license else {
            refused.push(format!("{} {} states no licence", package.name, package.version));
            continue;
        };
        let expression = Expression::parse_mode(licence, ParseMode::LAX);
        if !expression.is_ok_and(|e| e.evaluate(accepted)) {
            refused.push(format!("{} {}: {licence}", package.name, package.version));
        }
    }
    assert!(metadata.packages.len() > 100, "the dependency tree was not read");
    assert!(refused.is_empty(), "not accepted:\n{}", refused.join("\n"));
}
