//! The kinds of values, and the forms that values of a kind come in.

/// What a text would fit, most specific first. The order is part of stored states: add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Empty,
    Boolean,
    Integer,
    Decimal,
    Date,
    /// Without a zone.
    Timestamp,
    Uuid,
    Email,
    Url,
    Json,
    Text,
    Time,
    TimestampTz,
    Phone,
    Ip,
    Country,
    Currency,
    PostalCode,
}

impl Kind {
    pub const ALL: [Kind; 18] = [
        Kind::Empty,
        Kind::Boolean,
        Kind::Integer,
        Kind::Decimal,
        Kind::Date,
        Kind::Timestamp,
        Kind::Uuid,
        Kind::Email,
        Kind::Url,
        Kind::Json,
        Kind::Text,
        Kind::Time,
        Kind::TimestampTz,
        Kind::Phone,
        Kind::Ip,
        Kind::Country,
        Kind::Currency,
        Kind::PostalCode,
    ];
    pub const COUNT: usize = Self::ALL.len();

    pub fn name(self) -> &'static str {
        match self {
            Kind::Empty => "empty",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Date => "date",
            Kind::Timestamp => "timestamp",
            Kind::Uuid => "uuid",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Json => "json",
            Kind::Text => "text",
            Kind::Time => "time",
            Kind::TimestampTz => "timestamp_tz",
            Kind::Phone => "phone",
            Kind::Ip => "ip",
            Kind::Country => "country",
            Kind::Currency => "currency",
            Kind::PostalCode => "postal_code",
        }
    }
}

/// A kind, and in which of its spellings; with the digits of a number. What statistics count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub key: Key,
    /// Digits before the point.
    pub whole: u8,
    /// Digits after the point.
    pub after: u8,
}

impl Form {
    pub const fn of(kind: Kind) -> Self {
        Self::with(kind, 0)
    }

    pub const fn with(kind: Kind, detail: u32) -> Self {
        Self { key: Key::new(kind, detail), whole: 0, after: 0 }
    }

    pub const fn digits(self, whole: usize, after: usize) -> Self {
        Self { whole: whole as u8, after: after as u8, ..self }
    }
}

/// Kind and detail in one number, part of stored states. A kind without detail has the smallest keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u32);

impl Key {
    const KIND_BITS: u32 = 5;
    const DETAIL_BITS: u32 = 24;

    pub const fn new(kind: Kind, detail: u32) -> Self {
        Self(kind as u32 | detail << Self::KIND_BITS)
    }

    /// Out of a state.
    pub fn from_stored(stored: u64) -> Option<Self> {
        let key =
            u32::try_from(stored).ok().filter(|key| key >> (Self::KIND_BITS + Self::DETAIL_BITS) == 0)?;
        ((key & 0x1f) < Kind::COUNT as u32).then_some(Self(key))
    }

    pub fn stored(self) -> u64 {
        self.0.into()
    }

    pub fn kind(self) -> Kind {
        Kind::ALL[(self.0 & 0x1f) as usize % Kind::COUNT]
    }

    pub fn detail(self) -> u32 {
        self.0 >> Self::KIND_BITS
    }
}

/// Declares the details of a kind: names for small numbers that are part of stored states.
macro_rules! details {
    ($(#[$doc:meta])* $name:ident of $kind:ident { $($(#[$member_doc:meta])* $member:ident = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum $name { $($(#[$member_doc])* $member = $number),* }

        impl $name {
            pub fn of(key: Key) -> Option<Self> {
                match key.detail() {
                    $($number => Some($name::$member),)*
                    _ => None,
                }
            }

            pub const fn form(self) -> Form {
                Form::with(Kind::$kind, self as u32)
            }
        }
    };
}

details! {
    /// Spellings of truth, in any case but where said.
    Truth of Boolean {
        True = 1, False = 2, T = 3, F = 4, Y = 5, N = 6, Yes = 7, No = 8,
        /// In capitals it is Norway too.
        Norway = 9,
        On = 10, Off = 11,
    }
}

details! {
    /// Texts that would fit a type if other values of the column, or its name, say so.
    Hidden of Text {
        /// What people write where there is no value, as in `n/a`.
        Placeholder = 1,
        /// `NA`: a placeholder, or Namibia.
        Namibia = 2,
        /// A state of the USA or a province of Canada that is no country's code.
        StateCode = 3,
        /// A country's code in small letters: a language's more often.
        SmallCode = 4,
        /// Digits with leading zeros.
        Zeros = 5,
        Zeros4 = 6,
        Zeros5 = 7,
        /// Five digits under 00501, the lowest ZIP code.
        Zeros5Low = 8,
        /// Seven to fifteen digits with leading zeros.
        ZerosLong = 9,
        /// Digits in groups, as many as telephones have.
        PhoneLike = 10,
        /// `123-4567`: Japan's postal codes, and telephones without area code.
        Dash34 = 11,
        /// `D-12345`, and tight or rarer forms.
        PostalLike = 12,
        /// `example.com`, `www.example.com/a`.
        Domain = 13,
        /// `01310-100`.
        Dash53 = 14,
        /// `00-950`.
        Dash23 = 15,
        /// `1000-001`.
        Dash43 = 16,
        /// `123 45`.
        Space32 = 17,
    }
}

impl Hidden {
    /// Of a text; other kinds have details of their own under the same numbers.
    pub fn of_text(key: Key) -> Option<Self> {
        if key.kind() == Kind::Text { Self::of(key) } else { None }
    }
}

details! {
    /// How a telephone number is written.
    Dialled of Phone {
        Compact = 1, International = 2, Parentheses = 3, Dashes = 4, Points = 5, Spaces = 6, Extension = 7,
    }
}

details! {
    Address of Ip { V4 = 1, V4Block = 2, V6 = 3, V6Block = 4 }
}

details! {
    Nation of Country {
        Two = 1,
        /// Two letters that are a state's or a province's too.
        TwoOrState = 2,
        Three = 3,
        /// Three letters that are a currency's too.
        ThreeOrCurrency = 4,
        Name = 5,
    }
}

details! {
    Money of Currency {
        Code = 1,
        /// One of the most traded: nobody means anything else by it.
        MajorCode = 2,
        Name = 3,
    }
}

details! {
    Post of PostalCode { ZipPlus4 = 1, British = 2, Canadian = 3, Dutch = 4 }
}
