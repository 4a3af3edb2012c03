use crate::support::Files;

fn page(arguments: &[&str], content: &str) -> String {
    let files = Files::with("a.jsonl", content);
    let outcome = files.run(&[&["a.jsonl", "--html", "page.html"], arguments].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.complaint);
    std::fs::read_to_string(files.path("page.html")).unwrap()
}

fn rows() -> String {
    let row = |i: i64| {
        format!(
            "{{\"id\":{i},\"name\":\"<b onclick='x'>&{}\",\"at\":\"2026-01-{:02}T{:02}:00:00Z\",\"price\":{}.5}}\n",
            i % 40,
            i % 28 + 1,
            i % 24,
            i * i % 977
        )
    };
    (0..500).map(row).collect()
}

/// Elements that end where they must: a reader of well-formed markup would accept the page.
fn unbalanced(page: &str) -> Option<String> {
    const VOID: [&str; 4] = ["meta", "input", "br", "!doctype"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let inner = &rest[start + 1..];
        let end = inner.find('>')?;
        let tag = &inner[..end];
        rest = &inner[end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default().to_owned();
        if VOID.contains(&name.as_str()) || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            let expected = open.pop();
            if expected.as_deref() != Some(&name) {
                return Some(format!("</{name}> closes {expected:?}"));
            }
            continue;
        }
        if name == "style" || name == "script" {
            rest = &rest[rest.find(&format!("</{name}>"))?..];
        }
        open.push(name);
    }
    open.pop().map(|name| format!("<{name}> is never closed"))
}

#[test]
fn the_page_is_well_formed_whatever_values_hold() {
    let page = page(&["--show-values"], &rows());
    assert_eq!(unbalanced(&page), None);
    assert!(page.contains("&lt;b onclick=&#39;x&#39;&gt;&amp;"));
    assert!(!page.contains("<b onclick"));
}

#[test]
fn the_page_refers_to_nothing_outside_itself() {
    let page = page(&[], &rows());
    for reference in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "fetch("] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_plot_says_in_words_what_it_shows() {
    let page = page(&[], &rows());
    let plots = page.matches("<svg").count();
    let told =
        page.matches("role=\"img\" aria-label=\"").count() + page.matches("aria-hidden=\"true\"").count();
    assert!(plots > 8 && plots == told, "{plots} plots, {told} told");
    for plot in ["Histogram from", "Quantiles: least", "Weekdays: most on", "hours: most on", "characters"] {
        assert!(page.contains(plot), "{plot}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("type=\"search\""));
}

#[test]
fn a_comparison_has_a_page_too() {
    let files = Files::with("a.csv", "x,y\n1,2\n");
    files.write("b.csv", "x,z\n1,2\n");
    files.run(&["a.csv", "--against", "b.csv", "--html", "page.html"]);
    let page = std::fs::read_to_string(files.path("page.html")).unwrap();
    assert_eq!(unbalanced(&page), None);
    assert!(page.contains("appeared") && page.contains("vanished"));
}
