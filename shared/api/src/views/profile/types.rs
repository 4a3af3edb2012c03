//! Inferred types and personal data.

use forebay_model::profile::{FormatFinding, InferredType, SensitiveFinding, SensitiveKind, TypeShare};
use serde::Serialize;
use utoipa::ToSchema;

/// A type that the column's values would fit, and the share that does.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = InferredType)]
pub struct InferredTypeView {
    /// `boolean`, `integer`, `decimal`, `date`, `time`, `timestamp` (without zone), `timestamp_tz`, `uuid`, `email`, `url`, `phone`, `ip`, `country`, `currency`, `postal_code`, `json`, `text` or `empty`.
    pub name: String,
    pub share: f64,
    /// 0 to 1: how sure the inference is.
    pub confidence: f64,
    /// Digits that numbers need at most.
    #[schema(required = true)]
    pub precision: Option<u32>,
    /// Digits after the point that numbers need at most.
    #[schema(required = true)]
    pub scale: Option<u32>,
    /// How dates, times or numbers are written.
    pub formats: Vec<FormatView>,
    /// Other types that cover at least 1%, largest first.
    pub candidates: Vec<TypeShareView>,
}

/// A type and the share of values that it covers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TypeShare)]
pub struct TypeShareView {
    pub name: String,
    pub share: f64,
}

/// How values are written.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Format)]
pub struct FormatView {
    /// As in `YYYY-MM-DD` or `1.234,56`.
    pub format: String,
    pub share: f64,
    /// Another reading fits every value just as well.
    pub ambiguous: bool,
    /// The other readings, where ambiguous.
    pub alternatives: Vec<String>,
}

/// Personal data in a column.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Sensitive)]
pub struct SensitiveView {
    /// `email`, `phone`, `person_name`, `address`, `national_id`, `card`, `iban`, `ip_address` or `birth_date`.
    pub kind: String,
    /// Which one, as in `us_ssn`.
    #[schema(required = true)]
    pub detail: Option<String>,
    /// Of the filled values.
    pub share: f64,
    /// 0 to 1.
    pub confidence: f64,
}

fn kind(of: SensitiveKind) -> &'static str {
    match of {
        SensitiveKind::Email => "email",
        SensitiveKind::Phone => "phone",
        SensitiveKind::PersonName => "person_name",
        SensitiveKind::Address => "address",
        SensitiveKind::NationalId => "national_id",
        SensitiveKind::Card => "card",
        SensitiveKind::Iban => "iban",
        SensitiveKind::IpAddress => "ip_address",
        SensitiveKind::BirthDate => "birth_date",
    }
}

impl From<InferredType> for InferredTypeView {
    fn from(of: InferredType) -> Self {
        Self {
            name: of.name,
            share: of.share,
            confidence: of.confidence,
            precision: of.precision,
            scale: of.scale,
            formats: of.formats.into_iter().map(Into::into).collect(),
            candidates: of.candidates.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TypeShare> for TypeShareView {
    fn from(of: TypeShare) -> Self {
        Self { name: of.name, share: of.share }
    }
}

impl From<FormatFinding> for FormatView {
    fn from(of: FormatFinding) -> Self {
        Self { format: of.format, share: of.share, ambiguous: of.ambiguous, alternatives: of.alternatives }
    }
}

impl From<SensitiveFinding> for SensitiveView {
    fn from(of: SensitiveFinding) -> Self {
        Self { kind: kind(of.kind).to_owned(), detail: of.detail, share: of.share, confidence: of.confidence }
    }
}
