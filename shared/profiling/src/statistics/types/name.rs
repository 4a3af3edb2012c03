//! What a column's name hints at. Weak evidence: it only tips what the values leave open.

/// Hints in a column's name, as NetSuite, Salesforce, HubSpot and people name columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hints {
    pub flag: bool,
    pub phone: bool,
    pub country: bool,
    pub currency: bool,
    pub postal: bool,
    pub time: bool,
    pub url: bool,
    pub version: bool,
    pub state: bool,
    pub language: bool,
    /// An identifier or a count of something, and not the thing.
    pub about: bool,
}

impl Hints {
    pub fn of(name: &str) -> Self {
        let words = words(name);
        let squashed: String = words.concat();
        let word = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
        let part = |any: &[&str]| any.iter().any(|part| squashed.contains(part));
        let last = |any: &[&str]| words.last().is_some_and(|word| any.contains(&word.as_str()));
        Self {
            flag: word(&[
                "is", "has", "can", "was", "flag", "flg", "active", "inactive", "enabled", "deleted", "allow",
            ]) || begins_as_flag(&words)
                || part(&[
                    "inactive",
                    "isactive",
                    "optout",
                    "optedout",
                    "optin",
                    "donotcall",
                    "deleted",
                    "archived",
                    "taxable",
                    "billable",
                    "subscribed",
                    "verified",
                    "required",
                    "disabled",
                    "closedwon",
                ]),
            phone: part(&["phone", "mobile", "fax", "whatsapp", "telefon"]) || word(&["tel", "cell", "sms"]),
            country: part(&["country", "nationality", "nation"]) && !part(&["national", "destination"])
                || part(&["nationality", "iso2", "iso3"])
                || word(&["ctry", "land"]),
            currency: part(&["currency", "iso4217"]) || word(&["ccy", "curr", "cur"]),
            postal: part(&["zip", "postal", "postcode", "postleitzahl", "codepostal"])
                && !part(&["gzip", "unzip"])
                || word(&["plz", "cep", "pincode"]),
            time: part(&[
                "date",
                "timestamp",
                "time",
                "created",
                "modified",
                "updated",
                "epoch",
                "birth",
                "expires",
                "deadline",
            ]) || last(&[
                "at", "on", "ts", "dt", "ms", "dob", "since", "until", "day", "due", "start", "end",
            ]),
            url: part(&["url", "website", "webpage", "homepage", "link"])
                || word(&["web", "site", "uri", "href"]),
            version: part(&["version", "firmware"]) || word(&["ver", "build", "release"]),
            state: part(&["state", "province", "region"]) && !part(&["statement", "estate"]),
            language: part(&["language", "locale", "lang"]),
            about: last(&["id", "ids", "count", "type"]),
        }
    }
}

/// `isinactive`, `hasoptedout`, written together.
fn begins_as_flag(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    let rest = first.strip_prefix("is").or(first.strip_prefix("has")).unwrap_or_default();
    let others = ["issue", "island", "isbn", "issn", "isin", "isrc", "hash", "iso", "israel"];
    rest.len() >= 4 && !others.iter().any(|other| first.starts_with(other))
}

/// In small letters, split at everything but letters and digits, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let starts = letter.is_uppercase() && before.is_lowercase();
        if starts || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hint_at_what_they_hold() {
        assert!(Hints::of("isinactive").flag && Hints::of("IsDeleted").flag && Hints::of("is_active").flag);
        assert!(!Hints::of("issue_type").flag && !Hints::of("island").flag && !Hints::of("hash").flag);
        assert!(Hints::of("BillingPostalCode").postal && Hints::of("shipzip").postal);
        assert!(Hints::of("MobilePhone").phone && Hints::of("hs_lastmodifieddate").time);
        assert!(Hints::of("billing_country").country && Hints::of("CurrencyIsoCode").currency);
        assert!(!Hints::of("destination").country && !Hints::of("amount").time);
    }
}
