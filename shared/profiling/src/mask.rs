//! Values of personal data as they may be shown: their shape and little else.

use forebay_model::profile::{
    ColumnProfile, NumberStatistics, SensitiveFinding, SensitiveKind, TimeStatistics,
};

use crate::sensitive::evidence::LEAST_CONFIDENCE;

/// Whether somebody may see the values of personal data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exposure {
    /// Values are masked: what everybody gets.
    #[default]
    Masked,
    /// Values as they are, for identities that may see them.
    Shown,
}

/// How the values of one column are masked, wherever they are shown: also in examples of rules' violations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    kind: SensitiveKind,
}

impl Mask {
    pub const fn new(kind: SensitiveKind) -> Self {
        Self { kind }
    }

    /// The mask of the most certain finding with a confidence of at least 0.5, which is every finding that
    /// is reported: what is more likely personal than not is not shown.
    pub fn of(findings: &[SensitiveFinding]) -> Option<Self> {
        findings
            .iter()
            .filter(|finding| finding.confidence >= LEAST_CONFIDENCE)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
            .map(|finding| Self::new(finding.kind))
    }

    /// The value masked; see [`mask`].
    pub fn apply(self, value: &str) -> String {
        mask(self.kind, value)
    }
}

/// Hides a value but for what tells its kind: an email's first letters and top-level domain
/// (`j***@e***.com`), a card's last four digits, an IBAN's country, a phone's last two digits, a name's
/// initials, an IP address's first part, a birth date's year. What does not have the form of its kind loses
/// every letter and digit. The shape (length, separators) stays, except in emails and names.
pub fn mask(kind: SensitiveKind, value: &str) -> String {
    match kind {
        SensitiveKind::Email => email(value),
        SensitiveKind::Phone => keep_last_digits(value, 7, 2),
        SensitiveKind::Card => keep_last_digits(value, 12, 4),
        SensitiveKind::PersonName => initials(value),
        SensitiveKind::Iban => iban(value),
        SensitiveKind::IpAddress => ip(value),
        SensitiveKind::BirthDate => year_only(value),
        SensitiveKind::NationalId | SensitiveKind::Address => stars(value),
    }
}

fn stars(value: &str) -> String {
    value.chars().map(star).collect()
}

/// Marks that combine with a letter go with it.
fn star(c: char) -> char {
    if c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace()) { '*' } else { c }
}

fn email(value: &str) -> String {
    let Some((local, host)) = value.trim().split_once('@') else { return stars(value) };
    let Some((host, top)) = host.rsplit_once('.') else { return stars(value) };
    // More than one address, or a name beside it.
    let plain = |part: &str| !part.is_empty() && !part.contains([' ', '<', '>', ',', ';', '@']);
    let known_top = (2..=24).contains(&top.len()) && top.chars().all(char::is_alphabetic);
    match (local.chars().next(), host.chars().next()) {
        (Some(first), Some(second)) if plain(local) && plain(host) && known_top => {
            format!("{first}***@{second}***.{top}")
        }
        _ => stars(value),
    }
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
    let mut masked = String::with_capacity(value.len());
    for word in value.split_inclusive([' ', ',', '-', '.', '\'']) {
        let mut letters = word.chars();
        let first = letters.next();
        let end = letters.next_back().filter(|c| matches!(c, ' ' | ',' | '-' | '.' | '\''));
        match first {
            Some(first) if first.is_alphabetic() => {
                masked.push(first);
                masked.push_str("***");
            }
            Some(first) => masked.push(star(first)),
            None => {}
        }
        // Digits and the like in the rest show nothing either.
        masked.extend(end);
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

fn ip(value: &str) -> String {
    let separator = if value.contains(':') { ':' } else { '.' };
    match value.split_once(separator) {
        Some((first, rest))
            if (1..=4).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_hexdigit()) =>
        {
            format!("{first}{separator}{}", stars(rest))
        }
        _ => stars(value),
    }
}

/// Keeps the four digits that stand together, or the first four of eight alone (YYYYMMDD).
fn year_only(value: &str) -> String {
    let runs = || value.split(|c: char| !c.is_ascii_digit());
    let compact = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    let year = if compact { value.get(..4) } else { runs().find(|run| run.len() == 4) };
    let Some(year) = year.filter(|year| year.starts_with("19") || year.starts_with("20")) else {
        return stars(value);
    };
    match value.split_once(year) {
        Some((before, after)) => format!("{}{year}{}", stars(before), stars(after)),
        None => stars(value),
    }
}

/// Masks everything in a profile that shows values, where its column holds personal data.
pub(crate) fn apply(profile: &mut ColumnProfile) {
    let Some(mask) = Mask::of(&profile.sensitive) else { return };
    for shown in [&mut profile.min, &mut profile.max].into_iter().flatten() {
        *shown = mask.apply(shown);
    }
    for frequent in &mut profile.frequent {
        frequent.value = mask.apply(&frequent.value);
    }
    // Quantiles, bins, means and sums of ids and birthdays are values or give them away.
    profile.numbers = profile.numbers.take().map(counts_only);
    profile.times = profile.times.take().map(|times| years_only(times, mask));
    profile.masked = true;
}

fn counts_only(numbers: NumberStatistics) -> NumberStatistics {
    NumberStatistics {
        count: numbers.count,
        from_text: numbers.from_text,
        nan: numbers.nan,
        infinities: numbers.infinities,
        zeros: numbers.zeros,
        negatives: numbers.negatives,
        integers: numbers.integers,
        sum: String::new(),
        sum_exact: false,
        ..NumberStatistics::default()
    }
}

/// Weekdays and hours of many people are nobody's; gaps name days.
fn years_only(mut times: TimeStatistics, mask: Mask) -> TimeStatistics {
    let year = |text: &str| match (mask.kind, text.get(..4)) {
        (SensitiveKind::BirthDate, Some(year)) if year.bytes().all(|b| b.is_ascii_digit()) => year.to_owned(),
        _ => mask.apply(text),
    };
    (times.earliest, times.latest) = (year(&times.earliest), year(&times.latest));
    times.gaps.longest.clear();
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_keep_their_shape_and_little_else() {
        use SensitiveKind::*;
        let all = [
            (Email, "john.doe@example.com", "j***@e***.com"),
            (Email, "Ada <ada@example.org>", "*** <***@*******.***>"),
            (Card, "4111 1111 1111 1111", "**** **** **** 1111"),
            (Card, "4111111111111111", "************1111"),
            (Card, "unknown 12", "******* **"),
            (Phone, "+1 (212) 555-0123", "+* (***) ***-**23"),
            (PersonName, "John Smith", "J*** S***"),
            (PersonName, "O'Brien, Anna-Lena", "O***'B***, A***-L***"),
            (NationalId, "123-45-6789", "***-**-****"),
            (NationalId, "RSSMRA85T10A562S", "****************"),
            (Address, "12 Königsallee", "** ***********"),
            (Iban, "DE89 3704 0044 0532 0130 00", "DE** **** **** **** **** **"),
            (IpAddress, "192.0.2.1", "192.*.*.*"),
            (IpAddress, "2001:db8::1", "2001:***::*"),
            (BirthDate, "1985-03-12", "1985-**-**"),
            (BirthDate, "12.03.1985", "**.**.1985"),
            (BirthDate, "19850312", "1985****"),
            (BirthDate, "12 March 1985", "** ***** 1985"),
        ];
        for (kind, value, masked) in all {
            assert_eq!(mask(kind, value), masked);
        }
    }

    proptest! {
        #[test]
        fn no_value_passes_unmasked(value in "[ -~äß]{1,30}", digits in "[0-9]{1,16}") {
            use SensitiveKind::*;
            for kind in [Email, Phone, PersonName, Address, NationalId, Card, Iban, IpAddress, BirthDate] {
                for value in [&value, &digits] {
                    let masked = mask(kind, value);
                    let shown = masked.chars().filter(|c| c.is_ascii_digit()).count();
                    prop_assert!(shown <= 4, "{:?} {} {}", kind, value, masked);
                    let letters = value.chars().filter(|c| c.is_alphanumeric()).count();
                    // An initial is a word's mask, a year a birth date's.
                    if letters > 1 && !matches!(kind, PersonName | BirthDate) {
                        prop_assert!(&masked != value, "{:?} {} {}", kind, value, masked);
                    }
                }
            }
        }
    }
}
