//! The web app's files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::fs;

use axum::http::StatusCode;
use support::seed::ACME;
use support::{app_with, get};
use tempfile::TempDir;

fn built() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html><title>Forebay</title>").unwrap();
    fs::write(folder.path().join("assets/app-1a2b.js"), "export {}").unwrap();
    fs::write(folder.path().join("favicon.svg"), "<svg/>").unwrap();
    folder
}

#[tokio::test]
async fn every_address_of_the_app_is_its_first_page() {
    let folder = built();
    let app = app_with(Some(folder.path().into()));
    for path in ["/ui", "/ui/", "/ui/runs", "/ui/sources/net.suite/streams/a.b", "/ui/api-docs"] {
        let answer = get(&app, ACME, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text.contains("<title>Forebay"), "{path}: {}", answer.text);
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    let root = get(&app, ACME, "/").await;
    assert_eq!((root.status, root.header("location")), (StatusCode::TEMPORARY_REDIRECT, "/ui/"));
}

#[tokio::test]
async fn assets_are_kept_and_missing_ones_are_not_found() {
    let folder = built();
    let app = app_with(Some(folder.path().into()));
    let asset = get(&app, ACME, "/ui/assets/app-1a2b.js").await;
    assert_eq!((asset.status, asset.text.as_str()), (StatusCode::OK, "export {}"));
    assert!(asset.header("content-type").contains("javascript"));
    assert!(asset.header("cache-control").contains("immutable"));
    assert_eq!(asset.header("x-content-type-options"), "nosniff");
    let icon = get(&app, ACME, "/ui/favicon.svg").await;
    assert_eq!((icon.header("content-type"), icon.header("cache-control")), ("image/svg+xml", "no-cache"));
    let missing = get(&app, ACME, "/ui/assets/app-0000.js").await;
    missing.problem(404, "not-found");
    assert_eq!(missing.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let outer = built();
    fs::create_dir(outer.path().join("dist")).unwrap();
    fs::write(outer.path().join("secret.txt"), "s3cr3t").unwrap();
    fs::write(outer.path().join("dist/index.html"), "first page").unwrap();
    let app = app_with(Some(outer.path().join("dist")));
    for path in
        ["/ui/../secret.txt", "/ui/%2e%2e/secret.txt", "/ui/..%2fsecret.txt", "/ui/assets/../../secret.txt"]
    {
        let answer = get(&app, ACME, path).await;
        assert!(!answer.text.contains("s3cr3t"), "{path}");
    }
}

#[tokio::test]
async fn an_app_that_is_not_built_says_how_to_build_it_and_the_api_works() {
    let folder = TempDir::new().unwrap();
    let app = app_with(Some(folder.path().join("dist")));
    for path in ["/ui/", "/ui/runs"] {
        let detail = get(&app, ACME, path).await.problem(404, "web-not-built");
        assert!(detail.contains("npm run build"), "{detail}");
        assert!(!detail.contains(&*folder.path().to_string_lossy()), "{detail}");
    }
    get(&app, ACME, "/api/v1/sources").await.ok();
}
