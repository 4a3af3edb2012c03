//! Relative links in the documentation lead somewhere.

use std::fs;

use forebay_tests::repository::{files, root};

/// `[text](target)` and `![text](target)` outside code.
fn links(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let mut rest = line;
        while let Some(start) = rest.find("](") {
            rest = &rest[start + 2..];
            let Some(end) = rest.find(')') else { break };
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
    }
    found
}

#[test]
fn relative_links_lead_to_files() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for file in files(&[".md"]) {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for link in links(&text) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let folder = root().join(file.parent().unwrap());
            if !folder.join(target).exists() {
                broken.push(format!("{}: {link}", file.display()));
            }
        }
    }
    assert!(checked > 0, "no link was found: the check is broken");
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn the_readme_shows_both_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("cargo xtask up") && readme.contains("cargo xtask test"));
}
