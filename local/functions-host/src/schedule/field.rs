//! One field of an NCRONTAB expression, with the rules of the NCrontab library's `CrontabFieldImpl`.

/// What a field counts, its bounds (inclusive) and its names.
pub struct FieldKind {
    pub label: &'static str,
    pub min: u8,
    pub max: u8,
    pub names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

pub const SECOND: FieldKind = FieldKind { label: "second", min: 0, max: 59, names: &[] };
pub const MINUTE: FieldKind = FieldKind { label: "minute", min: 0, max: 59, names: &[] };
pub const HOUR: FieldKind = FieldKind { label: "hour", min: 0, max: 23, names: &[] };
pub const DAY: FieldKind = FieldKind { label: "day", min: 1, max: 31, names: &[] };
pub const MONTH: FieldKind = FieldKind { label: "month", min: 1, max: 12, names: &MONTHS };
pub const DAY_OF_WEEK: FieldKind = FieldKind { label: "day of week", min: 0, max: 6, names: &DAYS };

/// The values a field allows, as a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field(u64);

impl Field {
    /// Reads lists of `*`, `a`, `a-b`, each with an optional `/step`.
    ///
    /// # Errors
    /// A sentence naming the field and the part that cannot be read.
    pub fn parse(text: &str, kind: &FieldKind) -> Result<Self, String> {
        text.split(',').try_fold(Self(0), |field, part| {
            let (first, last, step) = range(part, kind).ok_or_else(|| {
                format!("'{part}' is not a valid {} ({} to {})", kind.label, kind.min, kind.max)
            })?;
            let bits = (first..=last).step_by(usize::from(step)).fold(0, |bits, value| bits | 1_u64 << value);
            Ok(Self(field.0 | bits))
        })
    }

    pub fn contains(self, value: u8) -> bool {
        self.0 & (1_u64 << value) != 0
    }

    /// The smallest allowed value that is at least `from`.
    pub fn at_or_after(self, from: u8) -> Option<u8> {
        let rest = self.0.checked_shr(u32::from(from))?;
        (rest != 0).then(|| from + u8::try_from(rest.trailing_zeros()).unwrap_or(u8::MAX))
    }
}

/// A reversed range is swapped, `a/n` runs to the field's end, and a step of zero counts as one: so does NCrontab.
fn range(part: &str, kind: &FieldKind) -> Option<(u8, u8, u8)> {
    let (span, step) = match part.split_once('/') {
        Some((span, step)) => (span, Some(step.parse::<u8>().ok()?.max(1))),
        None => (part, None),
    };
    if span == "*" {
        return Some((kind.min, kind.max, step.unwrap_or(1)));
    }
    if let Some((first, last)) = span.split_once('-') {
        let (first, last) = (value(first, kind)?, value(last, kind)?);
        return Some((first.min(last), first.max(last), step.unwrap_or(1)));
    }
    let only = value(span, kind)?;
    Some(step.map_or((only, only, 1), |step| (only, kind.max, step)))
}

/// A number, or any beginning of a name (`mon`, `Monday`), whatever its case.
fn value(text: &str, kind: &FieldKind) -> Option<u8> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return text.parse().ok().filter(|value| (kind.min..=kind.max).contains(value));
    }
    let name = text.to_ascii_lowercase();
    let index = kind.names.iter().position(|known| !name.is_empty() && known.starts_with(&name))?;
    u8::try_from(index).ok().map(|index| index + kind.min)
}
