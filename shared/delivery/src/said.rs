//! What a receiver says, as far as it can be shown: a line of bounded length that holds nothing of the address.

use forebay_ports::alert_sender::MAX_SAID;
use percent_encoding::percent_decode_str;
use url::Url;

/// Shorter parts of an address, such as `v1`, come up in any text.
const SHORTEST_PART: usize = 6;
/// Letters and digits in a row that are as long as a token's.
const SHORTEST_TOKEN: usize = 12;

/// `None` where there is nothing, where it is a page for browsers, and where it repeats a part of the address,
/// which is a secret.
pub(crate) fn shown(text: &str, address: &str) -> Option<String> {
    let line = one_line(text);
    if line.is_empty() || line.starts_with('<') || repeats(&line, address) {
        return None;
    }
    // Servers that refuse a mail say whose: people are named in no log.
    let line =
        line.split(' ').map(|word| if word.contains('@') { "…" } else { word }).collect::<Vec<_>>().join(" ");
    Some(match line.char_indices().nth(MAX_SAID) {
        Some(_) => line.chars().take(MAX_SAID - 1).chain(['…']).collect(),
        None => line,
    })
}

/// The status, and what was said beside it.
pub(crate) fn with(status: String, said: Option<&str>) -> String {
    match said {
        Some(said) => format!("{status}: {said}"),
        None => status,
    }
}

/// No line breaks, no control characters, and none that turn the direction of what follows.
fn one_line(text: &str) -> String {
    let plain = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || c == '\u{fffd}' { ' ' } else { c }
    };
    text.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn repeats(line: &str, address: &str) -> bool {
    let lines = [line.to_lowercase(), decoded(line).to_lowercase()];
    parts(address).iter().any(|part| lines.iter().any(|line| line.contains(part.as_str())))
}

/// The parts of an address that may be known to nobody else, in small letters, as they are and decoded.
fn parts(address: &str) -> Vec<String> {
    let Ok(url) = Url::parse(address.trim()) else { return vec![address.trim().to_lowercase()] };
    let mut whole: Vec<String> = vec![url.username().to_owned()];
    whole.extend(url.password().map(ToOwned::to_owned));
    whole.extend(url.host_str().map(ToOwned::to_owned));
    whole.extend(url.path().split('/').map(ToOwned::to_owned));
    whole.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
    whole.extend(url.fragment().map(ToOwned::to_owned));
    let decoded: Vec<String> = whole.iter().map(|part| decoded(part)).collect();
    whole.extend(decoded);
    // Escaped in another way than we know of, a token still holds its letters and digits in a row.
    let rows = |part: &String| {
        part.split(|c: char| !c.is_ascii_alphanumeric()).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let tokens: Vec<String> = whole.iter().flat_map(rows).filter(|row| row.len() >= SHORTEST_TOKEN).collect();
    let long = whole.into_iter().filter(|part| part.chars().count() >= SHORTEST_PART);
    long.chain(tokens).map(|part| part.to_lowercase()).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str =
        "https://hooks.example.com/services/T0001/aB3xYz-9Qw8Er7Ty6?sig=q%2BwErTy%3D&api=v1";

    #[test]
    fn what_is_said_is_one_line_of_bounded_length() {
        assert_eq!(
            shown("{\n  \"error\":\t\"no such team\"\r\n}", ADDRESS).unwrap(),
            r#"{ "error": "no such team" }"#
        );
        assert_eq!(shown("ok", ADDRESS).unwrap(), "ok");
        assert_eq!(shown("\u{202e}gpj\u{7}", ADDRESS).unwrap(), "gpj");
        let long = shown(&"ä ".repeat(5_000), ADDRESS).unwrap();
        assert_eq!((long.chars().count(), long.ends_with('…')), (MAX_SAID, true));
        for nothing in ["", " \n", "<!doctype html><p>ok", "\u{0}"] {
            assert_eq!(shown(nothing, ADDRESS), None, "{nothing}");
        }
    }

    #[test]
    fn people_are_not_named() {
        let said = shown("5.1.1 <ada@gone.example>: Recipient address rejected", ADDRESS).unwrap();
        assert_eq!(said, "5.1.1 … Recipient address rejected");
    }

    #[test]
    fn what_repeats_a_part_of_the_address_is_not_shown() {
        for echo in [
            "no hook at /services/T0001/aB3xYz-9Qw8Er7Ty6",
            "unknown token AB3XYZ-9QW8ER7TY6",
            "sig q+wErTy= is wrong",
            "sig=q%2BwErTy%3D",
            "hooks.example.com is moved",
            r"POST https:\/\/hooks.example.com\/services",
        ] {
            assert_eq!(shown(echo, ADDRESS), None, "{echo}");
        }
        let far = format!("{} aB3xYz-9Qw8Er7Ty6", "x ".repeat(500));
        assert_eq!(shown(&far, ADDRESS), None, "also where it would be cut off");
        assert_eq!(shown("v1 takes no T0001", ADDRESS).unwrap(), "v1 takes no T0001");
        let mail = "smtps://alerts:s3cr%2Bet@mail.example.com?from=forebay@example.com";
        assert_eq!(shown("bad password s3cr+et", mail), None);
        assert_eq!(shown("queued as 4F2", mail).unwrap(), "queued as 4F2");
    }
}
