//! Query strings and `application/x-www-form-urlencoded` bodies.

use std::collections::BTreeMap;

/// The decoded pairs, in their order.
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// The decoded pairs, the last of each name.
pub fn query_map(query: &str) -> BTreeMap<String, String> {
    query_pairs(query).into_iter().collect()
}

/// RFC 3986 percent-encoding: everything but unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes percent-encoding; what is no code stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        if let Some(value) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            out.push(value);
            index += 3;
        } else {
            out.push(bytes[index]);
            index += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back() {
        let text = "a b+c&d=é%2f";
        assert_eq!(decode(&encode(text)), text);
        assert_eq!(query_map(&format!("q={}&n=1&n=2", encode(text)))["q"], text);
        assert_eq!(query_map("q=a+b&n=1&n=2"), query_map("n=2&q=a%20b"));
        assert_eq!(decode("100%"), "100%");
    }
}
