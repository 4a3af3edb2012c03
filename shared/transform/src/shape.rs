//! Describes a value without showing it: reasons travel to logs, tables and people.

/// Digits become `9`, letters `A` or `a`, the rest stays; at most 24 characters of it.
pub fn of_text(text: &str) -> String {
    const SHOWN: usize = 24;
    let shape: String = text.chars().take(SHOWN).map(symbol).collect();
    let length = text.chars().count();
    if length > SHOWN {
        format!("text of {length} characters shaped {shape}…")
    } else {
        format!("text shaped {shape:?}")
    }
}

fn symbol(c: char) -> char {
    match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_control() => '?',
        c => c,
    }
}

/// Names the JSON kind of a raw value.
pub fn of_json(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_form_but_not_content() {
        assert_eq!(of_text("3/2/2026"), "text shaped \"9/9/9999\"");
        assert_eq!(of_text("Müller-7"), "text shaped \"Aaaaaa-9\"");
        assert!(of_text(&"x".repeat(100)).starts_with("text of 100 characters shaped aaa"));
    }
}
