//! Profiles as one page that needs nothing else: no network, no library, light or dark as the reader likes.

mod card;
mod page;
mod plot;
mod table;

pub use page::{comparison, profiles};

/// Text as HTML shows it. Control characters, which HTML cannot show, are written out.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in crate::report::figures::value(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_value_can_become_markup() {
        assert_eq!(escaped("<script>\"'&\u{0}"), "&lt;script&gt;&quot;&#39;&amp;\\u{0}");
    }
}
