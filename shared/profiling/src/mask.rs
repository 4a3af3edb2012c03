//! How values are shown: those of personal data by their shape and little else.

mod forms;
mod nested;
mod profile;

use std::borrow::Cow;

use forebay_model::profile::{SensitiveFinding, SensitiveKind};

use crate::sensitive::evidence::LEAST_CONFIDENCE;
use crate::sensitive::json::is_nested;
use crate::sensitive::spans;

pub use forms::mask;
pub(crate) use profile::apply;

/// Whether somebody may see the values of personal data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exposure {
    /// Values are masked: what everybody gets.
    #[default]
    Masked,
    /// Values as they are, for identities that may see them.
    Shown,
}

/// How the values of one column are masked, wherever they are shown.
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

    /// The value masked; see [`mask`]. Of JSON the brackets and the names of fields stay, and every string and
    /// number is masked.
    pub fn apply(self, value: &str) -> String {
        if is_nested(value) { nested::masked(value) } else { mask(self.kind, value) }
    }
}

/// How the values of one column are shown, wherever that is, also in examples of rules' violations. Where the column
/// holds personal data, all are masked. Elsewhere a value is masked as far as it proves by itself to be personal: an
/// address of e-mail, a payment card, an IBAN, a phone number that begins with `+`, an id with its check digits,
/// also within a longer text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screen {
    mask: Option<Mask>,
    /// A bit for each detector whose check the column's values pass no more often than by chance.
    ordinary: u64,
}

impl Screen {
    /// Masks every value.
    pub const fn all(mask: Mask) -> Self {
        Self { mask: Some(mask), ordinary: 0 }
    }

    pub(crate) fn new(findings: &[SensitiveFinding], ordinary: u64) -> Self {
        Self { mask: Mask::of(findings), ordinary }
    }

    /// Whether it masks every value.
    pub const fn masks_all(self) -> bool {
        self.mask.is_some()
    }

    /// By what is known of the same column from two sides: what either one masks is masked. A check is ordinary only
    /// where both say so: of few values, none is.
    pub fn or(self, other: Self) -> Self {
        Self { mask: self.mask.or(other.mask), ordinary: self.ordinary & other.ordinary }
    }

    /// The value as it may be shown.
    pub fn show<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if let Some(mask) = self.mask {
            return Cow::Owned(mask.apply(value));
        }
        let found = spans(value, self.ordinary);
        if found.is_empty() {
            return Cow::Borrowed(value);
        }
        let mut shown = String::with_capacity(value.len());
        let mut from = 0;
        for span in found {
            shown.push_str(&value[from..span.start]);
            shown.push_str(&mask(span.kind, &value[span.start..span.end]));
            from = span.end;
        }
        shown.push_str(&value[from..]);
        Cow::Owned(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proves_itself_is_masked_in_any_column() {
        let screen = Screen::default();
        let shown = [
            ("ada.l@example.org", "a***@e***.o***"),
            ("ask ada.l@example.org today", "ask a***@e***.o*** today"),
            ("4111111111111111", "************1111"),
            ("paid by 4111 1111 1111 1111.", "paid by **** **** **** 1111."),
            (r#"{"to":"ada.l@example.org","n":12}"#, r#"{"to":"a***@e***.o***","n":12}"#),
        ];
        for (value, expected) in shown {
            assert_eq!(screen.show(value), expected);
        }
        assert!(matches!(screen.show("open, 12.50, 2026-03-01"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_column_of_personal_data_masks_all() {
        let screen = Screen::all(Mask::new(SensitiveKind::PersonName));
        assert_eq!(screen.show("open"), "o***");
        assert_eq!(Screen::default().or(screen), screen);
        let json = r#"{"name":"Ada L","age":36,"vip":true,"mail":"ada.l@example.org"}"#;
        let masked = r#"{"name":"*** *","age":**,"vip":true,"mail":"a***@e***.o***"}"#;
        assert_eq!(screen.show(json), masked);
    }

    #[test]
    fn what_either_side_masks_is_masked() {
        let order_numbers = Screen::new(&[], u64::MAX);
        assert_eq!(order_numbers.show("4111111111111111"), "4111111111111111");
        for both in [order_numbers.or(Screen::default()), Screen::default().or(order_numbers)] {
            assert_eq!(both.show("4111111111111111"), "************1111");
        }
        assert_eq!(order_numbers.or(order_numbers), order_numbers);
    }
}
