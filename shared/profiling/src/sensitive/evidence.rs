//! From counts of accepted values to findings: which personal data a column holds.
//!
//! Evidence is added up in powers of ten, as odds multiply:
//!
//! - one column in a thousand is taken to hold a given kind of data before anything is known ([`PRIOR`]);
//! - the form of the values ([`Spec::form`]) and the column's name ([`ColumnName::weight`]) add or take;
//! - check digits add what chance cannot explain: of n different values of the form, k pass; were they other
//!   numbers, each would pass with probability p. By Chernoff's bound at least k of n do so with a
//!   probability of at most exp(-n KL(k/n, p)). Different values are counted, since one number repeated a
//!   million times passes or fails as one.
//!
//! And most values of the form have to be valid beyond chance: with p of the false ones passing, the share
//! of true ones is (k/n - p) / (1 - p). Sequential numbers, amounts and barcodes have it at about 0.

use forebay_model::profile::{SensitiveFinding, SensitiveKind};

use super::column_name::{ColumnName, FOR};
use super::detectors::{Detector, Spec};

/// Of 1,000 columns one holds a given kind.
const PRIOR: f64 = -3.0;
/// Findings less certain than an even chance are not reported; those that are, mask.
pub(crate) const LEAST_CONFIDENCE: f64 = 0.5;
/// No column is certain.
const MOST_CONFIDENCE: f64 = 0.999;
/// Of the values of the form, those that are valid beyond chance; with the name's support fewer are enough,
/// since people mistype.
const LEAST_VALID: f64 = 0.7;
const LEAST_VALID_SUPPORTED: f64 = 0.4;
const LEAST_SHARE_SUPPORTED: f64 = 0.01;

/// What a detector made of a column, in rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub candidates: u64,
    pub valid: u64,
    /// At least so many different values were valid; 64 stands for that and more.
    pub different: u32,
}

/// All counts of a column.
#[derive(Debug)]
pub(crate) struct Counts {
    pub filled: u64,
    pub by_detector: Vec<(Detector, Count)>,
    /// Whether every value was looked at, not one in eight.
    pub exact: bool,
}

/// The counts of a column's values by what speaks for them.
#[derive(Debug)]
pub(crate) struct ColumnCounts {
    /// Of values as they are.
    pub whole: Counts,
    /// Of values that are JSON, by what lies in them.
    pub plain: Counts,
    /// The same where the names that lead there say what it is.
    pub named: Counts,
}

/// What says of values what they are.
#[derive(Debug, Clone, Copy)]
enum Name<'a> {
    Column(&'a ColumnName),
    /// Of values within JSON: a column of orders may hold their customers.
    Around(&'a ColumnName),
    /// The names within JSON have spoken for every value.
    Within,
}

impl Name<'_> {
    fn weight(self, detector: Detector) -> f64 {
        match self {
            Name::Column(name) => name.weight(detector),
            Name::Around(name) => name.weight(detector).max(0.0),
            Name::Within => FOR,
        }
    }
}

/// Whether values alone can make it more likely than not.
pub(crate) fn can_tell_alone(detector: Detector) -> bool {
    let spec = detector.spec();
    PRIOR + spec.form + spec.most_check > 0.0
}

/// Whether the form outweighs a name that speaks against it.
pub(crate) fn tells_in_spite_of(detector: Detector, weight: f64) -> bool {
    PRIOR + detector.spec().form + weight > 0.0
}

/// Of so many different values that fail, chance's share is known well enough.
const LEAST_FAILING: u32 = 8;
/// Of the values of the form, those that are valid beyond chance: fewer are nobody's.
const LEAST_BEYOND_CHANCE: f64 = 0.1;

/// Whether chance explains what passes, `failing` different values having failed: then one that passes is no proof.
pub(crate) fn is_chance(detector: Detector, count: Count, failing: u32) -> bool {
    let spec = detector.spec();
    let passing = count.valid as f64 / count.candidates.max(1) as f64;
    let beyond = (passing - spec.chance) / (1.0 - spec.chance);
    spec.chance > 0.0 && failing >= LEAST_FAILING && beyond < LEAST_BEYOND_CHANCE
}

impl Counts {
    fn of(&self, detector: Detector) -> Count {
        self.by_detector.iter().find(|(d, _)| *d == detector).map(|(_, count)| *count).unwrap_or_default()
    }

    fn share(&self, rows: u64) -> f64 {
        (rows as f64 / self.filled as f64).min(1.0)
    }
}

/// Most certain first.
pub(crate) fn findings(counts: &ColumnCounts, column: &str) -> Vec<SensitiveFinding> {
    let ColumnCounts { whole, plain, named } = counts;
    let name = ColumnName::new(column);
    let mut found = of_values(whole, Name::Column(&name));
    for finding in named_findings(named).into_iter().chain(of_values(plain, Name::Around(&name))) {
        match found.iter_mut().find(|other| other.kind == finding.kind && other.detail == finding.detail) {
            Some(other) => {
                other.share = (other.share + finding.share).min(1.0);
                other.confidence = other.confidence.max(finding.confidence);
            }
            None => found.push(finding),
        }
    }
    sort(&mut found);
    found
}

/// Names have told apart what looks alike, so that nothing is weighed against another kind.
fn named_findings(counts: &Counts) -> Vec<SensitiveFinding> {
    let of = |by_detector| of_values(&Counts { by_detector, ..*counts }, Name::Within);
    let (names, others): (Vec<_>, Vec<_>) = counts
        .by_detector
        .iter()
        .partition(|(detector, _)| detector.spec().kind == SensitiveKind::PersonName);
    let others = others.into_iter().flat_map(|one| of(vec![one]));
    of(names).into_iter().chain(others).collect()
}

fn sort(found: &mut [SensitiveFinding]) {
    found.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then(b.share.total_cmp(&a.share)).then(a.kind.cmp(&b.kind))
    });
}

fn of_values(counts: &Counts, name: Name<'_>) -> Vec<SensitiveFinding> {
    if counts.filled == 0 || counts.by_detector.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<SensitiveFinding> = Vec::new();
    for (detector, count) in &counts.by_detector {
        let finding = match detector {
            Detector::FullName | Detector::HalfName | Detector::GivenName | Detector::FamilyName => continue,
            _ => finding(counts, *detector, *count, name),
        };
        found.extend(finding);
    }
    found.extend(person_name(counts, name));
    sort(&mut found);
    let mut found = joined(found);
    add_loose_phones(counts, &mut found);
    found
}

fn finding(counts: &Counts, detector: Detector, count: Count, name: Name<'_>) -> Option<SensitiveFinding> {
    let spec = detector.spec();
    let weight = name.weight(detector);
    let supported = weight > 0.0;
    let share = counts.share(count.valid);
    let least_share = if supported { LEAST_SHARE_SUPPORTED } else { spec.least_share };
    let passing = count.valid as f64 / count.candidates.max(1) as f64;
    let beyond_chance = (passing - spec.chance) / (1.0 - spec.chance);
    let least = if supported { LEAST_VALID_SUPPORTED } else { LEAST_VALID };
    if count.valid == 0 || share < least_share || beyond_chance < least {
        return None;
    }
    let odds = PRIOR + spec.form + weight + check_evidence(spec, passing, count.different);
    let confidence = confidence(odds);
    (confidence >= LEAST_CONFIDENCE).then(|| of(counts, spec, share, confidence))
}

/// Of odds in powers of ten.
fn confidence(odds: f64) -> f64 {
    (1.0 / (1.0 + 10_f64.powf(-odds))).min(MOST_CONFIDENCE)
}

fn of(counts: &Counts, spec: &Spec, share: f64, confidence: f64) -> SensitiveFinding {
    SensitiveFinding {
        kind: spec.kind,
        detail: spec.detail.map(str::to_owned),
        share,
        confidence,
        exact: counts.exact,
    }
}

/// Powers of ten by which chance fails to explain that so many pass.
fn check_evidence(spec: &Spec, passing: f64, different: u32) -> f64 {
    if spec.chance == 0.0 || passing <= spec.chance {
        return 0.0;
    }
    let tried = f64::from(different) / passing;
    let failing = 1.0 - passing;
    let divergence = passing * (passing / spec.chance).log10()
        + if failing > 0.0 { failing * (failing / (1.0 - spec.chance)).log10() } else { 0.0 };
    (tried * divergence).min(spec.most_check)
}

/// Names have no check; a dictionary knows about two thirds of the given and half of the family names of a
/// list of people, and of companies, products and places few in both places at once. So a value of which
/// both parts are known counts 1, of which one is known 0.5; people reach about 0.6, companies 0.15.
fn person_name(counts: &Counts, name: Name<'_>) -> Option<SensitiveFinding> {
    const LEAST_SCORE: f64 = 0.42;
    const LEAST_SCORE_SUPPORTED: f64 = 0.2;
    const LEAST_BOTH: f64 = 0.2;
    const LEAST_DIFFERENT: u32 = 3;
    let (full, half) = (counts.of(Detector::FullName), counts.of(Detector::HalfName));
    let weight = name.weight(Detector::FullName);
    let score = (full.valid as f64 + half.valid as f64 / 2.0) / full.candidates.max(1) as f64;
    let both = full.valid as f64 / full.candidates.max(1) as f64;
    let share = counts.share(full.valid + half.valid);
    let spec = Detector::FullName.spec();
    let supported = weight > 0.0 || name.weight(Detector::GivenName) > 0.0;
    let certain = if supported {
        (score >= LEAST_SCORE_SUPPORTED && share >= 0.1).then_some(0.75 + score / 4.0)
    } else {
        let enough = full.different >= LEAST_DIFFERENT && share >= spec.least_share && both >= LEAST_BOTH;
        (weight == 0.0 && enough && score >= LEAST_SCORE).then_some(0.5 + score / 2.0)
    };
    if let Some(confidence) = certain {
        return Some(of(counts, spec, share, confidence.min(MOST_CONFIDENCE)));
    }
    [Detector::GivenName, Detector::FamilyName]
        .into_iter()
        .filter_map(|detector| single_name(counts, detector, name))
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
}

/// Cities, brands and months are names too: without the column's word nearly all have to be known.
fn single_name(counts: &Counts, detector: Detector, name: Name<'_>) -> Option<SensitiveFinding> {
    const LEAST_SHARE: f64 = 0.85;
    const LEAST_DIFFERENT: u32 = 16;
    let (spec, count, weight) = (detector.spec(), counts.of(detector), name.weight(detector));
    let share = counts.share(count.valid);
    let confidence = if weight > 0.0 && share >= spec.least_share {
        0.75 + share / 4.0
    } else if weight == 0.0 && share >= LEAST_SHARE && count.different >= LEAST_DIFFERENT {
        0.6
    } else {
        return None;
    };
    Some(of(counts, spec, share, confidence.min(MOST_CONFIDENCE)))
}

/// One finding of a kind: what one value can only be once adds up. Ids of several countries stand beside
/// each other where their values do not overlap.
fn joined(found: Vec<SensitiveFinding>) -> Vec<SensitiveFinding> {
    let mut all: Vec<SensitiveFinding> = Vec::new();
    for finding in found {
        let same =
            |other: &&mut SensitiveFinding| other.kind == finding.kind && other.detail == finding.detail;
        if let Some(known) = all.iter_mut().find(same) {
            known.share = (known.share + finding.share).min(1.0);
            continue;
        }
        let ids: f64 = all.iter().filter(|f| f.kind == SensitiveKind::NationalId).map(|f| f.share).sum();
        if finding.kind != SensitiveKind::NationalId || ids == 0.0 || ids + finding.share <= 1.02 {
            all.push(finding);
        }
    }
    without_look_alikes(all)
}

/// The same digits are a phone, a card or an id, and not two of them: the less certain one goes.
fn without_look_alikes(all: Vec<SensitiveFinding>) -> Vec<SensitiveFinding> {
    use SensitiveKind::{BirthDate, Card, NationalId, Phone};
    let digits = |kind| matches!(kind, Phone | Card | NationalId | BirthDate);
    let mut kept: Vec<SensitiveFinding> = Vec::new();
    for finding in all {
        let overlaps = kept.iter().any(|other| {
            digits(other.kind)
                && digits(finding.kind)
                && other.kind != finding.kind
                && other.share + finding.share > 1.02
        });
        if !overlaps {
            kept.push(finding);
        }
    }
    kept
}

/// Where some values are surely phones, those that only look like one are too.
fn add_loose_phones(counts: &Counts, found: &mut [SensitiveFinding]) {
    let only = found.len() == 1;
    let Some(phone) = found.iter_mut().find(|f| f.kind == SensitiveKind::Phone && only) else { return };
    let detectors = [Detector::PhoneInternational, Detector::PhoneNational, Detector::PhoneLoose];
    let valid = detectors.iter().map(|detector| counts.of(*detector).valid).sum();
    phone.share = counts.share(valid);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        detector: Detector,
        candidates: u64,
        valid: u64,
        different: u32,
        column: &str,
    ) -> Vec<SensitiveFinding> {
        let count = Count { candidates, valid, different };
        let counts = Counts { filled: candidates, by_detector: vec![(detector, count)], exact: true };
        of_values(&counts, Name::Column(&ColumnName::new(column)))
    }

    #[test]
    fn what_chance_explains_is_no_finding() {
        // One in ten numbers passes Luhn, one in 97 mod 97.
        assert!(found(Detector::Card, 1_000_000, 100_900, 64, "reference_no").is_empty());
        assert!(found(Detector::Card, 1_000_000, 100_900, 64, "card").is_empty());
        assert!(found(Detector::Iban, 10_000, 103, 64, "code").is_empty());
        // A single number that passes, however often it stands there.
        assert!(found(Detector::Card, 1_000_000, 1_000_000, 1, "code").is_empty());
    }

    #[test]
    fn many_different_valid_numbers_are_one() {
        let card = found(Detector::Card, 1_000, 990, 64, "code");
        assert_eq!(card[0].kind, SensitiveKind::Card);
        assert!(card[0].confidence > 0.99);
        // The name makes up for few values, and speaks against many.
        assert_eq!(found(Detector::Card, 1, 1, 1, "card_number").len(), 1);
        assert!(found(Detector::Card, 5, 5, 5, "order_number").is_empty());
    }
}
