//! All that is known of one column, on a card.

use forebay_model::profile::{ColumnProfile, KeyCandidate};

use super::{escaped, plot};
use crate::report::{facts, figures};

/// `id` is what the overview links to.
pub fn card(column: &ColumnProfile, id: &str) -> String {
    let name = escaped(&column.column);
    let mut html =
        format!("<article id=\"{id}\" data-name=\"{name}\"><h2>{name}</h2>{}<div>", badges(column));
    html.push_str("<dl>");
    for (label, text) in facts::facts(column) {
        html.push_str(&format!("<dt>{label}</dt><dd>{}</dd>", escaped(&text)));
    }
    html.push_str("</dl>");
    if let Some(numbers) = &column.numbers {
        html.push_str(&part(
            "Distribution",
            &(plot::histogram(column, numbers) + &plot::quantiles(column, numbers)),
        ));
    }
    if let Some(times) = &column.times {
        html.push_str(&part("Weekdays and hours", &plot::clock(times)));
    }
    if let Some(texts) = &column.texts {
        html.push_str(&part("Lengths", &plot::lengths(&texts.lengths)));
    }
    html.push_str(&frequent(column));
    html.push_str(&patterns(column));
    html.push_str("</div></article>");
    html
}

fn part(title: &str, inner: &str) -> String {
    if inner.is_empty() { String::new() } else { format!("<section><h3>{title}</h3>{inner}</section>") }
}

fn badges(column: &ColumnProfile) -> String {
    let mut badges = vec![(column.inferred_type.name.clone(), "")];
    match column.key_candidate {
        KeyCandidate::Yes => badges.push(("could be the key".to_owned(), "")),
        KeyCandidate::Likely => badges.push(("could well be the key".to_owned(), "")),
        KeyCandidate::No | KeyCandidate::Unknown => {}
    }
    if column.constant {
        badges.push(("one value".to_owned(), " warn"));
    }
    if column.inferred_type.formats.iter().any(|format| format.ambiguous) {
        badges.push(("ambiguous format".to_owned(), " warn"));
    }
    if !column.sensitive.is_empty() {
        badges.push(("personal data".to_owned(), " warn"));
    }
    if column.masked {
        badges.push(("values masked".to_owned(), " warn"));
    }
    badges
        .iter()
        .map(|(text, class)| format!("<span class=\"badge{class}\">{}</span>", escaped(text)))
        .collect()
}

fn frequent(column: &ColumnProfile) -> String {
    let filled = column.rows.saturating_sub(column.nulls) as f64;
    let rows = column.frequent.iter().filter(|value| value.count > 1 || column.rows < 20).take(10);
    let rows =
        rows.map(|value| (value.value.as_str(), value.count, value.error, value.count as f64 / filled));
    bars("Most frequent values", "value", rows)
}

fn patterns(column: &ColumnProfile) -> String {
    let patterns = column.texts.iter().flat_map(|texts| &texts.patterns).take(8);
    let rows =
        patterns.map(|pattern| (pattern.pattern.as_str(), pattern.count, pattern.error, pattern.share));
    bars("Patterns", "pattern", rows)
}

/// A table whose shares are drawn beside their figures.
fn bars<'a>(title: &str, what: &str, rows: impl Iterator<Item = (&'a str, u64, u64, f64)>) -> String {
    let mut lines = String::new();
    for (text, count, error, share) in rows {
        let about = if error == 0 { "" } else { "~" };
        lines.push_str(&format!(
            "<tr><td>{}</td><td class=\"n\">{about}{}</td><td class=\"n\">{}</td>\
             <td><span class=\"bar\" style=\"--w:{:.1}%\"></span></td></tr>",
            escaped(text),
            figures::count(count),
            figures::share(share, 1.0),
            100.0 * share.clamp(0.0, 1.0)
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    let head = format!(
        "<tr><th scope=\"col\">{what}</th><th scope=\"col\" class=\"n\">rows</th>\
         <th scope=\"col\" class=\"n\">share</th><td></td></tr>"
    );
    part(title, &format!("<table class=\"small\"><thead>{head}</thead><tbody>{lines}</tbody></table>"))
}
