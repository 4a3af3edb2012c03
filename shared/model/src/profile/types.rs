//! The public shape of type inference.

use serde::{Deserialize, Serialize};

/// A node of the lattice and how many of the filled values it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeShare {
    pub name: String,
    pub share: f64,
}

/// How the column's values are written. Names of spellings for types that are neither numbers nor times, as
/// in `T/F`, `alpha-2`, `IPv4`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormatFinding {
    /// As in `YYYY-MM-DD`, `MM/DD/YYYY`, `DD.MM.YYYY HH:mm`, `1.234,56`.
    pub format: String,
    /// Of the values that the type covers and whose spelling is known.
    pub share: f64,
    /// Another reading fits just as well and no value of the column settles it, as with 03/04/2026 alone.
    pub ambiguous: bool,
    /// The other readings, where ambiguous.
    pub alternatives: Vec<String>,
}

/// A type that the column's values would fit, and the share that does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InferredType {
    /// `boolean`, `integer`, `decimal`, `date`, `time`, `timestamp` (without zone), `timestamp_tz`, `uuid`,
    /// `email`, `url`, `phone`, `ip`, `country`, `currency`, `postal_code`, `json`, `text`, `empty`.
    pub name: String,
    /// Of the filled values: those that are neither null nor empty nor blank.
    pub share: f64,
    /// Lower end of the 95% Wilson interval of `share`, times how specific the evidence is: 0 to 1.
    pub confidence: f64,
    /// Digits in all and after the point, that numbers need at most; `None` for other types, and where floats
    /// or exponents leave it open.
    pub precision: Option<u32>,
    pub scale: Option<u32>,
    /// Most frequent first, twelve at most.
    pub formats: Vec<FormatFinding>,
    /// The other types that cover at least 1% of the filled values, largest first.
    pub candidates: Vec<TypeShare>,
}

impl Default for InferredType {
    fn default() -> Self {
        Self {
            name: "empty".to_owned(),
            share: 0.0,
            confidence: 0.0,
            precision: None,
            scale: None,
            formats: Vec::new(),
            candidates: Vec::new(),
        }
    }
}
