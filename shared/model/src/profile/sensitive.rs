//! The public shape of what is found out about personal data.

use serde::{Deserialize, Serialize};

/// A kind of personal or payment data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveKind {
    Email,
    Phone,
    PersonName,
    Address,
    /// A national identification number with a valid checksum; `detail` says whose.
    NationalId,
    /// A payment card number with a known prefix and a valid Luhn digit.
    Card,
    /// An IBAN with its country's length and a valid check (ISO 7064 mod 97-10).
    Iban,
    IpAddress,
    BirthDate,
}

/// Personal data in a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitiveFinding {
    pub kind: SensitiveKind,
    /// Which one, as in `us_ssn` or `de_steuer_id`.
    pub detail: Option<String>,
    /// Of the filled values.
    pub share: f64,
    /// 0 to 1: how likely the column holds such data, from its values and its name.
    pub confidence: f64,
    /// Whether `share` was counted over all values; else over one in eight of the different values.
    #[serde(default)]
    pub exact: bool,
}
