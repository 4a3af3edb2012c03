//! The page around tables and comparisons.

use super::{card, escaped, table};
use crate::compare::Comparison;
use crate::profile::TableProfile;
use crate::report::{figures, terminal};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One section for each table.
pub fn profiles(tables: &[TableProfile]) -> String {
    let title = tables.first().map(|table| table.name.as_str()).unwrap_or_default();
    let mut body = String::new();
    for (at, profiled) in tables.iter().enumerate() {
        body.push_str(&section(profiled, at));
    }
    document(title, &body)
}

/// What changed from one table to another.
pub fn comparison(comparison: &Comparison) -> String {
    let title = format!("{} against {}", comparison.after, comparison.before);
    let mut body = format!("<header><h1>{}</h1><p>", escaped(&title));
    body.push_str(&escaped(&comparison.summary()));
    body.push_str("</p></header>");
    body.push_str(&table::comparison(comparison));
    document(&title, &body)
}

fn section(profiled: &TableProfile, at: usize) -> String {
    let columns = profiled.columns.len();
    let mut html = format!(
        "<section aria-labelledby=\"t{at}\"><header><h1 id=\"t{at}\">{}</h1><p>{} rows × {columns} columns</p>",
        escaped(&profiled.name),
        figures::count(profiled.rows)
    );
    for note in terminal::sample(profiled).into_iter().chain(terminal::further(profiled)) {
        html.push_str(&format!("<p class=\"note\">{}</p>", escaped(&note)));
    }
    html.push_str("<ul class=\"files\">");
    for line in profiled.files.iter().flat_map(terminal::file) {
        html.push_str(&format!("<li>{}</li>", escaped(&line)));
    }
    html.push_str("</ul></header>");
    html.push_str(&table::overview(&profiled.columns, at));
    if profiled.rows > 0 && columns > 1 {
        html.push_str(&table::between(profiled));
    }
    for (number, column) in profiled.columns.iter().enumerate() {
        html.push_str(&card::card(column, &format!("t{at}c{number}")));
    }
    html.push_str("</section>");
    html
}

/// The policy lets the browser itself refuse anything from elsewhere.
fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{} · forebay profile</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <p class=\"search\"><label for=\"search\">Find a column</label>\
         <input id=\"search\" type=\"search\" autocomplete=\"off\">\
         <span id=\"found\" role=\"status\"></span></p>\n<main>\n{body}\n</main>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escaped(title)
    )
}
