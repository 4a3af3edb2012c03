//! One value masked, by its kind.

use forebay_model::profile::SensitiveKind;

/// Hides a value but for what tells its kind: first letters of an email's parts (`j***@e***.c***`) and of names, a
/// card's last four digits, a phone's last two, an IBAN's country, a birth date's decade. What does not have the
/// form of its kind loses every letter and digit. The shape (length, separators) stays, except in emails and names.
///
/// Of every part of an email or name at most a third of its letters is shown, and of a part with fewer than three
/// none; of the digits of a card and a phone at most a third, of a birth date's at most three in eight.
pub fn mask(kind: SensitiveKind, value: &str) -> String {
    match kind {
        SensitiveKind::Email => email(value),
        SensitiveKind::Phone => keep_last_digits(value, 7, 2),
        SensitiveKind::Card => keep_last_digits(value, 12, 4),
        SensitiveKind::PersonName => initials(value),
        SensitiveKind::Iban => iban(value),
        SensitiveKind::BirthDate => decade_only(value),
        SensitiveKind::NationalId | SensitiveKind::Address | SensitiveKind::IpAddress => stars(value),
    }
}

pub(super) fn stars(value: &str) -> String {
    value.chars().map(star).collect()
}

/// Marks that combine with a letter go with it.
fn star(c: char) -> char {
    if c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace()) { '*' } else { c }
}

/// The first letter of a part that has enough of them: in scripts without case one sign may be a whole name.
fn part(text: &str) -> String {
    const LEAST_LETTERS: usize = 3;
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let cased = |c: &char| c.is_uppercase() || c.is_lowercase();
    match text.chars().next().filter(cased) {
        Some(first) if letters >= LEAST_LETTERS => format!("{first}***"),
        _ => "***".to_owned(),
    }
}

fn email(value: &str) -> String {
    let Some((local, host)) = value.trim().split_once('@') else { return stars(value) };
    let Some((host, top)) = host.rsplit_once('.') else { return stars(value) };
    // More than one address, or a name beside it.
    let plain = |part: &str| !part.is_empty() && !part.contains([' ', '<', '>', ',', ';', '@']);
    let known_top = (2..=24).contains(&top.len()) && top.chars().all(char::is_alphabetic);
    if !plain(local) || !plain(host) || !known_top {
        return stars(value);
    }
    format!("{}@{}.{}", part(local), part(host), part(top))
}

/// Shows the last digits of values that have enough of them.
fn keep_last_digits(value: &str, least: usize, kept: usize) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if digits < least || value.chars().any(char::is_alphabetic) {
        return stars(value);
    }
    let mut left = digits;
    let hide = |c: char| {
        if !c.is_ascii_digit() {
            return star(c);
        }
        left -= 1;
        if left < kept { c } else { '*' }
    };
    value.chars().map(hide).collect()
}

fn initials(value: &str) -> String {
    const SEPARATORS: [char; 5] = [' ', ',', '-', '.', '\''];
    let mut masked = String::with_capacity(value.len());
    for word in value.split_inclusive(SEPARATORS) {
        let bare = word.trim_end_matches(SEPARATORS);
        if !bare.is_empty() {
            masked.push_str(&part(bare));
        }
        masked.push_str(&word[bare.len()..]);
    }
    masked
}

fn iban(value: &str) -> String {
    let country = value.get(..2).filter(|c| c.bytes().all(|b| b.is_ascii_alphabetic()));
    match (country, value.get(2..)) {
        (Some(country), Some(rest)) if rest.bytes().filter(u8::is_ascii_digit).count() >= 8 => {
            format!("{country}{}", stars(rest))
        }
        _ => stars(value),
    }
}

/// Of the four digits that stand together, or the first four of eight alone (YYYYMMDD), the first three. What has
/// fewer digits than a date has loses all.
fn decade_only(value: &str) -> String {
    const LEAST_DIGITS: usize = 8;
    let runs = || value.split(|c: char| !c.is_ascii_digit());
    let compact = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    let year = if compact { value.get(..4) } else { runs().find(|run| run.len() == 4) };
    let signs = value.chars().filter(|c| c.is_alphanumeric()).count();
    let is_year = |year: &&str| year.starts_with("19") || year.starts_with("20");
    let Some(year) = year.filter(is_year).filter(|_| signs >= LEAST_DIGITS) else {
        return stars(value);
    };
    match value.split_once(year) {
        Some((before, after)) => format!("{}{}*{}", stars(before), &year[..3], stars(after)),
        None => stars(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SensitiveKind::*;
    use proptest::prelude::*;

    #[test]
    fn values_keep_their_shape_and_little_else() {
        let all = [
            (Email, "john.doe@example.com", "j***@e***.c***"),
            (Email, "a@b.co", "***@***.***"),
            (Email, "ab@xyz.info", "***@x***.i***"),
            (Email, "Ada <ada@example.org>", "*** <***@*******.***>"),
            (Card, "4111 1111 1111 1111", "**** **** **** 1111"),
            (Card, "4111111111111111", "************1111"),
            (Card, "unknown 12", "******* **"),
            (Phone, "+1 (212) 555-0123", "+* (***) ***-**23"),
            (PersonName, "John Smith", "J*** S***"),
            (PersonName, "O'Brien, Anna-Lena", "***'B***, A***-L***"),
            (PersonName, "Li J. Bo", "*** ***. ***"),
            (PersonName, "王小明", "***"),
            (NationalId, "123-45-6789", "***-**-****"),
            (NationalId, "RSSMRA85T10A562S", "****************"),
            (Address, "12 Königsallee", "** ***********"),
            (Iban, "DE89 3704 0044 0532 0130 00", "DE** **** **** **** **** **"),
            (IpAddress, "192.0.2.1", "***.*.*.*"),
            (IpAddress, "2001:db8::1", "****:***::*"),
            (BirthDate, "1985-03-12", "198*-**-**"),
            (BirthDate, "12.03.1985", "**.**.198*"),
            (BirthDate, "19850312", "198*****"),
            (BirthDate, "12 March 1985", "** ***** 198*"),
            (BirthDate, "1/2/1985", "*/*/****"),
        ];
        for (kind, value, masked) in all {
            assert_eq!(mask(kind, value), masked);
        }
    }

    /// Letters and digits of a part, as many as are shown in it, and whether it is shown whole.
    fn shown(part: &str, masked: &str) -> (usize, usize) {
        let signs = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        (signs(part), signs(masked))
    }

    fn parts(text: &str) -> Vec<&str> {
        text.split(['@', '.', ' ', '-', '\'', ',']).filter(|part| !part.is_empty()).collect()
    }

    proptest! {
        #[test]
        fn no_part_of_an_email_is_shown_whole_nor_more_than_a_third(
            local in "[a-zA-Z0-9ß_+]{1,12}",
            host in "[a-zA-Z0-9]{1,12}",
            top in "[a-z]{2,6}",
        ) {
            let masked = mask(Email, &format!("{local}@{host}.{top}"));
            let shown_parts = parts(&masked);
            prop_assert_eq!(shown_parts.len(), 3);
            for (part, masked) in [&local, &host, &top].into_iter().zip(shown_parts) {
                let (all, left) = shown(part, masked);
                prop_assert!(!masked.contains(part.as_str()) && left * 3 <= all, "{} as {}", part, masked);
            }
        }

        #[test]
        fn no_name_is_shown_whole_nor_more_than_a_third(
            names in prop::collection::vec("[a-zA-ZäßÉ王小]{1,12}", 1..5),
            joint in "[ ,.'-]",
        ) {
            let masked = mask(PersonName, &names.join(&joint));
            let shown_parts = parts(&masked);
            prop_assert_eq!(shown_parts.len(), names.len());
            for (name, masked) in names.iter().zip(shown_parts) {
                let (all, left) = shown(name, masked);
                prop_assert!(!masked.contains(name.as_str()) && left * 3 <= all, "{} as {}", name, masked);
            }
        }

        #[test]
        fn of_no_value_more_than_three_signs_in_eight_are_shown(
            value in "[ -~äß]{1,30}",
            digits in "[0-9]{1,20}",
            like in "[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9]{1,4}",
        ) {
            for kind in [Email, Phone, PersonName, Address, NationalId, Card, Iban, IpAddress, BirthDate] {
                for value in [&value, &digits, &like] {
                    let masked = mask(kind, value);
                    let (all, left) = shown(value, &masked);
                    prop_assert!(left * 8 <= all * 3, "{:?} {} {}", kind, value, masked);
                }
            }
        }
    }
}
