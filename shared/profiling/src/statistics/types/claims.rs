//! How many values each type covers, and whether the evidence supports it. What leaves no doubt in a single
//! value counts by itself; what could be something else needs other values of the column, or its name.

use super::name::Hints;
use super::separators::Separators;
use super::tally::Tally;
use super::variety::Varieties;
use crate::scan::{Digits, Hidden, Kind, Money, Nation, Truth};

/// A type that would fit some of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Claim {
    pub kind: Kind,
    /// Values that fit.
    pub covered: u64,
    /// Whether there is evidence that they are meant so.
    pub supported: bool,
    /// How specific the evidence is, 0 to 1: 1 where nothing else looks like it.
    pub specific: f64,
}

/// Everything that the decision looks at.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub tally: &'a Tally,
    pub hints: Hints,
    pub varieties: Varieties,
    pub separators: Separators,
}

impl Evidence<'_> {
    /// More specific types first.
    pub fn claims(&self) -> Vec<Claim> {
        let kind = |kind, specific| Claim { kind, covered: self.tally.kind(kind), supported: true, specific };
        vec![
            self.boolean(),
            kind(Kind::Uuid, 1.0),
            kind(Kind::Email, 0.99),
            self.url(),
            kind(Kind::Json, 0.99),
            self.ip(),
            self.postal_code(),
            self.phone(),
            self.country(),
            self.currency(),
            self.date(),
            self.timestamp_tz(),
            self.timestamp(),
            kind(Kind::Time, 0.97),
            self.integer(),
            self.decimal(),
        ]
    }

    /// `true` and `yes` are enough by themselves; single letters need their counterpart or a name, `0` and
    /// `1` need a name.
    fn boolean(&self) -> Claim {
        let tally = self.tally;
        let truth = |truth| tally.truth(truth);
        let words = tally.booleans + truth(Truth::True) + truth(Truth::False);
        let mut yes_or_no = truth(Truth::Yes) + truth(Truth::No);
        if yes_or_no > 0 || (self.nations() == 0 && !self.hints.country) {
            yes_or_no += truth(Truth::Norway);
        }
        let mut claim =
            Claim { kind: Kind::Boolean, covered: words + yes_or_no, supported: true, specific: 1.0 };
        for (positive, negative) in [(Truth::T, Truth::F), (Truth::Y, Truth::N), (Truth::On, Truth::Off)] {
            let (positive, negative) = (truth(positive), truth(negative));
            if positive + negative == 0 {
                continue;
            }
            let both = positive > 0 && negative > 0;
            claim.supported &= both || self.hints.flag || words > 0 || yes_or_no > 0;
            claim.specific = if both { 0.95 } else { 0.8 };
            claim.covered += positive + negative;
        }
        let bits = tally.digits(Digits::Zero) + tally.digits(Digits::One);
        if bits > 0 && (self.hints.flag || claim.covered == 0) {
            claim.supported &= self.hints.flag;
            claim.specific = if self.hints.flag { 0.85 } else { 0.3 };
            claim.covered += bits;
        }
        claim
    }

    fn url(&self) -> Claim {
        let (whole, hosts) = (self.tally.kind(Kind::Url), self.tally.hidden(Hidden::Domain));
        let covered = if self.hints.url { whole + hosts } else { whole };
        Claim { kind: Kind::Url, covered, supported: true, specific: if whole >= hosts { 0.99 } else { 0.8 } }
    }

    /// Four numbers with points can be a version too.
    fn ip(&self) -> Claim {
        let covered = self.tally.kind(Kind::Ip);
        Claim { kind: Kind::Ip, covered, supported: !self.hints.version, specific: 0.95 }
    }

    /// Codes of digits alone need ZIP+4 or leading zeros beside them, or a name.
    fn postal_code(&self) -> Claim {
        let tally = self.tally;
        let strong = tally.kind(Kind::PostalCode);
        let five = tally.digits(Digits::Five) + tally.hidden(Hidden::Zeros5);
        if self.hints.postal {
            let digits =
                [Digits::Four, Digits::Six, Digits::Seven, Digits::Eight, Digits::CompactDate, Digits::Nine];
            let hidden = [
                Hidden::Zeros,
                Hidden::Zeros4,
                Hidden::Zeros5Low,
                Hidden::Dash34,
                Hidden::PostalLike,
                Hidden::Dash53,
                Hidden::Dash23,
                Hidden::Dash43,
                Hidden::Space32,
            ];
            let digits: u64 = digits.iter().map(|digits| tally.digits(*digits)).sum();
            let hidden: u64 = hidden.iter().map(|hidden| tally.hidden(*hidden)).sum();
            let covered = strong + five + digits + hidden;
            let specific = if strong + five >= covered / 2 { 0.97 } else { 0.9 };
            return Claim { kind: Kind::PostalCode, covered, supported: true, specific };
        }
        let beside_plus_4 = strong * 20 >= five;
        let zeros = tally.hidden(Hidden::Zeros5);
        let leading = tally.hidden(Hidden::Zeros5Low) == 0
            && zeros * 100 >= five
            && zeros * 3 <= five
            && self.varieties.postal_codes() >= 8;
        let supported = (strong > 0 && beside_plus_4) || leading;
        Claim {
            kind: Kind::PostalCode,
            covered: strong + five,
            supported,
            specific: if leading { 0.7 } else { 0.9 },
        }
    }

    /// Digits alone and local forms need a name, or international forms beside them.
    fn phone(&self) -> Claim {
        let tally = self.tally;
        let strong = tally.telephones;
        let named = self.hints.phone && !self.hints.about;
        let digits = [
            Digits::Seven,
            Digits::Eight,
            Digits::Nine,
            Digits::CompactDate,
            Digits::Ten,
            Digits::TenDialled,
            Digits::EpochSeconds,
            Digits::Eleven,
            Digits::EpochMillis,
        ];
        let hidden = [Hidden::PhoneLike, Hidden::Dash34, Hidden::ZerosLong];
        let bare: u64 = digits.iter().map(|digits| tally.digits(*digits)).sum();
        let local: u64 = hidden.iter().map(|hidden| tally.hidden(*hidden)).sum();
        if named {
            // Five groups of two, as in France, have a leading zero; longer ones with a plus are strong.
            let covered = strong + bare + local;
            return Claim { kind: Kind::Phone, covered, supported: covered > 0, specific: 0.97 };
        }
        let leads = strong * 2 >= tally.telling();
        let dialled = tally.digits(Digits::TenDialled) + tally.digits(Digits::Eleven);
        let covered = if leads { strong + local + dialled } else { strong };
        let specific = if tally.plus_telephones * 2 >= strong { 0.97 } else { 0.9 };
        Claim { kind: Kind::Phone, covered, supported: true, specific }
    }

    fn nations(&self) -> u64 {
        [Nation::Two, Nation::TwoOrState, Nation::Three, Nation::ThreeOrCurrency, Nation::Name]
            .iter()
            .map(|nation| self.tally.nation(*nation))
            .sum()
    }

    /// Codes without a name need three different ones, and some that are no states.
    fn country(&self) -> Claim {
        let tally = self.tally;
        let codes = tally.nation(Nation::Two) + tally.nation(Nation::Three);
        let names = tally.nation(Nation::Name);
        let norway = if tally.truth(Truth::Yes) + tally.truth(Truth::No) == 0 {
            tally.truth(Truth::Norway)
        } else {
            0
        };
        let mut covered = self.nations() + tally.hidden(Hidden::Namibia) + norway;
        if self.hints.country {
            covered +=
                tally.hidden(Hidden::SmallCode) + tally.kind(Kind::Country).saturating_sub(self.nations());
            return Claim { kind: Kind::Country, covered, supported: true, specific: 0.97 };
        }
        let elsewhere = self.hints.state || self.hints.language || self.hints.currency;
        let varied = self.varieties.countries();
        let by_codes = codes * 4 >= covered && varied >= 3;
        let by_names = names * 2 >= covered && varied >= 2;
        let supported = !elsewhere && (by_codes || by_names);
        Claim { kind: Kind::Country, covered, supported, specific: if by_names { 0.93 } else { 0.8 } }
    }

    /// One of the most traded codes is enough; others need two different ones, or a name.
    fn currency(&self) -> Claim {
        let tally = self.tally;
        let (codes, names) =
            (tally.money(Money::Code) + tally.money(Money::MajorCode), tally.money(Money::Name));
        let sure = codes + names;
        // NetSuite's name of the US dollar is USA.
        let shared = match (self.hints.currency, sure > 0) {
            (true, _) => tally.nation(Nation::ThreeOrCurrency) + tally.nation(Nation::Three),
            (false, true) => tally.nation(Nation::ThreeOrCurrency),
            (false, false) => 0,
        };
        let varied = self.varieties.currencies() >= 2;
        let major = tally.money(Money::MajorCode) * 2 >= sure;
        let supported = self.hints.currency || (sure > 0 && (major || varied));
        let specific = if self.hints.currency || names > 0 { 0.97 } else { 0.88 };
        Claim { kind: Kind::Currency, covered: sure + shared, supported, specific }
    }

    /// Dates of digits alone, as in `20260303`, need a name or nothing but valid dates.
    fn date(&self) -> Claim {
        let tally = self.tally;
        let (written, compact) = (tally.kind(Kind::Date), tally.digits(Digits::CompactDate));
        let only = compact >= 3 && compact * 100 >= tally.kind(Kind::Integer) * 99;
        let supported = written >= compact || self.hints.time || only;
        let specific = if written >= compact { 0.98 } else { 0.85 };
        Claim { kind: Kind::Date, covered: written + compact, supported, specific }
    }

    fn timestamp_tz(&self) -> Claim {
        let tally = self.tally;
        let written = tally.kind(Kind::TimestampTz);
        let epoch = tally.digits(Digits::EpochSeconds) + tally.digits(Digits::EpochMillis);
        if epoch > written {
            let supported = self.hints.time && !self.hints.about;
            return Claim { kind: Kind::TimestampTz, covered: written + epoch, supported, specific: 0.8 };
        }
        Claim { kind: Kind::TimestampTz, covered: written, supported: true, specific: 0.99 }
    }

    /// Covers dates, and times with a zone, whose zone it would lose.
    fn timestamp(&self) -> Claim {
        let tally = self.tally;
        let without_zone = tally.kind(Kind::Timestamp);
        let compact = tally.digits(Digits::CompactTimestamp);
        let covered = without_zone + tally.kind(Kind::Date) + tally.kind(Kind::TimestampTz);
        let only = compact >= 3 && compact * 100 >= tally.kind(Kind::Integer) * 99;
        let compact_counts = self.hints.time || only;
        Claim {
            kind: Kind::Timestamp,
            covered: covered + if compact_counts { compact } else { 0 },
            supported: true,
            specific: 0.98,
        }
    }

    /// Leading zeros would be lost: where one value in a hundred has them, all are codes.
    fn integer(&self) -> Claim {
        let covered = self.separators.integers(self.tally);
        Claim { kind: Kind::Integer, covered, supported: self.keeps_zeros(), specific: 1.0 }
    }

    fn decimal(&self) -> Claim {
        let covered = self.tally.kind(Kind::Integer) + self.tally.kind(Kind::Decimal);
        Claim { kind: Kind::Decimal, covered, supported: self.keeps_zeros(), specific: 0.99 }
    }

    fn keeps_zeros(&self) -> bool {
        self.tally.zero_codes() * 100 < self.tally.telling()
    }
}
