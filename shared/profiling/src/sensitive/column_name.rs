//! What a column's name says: weak evidence, for some kinds the only one that tells a value from its likes.

use super::detectors::Detector;

/// Words of columns that hold numbers and names of things.
const THINGS: &[&str] = &[
    "order",
    "invoice",
    "sku",
    "item",
    "product",
    "part",
    "tracking",
    "shipment",
    "barcode",
    "ean",
    "upc",
    "gtin",
    "isbn",
    "issn",
    "amount",
    "price",
    "total",
    "version",
    "build",
    "release",
    "hash",
    "uuid",
    "guid",
    "timestamp",
    "epoch",
    "company",
    "brand",
    "city",
    "town",
    "country",
    "region",
    "gl",
    "ledger",
    "account",
    "serial",
    "batch",
    "lot",
    "ticket",
    "po",
    "imei",
    "siren",
    "siret",
    "vat",
    "duns",
    "ein",
    "routing",
    "quantity",
    "qty",
    "revenue",
    "model",
    "warehouse",
    "vendor",
    "supplier",
    "organization",
    "department",
    "category",
    "title",
    "sequence",
    "transaction",
    "reference",
    "purchase",
    "accession",
    "manufacturer",
    "color",
    "colour",
    "team",
    "store",
    "campaign",
    "project",
    "asset",
    "location",
    "artikel",
    "bestellung",
    "rechnung",
    "firma",
    "stadt",
    "ort",
    "publisher",
];
/// Words of any country's id.
const IDENTITY: &[&str] = &[
    "nationalid",
    "identity",
    "idnumber",
    "taxid",
    "personalid",
    "citizen",
    "passport",
    "idcard",
    "governmentid",
    "taxpayer",
    "documento",
    "nationalnumber",
    "personalnumber",
    "ausweis",
];
/// Parts of names that are only whole tokens below this length, since they occur in other words.
const LEAST_PART: usize = 5;

/// Powers of ten that a name adds which speaks for a kind.
pub(super) const FOR: f64 = 3.0;

/// A column's name, taken apart.
#[derive(Debug)]
pub(crate) struct ColumnName {
    tokens: Vec<String>,
    /// Letters and digits of the whole name.
    joined: String,
}

impl ColumnName {
    /// Splits at what is no letter or digit, and where small letters turn to capitals.
    pub fn new(name: &str) -> Self {
        let mut tokens = vec![String::new()];
        let mut small = false;
        for c in name.chars() {
            let starts = !c.is_alphanumeric() || (small && c.is_uppercase());
            if starts && tokens.last().is_some_and(|token| !token.is_empty()) {
                tokens.push(String::new());
            }
            if c.is_alphanumeric()
                && let Some(token) = tokens.last_mut()
            {
                token.extend(c.to_lowercase().map(plain));
            }
            small = c.is_lowercase() || c.is_ascii_digit();
        }
        tokens.retain(|token| !token.is_empty());
        Self { joined: tokens.concat(), tokens }
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| {
            self.tokens.iter().any(|token| token == word)
                || (word.len() >= LEAST_PART && self.joined.contains(word))
        })
    }

    /// Whether it says that something is called so, and not what: `name`, `shipToName`.
    pub fn is_of_a_name(&self) -> bool {
        self.says(&["name", "nombre", "nom", "nome", "naam", "namn"])
    }

    /// Powers of ten for or against a detector's kind.
    pub fn weight(&self, detector: Detector) -> f64 {
        const FOR_ANY_ID: f64 = 2.0;
        const AGAINST: f64 = -6.0;
        let spec = detector.spec();
        if self.says(spec.words) {
            return FOR;
        }
        let id = spec.kind == forebay_model::profile::SensitiveKind::NationalId;
        if id && self.says(IDENTITY) {
            return FOR_ANY_ID;
        }
        let things = THINGS
            .iter()
            .any(|word| self.tokens.iter().any(|t| t == word || t.strip_suffix('s') == Some(word)));
        if things { AGAINST } else { 0.0 }
    }
}

/// Without the accents that column names have.
fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
        'í' | 'ï' | 'î' => 'i',
        'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ü' | 'û' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_people_write_them() {
        assert_eq!(ColumnName::new("MobilePhone2_work-EMail").tokens, ["mobile", "phone2", "work", "email"]);
        assert_eq!(ColumnName::new("Geburtsdatum (Kunde)").tokens, ["geburtsdatum", "kunde"]);
    }

    #[test]
    fn names_speak_for_and_against() {
        let weight = |name: &str, detector| ColumnName::new(name).weight(detector);
        for name in ["phone", "MobilePhone", "alt_phone", "Tel.", "Téléphone", "telefoonnummer_mobile"] {
            assert!(weight(name, Detector::PhoneLoose) > 0.0, "{name}");
        }
        assert!(weight("order_number", Detector::PhoneNational) < 0.0);
        assert!(weight("orders", Detector::Card) < 0.0);
        assert!(weight("order_contact_phone", Detector::PhoneNational) > 0.0);
        assert!(weight("national_id", Detector::PlPesel) > 0.0);
        assert!(
            weight("FirstName", Detector::GivenName) > 0.0 && weight("prénom", Detector::GivenName) > 0.0
        );
        assert_eq!(weight("using", Detector::CaSin), 0.0);
    }
}
