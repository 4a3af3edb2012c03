//! Tables with a line for each column.

use forebay_model::profile::ColumnProfile;

use super::{escaped, plot};
use crate::compare::{Comparison, Standing};
use crate::profile::TableProfile;
use crate::report::{between, figures, typical};

fn heading(names: &[(&str, &str)]) -> String {
    let cell = |(name, class): &(&str, &str)| format!("<th scope=\"col\" class=\"{class}\">{name}</th>");
    format!("<thead><tr>{}</tr></thead>", names.iter().map(cell).collect::<String>())
}

/// The columns of a table, each with a link to its card.
pub fn overview(columns: &[ColumnProfile], table: usize) -> String {
    let head = heading(&[
        ("column", ""),
        ("type", ""),
        ("filled", "n"),
        ("distinct", "n"),
        ("min", ""),
        ("max", ""),
        ("typical", ""),
        ("shape", ""),
    ]);
    let mut lines = String::new();
    for (number, column) in columns.iter().enumerate() {
        let name = escaped(&column.column);
        let filled = column.rows.saturating_sub(column.nulls) as f64;
        let masked = if column.masked { " <span class=\"mark\">masked</span>" } else { "" };
        let shown = |value: &Option<String>| escaped(&cut(value.as_deref().unwrap_or_default()));
        lines.push_str(&format!(
            "<tr data-name=\"{name}\"><td><a href=\"#t{table}c{number}\">{name}</a>{masked}</td><td>{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&column.inferred_type.name),
            figures::share(filled, column.rows as f64),
            figures::estimate(column.distinct),
            shown(&column.min),
            shown(&column.max),
            escaped(&cut(&typical::typical(column))),
            plot::small(column)
        ));
    }
    format!("<div class=\"scroll\"><table class=\"small\">{head}<tbody>{lines}</tbody></table></div>")
}

/// What holds between columns, strongest first.
pub fn between(profiled: &TableProfile) -> String {
    let notes = [between::basis(&profiled.relations), between::repeats(profiled)];
    let notes: String = notes.iter().map(|note| format!("<li>{}</li>", escaped(note))).collect();
    let mut lines = String::new();
    for line in between::lines(&profiled.relations) {
        let (columns, figure) = (escaped(&line.columns), escaped(&line.figure));
        lines.push_str(&format!("<tr><td>{columns}</td><td>{}</td><td>{figure}</td></tr>", line.what));
    }
    let table = if lines.is_empty() {
        String::new()
    } else {
        let head = heading(&[("columns", ""), ("what holds", ""), ("how strongly", "")]);
        format!("<div class=\"scroll\"><table class=\"small\">{head}<tbody>{lines}</tbody></table></div>")
    };
    format!("<section><h2>Between columns</h2><ul class=\"files\">{notes}</ul>{table}</section>")
}

/// Long values stand on the cards.
fn cut(text: &str) -> String {
    const MOST: usize = 32;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What changed, column by column.
pub fn comparison(comparison: &Comparison) -> String {
    let head = heading(&[
        ("column", ""),
        ("", ""),
        ("type", ""),
        ("null", "n"),
        ("distinct", "n"),
        ("shift", "n"),
        ("what changed", ""),
    ]);
    let mut lines = String::new();
    for column in &comparison.columns {
        let name = escaped(&column.column);
        let (class, standing) = match column.standing {
            Standing::Same => ("same", ""),
            Standing::Changed => ("", "changed"),
            Standing::Appeared => ("", "appeared"),
            Standing::Vanished => ("", "vanished"),
        };
        let [types, nulls, distinct, shift] = column.figures();
        let findings: String =
            column.findings.iter().map(|finding| format!("<li>{}</li>", escaped(&finding.what))).collect();
        lines.push_str(&format!(
            "<tr class=\"{class}\" data-name=\"{name}\"><td>{name}</td><td class=\"mark\">{standing}</td><td>{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td><ul class=\"files\">{findings}</ul></td></tr>",
            escaped(&types),
            escaped(&nulls),
            escaped(&distinct),
            escaped(&shift)
        ));
    }
    format!("<div class=\"scroll\"><table class=\"small\">{head}<tbody>{lines}</tbody></table></div>")
}
